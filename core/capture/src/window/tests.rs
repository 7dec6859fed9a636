//! Packets in order, packets too late, duplicates by time and by number.

use flowz_api::packet::{LinkType, Packet, Timestamp};

use super::{Dedup, OwnedPacket, PacketReader, Reorder, SMALL, Span, Windowed};

/// Without a limit of memory: bytes of packets, and buffers that are kept for later.
const MAX_BYTES: usize = 64 << 20;
const SPARE: usize = 1024;

/// Packets as (time, bytes).
struct List(Vec<(i64, Vec<u8>)>, usize);

impl PacketReader for List {
    fn next_packet(&mut self) -> Option<Packet<'_>> {
        let (ts, data) = self.0.get(self.1)?;
        self.1 += 1;
        let (ts, link) = (Timestamp(*ts), LinkType::ETHERNET);
        Some(Packet { ts, wire_len: data.len() as u32, link, interface: 0, data })
    }
}

fn windowed(
    packets: impl IntoIterator<Item = (i64, Vec<u8>)>,
    reorder: Option<i64>,
    dedup: Option<Span>,
) -> Windowed<List> {
    let (reorder, dedup) = (reorder.map(Reorder::new), dedup.map(Dedup::new));
    Windowed { source: List(packets.into_iter().collect(), 0), reorder, dedup }
}

/// Times, first bytes and verdicts of all packets.
fn all(windowed: &mut Windowed<List>) -> Vec<(i64, u8, bool)> {
    let mut all = Vec::new();
    while let Some(seen) = windowed.next_source_packet() {
        all.push((seen.packet.ts.0, seen.packet.data[0], seen.duplicate));
    }
    assert!(windowed.next_source_packet().is_none());
    all
}

fn ordered(times: &[i64], window: i64) -> (Vec<i64>, u64, u64) {
    let packets = times.iter().map(|&time| (time, vec![time as u8]));
    let mut windowed = windowed(packets, Some(window), None);
    let seen = all(&mut windowed);
    assert!(seen.iter().all(|&(time, byte, duplicate)| byte == time as u8 && !duplicate));
    let reorder = windowed.reorder.unwrap();
    (seen.into_iter().map(|packet| packet.0).collect(), reorder.moved(), reorder.late())
}

#[test]
fn without_windows_all_pass() {
    let packets = [(5, vec![1]), (3, vec![1])];
    assert_eq!(all(&mut windowed(packets, None, None)), [(5, 1, false), (3, 1, false)]);
}

#[test]
fn order_within_the_window() {
    assert_eq!(ordered(&[1, 4, 2, 3, 5, 9, 8], 3), (vec![1, 2, 3, 4, 5, 8, 9], 3, 0));
    assert_eq!(ordered(&[], 3), (vec![], 0, 0));
    assert_eq!(ordered(&[7], 3), (vec![7], 0, 0));
    assert_eq!(ordered(&[i64::MIN, i64::MAX], 3), (vec![i64::MIN, i64::MAX], 0, 0));
}

#[test]
fn later_ones_pass_as_they_are() {
    // When 10 comes, 1 and 5 go; 4 is behind 5.
    assert_eq!(ordered(&[1, 5, 10, 4, 9], 3), (vec![1, 5, 4, 9, 10], 1, 1));
}

#[test]
fn equal_times_keep_their_order() {
    let packets = (0..50).map(|n| (i64::from(n / 10), vec![n]));
    let bytes: Vec<_> =
        all(&mut windowed(packets, Some(2), None)).into_iter().map(|seen| seen.1).collect();
    assert_eq!(bytes, (0..50).collect::<Vec<_>>());
}

#[test]
fn what_is_held_back_is_bounded() {
    let large = MAX_BYTES / 16;
    let packets = (0..40).map(|n| (n, vec![n as u8; large]));
    let mut windowed = windowed(packets, Some(1 << 40), None);
    for n in 0..24 {
        assert_eq!(windowed.next_source_packet().unwrap().packet.ts.0, n);
        assert!(windowed.reorder.as_ref().unwrap().held.len() <= 16);
    }
}

#[test]
fn duplicates_by_time() {
    let packets = [(0, b"ab"), (3, b"ab"), (6, b"ab"), (8, b"ac"), (10, b"ab"), (9, b"ac")];
    let packets = packets.map(|(time, data)| (time, data.to_vec()));
    let mut windowed = windowed(packets, None, Some(Span::Time(3)));
    let verdicts: Vec<_> = all(&mut windowed).into_iter().map(|seen| seen.2).collect();
    assert_eq!(verdicts, [false, true, true, false, false, true]);
    assert_eq!(windowed.dedup.unwrap().dropped(), 3);
}

#[test]
fn duplicates_by_number() {
    let packets = b"abacbbda".iter().map(|&byte| (0, vec![byte]));
    let mut windowed = windowed(packets, None, Some(Span::Packets(2)));
    let verdicts: Vec<_> = all(&mut windowed).into_iter().map(|seen| seen.2).collect();
    assert_eq!(verdicts, [false, false, true, false, false, true, false, false]);
}

#[test]
fn lengths_on_the_wire_tell_packets_apart() {
    let mut dedup = Dedup::new(Span::Packets(9));
    let link = LinkType::ETHERNET;
    let mut seen = |wire_len, link, data| {
        dedup.is_duplicate(&Packet { ts: Timestamp(0), wire_len, link, interface: 0, data })
    };
    assert!(!seen(60, link, b"x"));
    assert!(!seen(61, link, b"x"));
    assert!(!seen(60, LinkType::RAW, b"x"));
    assert!(seen(60, link, b"x"));
}

#[test]
fn the_memory_of_old_packets_is_used_again() {
    let packets = (0..5000_u32).map(|n| (i64::from(n), n.to_le_bytes().to_vec()));
    let mut windowed = windowed(packets, None, Some(Span::Time(10)));
    assert!(all(&mut windowed).iter().all(|seen| !seen.2));
    let dedup = windowed.dedup.unwrap();
    assert!(dedup.queue.len() + dedup.free.len() <= 12 && dedup.table.len() <= 11);
    assert!(dedup.bytes <= 44);
}

#[test]
fn disordered_copies_are_found_in_order() {
    let packets = [(1, b"a"), (9, b"b"), (2, b"a"), (10, b"b")];
    let packets = packets.map(|(time, data)| (time, data.to_vec()));
    let mut windowed = windowed(packets, Some(20), Some(Span::Time(1)));
    let expected = [(1, b'a', false), (2, b'a', true), (9, b'b', false), (10, b'b', true)];
    assert_eq!(all(&mut windowed), expected);
}

/// Large packets among many small ones, so that buffers of all sizes come back.
#[test]
fn buffers_that_are_used_again_give_memory_back() {
    let size = |n: u32| if n.wrapping_mul(2_654_435_761) >> 28 == 0 { 20_000 } else { 10 };
    let packet = |n: u32| (i64::from(n), [&n.to_le_bytes()[..], &vec![0; size(n)]].concat());
    let fits = |held: &[&OwnedPacket]| {
        let room: usize = held.iter().map(|held| held.data.capacity()).sum();
        let bytes: usize = held.iter().map(|held| held.data.len()).sum();
        assert!(room <= 2 * bytes + held.len() * SMALL, "{room} for {bytes}");
    };
    for (reorder, dedup) in [(Some(100), None), (None, Some(Span::Packets(100)))] {
        let mut windowed = windowed((0..3000).map(packet), reorder, dedup);
        while windowed.next_source_packet().is_some() {
            if let Some(reorder) = &windowed.reorder {
                assert!(reorder.held.len() <= 110);
                fits(&reorder.held.iter().filter(|held| !held.data.is_empty()).collect::<Vec<_>>());
            }
            if let Some(dedup) = &windowed.dedup {
                fits(
                    &dedup.queue.iter().filter_map(|entry| entry.held.as_ref()).collect::<Vec<_>>(),
                );
            }
        }
    }
}

#[test]
fn few_buffers_are_kept_for_later() {
    let packets = (0..20_000).map(|n| (i64::from(n), vec![7; 100 + n as usize % 100]));
    let packets: Vec<_> = packets.chain([(1 << 40, vec![1])]).collect();
    let mut dedup = windowed(packets.clone(), None, Some(Span::Time(1 << 20)));
    all(&mut dedup);
    assert!(dedup.dedup.unwrap().free.len() <= SPARE);
    let mut reorder = windowed(packets, Some(1 << 20), None);
    all(&mut reorder);
    let held = reorder.reorder.unwrap().held;
    let kept = held.iter().filter(|held| held.data.capacity() > 0).count();
    assert!(held.len() > 20_000 && kept <= SPARE + 1, "{kept} of {}", held.len());
}

/// Whatever is in the packets, a window with a limit takes no more memory than that.
#[test]
fn windows_keep_to_their_memory() {
    const MEMORY: u64 = 1 << 20;
    let size =
        |n: u32| [10, 60, 1500, 3000, 65_000][n.wrapping_mul(2_654_435_761) as usize >> 20 & 3];
    let many = |n: u32| (i64::from(n), [&n.to_le_bytes()[..], &vec![0; size(n)]].concat());
    let buffers = |held: &mut dyn Iterator<Item = &OwnedPacket>| -> usize {
        held.map(|held| held.data.capacity() + 16).sum()
    };
    let long = Span::Packets(1 << 20);
    let (mut longest, mut most) = (0, 0);
    let source = || List((0..30_000).map(many).collect(), 0);
    let mut windowed =
        Windowed { source: source(), reorder: None, dedup: Some(Dedup::limited(long, MEMORY)) };
    while windowed.next_source_packet().is_some() {
        let Dedup { table, queue, free, .. } = windowed.dedup.as_ref().unwrap();
        longest = longest.max(queue.len());
        let held = queue.iter().filter_map(|entry| entry.held.as_ref());
        let entries = queue.capacity() * size_of::<super::dedup::Entry>() + table.allocation_size();
        most = most.max(buffers(&mut held.chain(free)) + entries);
    }
    assert!(longest > 100 && most as u64 <= MEMORY, "{longest} packets in {most} bytes");
    let mut windowed = Windowed {
        source: source(),
        reorder: Some(Reorder::limited(1 << 40, MEMORY)),
        dedup: None,
    };
    let (mut order, mut most) = (Vec::new(), 0);
    while let Some(seen) = windowed.next_source_packet() {
        order.push(seen.packet.ts.0);
        let held = &windowed.reorder.as_ref().unwrap().held;
        most = most.max(buffers(&mut held.iter()) + held.capacity() * size_of::<OwnedPacket>());
    }
    assert!(order.iter().copied().eq(0..30_000), "all packets, in order");
    assert!(most as u64 <= MEMORY, "{most} bytes");
}
