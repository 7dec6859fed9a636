//! Segments of any kind in any order: what comes out is in order, adds up, and takes no more memory than allowed.
#![no_main]

use flowz_api::packet::Timestamp;
use flowz_api::stream::{EndReason, GapReason, StreamCounts, StreamStart};
use flowz_stream::{Conversation, Limits, Moment, Out, Policy, Segment, Side};
use libfuzzer_sys::fuzz_target;

/// Checks what comes out.
#[derive(Default)]
struct Check {
    next: [u64; 2],
    bytes: [u64; 2],
    missing: [u64; 2],
    ended: [bool; 2],
    begun: [bool; 2],
}

impl Out for Check {
    fn begins(&mut self, side: Side, _: StreamStart) {
        assert!(!self.begun[side as usize], "a direction begins once");
        self.begun[side as usize] = true;
    }

    fn data(&mut self, side: Side, offset: u64, bytes: &[u8], _: Moment) {
        let at = side as usize;
        assert!(self.begun[at] && !self.ended[at] && !bytes.is_empty());
        assert_eq!(offset, self.next[at]);
        self.next[at] += bytes.len() as u64;
        self.bytes[at] += bytes.len() as u64;
    }

    fn gap(&mut self, side: Side, offset: u64, len: u64, reason: GapReason, _: Moment) {
        let at = side as usize;
        assert!(self.begun[at] && !self.ended[at], "{reason:?}");
        assert!(len > 0 && len < 1 << 32, "{len}");
        assert_eq!(offset, self.next[at]);
        self.next[at] += len;
        self.missing[at] += len;
    }

    fn end(&mut self, side: Side, offset: u64, _: EndReason, _: Moment) {
        let at = side as usize;
        assert!(self.begun[at] && !self.ended[at]);
        assert_eq!(offset, self.next[at]);
        self.ended[at] = true;
    }

    fn closed(&mut self, side: Side, counts: &StreamCounts) {
        let at = side as usize;
        assert!(self.ended[at]);
        assert_eq!((counts.bytes, counts.missing), (self.bytes[at], self.missing[at]));
        (self.next[at], self.bytes[at], self.missing[at]) = (0, 0, 0);
        (self.ended[at], self.begun[at]) = (false, false);
    }
}

const POLICIES: [Policy; 6] =
    [Policy::First, Policy::Last, Policy::Bsd, Policy::Linux, Policy::Windows, Policy::Solaris];
/// Bytes of a description of a segment.
const SEGMENT: usize = 10;

fuzz_target!(|data: &[u8]| {
    let Some((&[policy, held, jumps], rest)) = data.split_first_chunk() else { return };
    let limits = Limits {
        held: 400 + usize::from(held) * 64,
        history: usize::from(held),
        policy: POLICIES[usize::from(policy) % POLICIES.len()],
        in_order_of_conversation: policy & 0x80 == 0,
        ..Limits::default()
    };
    let (mut conversation, mut out) = (Conversation::default(), Check::default());
    let payload: Vec<u8> = (0..=255).collect();
    let mut at = Moment::default();
    for words in rest.chunks_exact(SEGMENT) {
        let number = |n: usize| u16::from_be_bytes([words[n], words[n + 1]]);
        // Small numbers meet each other; some jump anywhere.
        let jumps = u16::from(jumps & 7);
        let far = |n: u16| if n & 7 > jumps { u32::from(n) << 16 } else { u32::from(n) };
        let flags = words[0];
        let len = usize::from(words[5]);
        let captured = len.min(usize::from(words[6]));
        at.number += 1;
        at.time = Timestamp(at.time.0.wrapping_add(i64::from(number(7) as i16) * 100_000));
        let side = if flags & 1 == 0 { Side::One } else { Side::Two };
        let segment = Segment {
            seq: far(number(1)),
            ack: (flags & 2 != 0).then(|| far(number(3))),
            syn: flags & 0x1c == 4,
            fin: flags & 0x18 == 8,
            rst: flags & 0x34 == 0x10,
            len: len as u32,
            bytes: &payload[..captured],
            at,
            tap: u16::from(words[9] & 3),
        };
        conversation.segment(side, &segment, &limits, &mut out);
        assert!(conversation.memory() <= 2 * (limits.held + 4 * limits.history.max(4096) + 1024));
        if words[9] == 0xff {
            conversation.release(at, &limits, &mut out);
        }
    }
    conversation.close(at, &limits, &mut out);
});
