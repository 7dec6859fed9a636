//! What others are told of sources, and sizes.

use flowz_api::fact::Fact;
use flowz_api::key::FlowKey;
use flowz_api::packet::Timestamp;
use flowz_api::record::Record;

use super::book::Book;
use super::fact::{RtpSource, RtpSources, UsedType};
use super::formats::Known;
use super::reported::Reported;
use super::source::{Arrived, Source};
use super::state::{Live, State};

/// Packets of 20 ms of PCMU, by number, timestamp in packets, and milliseconds at which they come.
fn source(packets: &[(u16, u32, i64)]) -> Source {
    let (book, key) = (Book::new(0), FlowKey::default());
    let known = Known { book: &book, key: &key };
    let mut all = (1..).zip(packets).map(|(number, (sequence, timestamp, millis))| Arrived {
        number,
        time: Timestamp(millis * 1_000_000),
        sequence: *sequence,
        timestamp: timestamp * 160,
        payload_len: 160,
        ..Arrived::default()
    });
    let first = all.next().expect("there is a packet");
    let mut source = Source::new(7, &first, known);
    for packet in all {
        source.add(&packet, known);
    }
    source.close();
    source
}

#[test]
fn states_stay_small() {
    assert!(size_of::<State>() <= 64, "{}", size_of::<State>());
    assert!(size_of::<Live>() <= 512, "{}", size_of::<Live>());
    assert!(size_of::<Source>() <= 768, "{}", size_of::<Source>());
}

#[test]
fn counts_of_a_source() {
    let packets = [
        (9, 0, 0),
        (10, 1, 20),
        (12, 3, 60),
        (12, 3, 61),
        (11, 2, 65),
        (500, 9, 80),
        (450, 6, 120),
    ];
    let told = RtpSource::new(&source(&packets), Reported::default(), true);
    assert_eq!((told.packets, told.unique, told.expected, told.lost), (7, 6, 492, 486));
    assert_eq!((told.duplicates, told.reordered, told.in_sequence), (1, 2, 2));
    assert_eq!((told.gaps, told.longest_gap, told.octets), (2, 437, 1120));
    assert_eq!((told.first_sequence, told.last_sequence, told.number), (9, 450, 1));
    let names: Vec<_> = told.types.iter().map(|used| used.name.as_str()).collect();
    assert_eq!((names, told.clock, told.spurts), (vec!["PCMU"], 8000, 1));
    assert_eq!(told.deltas, Some((1.0, 20.0, 40.0)));
}

#[test]
fn packets_far_away_do_not_count_alone() {
    let told = source(&[(9, 0, 0), (10, 1, 20), (9000, 0, 25), (11, 2, 40), (20_000, 3, 60)]);
    assert_eq!((told.counts.packets, told.counts.strays), (3, 2));
    let told = source(&[(9, 0, 0), (10, 1, 20), (9000, 2, 40), (9001, 3, 60), (9002, 4, 80)]);
    assert_eq!((told.counts.packets, told.counts.strays, told.lost()), (5, 0, 0));
}

#[test]
fn a_fact_is_what_was_published() {
    let mut first = RtpSource::new(
        &source(&[(1, 0, 0), (2, 1, 23), (4, 3, 60)]),
        Reported { reports: 1, lost: -1, round_trip: Some(60.0), ..Reported::default() },
        true,
    );
    first.types.push(UsedType { payload_type: 101, is_event: true, ..UsedType::default() });
    first.digits = b"1#".to_vec();
    assert!(first.jitter.is_some() && first.quality.is_some());
    let list = vec![first, RtpSource::default()];
    let fact = RtpSources { announced_by: 3, is_encrypted: true, list };
    let mut record = Record::new();
    Fact::put(&fact, &mut record);
    assert_eq!(RtpSources::read(&mut record.cells()), fact);
}
