//! The table of sources.

use flowz_api::Row;
use flowz_api::cell::{Dir, Each, Hex32, IpText, Text, Time};
use flowz_api::flow::Direction;
use flowz_api::key::FlowKey;
use flowz_api::packet::Timestamp;

use super::fact::{RtpSource, RtpSources, UsedType};
use super::toggles::Toggles;

/// A source of RTP: what has one SSRC in one direction of a flow.
#[derive(Row, Debug)]
#[row(toggles = Toggles, table = "rtp")]
pub(crate) struct SourceRow<'a> {
    /// When its first packet came.
    #[col(name = "timeFirst")]
    pub(crate) first: Time,
    /// When its last packet came.
    #[col(name = "timeLast")]
    pub(crate) last: Time,
    /// Number of the first packet in the capture.
    #[col(name = "pktNo")]
    pub(crate) number: u64,
    /// Direction of its flow.
    #[col(name = "dir")]
    pub(crate) direction: Dir,
    /// Address that sends.
    #[col(name = "srcIP")]
    pub(crate) src_ip: IpText,
    /// Its port.
    #[col(name = "srcPort")]
    pub(crate) src_port: u16,
    /// Address that receives.
    #[col(name = "dstIP")]
    pub(crate) dst_ip: IpText,
    /// Its port.
    #[col(name = "dstPort")]
    pub(crate) dst_port: u16,
    /// Synchronization source.
    #[col(name = "ssrc")]
    pub(crate) ssrc: Hex32,
    /// Number of the flow in which the media were announced; empty if they were not.
    #[col(name = "announcedBy")]
    pub(crate) announced_by: Option<u64>,
    /// 1: they were announced as encrypted.
    #[col(name = "encrypted")]
    pub(crate) encrypted: u8,
    /// Payload types in the order in which they came first.
    #[col(name = "types")]
    pub(crate) types: Each<'a, UsedType, u8>,
    /// What they are: assigned by RFC 3551 or announced; empty if it is not known.
    #[col(name = "codecs")]
    pub(crate) codecs: Each<'a, UsedType, Text<'a>>,
    /// Packets of each type.
    #[col(name = "typePkts")]
    pub(crate) type_packets: Each<'a, UsedType, u64>,
    /// Clock of the media in Hz; empty if it is not known.
    #[col(name = "clock")]
    pub(crate) clock: Option<u32>,
    /// Packets.
    #[col(name = "pkts")]
    pub(crate) packets: u64,
    /// Packets without those that came again.
    #[col(name = "unique")]
    pub(crate) unique: u64,
    /// Packets by their sequence numbers, from the lowest to the highest.
    #[col(name = "expected")]
    pub(crate) expected: u64,
    /// Packets that never came here.
    #[col(name = "lost")]
    pub(crate) lost: u64,
    /// The same in percent of those expected.
    #[col(name = "lostPct")]
    pub(crate) loss: f64,
    /// Loss as RFC 3550 counts it: expected less received, negative with duplicates.
    #[col(name = "lostRFC")]
    pub(crate) lost_rfc: i64,
    /// Packets that came again.
    #[col(name = "dups")]
    pub(crate) duplicates: u64,
    /// Packets that came behind one with a higher number.
    #[col(name = "reordered")]
    pub(crate) reordered: u64,
    /// Runs of packets that never came.
    #[col(name = "gaps")]
    pub(crate) gaps: u32,
    /// Packets of the longest one.
    #[col(name = "longestGap")]
    pub(crate) longest_gap: u64,
    /// How often another sequence of numbers began.
    #[col(name = "restarts")]
    pub(crate) restarts: u32,
    /// Packets that are ignored because their number is far from all others.
    #[col(name = "strays")]
    pub(crate) strays: u64,
    /// Sequence number of the first packet.
    #[col(name = "firstSeq")]
    pub(crate) first_sequence: u16,
    /// Sequence number of the last packet.
    #[col(name = "lastSeq")]
    pub(crate) last_sequence: u16,
    /// Timestamp of the first packet.
    #[col(name = "firstTS")]
    pub(crate) first_timestamp: u32,
    /// Timestamp of the last packet.
    #[col(name = "lastTS")]
    pub(crate) last_timestamp: u32,
    /// Packets with the marker.
    #[col(name = "markers")]
    pub(crate) markers: u64,
    /// Packets with comfort noise.
    #[col(name = "comfortNoise")]
    pub(crate) noise: u64,
    /// Packets with telephone-events.
    #[col(name = "events")]
    pub(crate) events: u64,
    /// Packets whose timestamp is before that of the first one, or does not go on though they have a marker.
    #[col(name = "badTS")]
    pub(crate) wrong_timestamps: u32,
    /// Packets with a header extension.
    #[col(name = "extensions")]
    pub(crate) extensions: u64,
    /// Packets with padding.
    #[col(name = "padded")]
    pub(crate) padded: u64,
    /// Payload without header, extension and padding.
    #[col(name = "bytes", unit = "bytes")]
    pub(crate) octets: u64,
    /// Talk spurts: begun by the first packet with media, a marker, or media behind comfort noise.
    #[col(name = "spurts")]
    pub(crate) spurts: u64,
    /// Digits dialled with telephone-events; `!` is a flash.
    #[col(name = "dtmf")]
    pub(crate) digits: Text<'a>,
    /// Jitter by RFC 3550 behind the last packet: of all packets as they came. Empty without a clock, as all that follow.
    #[col(name = "jitter", unit = "ms")]
    pub(crate) jitter: Option<f64>,
    /// Largest of the running values.
    #[col(name = "jitterMax", unit = "ms")]
    pub(crate) jitter_max: Option<f64>,
    /// Mean of the running values.
    #[col(name = "jitterMean", unit = "ms")]
    pub(crate) jitter_mean: Option<f64>,
    /// Jitter in ticks of the clock, as endpoints with the RFC's code report it.
    #[col(name = "jitterTicks")]
    pub(crate) jitter_ticks: Option<u32>,
    /// Jitter of packets with media alone, without those that came again.
    #[col(name = "jitterMedia", unit = "ms")]
    pub(crate) media_jitter: Option<f64>,
    /// Sound in most packets, by the steps of their timestamps.
    #[col(name = "packetTime", unit = "ms")]
    pub(crate) packet_time: Option<f64>,
    /// Least jitter as Wireshark shows it: without telephone-events, comfort noise and what follows it, markers, bad timestamps.
    #[col(name = "wsJitterMin", unit = "ms")]
    pub(crate) shown_min: Option<f64>,
    /// Mean of the same.
    #[col(name = "wsJitterMean", unit = "ms")]
    pub(crate) shown_mean: Option<f64>,
    /// Largest of the same.
    #[col(name = "wsJitterMax", unit = "ms")]
    pub(crate) shown_max: Option<f64>,
    /// Least time between packets.
    #[col(name = "deltaMin", unit = "ms")]
    pub(crate) delta_min: Option<f64>,
    /// Mean time between packets.
    #[col(name = "deltaMean", unit = "ms")]
    pub(crate) delta_mean: Option<f64>,
    /// Longest time between packets.
    #[col(name = "deltaMax", unit = "ms")]
    pub(crate) delta_max: Option<f64>,
    /// R factor by ITU-T G.107, see above; empty for codecs without values.
    #[col(name = "rFactor")]
    pub(crate) rating: Option<f64>,
    /// Mean opinion score that follows from it.
    #[col(name = "mos")]
    pub(crate) opinion: Option<f64>,
    /// Report blocks of RTCP about it.
    #[col(name = "rtcpReports")]
    pub(crate) reports: u32,
    /// Packets that the endpoint says it lost, by the latest block; empty without one.
    #[col(name = "rtcpLost")]
    pub(crate) reported_lost: Option<i32>,
    /// Part lost before the latest block, in percent.
    #[col(name = "rtcpLostPct")]
    pub(crate) reported_loss: Option<f64>,
    /// Jitter at the endpoint by the latest block.
    #[col(name = "rtcpJitter", unit = "ms")]
    pub(crate) reported_jitter: Option<f64>,
    /// Latest time from here to the endpoint and back.
    #[col(name = "rtcpRTT", unit = "ms")]
    pub(crate) round_trip: Option<f64>,
    /// Packets that the source says it has sent, by its latest report.
    #[col(name = "sentPkts")]
    pub(crate) sent_packets: Option<u32>,
    /// Octets that it says it has sent.
    #[col(name = "sentBytes", unit = "bytes")]
    pub(crate) sent_octets: Option<u32>,
    /// 1: it has said goodbye.
    #[col(name = "bye")]
    pub(crate) goodbye: u8,
    /// Name of its files, without what tells their format, if the sink wav takes part.
    #[col(name = "wav")]
    pub(crate) file: Text<'a>,
}

impl<'a> SourceRow<'a> {
    /// The row of a source among those of a direction.
    pub(crate) fn new(
        source: &'a RtpSource,
        all: &RtpSources,
        key: &FlowKey,
        direction: Direction,
    ) -> Self {
        let s = source;
        let (jitter, jitter_max, jitter_mean) = split(s.jitter);
        let (shown_min, shown_mean, shown_max) = split(s.shown_jitter);
        let (delta_min, delta_mean, delta_max) = split(s.deltas);
        let told = Some(s.reported).filter(|reported| reported.reports > 0);
        let clock = (s.clock > 0).then_some(s.clock);
        let part = |part: u64, of: u64| part as f64 * 100.0 / of.max(1) as f64;
        Self {
            first: Timestamp(s.first).into(),
            last: Timestamp(s.last).into(),
            number: s.number,
            direction: Dir(if direction == Direction::A { b'A' } else { b'B' }),
            src_ip: key.src_ip(),
            src_port: key.src_port,
            dst_ip: key.dst_ip(),
            dst_port: key.dst_port,
            ssrc: Hex32(s.ssrc),
            announced_by: (all.announced_by > 0).then_some(all.announced_by),
            encrypted: all.is_encrypted.into(),
            types: Each(&s.types, |used| used.payload_type),
            codecs: Each(&s.types, |used| Text(used.name.as_bytes())),
            type_packets: Each(&s.types, |used| used.packets),
            clock,
            packets: s.packets,
            unique: s.unique,
            expected: s.expected,
            lost: s.lost,
            loss: part(s.lost, s.expected),
            lost_rfc: s.expected as i64 - s.packets as i64,
            duplicates: s.duplicates,
            reordered: s.reordered,
            gaps: s.gaps,
            longest_gap: s.longest_gap,
            restarts: s.restarts,
            strays: s.strays,
            first_sequence: s.first_sequence,
            last_sequence: s.last_sequence,
            first_timestamp: s.first_timestamp,
            last_timestamp: s.last_timestamp,
            markers: s.markers,
            noise: s.noise,
            events: s.events,
            wrong_timestamps: s.wrong_timestamps,
            extensions: s.extensions,
            padded: s.padded,
            octets: s.octets,
            spurts: s.spurts,
            digits: Text(&s.digits),
            jitter,
            jitter_max,
            jitter_mean,
            jitter_ticks: jitter.map(|_| s.jitter_ticks),
            media_jitter: s.media_jitter,
            packet_time: s.packet_time,
            shown_min,
            shown_mean,
            shown_max,
            delta_min,
            delta_mean,
            delta_max,
            rating: s.quality.map(|(rating, _)| rating),
            opinion: s.quality.map(|(_, opinion)| opinion),
            reports: s.reported.reports,
            reported_lost: told.map(|told| told.lost),
            reported_loss: told.map(|told| part(told.fraction.into(), 256)),
            reported_jitter: told
                .zip(clock)
                .map(|(told, clock)| f64::from(told.jitter) * 1000.0 / f64::from(clock)),
            round_trip: s.reported.round_trip,
            sent_packets: s.reported.sender_packets,
            sent_octets: s.reported.sender_octets,
            goodbye: s.reported.is_over.into(),
            file: Text(s.file.as_bytes()),
        }
    }
}

/// Three cells of three values, if there are any.
fn split(values: Option<(f64, f64, f64)>) -> (Option<f64>, Option<f64>, Option<f64>) {
    let [a, b, c] = values.map_or([None; 3], |(a, b, c)| [Some(a), Some(b), Some(c)]);
    (a, b, c)
}
