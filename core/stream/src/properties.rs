//! A known stream in pieces, twice, in the wrong order, with holes: what comes out is right at its place.

use proptest::prelude::*;

use crate::direction::REMEMBERED_GAPS;
use crate::scene::Scene;
use crate::{Limits, Side};

/// The byte at an offset.
fn byte(at: u64) -> u8 {
    (at.wrapping_mul(31) ^ (at >> 8)) as u8
}

/// Pieces of a stream: first offset and length.
fn pieces(len: u32) -> impl Strategy<Value = Vec<(u32, u32)>> {
    prop::collection::vec((0..len, 1..200_u32), 1..60)
        .prop_map(move |all| all.into_iter().map(|(at, n)| (at, n.min(len - at))).collect())
}

fn send(scene: &mut Scene, (at, len): (u32, u32)) {
    let bytes: Vec<u8> = (at..at + len).map(|at| byte(at.into())).collect();
    scene.data(Side::One, at, Some(0), &bytes, |_| ());
}

/// What came out of the first side is right. Bytes are missing only if they did not come, or `late`.
fn check(scene: &Scene, came: &[bool], late: bool) {
    for (at, &value) in scene.log.bytes[0].iter().enumerate() {
        let right = byte(at as u64);
        assert!(value == right || (value == b'.' && (late || !came[at])), "offset {at}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 4_000 } else { 100_000 }))]

    /// Random segmentation, duplication, order, overlaps and losses.
    #[test]
    fn what_comes_out_is_right_at_its_offset(
        all in pieces(1000),
        isn in any::<u32>(),
        acks in prop::collection::vec(0..1100_u32, 0..20),
        held in 300..6000_usize,
    ) {
        let mut scene = Scene::new();
        scene.isn = [isn, 7];
        scene.limits = Limits { held, history: 64, ..Limits::default() };
        scene.handshake();
        let mut came = vec![false; 2000];
        let (mut acks, mut sent) = (acks.into_iter(), 0);
        for piece in all {
            send(&mut scene, piece);
            (piece.0..piece.0 + piece.1).for_each(|at| came[at as usize] = true);
            sent += u64::from(piece.1);
            if let Some(ack) = acks.next() {
                scene.wait(3);
                scene.ack(ack);
            }
            // What waits, and the first room of both histories.
            prop_assert!(scene.conversation.memory() <= held + 2 * 4096 + 256);
        }
        let now = crate::Moment::default();
        let counts = {
            let Scene { conversation, log, limits, .. } = &mut scene;
            // The log forgets the bytes of what is closed.
            let mut before = Keep { log, counts: None };
            conversation.close(now, limits, &mut before);
            before.counts.unwrap_or_default()
        };
        let late = counts.late_bytes > 0 || counts.keep_alives > 0;
        check(&scene, &came, late || counts.gaps > REMEMBERED_GAPS as u64);
        let total = scene.log.bytes[0].len() as u64;
        prop_assert_eq!(counts.bytes + counts.missing, total, "gaps add up");
        let accounted = counts.bytes + counts.duplicate_bytes + counts.conflicting_bytes + counts.late_bytes + counts.keep_alives;
        prop_assert!(accounted <= sent);
    }

    /// The same pieces in any order give the same stream, if nothing is lost.
    #[test]
    fn the_order_of_arrival_does_not_matter(
        cuts in prop::collection::btree_set(1..800_u32, 0..30),
        more in pieces(800),
        shuffle in any::<u64>(),
    ) {
        let mut at = 0;
        let mut all: Vec<(u32, u32)> = cuts.into_iter().chain([800]).map(|cut| {
            let piece = (at, cut - at);
            at = cut;
            piece
        }).collect();
        all.extend(more);
        let mut key = shuffle;
        all.sort_by_cached_key(|_| { key = key.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1); key >> 33 });
        let mut scene = Scene::open();
        for piece in all {
            send(&mut scene, piece);
        }
        let whole: Vec<u8> = (0..800).map(byte).collect();
        prop_assert_eq!(&scene.log.bytes[0], &whole);
    }
}

/// Passes all on but the end, and keeps the counts of the first side.
struct Keep<'a> {
    log: &'a mut crate::scene::Log,
    counts: Option<flowz_api::stream::StreamCounts>,
}

impl crate::Out for Keep<'_> {
    fn begins(&mut self, _: Side, _: flowz_api::stream::StreamStart) {}

    fn data(&mut self, side: Side, offset: u64, bytes: &[u8], at: crate::Moment) {
        self.log.data(side, offset, bytes, at);
    }

    fn gap(
        &mut self,
        side: Side,
        offset: u64,
        len: u64,
        reason: flowz_api::stream::GapReason,
        at: crate::Moment,
    ) {
        self.log.gap(side, offset, len, reason, at);
    }

    fn end(&mut self, _: Side, _: u64, _: flowz_api::stream::EndReason, _: crate::Moment) {}

    fn closed(&mut self, side: Side, counts: &flowz_api::stream::StreamCounts) {
        if side == Side::One {
            self.counts = Some(*counts);
        }
    }
}
