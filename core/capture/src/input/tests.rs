//! Several files in a row: lists, numbered files, following, the filter and the accounts.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crate::test_support::{Endian, TempDir, damages, remaining, two_packets};
use crate::{CaptureError, Input, Numbered, Options, Progress, Source};

fn open(source: &Source) -> Result<Input, CaptureError> {
    Input::open(source, &Options::default())
}

fn numbered(folder: &TempDir, text: &str) -> Source {
    Source::Numbered(Numbered::parse(&folder.path().join(text).display().to_string()).unwrap())
}

/// A pcapng file with one raw packet, nanoseconds.
fn raw() -> Vec<u8> {
    let endian = Endian::Big;
    [endian.section(), endian.interface(101, 0, &[(9, &[9])]), endian.packet(0, 5, 20, &[0x45])]
        .concat()
}

#[test]
fn one_file_and_its_accounts() {
    let folder = TempDir::new("one");
    let path = folder.write("a.pcap", &two_packets());
    let mut input = open(&Source::File(path.clone())).unwrap();
    let total = Some(63);
    let progress = input.progress();
    assert_eq!((progress.total, progress.file, progress.files), (total, 1, 1));
    assert_eq!(remaining(&mut input).len(), 2);
    assert!(input.next_packet().is_none());
    assert_eq!(input.progress(), Progress { bytes: 63, total, file: 1, files: 1 });
    assert_eq!((input.file_bytes(), input.filtered_out()), (63, 0));
    assert_eq!((input.current_file(), input.link_type().0), (path.as_path(), 1));
}

#[test]
fn files_that_cannot_be_opened() {
    let folder = TempDir::new("errors");
    let text = |name: &str| open(&Source::File(folder.path().join(name))).unwrap_err().to_string();
    assert!(text("").contains("is a directory; name a capture file in it"));
    assert!(text("absent").contains("cannot open"));
    folder.write("empty", b"");
    assert!(text("empty").contains("is empty (0 bytes)"));
}

#[test]
fn a_list_goes_on_behind_damage_and_changes_formats() {
    let folder = TempDir::new("list");
    folder.write("1.pcap", &two_packets()[..62]);
    folder.write("2.txt", b"no capture");
    folder.write("4.pcapng", &raw());
    let list = folder.write("list", b"# three\r\n1.pcap\r\n2.txt\n\n3.pcap\n4.pcapng\n");
    let mut input = open(&Source::List(list)).unwrap();
    assert_eq!((input.files().len(), input.file_index()), (4, 0));
    let packets = remaining(&mut input);
    assert_eq!(
        packets.iter().map(|p| (p.0, p.2)).collect::<Vec<_>>(),
        [(1_500_000_000, 1), (5, 101)]
    );
    assert_eq!((input.file_index(), input.link_type().0), (3, 101));
    let said = damages(&input);
    assert_eq!(said.len(), 3);
    assert!(
        said[0].ends_with("cut in the middle of packet 2 at byte 44: 18 of 19 bytes are there")
    );
    assert!(
        said[1].contains("2.txt is not a capture") && said[1].ends_with("the file is left out")
    );
    assert!(said[2].starts_with("cannot open 3.pcap"));
    let size = 62 + raw().len() as u64;
    assert_eq!(input.file_bytes(), size);
    assert_eq!(input.progress().total, Some(size + 10));
    assert_eq!(input.progress().bytes, size + 10);
}

#[test]
fn lists_without_anything_to_read() {
    let folder = TempDir::new("nothing");
    let list = folder.write("list", b"absent1\nabsent2\n");
    let error = open(&Source::List(list)).unwrap_err().to_string();
    assert!(error.contains("none of the 2 files of") && error.contains("absent1"), "{error}");
    let list = folder.write("list", b"# nothing\n");
    assert!(matches!(open(&Source::List(list)), Err(CaptureError::EmptyList(_))));
    let absent = folder.path().join("absent");
    assert!(matches!(open(&Source::List(absent)), Err(CaptureError::Open { .. })));
}

#[test]
fn numbered_files_up_to_the_first_gap_or_the_last_number() {
    let folder = TempDir::new("numbered");
    for number in [8, 9, 10, 12] {
        folder.write(&format!("x.pcap{number}"), &two_packets());
    }
    let count = |text: &str| {
        let mut input = open(&numbered(&folder, text)).unwrap();
        (remaining(&mut input).len(), damages(&input))
    };
    assert_eq!(count("x.pcap8"), (6, vec![]));
    assert_eq!(count("x.pcap8,9"), (4, vec![]));
    assert_eq!(count("x.*:p,10"), (2, vec![]), "10 is the first in alphabetic order");
    let (packets, said) = count("x.pcap9,12");
    assert_eq!((packets, said.len()), (4, 1));
    assert!(said[0].contains("x.pcap11 does not exist"), "{}", said[0]);
}

#[test]
fn numbered_files_that_are_not_there() {
    let folder = TempDir::new("unnumbered");
    folder.write("x.pcap", &two_packets());
    let text = |text: &str| open(&numbered(&folder, text)).unwrap_err().to_string();
    assert!(text("x.pcap").contains("there is no number behind `p`"));
    assert!(text("y*").contains("no file has such a name"));
    assert!(text("z.pcap3").contains("cannot open"));
    assert!(text("z.pcap3,2").contains("the last number is lower than the first"));
}

#[test]
fn followed_files_are_waited_for_while_they_grow() {
    let folder = TempDir::new("follow");
    let (file, split) = (two_packets(), 50);
    let first = folder.write("x.pcap0", &file[..split]);
    let second = folder.path().join("x.pcap1");
    let rest_of_first = file[split..].to_vec();
    let writer = thread::spawn(move || {
        thread::sleep(Duration::from_millis(30));
        // A capture grows; one that is written anew is empty for a moment.
        fs::OpenOptions::new()
            .append(true)
            .open(&first)
            .unwrap()
            .write_all(&rest_of_first)
            .unwrap();
        thread::sleep(Duration::from_millis(30));
        fs::copy(&first, second).unwrap();
    });
    let options = Options { follow: Some(Duration::from_millis(5)), ..Options::default() };
    let mut input = Input::open(&numbered(&folder, "x.pcap0,1"), &options).unwrap();
    assert_eq!(input.progress().total, None);
    assert_eq!(remaining(&mut input).len(), 4);
    assert_eq!((input.damages(), input.files().len(), input.file_bytes()), (&[][..], 2, 126));
    writer.join().unwrap();
}

#[test]
fn the_stop_flag_ends_the_waiting() {
    let folder = TempDir::new("stop");
    folder.write("x.pcap0", &two_packets());
    let stop = Arc::new(AtomicBool::new(false));
    let options = Options {
        follow: Some(Duration::from_hours(1)),
        stop: Some(Arc::clone(&stop)),
        ..Options::default()
    };
    let mut input = Input::open(&numbered(&folder, "x.pcap0"), &options).unwrap();
    let other = thread::spawn(move || {
        thread::sleep(Duration::from_millis(20));
        stop.store(true, Ordering::Relaxed);
    });
    assert_eq!(remaining(&mut input).len(), 2);
    assert_eq!(input.damages(), []);
    other.join().unwrap();
}

#[test]
fn the_filter_counts_and_changes_with_the_link_type() {
    let folder = TempDir::new("filter");
    folder.write("1.pcap", &two_packets());
    folder.write("2.pcapng", &raw());
    let list = folder.write("list", b"1.pcap\n2.pcapng\n");
    let run = |filter: &str| {
        let options = Options { filter: Some(filter.into()), ..Options::default() };
        let mut input = Input::open(&Source::List(list.clone()), &options).unwrap();
        (remaining(&mut input).len(), input.filtered_out(), damages(&input))
    };
    assert_eq!(run("greater 60"), (1, 2, vec![]));
    assert_eq!(run("len >= 0"), (3, 0, vec![]));
    let (packets, dropped, said) = run("ether[0] = 1");
    assert_eq!((packets, dropped, said.len()), (1, 2, 0), "raw packets have bytes as well");
    let (packets, dropped, said) = run("len < 9 or ether host 1:2:3:4:5:6");
    assert_eq!((packets, dropped, said.len()), (1, 2, 1));
    assert!(said[0].contains("the filter does not fit link type RAW"), "{}", said[0]);
    let options = Options { filter: Some("tcp prot".into()), ..Options::default() };
    assert!(matches!(Input::open(&Source::List(list), &options), Err(CaptureError::Filter { .. })));
}

#[test]
fn an_input_can_move_to_another_thread() {
    fn sendable<T: Send>(_: &T) {}
    let folder = TempDir::new("send");
    let path: PathBuf = folder.write("a.pcap", &two_packets());
    sendable(&open(&Source::File(path)).unwrap());
}
