//! What other plugins may know of a direction of a flow that ends: its sources of RTP.

use flowz_api::Fact;
use flowz_api::fact::FactValue;
use flowz_api::packet::Timestamp;
use flowz_api::record::{Cells, Record};

use super::formats::{Role, Used};
use super::jitter::JitterValues;
use super::quality::quality;
use super::reported::Reported;
use super::source::Source;
use crate::voip::media::fields;

/// A flow has RTP: published for the flow with the packet that shows it.
#[derive(Fact, Clone, PartialEq, Eq, Debug)]
#[fact(plugin = "rtpDecode", name = "found", version = 1)]
pub(crate) struct RtpFound {
    /// Of the source that was found first.
    pub(crate) ssrc: u32,
}

/// A payload type that a source used.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct UsedType {
    pub(crate) payload_type: u8,
    /// Name of the codec in capital letters mostly; empty if it is not known.
    pub(crate) name: String,
    /// Ticks per second, 0 if that is not known.
    pub(crate) clock: u32,
    /// No media but comfort noise, telephone-events.
    pub(crate) is_noise: bool,
    pub(crate) is_event: bool,
    pub(crate) packets: u64,
}

/// A source, with all that is known of it. Times are in nanoseconds since 1970, lengths of time in milliseconds.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct RtpSource {
    pub(crate) ssrc: u32,
    /// Name of its files if a sink writes sound, without what tells their format; else empty.
    pub(crate) file: String,
    /// Number of its first packet in the capture.
    pub(crate) number: u64,
    pub(crate) first: i64,
    pub(crate) last: i64,
    pub(crate) types: Vec<UsedType>,
    /// Ticks per second of its media, 0 if that is not known.
    pub(crate) clock: u32,
    pub(crate) packets: u64,
    /// Packets whose number is one more than that of the packet before, and the first one.
    pub(crate) in_sequence: u64,
    /// Packets without those that came again.
    pub(crate) unique: u64,
    pub(crate) expected: u64,
    /// Expected and never seen.
    pub(crate) lost: u64,
    pub(crate) duplicates: u64,
    pub(crate) reordered: u64,
    /// Packets that were ignored, far from the sequence.
    pub(crate) strays: u64,
    /// How often another sequence began.
    pub(crate) restarts: u32,
    pub(crate) first_sequence: u16,
    pub(crate) last_sequence: u16,
    pub(crate) first_timestamp: u32,
    pub(crate) last_timestamp: u32,
    pub(crate) markers: u64,
    pub(crate) noise: u64,
    pub(crate) events: u64,
    pub(crate) extensions: u64,
    pub(crate) padded: u64,
    /// Packets whose timestamp is before the first one, or does not go on though they have a marker.
    pub(crate) wrong_timestamps: u32,
    /// Octets of payload.
    pub(crate) octets: u64,
    /// Milliseconds of sound in most packets.
    pub(crate) packet_time: Option<f64>,
    /// Runs of lost packets, and how long the longest is.
    pub(crate) gaps: u32,
    pub(crate) longest_gap: u64,
    pub(crate) spurts: u64,
    /// Digits dialled with telephone-events.
    pub(crate) digits: Vec<u8>,
    /// Jitter by RFC 3550: at the end, largest and mean of the running values.
    pub(crate) jitter: Option<(f64, f64, f64)>,
    /// At the end by the RFC's code with whole numbers, in ticks of the clock.
    pub(crate) jitter_ticks: u32,
    /// At the end, of packets with media alone.
    pub(crate) media_jitter: Option<f64>,
    /// Least, mean and largest as Wireshark shows them.
    pub(crate) shown_jitter: Option<(f64, f64, f64)>,
    /// Times between packets: least, mean and largest.
    pub(crate) deltas: Option<(f64, f64, f64)>,
    /// R factor and mean opinion score of the E-model.
    pub(crate) quality: Option<(f64, f64)>,
    /// What RTCP told last of it.
    pub(crate) reported: Reported,
}

/// The sources of a direction; published at its end if there are any.
#[derive(Fact, Clone, PartialEq, Debug, Default)]
#[fact(plugin = "rtpDecode", name = "sources", version = 2)]
pub(crate) struct RtpSources {
    /// Number of the flow in which the media were announced, 0 if they were not.
    pub(crate) announced_by: u64,
    /// They were announced as encrypted.
    pub(crate) is_encrypted: bool,
    pub(crate) list: Vec<RtpSource>,
}

impl RtpSource {
    /// All that is known of a source that is over; `conceals` says whether G.711 is played with concealment of loss.
    pub(crate) fn new(source: &Source, reported: Reported, conceals: bool) -> Self {
        let (c, expected, lost) = (source.counts, source.sequence.expected(), source.lost());
        let (gaps, longest_gap) = source.sequence.gaps();
        let nanos = |Timestamp(nanos)| nanos;
        let three = |[a, b, c]: [f64; 3]| (a, b, c);
        let impairment = source.formats.impairment(conceals);
        let quality = impairment.map(|codec| quality(codec, lost as f64 / expected as f64));
        Self {
            ssrc: source.ssrc,
            file: source.sound.as_ref().map_or_else(String::new, |voice| voice.file.clone()),
            number: source.first.number,
            first: nanos(source.first.time),
            last: nanos(source.last.time),
            types: source.formats.list().iter().map(UsedType::new).collect(),
            clock: source.formats.clock().unwrap_or(0),
            packets: c.packets,
            in_sequence: c.in_sequence,
            unique: source.unique(),
            expected,
            lost,
            duplicates: c.duplicates,
            reordered: c.reordered,
            strays: c.strays,
            restarts: source.sequence.restarts(),
            first_sequence: source.first.sequence,
            last_sequence: source.last.sequence,
            first_timestamp: source.first.timestamp,
            last_timestamp: source.last.timestamp,
            markers: c.markers,
            noise: c.noise,
            events: c.events,
            extensions: c.extensions,
            padded: c.padded,
            wrong_timestamps: source.shown_jitter.wrong_timestamps(),
            octets: c.octets,
            packet_time: source.packet_time.millis(source.formats.clock()),
            gaps,
            longest_gap,
            spurts: c.spurts,
            digits: source.events.digits().to_vec(),
            jitter: source
                .jitter
                .values()
                .map(|JitterValues { last, most, mean }| (last, most, mean)),
            jitter_ticks: source.whole_jitter.value(),
            media_jitter: source.media_jitter.values().map(|values| values.last),
            shown_jitter: source.shown_jitter.values().map(three),
            deltas: source.deltas.values().map(three),
            quality: quality.map(|quality| (quality.rating, quality.opinion)),
            reported,
        }
    }
}

impl UsedType {
    fn new(used: &Used) -> Self {
        Self {
            payload_type: used.payload_type,
            name: used.name.clone(),
            clock: used.clock.unwrap_or(0),
            is_noise: used.role == Role::Noise,
            is_event: used.role == Role::Event,
            packets: used.packets,
        }
    }
}

fields!(UsedType: payload_type, name, clock, is_noise, is_event, packets);
fields!(Reported: reports, fraction, lost, jitter, round_trip, sender_packets, sender_octets, is_over);
fields!(RtpSource: ssrc, file, number, first, last, types, clock, packets, in_sequence, unique, expected, lost, duplicates, reordered, strays, restarts,
    first_sequence, last_sequence, first_timestamp, last_timestamp, markers, noise, events, extensions, padded, wrong_timestamps,
    octets, packet_time, gaps, longest_gap, spurts, digits, jitter, jitter_ticks, media_jitter, shown_jitter, deltas, quality, reported);
