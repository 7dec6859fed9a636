//! Any bytes read as a capture come to an end: pcap, pcapng, compressed or nothing of the kind. Read in
//! batches they hold the same packets, and windows for order and duplicates lose none.
#![no_main]

use std::hash::{DefaultHasher, Hash, Hasher};

use flowz_api::packet::Packet;
use flowz_capture::{Batch, Dedup, Input, Reorder, Span, Windowed};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Ok(mut capture) = flowz_fuzz::open(input) else { return };
    let (mut packets, mut bytes, mut alone) = (0_u64, 0_u64, DefaultHasher::new());
    while let Some(packet) = capture.next_packet() {
        packets += 1;
        bytes += packet.data.len() as u64;
        hash(&packet, &mut alone);
    }
    assert!(capture.next_packet().is_none(), "a packet behind the end");
    assert!(bytes <= capture.file_bytes(), "{bytes} bytes of packets");
    assert!(packets <= capture.file_bytes(), "{packets} packets");
    for damage in capture.damages() {
        assert!(!damage.to_string().is_empty());
    }
    let mut batched = DefaultHasher::new();
    in_batches(input, None, |packet| hash(packet, &mut batched));
    assert_eq!(alone.finish(), batched.finish(), "other packets in batches");
    let mut seen = 0;
    let windows = (Reorder::new(1_000_000_000), Dedup::new(Span::Packets(5)));
    in_batches(input, Some(windows), |_| seen += 1);
    assert_eq!(seen, packets, "packets lost in the windows");
});

fn in_batches(input: &[u8], windows: Option<(Reorder, Dedup)>, mut each: impl FnMut(&Packet<'_>)) {
    let Ok(source) = flowz_fuzz::open(input) else { return };
    let (reorder, dedup) = windows.unzip();
    let mut windowed: Windowed<Input> = Windowed { source, reorder, dedup };
    windowed.enable_batches();
    let mut batch = Batch::default();
    while windowed.read_batch(&mut batch) {
        batch.packets().for_each(|seen| each(&seen.packet));
    }
}

fn hash(packet: &Packet<'_>, hasher: &mut DefaultHasher) {
    (packet.ts.0, packet.wire_len, packet.link.0, packet.interface, packet.data).hash(hasher);
}
