//! Packets of RTCP (RFC 3550, section 6) and of its extended reports (RFC 3611).

use flowz_api::Checkpoint;

/// Kinds of packets.
pub(crate) mod kind {
    pub(crate) const SENDER_REPORT: u8 = 200;
    pub(crate) const RECEIVER_REPORT: u8 = 201;
    pub(crate) const SOURCE_DESCRIPTION: u8 = 202;
    pub(crate) const GOODBYE: u8 = 203;
    pub(crate) const APPLICATION: u8 = 204;
    pub(crate) const EXTENDED_REPORT: u8 = 207;
}

/// Octets in front of what a packet says: kind and length.
const HEADER: usize = 4;
/// Octets of a report block.
const BLOCK: usize = 24;
/// Type of extended report blocks with metrics of calls (RFC 3611, section 4.7).
const VOIP_METRICS: u8 = 7;

/// Several packets in a datagram.
#[derive(Clone, Debug)]
pub(crate) struct Compound<'a> {
    rest: &'a [u8],
}

/// A packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Packet<'a> {
    pub(crate) kind: u8,
    /// How many blocks or sources it has, where that makes sense.
    count: u8,
    /// What is behind the header, as far as it was captured.
    body: &'a [u8],
}

/// What a sender says of itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Checkpoint)]
pub(crate) struct SenderInfo {
    /// Seconds since 1900, and their fraction in the lower 32 bits.
    pub(crate) ntp: u64,
    /// The same moment by the clock of the stream.
    pub(crate) timestamp: u32,
    pub(crate) packets: u32,
    pub(crate) octets: u32,
}

/// What a receiver says of a source.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Checkpoint)]
pub(crate) struct ReportBlock {
    /// The source.
    pub(crate) ssrc: u32,
    /// Lost since the report before, in parts of 256.
    pub(crate) fraction: u8,
    /// Lost in all; negative with duplicates.
    pub(crate) lost: i32,
    /// Highest sequence number, with its cycles.
    pub(crate) highest: u32,
    /// In units of the clock.
    pub(crate) jitter: u32,
    /// Middle of the time in the source's latest sender report, 0 without one.
    pub(crate) last_report: u32,
    /// Time since that came, in parts of 65,536 of a second.
    pub(crate) delay: u32,
}

/// Metrics of a call (RFC 3611, section 4.7); 127 means "not available" where the RFC says so.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Checkpoint)]
pub(crate) struct VoipMetrics {
    /// The source that they are about.
    pub(crate) ssrc: u32,
    /// Rates and densities in parts of 256.
    pub(crate) loss: u8,
    pub(crate) discard: u8,
    pub(crate) burst_density: u8,
    pub(crate) gap_density: u8,
    /// Mean durations in milliseconds.
    pub(crate) burst: u16,
    pub(crate) gap: u16,
    /// Round trip and end system delay in milliseconds.
    pub(crate) round_trip: u16,
    pub(crate) end_system: u16,
    /// Levels of signal and noise in dBm, residual echo return loss in dB.
    pub(crate) signal: i8,
    pub(crate) noise: i8,
    pub(crate) echo_loss: u8,
    /// Gap threshold.
    pub(crate) gap_min: u8,
    /// R factors, of this side and of another network behind it.
    pub(crate) rating: u8,
    pub(crate) external_rating: u8,
    /// Mean opinion scores times ten, of listening and of conversation.
    pub(crate) listening: u8,
    pub(crate) conversation: u8,
    /// Concealment and jitter buffer: how it adapts.
    pub(crate) config: u8,
    /// Delays of the jitter buffer in milliseconds: nominal, maximum now, maximum ever.
    pub(crate) buffer: [u16; 3],
}

impl<'a> Compound<'a> {
    /// The packets in a datagram of so many octets, of which these were captured. None if their lengths do not lead to its end
    /// (appendix A.2), as it is with those that are encrypted.
    pub(crate) fn read(bytes: &'a [u8], len: u32) -> Option<Self> {
        let len = (len as usize).max(bytes.len());
        let mut at = 0;
        while at < len {
            let Some(header) = bytes.get(at..).and_then(|rest| rest.first_chunk::<HEADER>()) else {
                // Not captured, or no header.
                return (at > 0 && len > bytes.len()).then_some(Self { rest: bytes });
            };
            let &[first, kind, high, low] = header;
            if first >> 6 != 2 || !(192..=223).contains(&kind) {
                return None;
            }
            at += HEADER + 4 * usize::from(u16::from_be_bytes([high, low]));
        }
        (at > 0 && at == len).then_some(Self { rest: bytes })
    }

    /// Whether it begins as RFC 3550 wants it: with a report.
    pub(crate) fn begins_with_report(&self) -> bool {
        let first = self.clone().next();
        first.is_some_and(|packet| packet.is_report())
    }
}

impl<'a> Iterator for Compound<'a> {
    type Item = Packet<'a>;

    fn next(&mut self) -> Option<Packet<'a>> {
        let (&[first, kind, high, low], rest) = self.rest.split_first_chunk::<HEADER>()?;
        let len = 4 * usize::from(u16::from_be_bytes([high, low]));
        let (mut body, behind) = rest.split_at(len.min(rest.len()));
        if first & 0x20 != 0 {
            let padding = body.last().copied().map_or(0, usize::from);
            body = body.get(..body.len().saturating_sub(padding)).unwrap_or_default();
        }
        self.rest = behind;
        Some(Packet { kind, count: first & 0x1f, body })
    }
}

impl<'a> Packet<'a> {
    /// Its abbreviation; empty for kinds that are seldom.
    pub(crate) fn name(&self) -> &'static str {
        match self.kind {
            192 => "FIR",
            193 => "NACK",
            195 => "IJ",
            kind::SENDER_REPORT => "SR",
            kind::RECEIVER_REPORT => "RR",
            kind::SOURCE_DESCRIPTION => "SDES",
            kind::GOODBYE => "BYE",
            kind::APPLICATION => "APP",
            205 => "RTPFB",
            206 => "PSFB",
            kind::EXTENDED_REPORT => "XR",
            _ => "",
        }
    }

    /// Whether it is a report of a sender or receiver.
    pub(crate) fn is_report(&self) -> bool {
        matches!(self.kind, kind::SENDER_REPORT | kind::RECEIVER_REPORT)
    }

    /// Who sends it, or whom it is about first.
    pub(crate) fn ssrc(&self) -> Option<u32> {
        self.body.first_chunk::<4>().map(|octets| u32::from_be_bytes(*octets))
    }

    /// What the sender says of itself, in a sender report.
    pub(crate) fn sender_info(&self) -> Option<SenderInfo> {
        if self.kind != kind::SENDER_REPORT {
            return None;
        }
        let octets = self.body.get(4..)?.first_chunk::<20>()?;
        let word = |at| word(octets, at);
        let ntp = u64::from(word(0)) << 32 | u64::from(word(4));
        Some(SenderInfo { ntp, timestamp: word(8), packets: word(12), octets: word(16) })
    }

    /// Report blocks of a report.
    pub(crate) fn report_blocks(&self) -> impl Iterator<Item = ReportBlock> + use<'a> {
        let (from, count) = match self.kind {
            kind::SENDER_REPORT => (24, self.count),
            kind::RECEIVER_REPORT => (4, self.count),
            _ => (0, 0),
        };
        let blocks = self.body.get(from..).unwrap_or_default().as_chunks::<BLOCK>().0;
        blocks.iter().take(usize::from(count)).map(report_block)
    }

    /// Sources that say goodbye.
    pub(crate) fn goodbyes(&self) -> impl Iterator<Item = u32> + use<'a> {
        let count = if self.kind == kind::GOODBYE { self.count } else { 0 };
        let sources = self.body.as_chunks::<4>().0.iter();
        sources.take(usize::from(count)).map(|octets| u32::from_be_bytes(*octets))
    }

    /// The first metrics of a call in an extended report.
    pub(crate) fn voip_metrics(&self) -> Option<VoipMetrics> {
        if self.kind != kind::EXTENDED_REPORT {
            return None;
        }
        let mut rest = self.body.get(4..)?;
        loop {
            let (&[kind, _, high, low], behind) = rest.split_first_chunk::<HEADER>()?;
            let len = 4 * usize::from(u16::from_be_bytes([high, low]));
            if kind == VOIP_METRICS {
                return behind.get(..len)?.first_chunk::<32>().map(voip_metrics);
            }
            rest = behind.get(len..)?;
        }
    }
}

fn word<const N: usize>(octets: &[u8; N], at: usize) -> u32 {
    let octets = octets.get(at..).and_then(|rest| rest.first_chunk::<4>());
    octets.map_or(0, |octets| u32::from_be_bytes(*octets))
}

fn report_block(octets: &[u8; BLOCK]) -> ReportBlock {
    let word = |at| word(octets, at);
    let second = word(4);
    ReportBlock {
        ssrc: word(0),
        fraction: (second >> 24) as u8,
        // 24 bits with a sign.
        lost: (second << 8) as i32 >> 8,
        highest: word(8),
        jitter: word(12),
        last_report: word(16),
        delay: word(20),
    }
}

fn voip_metrics(octets: &[u8; 32]) -> VoipMetrics {
    let half = |at: usize| (word(octets, at & !3) >> if at & 2 == 0 { 16 } else { 0 }) as u16;
    let octet = |at: usize| octets.get(at).copied().unwrap_or(0);
    VoipMetrics {
        ssrc: word(octets, 0),
        loss: octet(4),
        discard: octet(5),
        burst_density: octet(6),
        gap_density: octet(7),
        burst: half(8),
        gap: half(10),
        round_trip: half(12),
        end_system: half(14),
        signal: octet(16) as i8,
        noise: octet(17) as i8,
        echo_loss: octet(18),
        gap_min: octet(19),
        rating: octet(20),
        external_rating: octet(21),
        listening: octet(22),
        conversation: octet(23),
        config: octet(24),
        buffer: [half(26), half(28), half(30)],
    }
}

#[cfg(test)]
mod tests {
    use super::{Compound, ReportBlock, SenderInfo};

    /// A sender report with one block, a goodbye, and metrics of a call.
    fn compound() -> Vec<u8> {
        let mut bytes = vec![0x81, 200, 0, 12, 0, 0, 0, 1];
        bytes.extend([0xe0, 0, 0, 1, 0x80, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 34, 0, 0, 0x15, 0x40]);
        bytes.extend([0, 0, 0, 2, 13, 0xff, 0xff, 0xfe, 0, 1, 0, 5, 0, 0, 0, 7]);
        bytes.extend([0x12, 0x34, 0x56, 0x78, 0, 1, 0, 0]);
        bytes.extend([0x82, 203, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3]);
        bytes.extend([0x80, 207, 0, 13, 0, 0, 0, 1]);
        bytes.extend([4, 0, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8]);
        bytes.extend([7, 0, 0, 8, 0, 0, 0, 2, 12, 3, 40, 5, 0, 240, 0x13, 0x88, 0, 84, 0, 61]);
        bytes.extend([0xeb, 0xc2, 55, 16, 88, 127, 41, 40, 180, 0, 0, 40, 0, 80, 0, 160]);
        bytes
    }

    #[test]
    fn packets_of_a_compound() {
        let bytes = compound();
        let all = Compound::read(&bytes, bytes.len() as u32).expect("its lengths add up");
        assert!(all.begins_with_report());
        let names: Vec<_> = all.clone().map(|packet| packet.name()).collect();
        assert_eq!(names, ["SR", "BYE", "XR"]);
        let packets: Vec<_> = all.collect();
        let info =
            SenderInfo { ntp: 0xe000_0001_8000_0000, timestamp: 9, packets: 34, octets: 5440 };
        assert_eq!((packets[0].ssrc(), packets[0].sender_info()), (Some(1), Some(info)));
        let block = ReportBlock {
            ssrc: 2,
            fraction: 13,
            lost: -2,
            highest: 0x0001_0005,
            jitter: 7,
            last_report: 0x1234_5678,
            delay: 65_536,
        };
        assert_eq!(packets[0].report_blocks().collect::<Vec<_>>(), [block]);
        assert_eq!(packets[1].goodbyes().collect::<Vec<_>>(), [1, 3]);
        let metrics = packets[2].voip_metrics().expect("behind another block");
        assert_eq!((metrics.ssrc, metrics.loss, metrics.burst, metrics.gap), (2, 12, 240, 5000));
        assert_eq!((metrics.round_trip, metrics.end_system), (84, 61));
        assert_eq!((metrics.signal, metrics.noise, metrics.rating), (-21, -62, 88));
        assert_eq!((metrics.listening, metrics.conversation), (41, 40));
        assert_eq!((metrics.config, metrics.buffer), (180, [40, 80, 160]));
    }

    #[test]
    fn lengths_lead_to_the_end() {
        let bytes = compound();
        let len = bytes.len() as u32;
        assert!(Compound::read(&[&bytes[..], &[0; 14]].concat(), len + 14).is_none());
        assert!(Compound::read(&[], 0).is_none());
        // Half of it was not captured.
        let half = Compound::read(&bytes[..40], len).expect("the rest may be there");
        assert_eq!(half.flat_map(|p| p.report_blocks()).count(), 0);
        assert!(Compound::read(&bytes[..40], 40).is_none());
    }

    #[test]
    fn any_bytes_are_read_within_bounds() {
        let whole = compound();
        for at in 0..whole.len() {
            for value in [0, 1, 0x7f, 0x80, 0xa1, 0xff] {
                let mut bytes = whole.clone();
                bytes[at] = value;
                for len in [bytes.len(), bytes.len() / 2] {
                    let Some(all) = Compound::read(&bytes[..len], bytes.len() as u32) else {
                        continue;
                    };
                    for packet in all {
                        let _ = (packet.ssrc(), packet.sender_info(), packet.voip_metrics());
                        assert!(packet.report_blocks().count() + packet.goodbyes().count() < 64);
                    }
                }
            }
        }
    }
}
