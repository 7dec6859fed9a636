//! RTCP in one direction of a flow: round trips, and reports that wait for the one of the other side.

use std::collections::VecDeque;

use flowz_api::Checkpoint;
use flowz_api::memory;
use flowz_api::packet::Timestamp;

use super::report::Report;
use crate::voip::rtcp::{ReportBlock, SenderInfo};

/// Sender reports that an answer may refer to.
const MOST_SENT: usize = 8;
/// Reports that wait.
const MOST_WAITING: usize = 8;
/// Parts of a second in which delays are told.
const PARTS: f64 = 65_536.0;

/// RTCP of a direction.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct Control {
    pub(crate) datagrams: u32,
    /// Of the latest sender report.
    pub(crate) sender_packets: u32,
    pub(crate) sender_octets: u32,
    /// Of the latest report block.
    pub(crate) fraction: u8,
    pub(crate) lost: i32,
    /// The largest in ticks of the clock.
    pub(crate) most_jitter: u32,
    /// Sender reports of this direction.
    sent: VecDeque<Sent>,
    /// Latest round trip between capture and sender of this direction, in milliseconds.
    round_trip: Option<f64>,
    /// Reports of this direction, whose row waits for the round trip of the other one.
    waiting: VecDeque<Report>,
}

/// A sender report when it came by.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Checkpoint)]
struct Sent {
    ssrc: u32,
    /// Middle 32 bits of the time in it.
    middle: u32,
    time: Timestamp,
}

impl Control {
    /// Most bytes that it holds.
    pub(crate) fn bytes() -> usize {
        memory::list::<Sent>(MOST_SENT + 1)
            + memory::list::<Report>(MOST_WAITING + 1)
            + (MOST_WAITING + 1) * Report::BYTES
    }

    /// A sender report comes by.
    pub(crate) fn sender(&mut self, ssrc: u32, info: &SenderInfo, time: Timestamp) {
        (self.sender_packets, self.sender_octets) = (info.packets, info.octets);
        if self.sent.len() >= MOST_SENT {
            self.sent.pop_front();
        }
        self.sent.push_back(Sent { ssrc, middle: (info.ntp >> 16) as u32, time });
    }

    /// A report block comes by, about a source of the other direction: the time from that source's sender report here to this block here,
    /// less what passed at the receiver, in milliseconds. No clock but that of the capture is needed.
    pub(crate) fn block(
        &mut self,
        block: &ReportBlock,
        time: Timestamp,
        other: Option<&Self>,
    ) -> Option<f64> {
        (self.fraction, self.lost) = (block.fraction, block.lost);
        self.most_jitter = self.most_jitter.max(block.jitter);
        if block.last_report == 0 {
            return None;
        }
        let is_it = |sent: &&Sent| sent.ssrc == block.ssrc && sent.middle == block.last_report;
        let sent = other?.sent.iter().rev().find(is_it)?;
        let passed = (time - sent.time) as f64 / 1e6;
        let round_trip = passed - f64::from(block.delay) * 1000.0 / PARTS;
        self.round_trip = Some(round_trip);
        Some(round_trip)
    }

    /// A report is complete, or waits to become so. Those that wait no longer are shown, in order.
    pub(crate) fn push(
        &mut self,
        mut report: Report,
        other: Option<&Self>,
        show: &mut dyn FnMut(&Report),
    ) {
        let other = other.and_then(|other| other.round_trip);
        report.complete(other);
        if self.waiting.is_empty() && !report.waits() {
            show(&report);
            return;
        }
        self.waiting.push_back(report);
        if other.is_some() {
            self.flush(other, show);
        } else if self.waiting.len() > MOST_WAITING {
            self.waiting.pop_front().iter().for_each(show);
        }
    }

    /// The other direction knows its round trip now, or it is the end: shows all that wait.
    pub(crate) fn flush(&mut self, other: Option<f64>, show: &mut dyn FnMut(&Report)) {
        for mut report in self.waiting.drain(..) {
            report.complete(other);
            show(&report);
        }
    }

    /// Latest round trip between capture and sender of this direction.
    pub(crate) fn round_trip(&self) -> Option<f64> {
        self.round_trip
    }
}

#[cfg(test)]
mod tests {
    use flowz_api::packet::Timestamp;

    use super::{Control, MOST_WAITING};
    use crate::rtp_decode::report::Report;
    use crate::voip::rtcp::{ReportBlock, SenderInfo};

    fn block(last_report: u32, delay: u32) -> ReportBlock {
        ReportBlock { ssrc: 7, fraction: 1, lost: 2, highest: 0, jitter: 3, last_report, delay }
    }

    fn at(millis: i64) -> Timestamp {
        Timestamp(millis * 1_000_000)
    }

    #[test]
    fn round_trips_need_the_sender_report() {
        let (mut caller, mut callee) = (Control::default(), Control::default());
        let ntp = 0x1111_2222_3333_4444;
        caller.sender(7, &SenderInfo { ntp, timestamp: 0, packets: 5, octets: 6 }, at(1000));
        let trip =
            |callee: &mut Control, block, time| callee.block(&block, at(time), Some(&caller));
        assert_eq!(trip(&mut callee, block(0, 0), 1400), None);
        assert_eq!(trip(&mut callee, block(0x2222_3334, 0), 1400), None);
        assert_eq!(trip(&mut callee, block(0x2222_3333, 65_536 / 4), 1310), Some(60.0));
        assert_eq!((callee.round_trip(), callee.most_jitter, callee.lost), (Some(60.0), 3, 2));
        assert_eq!(callee.block(&block(0x2222_3333, 0), at(1400), None), None);
    }

    #[test]
    fn rows_wait_for_the_other_side_within_bounds() {
        let mut own = Control::default();
        let mut shown = Vec::new();
        let report = |n| Report { number: n, round_trip: Some(60.0), ..Report::default() };
        let last = MOST_WAITING as u64 + 1;
        for n in 1..=last {
            own.push(report(n), None, &mut |report| shown.push((report.number, report.end_to_end)));
        }
        assert_eq!(shown, [(1, None)]);
        own.flush(Some(20.0), &mut |report| shown.push((report.number, report.end_to_end)));
        assert_eq!((shown.len(), shown[1]), (last as usize, (2, Some(80.0))));
    }
}
