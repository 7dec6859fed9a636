//! Commands that measure captures: what odd times, sizes and words cost.

use crate::kit::{Scratch, flowz};

/// A capture of raw IP with UDP packets of 28 bytes at these seconds.
fn at(seconds: impl IntoIterator<Item = u32>) -> Vec<u8> {
    let mut file = vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0];
    file.extend([0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 101, 0, 0, 0]);
    for second in seconds {
        for word in [second, 0, 28, 28] {
            file.extend(word.to_le_bytes());
        }
        file.extend([0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]);
        file.extend([0, 1, 0, 2, 0, 8, 0, 0]);
    }
    file
}

/// Lines of a table and what is said beside it.
fn told(dir: &Scratch, words: &str) -> (usize, String) {
    let words: Vec<_> = words.split(' ').collect();
    let done = flowz(dir, &words);
    assert_eq!(done.code, 0, "{}", done.stderr);
    (done.stdout.lines().count(), done.stderr)
}

/// Eleven packets with 999999 s of nothing between.
#[test]
fn empty_intervals_have_room_in_total() {
    let dir = Scratch::new();
    dir.write("far.pcap", at((0..11).map(|n| n * 1_000_000)));
    let left_out = "flowz: note: 8999991 empty intervals are left out: there would be more than a million and a hundred for each packet";
    for (words, advice) in [
        ("stat -i 1 -o %n\\n far.pcap", "-e leaves out all"),
        ("volume --mode frac --csv far.pcap", "a longer -w shows them"),
    ] {
        let said = format!("{left_out} ({advice})\n");
        let header = usize::from(words.contains("--csv"));
        assert_eq!(told(&dir, words), (header + 11 + 999_999, said), "{words}");
    }
    assert_eq!(told(&dir, "stat -e -i 1 -o %n\\n far.pcap"), (11, String::new()));
    // Sums are over all intervals.
    let sums = flowz(&dir, &["stat", "-i", "1", "-b", "0", "--csv", "far.pcap"]).well();
    assert_eq!(
        sums.stdout,
        "limit,exceeded,duration,part,peak\n0,21,10000001,0.0002099999790000021,224\n"
    );
    assert_eq!(sums.stderr, "");
}

#[test]
fn quiet_tables_have_room_in_total() {
    let dir = Scratch::new();
    dir.write("far.pcap", at((0..4).map(|n| n * 100_000)));
    let (_, said) = told(&dir, "t2 -i 10 -O x/%i far.pcap");
    assert!(
        said.starts_with("flowz: note: 19994 intervals in which nothing was are left out: "),
        "{said}"
    );
    assert_eq!(dir.names_in("x").len(), 4 + 10_003);
    assert!(dir.path("x/30001").is_file());
    // Nothing is missing in a table without a row for intervals.
    assert_eq!(told(&dir, "t2 -i 10 --csv far.pcap"), (5, String::new()));
}

/// A flow of 56 bytes in 50 s is in no more intervals than it has bytes.
#[test]
fn short_intervals_of_a_long_flow() {
    let dir = Scratch::new();
    dir.write("long.pcap", at([100, 150]));
    for mode in ["frac", "naive"] {
        let (lines, said) = told(&dir, &format!("volume -w 1us --mode {mode} --csv long.pcap"));
        assert_eq!(lines, 1 + 57, "{mode}");
        assert!(said.starts_with("flowz: note: 49999944 empty intervals are left out: "), "{said}");
    }
    let header = "%timeFirst\ttimeLast\tsrcIP\tdstIP\tpktsSnt\tl7BytesSnt\n";
    dir.write(
        "f_flows.txt",
        format!("{header}0\t4000000000\t10.0.0.1\t10.0.0.2\t1\t18000000000000000000\n"),
    );
    flowz(&dir, &["volume", "f_flows.txt"])
        .fails_with(&["flows are in more than 10000000 intervals: give a longer -w"]);
}
