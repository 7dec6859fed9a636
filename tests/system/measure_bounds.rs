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

/// What other commands read, and what contradicts itself, is told with what to do.
#[test]
fn words_that_are_meant_otherwise() {
    let dir = Scratch::new();
    dir.write("x_flows.txt", "%dir\tflowInd\tsrcIP\tdstIP\nA\t1\t10.0.0.1\t10.0.0.2\n");
    dir.write("list", "# hosts of the lab\n\n10.0.0.1 10.0.0.2\n");
    dir.write("one.pcap", at([1]));
    let flows = "'x_flows.txt' is no capture but a flow file: flowz volume, flowz pairs, flowz top -S, tawk and tcol read those";
    let list = "'list' is no capture but a list of pairs of addresses: flowz pairs reads those";
    for (words, told) in [
        ("stat x_flows.txt", flows),
        ("stat -r x_flows.txt", flows),
        ("t2 x_flows.txt", flows),
        ("icmp-srt x_flows.txt tcp", flows),
        ("x_flows.txt -w y", flows),
        ("stat list", list),
        ("stat tcp", "no input: name a capture, `-r -` is standard input"),
        ("stat -o  one.pcap", "an empty format prints nothing"),
        ("t2 -O  one.pcap", "-O needs a name"),
        ("t2 -Cd=1 -Cd=2 one.pcap", "how long is read is said twice"),
        ("volume list", "a list of pairs has no times"),
        ("icmp-srt --compat --csv one.pcap", "which is neither CSV nor JSON"),
        ("icmp-srt --compat --json one.pcap", "which is neither CSV nor JSON"),
        ("pairs -n 0 one.pcap", "0 is not in 1.."),
        ("pairs -n -1 one.pcap", "invalid value '-1' for '--rows <N>'"),
        ("top -n -1 one.pcap", "invalid value '-1' for '--tables <COUNT>'"),
        ("if -i 1 -n -1", "invalid value '-1' for '--count <N>'"),
        ("volume -w -1 one.pcap", "a time is needed, as in 10ms, 0.5 (seconds), 5min, 2h or 1d"),
        ("stat -s -1 one.pcap", "give seconds from 0.000001 to 1000000000"),
        ("stat -i -2 one.pcap", "give seconds from 0.000001 to 1000000000"),
        ("stat -o %99999999999n one.pcap", "the number of a file descriptor that is open"),
        ("t2 -i all -Ci=1 one.pcap", "the length of an interval is given twice"),
    ] {
        let words: Vec<_> = words.split(' ').collect();
        let done = flowz(&dir, &words);
        assert!(done.code == 2 && done.stderr.contains(told), "{words:?}: {done:?}");
    }
    dir.write("hello.txt", "hello\n");
    dir.write("empty", "");
    for command in ["stat", "volume", "t2", "icmp-srt", "pairs"] {
        for (name, told) in [
            ("hello.txt", "hello.txt is not a capture: it begins with the bytes 68 65 6c 6c"),
            ("empty", "empty is empty (0 bytes)"),
            ("/dev/null", "/dev/null is empty (0 bytes)"),
            (".", ". is a directory; name a capture file in it"),
            ("x/y", "no input: name a capture"),
        ] {
            let done = flowz(&dir, &[command, name]);
            assert!(done.code == if name == "x/y" { 2 } else { 1 }, "{command} {name}: {done:?}");
            assert!(done.stderr.contains(told), "{command} {name}: {}", done.stderr);
        }
        let done = flowz(&dir, &[command, "one.pcap", "--csv", "--json"]);
        assert_eq!(done.code, 2);
    }
    let out = |words: &str| {
        let words: Vec<_> = words.split(' ').collect();
        flowz(&dir, &words).well().stdout
    };
    assert_eq!(
        out("pairs --csv list"),
        "host1,host2,flows,packets,bytes\n10.0.0.1,10.0.0.2,1,0,0\n"
    );
    assert_eq!(out("t2 --csv -Ci=-1 one.pcap"), out("t2 --csv -i -1 one.pcap"));
    assert_eq!(
        out("volume --csv -w 1d one.pcap"),
        "time,bytesA,bytesB,packets\n0.000000000,28,0,1\n"
    );
}
