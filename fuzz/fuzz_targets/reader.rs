//! Any bytes read as a capture come to an end: pcap, pcapng, compressed or nothing of the kind.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Ok(mut capture) = flowz_fuzz::open(input) else { return };
    let mut packets = 0_u64;
    let mut bytes = 0_u64;
    while let Some(packet) = capture.next_packet() {
        packets += 1;
        bytes += packet.data.len() as u64;
    }
    assert!(capture.next_packet().is_none(), "a packet behind the end");
    assert!(bytes <= capture.file_bytes(), "{bytes} bytes of packets");
    assert!(packets <= capture.file_bytes(), "{packets} packets");
    for damage in capture.damages() {
        assert!(!damage.to_string().is_empty());
    }
});
