//! The three parts of a numbered source, and counting.

use super::*;

fn parse(text: &str) -> (String, String, Option<u64>) {
    let Numbered { first, before, stop } = Numbered::parse(text).unwrap();
    (first.display().to_string(), before, stop)
}

#[test]
fn three_parts() {
    assert_eq!(parse("x.pcap0"), ("x.pcap0".into(), "p".into(), None));
    assert_eq!(parse("x.pcap0,12"), ("x.pcap0".into(), "p".into(), Some(12)));
    assert_eq!(parse("d/out0.pcap:t"), ("d/out0.pcap".into(), "t".into(), None));
    assert_eq!(parse("out_00.pcap:t_,7"), ("out_00.pcap".into(), "t_".into(), Some(7)));
    assert_eq!(parse("a,b:c/x.pcap0"), ("a,b:c/x.pcap0".into(), "p".into(), None));
    assert_eq!(parse("at12:30"), ("at12:30".into(), "p".into(), None));
}

#[test]
fn what_is_refused() {
    for text in ["", ",3", ":x", "x.pcap0:", "x.pcap0,99999999999999999999"] {
        let error = Numbered::parse(text).unwrap_err();
        assert!(error.to_string().contains("does not name numbered files"), "{text}");
    }
}

fn names(first: &str, before: &str, stop: Option<u64>, count: usize) -> Vec<String> {
    let mut sequence = Sequence::from_first(Path::new(first), before, stop).unwrap();
    let mut names = Vec::new();
    while let Some(name) = sequence.peek().filter(|_| names.len() < count) {
        names.push(name.display().to_string());
        sequence.advance();
    }
    names
}

#[test]
fn counting() {
    assert_eq!(names("x.pcap9", "p", None, 2), ["x.pcap9", "x.pcap10"]);
    assert_eq!(names("d/x.pcap098", "p", None, 3), ["d/x.pcap098", "d/x.pcap099", "d/x.pcap100"]);
    assert_eq!(names("x99.pcap", "x", Some(100), 9), ["x99.pcap", "x100.pcap"]);
    assert_eq!(names("x0.pcap", "x", Some(0), 9), ["x0.pcap"]);
    assert!(names("x5.pcap", "x", Some(4), 9).is_empty());
    assert_eq!(names("x18446744073709551615", "x", None, 9).len(), 1);
}

#[test]
fn the_number_is_behind_the_last_place_with_digits() {
    assert_eq!(names("p1p2.pcap", "p", None, 2), ["p1p2.pcap", "p1p3.pcap"]);
    assert!(Sequence::from_first(Path::new("dump.pcap"), "p", None).is_none());
    assert!(Sequence::from_first(Path::new("p1/dump.pcap"), "p", None).is_none());
}
