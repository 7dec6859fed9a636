//! A source of RTP: what its packets have shown so far.

use flowz_api::Checkpoint;
use flowz_api::memory;
use flowz_api::packet::Timestamp;

use super::events::{Events, MOST_DIGITS};
use super::formats::{Formats, Known, LONGEST, MOST_TYPES, Role, Used};
use super::jitter::{Deltas, Jitter, WholeJitter};
use super::packet_time::PacketTime;
use super::sequence::{Place, Sequence};
use super::shown::{Arrival, ShownJitter};
use super::sound::Voice;
use crate::voip::rtp::Packet;

/// What is kept of a packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct Arrived {
    /// Number in the capture.
    pub(crate) number: u64,
    pub(crate) time: Timestamp,
    pub(crate) sequence: u16,
    pub(crate) timestamp: u32,
    pub(crate) payload_type: u8,
    pub(crate) marker: bool,
    pub(crate) has_extension: bool,
    pub(crate) has_padding: bool,
    pub(crate) payload_len: u32,
    /// The payload's first octets.
    pub(crate) first_octets: Option<[u8; 4]>,
}

/// A source: what has one SSRC in one direction of a flow.
#[derive(Clone, PartialEq, Debug, Checkpoint)]
pub(crate) struct Source {
    pub(crate) ssrc: u32,
    pub(crate) first: Arrived,
    pub(crate) last: Arrived,
    pub(crate) sequence: Sequence,
    pub(crate) formats: Formats,
    pub(crate) counts: PacketCounts,
    /// A packet far from the sequence: it counts if the next one follows it.
    far: Option<Arrived>,
    pub(crate) jitter: Jitter,
    /// Of packets with media alone, without those that came again.
    pub(crate) media_jitter: Jitter,
    pub(crate) whole_jitter: WholeJitter,
    pub(crate) shown_jitter: ShownJitter,
    pub(crate) deltas: Deltas,
    pub(crate) events: Events,
    /// The next packet with media begins a talk spurt.
    begins_spurt: bool,
    /// Another one with this SSRC has begun.
    pub(crate) is_over: bool,
    /// What sinks that write sound get of it, if there are any.
    pub(crate) sound: Option<Box<Voice>>,
    /// How much sound a packet has.
    pub(crate) packet_time: PacketTime,
}

/// Counts of packets.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct PacketCounts {
    pub(crate) packets: u64,
    /// Those whose number is one more than that of the packet before, and the first one.
    pub(crate) in_sequence: u64,
    /// Those that came again.
    pub(crate) duplicates: u64,
    /// Those that came late.
    pub(crate) reordered: u64,
    /// Those that are ignored, far from the sequence.
    pub(crate) strays: u64,
    pub(crate) markers: u64,
    pub(crate) noise: u64,
    pub(crate) events: u64,
    pub(crate) extensions: u64,
    pub(crate) padded: u64,
    /// Octets of payload.
    pub(crate) octets: u64,
    pub(crate) spurts: u64,
}

impl Arrived {
    /// Of a packet with this number and time.
    pub(crate) fn new(packet: &Packet<'_>, number: u64, time: Timestamp) -> Self {
        Self {
            number,
            time,
            sequence: packet.sequence,
            timestamp: packet.timestamp,
            payload_type: packet.payload_type,
            marker: packet.marker,
            has_extension: packet.has_extension,
            has_padding: packet.has_padding,
            payload_len: packet.payload_len,
            first_octets: packet.payload.first_chunk().copied(),
        }
    }
}

impl Source {
    /// Most bytes that a source holds elsewhere.
    pub(crate) const BYTES: usize = memory::list::<Used>(MOST_TYPES)
        + MOST_TYPES * memory::list::<u8>(4 * LONGEST)
        + memory::list::<u8>(MOST_DIGITS);

    /// Begins with a packet.
    pub(crate) fn new(ssrc: u32, packet: &Arrived, known: Known<'_>) -> Self {
        let mut source = Self {
            ssrc,
            first: *packet,
            last: *packet,
            sequence: Sequence::new(packet.sequence),
            formats: Formats::default(),
            counts: PacketCounts::default(),
            far: None,
            jitter: Jitter::default(),
            media_jitter: Jitter::default(),
            packet_time: PacketTime::default(),
            whole_jitter: WholeJitter::default(),
            shown_jitter: ShownJitter::default(),
            deltas: Deltas::default(),
            events: Events::default(),
            begins_spurt: true,
            is_over: false,
            sound: None,
        };
        source.count(packet, Place::Ahead, known);
        source
    }

    /// Whether it has shown that it is one.
    pub(crate) fn is_valid(&self) -> bool {
        self.sequence.is_valid()
    }

    /// Takes in a packet, and says what it is to those before.
    pub(crate) fn add(&mut self, packet: &Arrived, known: Known<'_>) -> Place {
        let place = self.sequence.add(packet.sequence);
        match place {
            Place::First => *self = Self::new(self.ssrc, packet, known),
            Place::Far => self.counts.strays += u64::from(self.far.replace(*packet).is_some()),
            Place::Restart => {
                if let Some(far) = self.far.take() {
                    self.count(&far, Place::Ahead, known);
                }
                self.count(packet, place, known);
            }
            Place::Ahead | Place::Late | Place::Again => {
                // What was far stands alone.
                self.counts.strays += u64::from(self.far.take().is_some());
                self.count(packet, place, known);
            }
        }
        place
    }

    /// No further packet comes.
    pub(crate) fn close(&mut self) {
        self.counts.strays += u64::from(self.far.take().is_some());
    }

    /// Packets without those that came again.
    pub(crate) fn unique(&self) -> u64 {
        self.counts.packets - self.counts.duplicates
    }

    /// Packets that never came: nobody has seen their numbers.
    pub(crate) fn lost(&self) -> u64 {
        self.sequence.expected().saturating_sub(self.unique())
    }

    fn count(&mut self, packet: &Arrived, place: Place, known: Known<'_>) {
        let follows = packet.sequence == self.last.sequence.wrapping_add(1);
        let before = std::mem::replace(&mut self.last, *packet);
        let (role, clock) = self.formats.add(packet.payload_type, known);
        if follows && role == Role::Media && packet.payload_type == before.payload_type {
            self.packet_time.add(packet.timestamp.wrapping_sub(before.timestamp));
        }
        let counts = &mut self.counts;
        counts.in_sequence += u64::from(follows || counts.packets == 0);
        counts.packets += 1;
        counts.markers += u64::from(packet.marker);
        counts.noise += u64::from(role == Role::Noise);
        counts.events += u64::from(role == Role::Event);
        counts.extensions += u64::from(packet.has_extension);
        counts.padded += u64::from(packet.has_padding);
        counts.octets = counts.octets.saturating_add(packet.payload_len.into());
        counts.duplicates += u64::from(place == Place::Again);
        counts.reordered += u64::from(place == Place::Late);
        self.time(packet, role, clock);
        if place != Place::Again {
            self.play(packet, role);
        }
    }

    fn time(&mut self, packet: &Arrived, role: Role, type_clock: Option<u32>) {
        let Arrived { time, timestamp, marker, .. } = *packet;
        let clock = self.formats.clock();
        self.deltas.add(time);
        self.jitter.add(time, timestamp, clock);
        if let Some(clock) = clock {
            self.whole_jitter.add(time, timestamp, clock);
        }
        let (is_noise, is_event) = (role == Role::Noise, role == Role::Event);
        let clock = type_clock;
        self.shown_jitter.add(Arrival { time, timestamp, marker, is_noise, is_event, clock });
    }

    /// What those hear who listen.
    fn play(&mut self, packet: &Arrived, role: Role) {
        match role {
            Role::Media => {
                let clock = self.formats.clock();
                self.media_jitter.add(packet.time, packet.timestamp, clock);
                self.counts.spurts += u64::from(self.begins_spurt || packet.marker);
                self.begins_spurt = false;
            }
            Role::Noise => self.begins_spurt = true,
            Role::Event => {
                let octets = packet.first_octets.as_ref().map_or(&[][..], |octets| octets);
                self.events.add(packet.timestamp, octets);
            }
        }
    }
}
