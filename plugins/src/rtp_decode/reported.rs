//! What RTCP tells of sources, whichever flow it comes in.
//!
//! A source is found by its SSRC, the addresses and the ports without their lowest bit: media have an even port and RTCP the odd one
//! behind it, or both the same (RFC 3550, section 11; RFC 5761). RTCP on other ports is not joined to its sources.

use flowz_api::Checkpoint;
use flowz_api::key::FlowKey;

use crate::voip::bounded::Bounded;
use crate::voip::rtcp::{ReportBlock, SenderInfo};

/// Most sources that are kept.
const MOST: usize = 16_384;
/// Bytes of each.
const BYTES: usize = 256;

/// What was told of a source.
#[derive(Clone, Copy, PartialEq, Debug, Default, Checkpoint)]
pub(crate) struct Reported {
    /// Report blocks about it.
    pub(crate) reports: u32,
    /// Of the latest block: part that was lost since the one before, of 256; lost in all; jitter in ticks of the clock.
    pub(crate) fraction: u8,
    pub(crate) lost: i32,
    pub(crate) jitter: u32,
    /// Latest round trip between capture and receiver in milliseconds.
    pub(crate) round_trip: Option<f64>,
    /// What its sender says to have sent, by the latest sender report.
    pub(crate) sender_packets: Option<u32>,
    pub(crate) sender_octets: Option<u32>,
    /// It has said goodbye.
    pub(crate) is_over: bool,
}

/// A source: SSRC, and from where to where it sends.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Checkpoint)]
struct SourceKey {
    ssrc: u32,
    src: [u8; 16],
    dst: [u8; 16],
    ports: (u16, u16),
}

/// What was told of all sources.
#[derive(Debug, Checkpoint)]
pub(crate) struct Reports {
    sources: Bounded<SourceKey, Reported>,
}

impl Reports {
    /// Empty, for what takes no more than a part of the memory.
    pub(crate) fn new(share: usize) -> Self {
        Self { sources: Bounded::new((share / BYTES).min(MOST)) }
    }

    /// Most bytes that it takes.
    pub(crate) fn bytes(share: usize) -> usize {
        (share / BYTES).min(MOST) * BYTES
    }

    /// What was told of a source that sends in the direction of a flow.
    pub(crate) fn of(&self, ssrc: u32, key: &FlowKey) -> Reported {
        self.sources.get(&SourceKey::new(ssrc, key)).copied().unwrap_or_default()
    }

    /// A block about a source came from where this source sends to, in a flow with this key.
    pub(crate) fn block(&mut self, block: &ReportBlock, round_trip: Option<f64>, key: &FlowKey) {
        let reported = self.sources.entry(SourceKey::new(block.ssrc, &key.reversed()));
        reported.reports = reported.reports.saturating_add(1);
        reported.fraction = block.fraction;
        reported.lost = block.lost;
        reported.jitter = block.jitter;
        reported.round_trip = round_trip.or(reported.round_trip);
    }

    /// A source tells what it has sent.
    pub(crate) fn sender(&mut self, ssrc: u32, info: &SenderInfo, key: &FlowKey) {
        let reported = self.sources.entry(SourceKey::new(ssrc, key));
        reported.sender_packets = Some(info.packets);
        reported.sender_octets = Some(info.octets);
    }

    /// A source says goodbye.
    pub(crate) fn goodbye(&mut self, ssrc: u32, key: &FlowKey) {
        self.sources.entry(SourceKey::new(ssrc, key)).is_over = true;
    }
}

impl SourceKey {
    fn new(ssrc: u32, key: &FlowKey) -> Self {
        Self { ssrc, src: key.src, dst: key.dst, ports: (key.src_port & !1, key.dst_port & !1) }
    }
}

#[cfg(test)]
mod tests {
    use flowz_api::key::FlowKey;

    use super::Reports;
    use crate::voip::rtcp::{ReportBlock, SenderInfo};

    #[test]
    fn told_on_the_next_port() {
        let media = FlowKey {
            src: [1; 16],
            dst: [2; 16],
            src_port: 4000,
            dst_port: 5000,
            ..FlowKey::default()
        };
        let control = FlowKey { src_port: 4001, dst_port: 5001, ..media };
        let mut reports = Reports::new(usize::MAX);
        reports.sender(
            7,
            &SenderInfo { ntp: 0, timestamp: 0, packets: 34, octets: 5440 },
            &control,
        );
        let block = ReportBlock {
            ssrc: 7,
            fraction: 12,
            lost: 3,
            highest: 0,
            jitter: 9,
            last_report: 0,
            delay: 0,
        };
        reports.block(&block, Some(60.0), &control.reversed());
        reports.block(&ReportBlock { lost: 4, ..block }, None, &control.reversed());
        let told = reports.of(7, &media);
        assert_eq!((told.sender_packets, told.reports, told.lost), (Some(34), 2, 4));
        assert_eq!((told.round_trip, told.is_over), (Some(60.0), false));
        assert_eq!(reports.of(7, &media.reversed()).reports, 0);
        reports.goodbye(7, &control);
        assert!(reports.of(7, &media).is_over);
    }
}
