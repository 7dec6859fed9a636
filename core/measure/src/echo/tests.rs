use super::{Echoes, Kind, Message, Role};
use flowz_api::packet::Timestamp;
use std::net::IpAddr;

/// A message of a to b, or of b to a if it is a reply; times in microseconds.
fn send(echoes: &mut Echoes, frame: u64, micros: i64, kind: Kind, (seq, data): (u16, u16)) -> Role {
    let (a, b) = (IpAddr::from([10, 0, 0, 1]), IpAddr::from([10, 0, 0, 2]));
    let (src, dst) = if kind == Kind::Reply { (b, a) } else { (a, b) };
    let message = Message {
        is_v6: false,
        kind,
        number: 0,
        code: 0,
        src,
        dst,
        vlan: 0,
        ident: 7,
        seq,
        data_sum: data,
        ip_len: 84,
        header_len: 20,
    };
    echoes.message(frame, Timestamp(micros * 1_000), &message)
}

/// The first, last and middle times of the course's capture: 1.085, 80.845 and a median of 32.065 ms between two in the middle.
#[test]
fn the_median_is_between_two() {
    let mut echoes = Echoes::default();
    for (n, rtt) in [1_085, 80_845, 40_000, 24_130].into_iter().enumerate() {
        let (n, start) = (n as u64, n as i64 * 1_000_000);
        send(&mut echoes, 2 * n + 1, start, Kind::Request, (n as u16, 1));
        let role = send(&mut echoes, 2 * n + 2, start + rtt, Kind::Reply, (n as u16, 1));
        assert_eq!(role, Role::Reply(rtt * 1_000));
    }
    let times = echoes.v4().times();
    assert_eq!((times.min, times.max, times.median), (1.085, 80.845, 32.065));
    assert!((times.mean - 36.515).abs() < 1e-9);
    let text = echoes.v4().tshark("ICMP", None);
    assert!(text.contains("\n4         4         0           0.0%\n"), "{text}");
    assert!(
        text.contains(
            "1.085     80.845    36.515    32.065    33.595         2         4         \n"
        ),
        "{text}"
    );
}

#[test]
fn replies_of_all_kinds() {
    let mut echoes = Echoes::default();
    let mut send = |frame, micros, kind, what| send(&mut echoes, frame, micros, kind, what);
    assert_eq!(send(1, 0, Kind::Reply, (1, 5)), Role::Unmatched);
    assert_eq!(send(2, 10, Kind::Request, (1, 5)), Role::Request);
    assert_eq!(send(3, 20, Kind::Reply, (1, 6)), Role::Mismatch);
    assert_eq!(send(4, 21, Kind::Reply, (1, 6)), Role::Unmatched, "one a request");
    assert_eq!(send(5, 30, Kind::Reply, (1, 5)), Role::Reply(20_000));
    assert_eq!(send(6, 31, Kind::Reply, (1, 5)), Role::Duplicate);
    assert_eq!(send(7, 40, Kind::Request, (2, 5)), Role::Request);
    assert_eq!(send(8, 45, Kind::Request, (2, 5)), Role::Request, "the last one counts");
    assert_eq!(send(9, 50, Kind::Reply, (2, 5)), Role::Reply(5_000));
    assert_eq!(send(10, 51, Kind::Other, (2, 5)), Role::Other);
    let found = echoes.v4();
    assert_eq!((found.requests, found.replies(), found.lost()), (3, 2, 1));
    assert_eq!((found.mismatching, found.duplicates, found.unasked), (1, 1, 2));
    assert!((found.loss() - 100.0 / 3.0).abs() < 1e-12);
    assert!(echoes.v6().is_empty());
}

#[test]
fn other_data_in_each_message() {
    // A tunnel: identifier and number are always the same, each reply has other data.
    let mut echoes = Echoes::default();
    for n in 0..100_u16 {
        send(&mut echoes, 1, 0, Kind::Request, (0, 2 * n));
        let role = send(&mut echoes, 2, 1, Kind::Reply, (0, 2 * n + 1));
        assert_eq!(role, Role::Mismatch);
    }
    assert_eq!((echoes.v4().replies(), echoes.v4().mismatching), (0, 100));
    assert_eq!(echoes.v4().loss(), 100.0);
}
