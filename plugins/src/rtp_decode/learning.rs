//! What a packet of RTCP tells.

use flowz_api::key::FlowKey;
use flowz_api::packet::Timestamp;

use super::RtpDecode;
use super::control::Control;
use super::report::Report;
use crate::voip::rtcp::{Packet, VoipMetrics};

/// Most rows that a datagram makes.
const MOST_ROWS: usize = 64;

/// Where and when a datagram came.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At {
    pub(crate) number: u64,
    pub(crate) time: Timestamp,
    /// Of its flow.
    pub(crate) key: FlowKey,
    /// Direction `B`.
    pub(crate) is_reply: bool,
}

impl RtpDecode {
    /// Takes in a packet of RTCP; `own` is that of its direction, `other` that of the other one. Rows are added.
    pub(crate) fn learn(
        &mut self,
        packet: &Packet<'_>,
        at: At,
        (own, other): (&mut Control, Option<&Control>),
        rows: &mut Vec<Report>,
    ) {
        let ssrc = packet.ssrc().unwrap_or(0);
        let report = Report {
            time: at.time,
            number: at.number,
            is_reply: at.is_reply,
            key: at.key,
            ssrc,
            info: packet.sender_info(),
            ..Report::default()
        };
        if let Some(info) = &report.info {
            own.sender(ssrc, info, at.time);
            self.reports.sender(ssrc, info, &at.key);
        }
        let before = rows.len();
        for block in packet.report_blocks() {
            let round_trip = own.block(&block, at.time, other);
            self.reports.block(&block, round_trip, &at.key);
            if rows.len() < MOST_ROWS {
                rows.push(Report { block: Some(block), round_trip, ..report.clone() });
            }
        }
        if packet.is_report() && rows.len() == before && before < MOST_ROWS {
            rows.push(report.clone());
        }
        for source in packet.goodbyes() {
            self.reports.goodbye(source, &at.key);
        }
        if let Some(metrics) = packet.voip_metrics() {
            add_metrics(metrics, report, rows);
        }
    }
}

/// Metrics stand beside the block about their source, or in the row of a report without blocks, or else alone.
fn add_metrics(metrics: VoipMetrics, report: Report, rows: &mut Vec<Report>) {
    let fits = |row: &&mut Report| {
        let is_about = row.block.is_none_or(|block| block.ssrc == metrics.ssrc);
        is_about && row.metrics.is_none() && row.ssrc == report.ssrc
    };
    if let Some(row) = rows.iter_mut().find(fits) {
        row.metrics = Some(metrics);
    } else if rows.len() < MOST_ROWS {
        rows.push(Report { metrics: Some(metrics), ..report });
    }
}
