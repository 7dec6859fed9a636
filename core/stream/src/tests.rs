//! The cases that captures are full of, one by one.

use flowz_api::stream::StreamStart;

use crate::scene::Scene;
use crate::{Policy, Side};

#[test]
fn in_order_both_ways() {
    let mut scene = Scene::open();
    scene.one(0, "GET ");
    scene.one(4, "/");
    scene.two(0, 5, "200");
    assert_eq!(scene.lines(), "One 0 GET ; One 4 /; Two 0 200");
    scene.packet(Side::One, 5, Some(3), |s| s.fin = true);
    scene.packet(Side::Two, 3, Some(6), |s| s.fin = true);
    assert_eq!(scene.lines(), "One 5 end Fin; Two 3 end Fin");
    let (lines, [one, two]) = scene.close();
    assert_eq!((lines.as_str(), one.bytes, two.bytes, one.gaps), ("", 5, 3, 0));
    assert_eq!((one.start, two.segments), (StreamStart::Syn, 1));
}

#[test]
fn segments_in_the_wrong_order_wait() {
    let mut scene = Scene::open();
    scene.one(3, "def");
    scene.one(6, "ghi");
    assert_eq!(scene.lines(), "");
    scene.one(0, "abc");
    assert_eq!(scene.lines(), "One 0 abc; One 3 def; One 6 ghi");
    let (_, [one, _]) = scene.close();
    assert_eq!((one.out_of_order, one.most_held, one.duplicate_bytes), (1, 6, 0));
}

#[test]
fn a_gap_is_given_up_when_acknowledged_and_waited_for() {
    let mut scene = Scene::open();
    scene.one(0, "abc");
    scene.one(6, "ghi");
    scene.ack(9);
    assert_eq!(scene.lines(), "One 0 abc", "the packet may still come");
    scene.wait(10);
    scene.one(9, "jkl");
    assert_eq!(scene.lines(), "");
    scene.one(12, "mno");
    let given_up = "One 3 gap 3 Acknowledged; One 6 ghi; One 9 jkl; One 12 mno";
    assert_eq!(scene.lines(), given_up);
    let (_, [one, _]) = scene.close();
    assert_eq!((one.gaps, one.missing, one.bytes), (1, 3, 12));
}

#[test]
fn a_silent_direction_is_given_up_later() {
    let mut scene = Scene::open();
    scene.one(3, "def");
    scene.ack(6);
    scene.wait(400);
    scene.ack(6);
    assert_eq!(scene.lines(), "");
    scene.wait(200);
    scene.ack(6);
    assert_eq!(scene.lines(), "One 0 gap 3 Acknowledged; One 3 def");
}

#[test]
fn an_acknowledgement_in_front_of_the_data_is_no_loss() {
    let mut scene = Scene::open();
    scene.ack(3);
    scene.one(0, "abc");
    scene.ack(9);
    scene.one(6, "ghi");
    scene.one(3, "def");
    assert_eq!(scene.lines(), "One 0 abc; One 3 def; One 6 ghi");
    assert_eq!(scene.close().1[0].gaps, 0);
}

#[test]
fn data_of_the_other_direction_is_no_proof_of_loss() {
    let mut scene = Scene::open();
    scene.one(3, "def");
    for n in 0..20 {
        scene.wait(100);
        scene.two(n * 2, 0, "xy");
        scene.one(6 + n * 3, "ghi");
    }
    assert!(!scene.lines().contains("gap"));
    scene.one(0, "abc");
    assert!(scene.lines().starts_with("One 0 abc; One 3 def"));
}

#[test]
fn a_retransmission_after_a_real_loss_is_waited_for() {
    let mut scene = Scene::open();
    scene.one(3, "def");
    for n in 0..10 {
        scene.ack(0);
        scene.one(6 + n * 3, "ghi");
    }
    scene.wait(200);
    scene.one(0, "abc");
    let (_, [one, _]) = scene.close();
    assert_eq!((one.gaps, one.out_of_order, one.duplicate_segments), (0, 1, 0));
}

#[test]
fn a_fin_behind_a_hole_does_not_move_its_end() {
    let mut scene = Scene::open();
    scene.one(0, "abc");
    scene.data(Side::One, 6, Some(0), b"ghi", |s| s.fin = true);
    let (lines, [one, _]) = scene.close();
    assert_eq!(lines, "One 0 abc; One 3 gap 3 Ended; One 6 ghi; One 9 end Fin; Two 0 end Open");
    assert_eq!((one.gaps, one.missing), (1, 3));
    let mut scene = Scene::open();
    scene.one(0, "abc");
    scene.packet(Side::One, 9, Some(0), |s| s.fin = true);
    assert!(scene.close().0.contains("One 3 gap 6 Ended; One 9 end Fin"), "nothing is held");
}

#[test]
fn an_acknowledged_fin_that_comes_later_is_not_waited_for() {
    let mut scene = Scene::open();
    scene.two(0, 4, "response");
    scene.data(Side::One, 0, Some(0), b"get", |s| s.fin = true);
    assert_eq!(scene.lines(), "One 0 get; Two 0 response; One 3 end Fin");
}

#[test]
fn nothing_lies_behind_a_fin() {
    let mut scene = Scene::open();
    scene.packet(Side::One, 6, Some(0), |s| s.fin = true);
    scene.one(3, "defghi");
    scene.one(7, "x");
    scene.one(0, "abc");
    assert_eq!(scene.lines(), "One 0 abc; One 3 def; One 6 end Fin");
    scene.one(6, "ghi");
    assert_eq!(scene.close().0, "Two 0 end Open");
}

#[test]
fn from_the_middle_and_in_one_direction_only() {
    let mut scene = Scene::new();
    scene.one(700, "abc");
    scene.one(703, "def");
    assert_eq!(scene.lines(), "One 0 abc; One 3 def");
    scene.one(500, "xyz");
    let (lines, [one, two]) = scene.close();
    assert_eq!((lines.as_str(), one.start), ("One 6 end Open", StreamStart::Middle));
    assert_eq!((one.duplicate_segments, one.duplicate_bytes, two.bytes), (1, 0, 0));
    let mut scene = Scene::new();
    scene.two(0, 900, "of a server");
    scene.two(11, 900, " alone");
    assert_eq!(scene.lines(), "Two 0 of a server; Two 11  alone");
}

#[test]
fn retransmissions_and_partial_overlaps_keep_the_new_tail() {
    let mut scene = Scene::open();
    scene.one(0, "abcdef");
    scene.one(0, "abc");
    scene.one(3, "defghi");
    scene.one(0, "abcdefghijk");
    assert_eq!(scene.lines(), "One 0 abcdef; One 6 ghi; One 9 jk");
    let (_, [one, _]) = scene.close();
    assert_eq!((one.duplicate_bytes, one.duplicate_segments), (3 + 3 + 9, 1));
    assert_eq!((one.conflicting_bytes, one.gaps), (0, 0));
}

#[test]
fn conflicting_bytes_are_counted_and_the_first_ones_count() {
    let mut scene = Scene::open();
    scene.one(0, "abcdef");
    scene.one(0, "abXXef");
    scene.one(9, "FORGED");
    scene.one(6, "ghijkl");
    assert_eq!(scene.lines(), "One 0 abcdef; One 6 ghi; One 9 FORGED");
    let (_, [one, _]) = scene.close();
    assert_eq!((one.conflicting_bytes, one.duplicate_bytes), (2 + 3, 4));
}

#[test]
fn the_last_bytes_count_where_that_is_asked_for() {
    let mut scene = Scene::open();
    scene.limits.policy = Policy::Last;
    scene.one(3, "FORGED");
    scene.one(3, "defghi");
    scene.one(0, "abc");
    assert_eq!(scene.lines(), "One 0 abc; One 3 defghi");
}

#[test]
fn sequence_numbers_wrap() {
    let mut scene = Scene::new();
    scene.isn = [u32::MAX - 3, u32::MAX];
    scene.handshake();
    scene.one(0, "ab");
    scene.one(4, "ef");
    scene.one(2, "cd");
    scene.two(0, 6, "xy");
    scene.one(6, "gh");
    assert_eq!(scene.lines(), "One 0 ab; One 2 cd; One 4 ef; Two 0 xy; One 6 gh");
}

#[test]
fn more_than_four_gigabytes_have_offsets_of_their_own() {
    let mut scene = Scene::open();
    // Three jumps of nearly two gigabytes each: all that lies between is missing.
    for n in 1..=3_u32 {
        scene.data(Side::One, n.wrapping_mul(1_900_000_000), Some(0), b"x", |_| ());
        scene.conversation.release(crate::Moment::default(), &scene.limits, &mut Quiet);
        while scene.conversation.release(crate::Moment::default(), &scene.limits, &mut Quiet) {}
    }
    let (lines, [one, _]) = scene.close();
    assert!(lines.contains("5700000001 end"), "{lines}");
    assert_eq!((one.bytes, one.missing, one.evictions), (3, 5_700_000_001 - 3, 3));
}

/// Takes all and says nothing.
struct Quiet;

impl crate::Out for Quiet {
    fn begins(&mut self, _: Side, _: StreamStart) {}
    fn data(&mut self, _: Side, _: u64, _: &[u8], _: crate::Moment) {}
    fn gap(&mut self, _: Side, _: u64, _: u64, _: flowz_api::stream::GapReason, _: crate::Moment) {}
    fn end(&mut self, _: Side, _: u64, _: flowz_api::stream::EndReason, _: crate::Moment) {}
    fn closed(&mut self, _: Side, _: &flowz_api::stream::StreamCounts) {}
}

#[test]
fn keep_alives_bring_nothing() {
    let mut scene = Scene::open();
    scene.one(0, "abc");
    scene.one(2, "\0");
    scene.packet(Side::One, 2, Some(0), |_| ());
    scene.one(3, "def");
    assert_eq!(scene.lines(), "One 0 abc; One 3 def");
    let (_, [one, _]) = scene.close();
    assert_eq!((one.keep_alives, one.duplicate_bytes, one.conflicting_bytes), (1, 0, 0));
}

#[test]
fn zero_window_probes_bring_a_byte_once() {
    let mut scene = Scene::open();
    scene.one(0, "abc");
    scene.one(3, "d");
    scene.ack(3);
    scene.one(3, "defg");
    assert_eq!(scene.lines(), "One 0 abc; One 3 d; One 4 efg");
    assert_eq!(scene.close().1[0].gaps, 0);
}

#[test]
fn data_in_the_syn_begins_the_stream() {
    let mut scene = Scene::new();
    scene.data(Side::One, 0, None, b"early", |s| (s.seq, s.syn) = (s.seq - 1, true));
    scene.packet(Side::Two, 0, Some(0), |s| (s.seq, s.syn) = (s.seq - 1, true));
    scene.one(0, "early bird");
    assert_eq!(scene.lines(), "One 0 early; One 5  bird");
    assert_eq!(scene.close().1[0].start, StreamStart::Syn);
}

#[test]
fn half_closed_connections_go_on() {
    let mut scene = Scene::open();
    scene.data(Side::One, 0, Some(0), b"request", |s| s.fin = true);
    scene.two(0, 8, "response");
    scene.two(8, 8, " and more");
    assert_eq!(scene.lines(), "One 0 request; One 7 end Fin; Two 0 response; Two 8  and more");
}

#[test]
fn the_text_of_a_reset_is_no_data() {
    let mut scene = Scene::open();
    scene.one(0, "abc");
    scene.one(6, "ghi");
    scene.data(Side::Two, 0, Some(3), b"go away", |s| s.rst = true);
    let (lines, [_, two]) = scene.close();
    assert_eq!(lines, "One 0 abc; One 3 gap 3 Ended; One 6 ghi; One 9 end Reset; Two 0 end Reset");
    assert_eq!((two.bytes, two.segments), (0, 0));
}

#[test]
fn a_reset_far_outside_of_the_window_is_forged() {
    let mut scene = Scene::open();
    scene.one(0, "abc");
    scene.packet(Side::One, 1 << 30, Some(0), |s| s.rst = true);
    scene.packet(Side::One, 3, Some(0), |s| s.fin = true);
    assert_eq!(scene.close().0, "One 0 abc; One 3 end Fin; Two 0 end Open");
}

#[test]
fn ports_used_again_are_another_connection() {
    let mut scene = Scene::open();
    scene.one(0, "abc");
    scene.one(6, "ghi");
    scene.isn = [77_000, 99_000];
    scene.handshake();
    let ended = "One 0 abc; One 3 gap 3 Ended; One 6 ghi; One 9 end Reused; Two 0 end Reused";
    assert_eq!(scene.lines(), ended);
    assert_eq!((scene.conversation.connection(), scene.log.closed[0].1.missing), (1, 3));
    scene.one(0, "again");
    assert_eq!(scene.lines(), "One 0 again");
    scene.packet(Side::One, 0, None, |s| (s.seq, s.syn) = (s.seq - 1, true));
    assert_eq!(scene.conversation.connection(), 1, "the same SYN once more");
}

#[test]
fn what_was_not_captured_is_a_gap() {
    let mut scene = Scene::open();
    scene.data(Side::One, 0, Some(0), b"abc", |s| s.len = 10);
    scene.data(Side::One, 20, Some(0), b"uvw", |s| s.len = 10);
    scene.data(Side::One, 10, Some(0), b"klm", |s| s.len = 10);
    let lines = "One 0 abc; One 3 gap 7 Snapped; One 10 klm; One 13 gap 7 Snapped; One 20 uvw; \
                 One 23 gap 7 Snapped";
    assert_eq!(scene.lines(), lines);
    let (_, [one, _]) = scene.close();
    assert_eq!((one.snapped, one.bytes, one.missing, one.gaps), (21, 9, 21, 3));
}

#[test]
fn the_same_segment_under_another_tag_is_a_copy() {
    let mut scene = Scene::open();
    for (offset, text) in [(0, "abc"), (3, "def")] {
        for tap in [100, 200] {
            scene.data(Side::One, offset, Some(0), text.as_bytes(), |s| s.tap = tap);
        }
    }
    let (_, [one, _]) = scene.close();
    assert_eq!((one.tap_copies, one.duplicate_bytes, one.bytes), (2, 0, 6));
}

#[test]
fn a_request_comes_in_front_of_its_response() {
    let mut scene = Scene::open();
    scene.two(0, 7, "response");
    scene.one(0, "request");
    assert_eq!(scene.lines(), "One 0 request; Two 0 response");
    scene.data(Side::Two, 8, Some(9), b"second", |_| ());
    assert_eq!(scene.lines(), "", "it waits for a request that is lost");
    scene.wait(700);
    scene.packet(Side::One, 9, Some(14), |_| ());
    assert_eq!(scene.lines(), "One 7 gap 2 Acknowledged; Two 8 second");
    scene.limits.in_order_of_conversation = false;
    scene.two(14, 99, "third");
    assert_eq!(scene.lines(), "Two 14 third");
}

#[test]
fn what_waits_behind_a_hole_at_the_end_comes_in_the_order_of_the_conversation() {
    let mut scene = Scene::open();
    scene.one(0, "ask1");
    scene.two(0, 4, "a");
    // "b" is lost.
    scene.two(2, 4, "c");
    scene.data(Side::One, 4, Some(3), b"ask2", |_| ());
    scene.two(3, 8, "d");
    assert_eq!(scene.lines(), "One 0 ask1; Two 0 a");
    let (lines, _) = scene.close();
    assert_eq!(
        lines,
        "Two 1 gap 1 Ended; Two 2 c; One 4 ask2; Two 3 d; One 8 end Open; Two 4 end Open"
    );
}

#[test]
fn a_lost_request_at_the_end_is_told_in_front_of_its_response() {
    let mut scene = Scene::open();
    scene.two(0, 7, "response");
    let (lines, _) = scene.close();
    assert_eq!(lines, "One 0 gap 7 Ended; Two 0 response; One 7 end Open; Two 8 end Open");
}

#[test]
fn no_more_is_held_than_allowed() {
    let mut scene = Scene::open();
    scene.limits.held = 2000;
    for n in 0..1000_u32 {
        scene.one(2 + n * 2, "x");
        assert!(scene.conversation.memory() < 2000 + (1 << 14) + 400);
    }
    let (_, [one, _]) = scene.close();
    assert_eq!((one.bytes, one.missing, one.gaps), (1000, 1001, 1000));
    assert!(one.evictions > 900, "{}", one.evictions);
}

#[test]
fn a_forged_acknowledgement_far_ahead_is_none() {
    let mut scene = Scene::open();
    scene.one(0, "abc");
    scene.ack(1 << 25);
    scene.wait(1000);
    scene.ack(1 << 31);
    scene.one(3, "def");
    assert_eq!(scene.lines(), "One 0 abc; One 3 def");
}
