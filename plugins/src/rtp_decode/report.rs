//! A report of RTCP, and its row.

use flowz_api::Checkpoint;
use flowz_api::Row;
use flowz_api::cell::{Dir, Hex32, IpText, Label, Time};
use flowz_api::key::FlowKey;
use flowz_api::packet::Timestamp;

use super::toggles::Toggles;
use crate::voip::rtcp::{Compound, ReportBlock, SenderInfo, VoipMetrics};

/// Most kinds of packets that are named.
const MOST_KINDS: usize = 8;

/// A sender report, a report block or metrics of a call.
#[derive(Clone, PartialEq, Debug, Default, Checkpoint)]
pub(crate) struct Report {
    pub(crate) time: Timestamp,
    /// Number of the packet in the capture.
    pub(crate) number: u64,
    /// Direction `B`.
    pub(crate) is_reply: bool,
    pub(crate) key: FlowKey,
    /// Who reports.
    pub(crate) ssrc: u32,
    /// Kinds of packets in the datagram, with signs between them.
    pub(crate) kinds: String,
    pub(crate) info: Option<SenderInfo>,
    pub(crate) block: Option<ReportBlock>,
    pub(crate) metrics: Option<VoipMetrics>,
    /// In milliseconds: between capture and who reports, and from there to the other side and back.
    pub(crate) round_trip: Option<f64>,
    pub(crate) end_to_end: Option<f64>,
}

impl Report {
    /// Most bytes that one holds elsewhere.
    pub(crate) const BYTES: usize = 8 * MOST_KINDS + 16;

    /// Adds the round trip of the other side, if that is known.
    pub(crate) fn complete(&mut self, other: Option<f64>) {
        if let (Some(own), Some(other), None) = (self.round_trip, other, self.end_to_end) {
            self.end_to_end = Some(own + other);
        }
    }

    /// The round trip of the other side is missing.
    pub(crate) fn waits(&self) -> bool {
        self.round_trip.is_some() && self.end_to_end.is_none()
    }
}

/// Kinds of packets in a datagram, as `SR+SDES`.
pub(crate) fn kinds(all: Compound<'_>) -> String {
    let names: Vec<_> = all.map(|p| p.name()).filter(|n| !n.is_empty()).take(MOST_KINDS).collect();
    names.join("+")
}

/// A report of RTCP: a row for each report block, or one for a report without any. Metrics (RFC 3611) stand beside the block about
/// the same source.
#[derive(Row, Debug)]
#[row(toggles = Toggles, table = "rtcp")]
pub(crate) struct ReportRow<'a> {
    /// When it came.
    #[col(name = "time")]
    pub(crate) time: Time,
    /// Number of the packet in the capture.
    #[col(name = "pktNo")]
    pub(crate) number: u64,
    /// Direction of its flow.
    #[col(name = "dir")]
    pub(crate) direction: Dir,
    /// Address of who reports.
    #[col(name = "srcIP")]
    pub(crate) src_ip: IpText,
    /// Its port.
    #[col(name = "srcPort")]
    pub(crate) src_port: u16,
    /// Address of who is told.
    #[col(name = "dstIP")]
    pub(crate) dst_ip: IpText,
    /// Its port.
    #[col(name = "dstPort")]
    pub(crate) dst_port: u16,
    /// Source of who reports.
    #[col(name = "ssrc")]
    pub(crate) ssrc: Hex32,
    /// Packets in the datagram: `SR`, `RR`, `SDES`, `BYE`, `APP`, `XR` ...
    #[col(name = "kinds")]
    pub(crate) kinds: Label<'a>,
    /// Packets that it has sent, in a sender report.
    #[col(name = "sentPkts")]
    pub(crate) sent_packets: Option<u32>,
    /// Octets of payload that it has sent.
    #[col(name = "sentBytes", unit = "bytes")]
    pub(crate) sent_octets: Option<u32>,
    /// Source that the block is about.
    #[col(name = "aboutSSRC")]
    pub(crate) about: Option<Hex32>,
    /// Part of its packets that the endpoint did not get since the report before, in percent.
    #[col(name = "lostPct")]
    pub(crate) fraction: Option<f64>,
    /// Packets that the endpoint did not get in all; negative with duplicates.
    #[col(name = "lost")]
    pub(crate) lost: Option<i32>,
    /// Highest sequence number that it got, with the cycles in the upper half.
    #[col(name = "highestSeq")]
    pub(crate) highest: Option<u32>,
    /// Jitter at the endpoint in ticks of the source's clock.
    #[col(name = "jitter")]
    pub(crate) jitter: Option<u32>,
    /// Middle of the time in the source's latest sender report, 0 without one (LSR).
    #[col(name = "lsr")]
    pub(crate) last_report: Option<u32>,
    /// How long ago that had come, in parts of 65,536 of a second (DLSR).
    #[col(name = "dlsr")]
    pub(crate) delay: Option<u32>,
    /// Time from here to who reports and back: that since the sender report passed here, less DLSR.
    #[col(name = "captureRTT", unit = "ms")]
    pub(crate) round_trip: Option<f64>,
    /// Time from one end to the other and back: this one and the latest of the other direction.
    #[col(name = "endToEndRTT", unit = "ms")]
    pub(crate) end_to_end: Option<f64>,
    /// Source that the metrics of the call are about.
    #[col(name = "xrSSRC")]
    pub(crate) metrics_about: Option<Hex32>,
    /// Parts that were lost and discarded, densities of loss within bursts and between them, of 256.
    #[col(name = "xrLoss_discard_burst_gap")]
    pub(crate) rates: Option<(u8, u8, u8, u8)>,
    /// Mean durations of bursts and of what is between them.
    #[col(name = "xrBurstDur_gapDur", unit = "ms")]
    pub(crate) durations: Option<(u16, u16)>,
    /// Round trip and delay in the end systems.
    #[col(name = "xrRTD_ESD", unit = "ms")]
    pub(crate) delays: Option<(u16, u16)>,
    /// Levels of signal and noise in dBm; 127: not available.
    #[col(name = "xrSignal_noise")]
    pub(crate) levels: Option<(i8, i8)>,
    /// Residual echo return loss in dB; 127: not available.
    #[col(name = "xrRERL")]
    pub(crate) echo_loss: Option<u8>,
    /// Gap threshold.
    #[col(name = "xrGmin")]
    pub(crate) gap_min: Option<u8>,
    /// R factors, of this side and of another network; 127: not available.
    #[col(name = "xrR_extR")]
    pub(crate) ratings: Option<(u8, u8)>,
    /// Mean opinion scores times ten, of listening and of conversation; 127: not available.
    #[col(name = "xrMOSLQ_CQ")]
    pub(crate) opinions: Option<(u8, u8)>,
    /// How the receiver is set: bits of concealment and of the jitter buffer.
    #[col(name = "xrRXConfig")]
    pub(crate) config: Option<u8>,
    /// Delays of the jitter buffer: nominal, maximum now, maximum ever.
    #[col(name = "xrJBNom_max_abs", unit = "ms")]
    pub(crate) buffer: Option<(u16, u16, u16)>,
}

impl<'a> ReportRow<'a> {
    /// The row of a report.
    pub(crate) fn new(report: &'a Report) -> Self {
        let Report { key, info, block, metrics, .. } = report;
        let letter = if report.is_reply { b'B' } else { b'A' };
        Self {
            time: report.time.into(),
            number: report.number,
            direction: Dir(letter),
            src_ip: key.src_ip(),
            src_port: key.src_port,
            dst_ip: key.dst_ip(),
            dst_port: key.dst_port,
            ssrc: Hex32(report.ssrc),
            kinds: Label(report.kinds.as_bytes()),
            sent_packets: info.map(|info| info.packets),
            sent_octets: info.map(|info| info.octets),
            about: block.map(|block| Hex32(block.ssrc)),
            fraction: block.map(|block| f64::from(block.fraction) * 100.0 / 256.0),
            lost: block.map(|block| block.lost),
            highest: block.map(|block| block.highest),
            jitter: block.map(|block| block.jitter),
            last_report: block.map(|block| block.last_report),
            delay: block.map(|block| block.delay),
            round_trip: report.round_trip,
            end_to_end: report.end_to_end,
            metrics_about: metrics.map(|m| Hex32(m.ssrc)),
            rates: metrics.map(|m| (m.loss, m.discard, m.burst_density, m.gap_density)),
            durations: metrics.map(|m| (m.burst, m.gap)),
            delays: metrics.map(|m| (m.round_trip, m.end_system)),
            levels: metrics.map(|m| (m.signal, m.noise)),
            echo_loss: metrics.map(|m| m.echo_loss),
            gap_min: metrics.map(|m| m.gap_min),
            ratings: metrics.map(|m| (m.rating, m.external_rating)),
            opinions: metrics.map(|m| (m.listening, m.conversation)),
            config: metrics.map(|m| m.config),
            buffer: metrics.map(|m| (m.buffer[0], m.buffer[1], m.buffer[2])),
        }
    }
}
