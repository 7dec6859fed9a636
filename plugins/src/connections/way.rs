//! What one side of a connection sends, and how it was acknowledged.

use flowz_api::Checkpoint;
use flowz_api::packet::Timestamp;

use super::seen::{Ack, Seen, is_duplicate_sack};
use super::segment::{ACK, FIN, PSH, RST, SYN, Segment, URG};
use super::times::Times;
use crate::segments::{Acked, Sequence};

/// tcptrace divides segments at multiples of this number.
const QUARTER: u32 = 1 << 30;

/// The largest shift of windows, which stands for larger ones too (RFC 7323, section 2.3).
const MOST_SHIFT: u8 = 14;

/// For tcptrace this shift is none.
const NO_SHIFT: u8 = 255;

/// So many segments are remembered to know those that were captured twice.
const RECENT: usize = 8;

/// Counts of one direction.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct Way {
    pub(crate) packets: u64,
    pub(crate) resets: u64,
    pub(crate) acks: u64,
    pub(crate) pure_acks: u64,
    pub(crate) sack_packets: u64,
    pub(crate) dsack_packets: u64,
    pub(crate) most_blocks: u64,
    pub(crate) data_packets: u64,
    pub(crate) data_bytes: u64,
    pub(crate) repeated_packets: u64,
    pub(crate) repeated_bytes: u64,
    /// Those of them that are data.
    pub(crate) repeated_data: u64,
    pub(crate) probe_packets: u64,
    pub(crate) probe_bytes: u64,
    pub(crate) late_packets: u64,
    pub(crate) pushes: u64,
    /// SYN and FIN with another number than the one before, unless they were sent again: for tcptrace bytes.
    pub(crate) other_ends: u64,
    pub(crate) syns: u64,
    pub(crate) fins: u64,
    /// Number of the first SYN segment; for tcptrace of the last one.
    pub(crate) syn: Option<u32>,
    pub(crate) fin: Option<u32>,
    /// Number of the last RST segment behind it.
    pub(crate) reset_behind_fin: Option<u32>,
    /// Shift of the window in SYN packets.
    pub(crate) scale: Option<u8>,
    /// The same for tcptrace, which forgets it with the first segment behind SYN unless both sides have sent one.
    pub(crate) shift: u8,
    pub(crate) timestamps: bool,
    pub(crate) sack_permitted: bool,
    pub(crate) urgent_packets: u64,
    pub(crate) urgent_bytes: u64,
    /// The sum of urgent pointers.
    pub(crate) urgent_pointers: u64,
    pub(crate) mss: u64,
    pub(crate) largest: u64,
    pub(crate) smallest: Option<u64>,
    pub(crate) window_max: u64,
    pub(crate) window_min: Option<u64>,
    pub(crate) windows_zero: u64,
    pub(crate) windows: u64,
    pub(crate) window_count: u64,
    /// SYN segments in front of the first scaled window.
    pub(crate) unscaled: Option<u64>,
    pub(crate) initial_bytes: u64,
    pub(crate) initial_packets: u64,
    pub(crate) initial_over: bool,
    pub(crate) cut_bytes: u64,
    pub(crate) cut_packets: u64,
    pub(crate) first_data: Option<Timestamp>,
    pub(crate) last_data: Option<Timestamp>,
    pub(crate) last: Option<Timestamp>,
    /// Longest gap between packets.
    pub(crate) idle: Option<i64>,
    pub(crate) hardware_duplicates: u64,
    /// Sequence numbers and identifications of the last segments.
    recent: [Option<(u32, u32)>; RECENT],
    next_recent: usize,
    pub(crate) window: Option<u64>,
    /// Number and window of the last acknowledgement.
    pub(crate) last_ack: Option<(u32, u64)>,
    /// Behind the highest byte of data or FIN, or the highest number of a segment without.
    reached: Option<i64>,
    pub(crate) sequence: Sequence,
    pub(crate) round_trips: RoundTrips,
}

/// How what one side sends was acknowledged.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct RoundTrips {
    pub(crate) all: Times,
    pub(crate) handshake: Option<i64>,
    /// Bytes of the largest segment with a sample.
    pub(crate) full_size: i64,
    pub(crate) full: Times,
    pub(crate) post_loss: u64,
    pub(crate) ambiguous: u64,
    pub(crate) last: Times,
    pub(crate) beyond: u64,
    pub(crate) duplicates: u64,
    pub(crate) triples: u64,
    /// Duplicates without another acknowledgement between them.
    in_a_row: u64,
    pub(crate) most_again: u64,
    pub(crate) again: Times,
}

impl Way {
    /// Counts a segment that this side sends, and says what is special about it.
    pub(crate) fn count(
        &mut self,
        segment: &Segment,
        peer_window: Option<u64>,
        original: bool,
    ) -> Seen {
        let data = u64::from(segment.data);
        self.packets += 1;
        let gap = self.last.map(|last| segment.time - last);
        self.idle = self.idle.max(gap);
        self.last = Some(segment.time);
        let behind_fin = segment.number.wrapping_add(segment.data);
        let other_syn = segment.has(SYN) && self.syn.is_some_and(|syn| syn != segment.number);
        let other_fin = segment.has(FIN) && self.fin.is_some_and(|fin| fin != behind_fin);
        self.resets += u64::from(segment.has(RST));
        self.acks += u64::from(segment.has(ACK));
        let pure = segment.has(ACK) && !segment.has(SYN | FIN | RST) && data == 0;
        self.pure_acks += u64::from(pure);
        self.syns += u64::from(segment.has(SYN));
        self.fins += u64::from(segment.has(FIN));
        let is_twice = self.flags(segment, original);
        let mut seen = Seen { is_twice, ..Seen::default() };
        if data > 0 {
            self.data(segment);
        }
        // For tcptrace a FIN is a probe too.
        let may_probe = data > 0 || (original && segment.has(FIN));
        if may_probe && peer_window == Some(0) {
            self.probe_packets += 1;
            self.probe_bytes += data;
            seen.is_probe = true;
        } else {
            (seen.is_repeated, seen.is_late) = self.sequence(segment, original);
        }
        let is_new = !seen.is_repeated || data > 0;
        self.other_ends += u64::from(is_new && other_syn) + u64::from(is_new && other_fin);
        // For tcptrace probes belong to the initial window.
        let is_initial = !self.initial_over && !seen.is_repeated && (original || !seen.is_probe);
        if data > 0 && is_initial {
            self.initial_packets += 1;
            self.initial_bytes += data;
        }
        // A FIN that is the first segment does not count.
        let fin = u32::from(segment.has(FIN) && self.reached.is_some());
        let behind = segment.data.saturating_add(fin);
        let end = self.sequence.place(segment.number.wrapping_add(behind));
        self.reached = self.reached.max(Some(end));
        seen
    }

    /// Takes in flags and options; whether the segment was captured twice.
    fn flags(&mut self, segment: &Segment, original: bool) -> bool {
        let options = &segment.options;
        self.timestamps |= options.timestamp;
        if segment.has(SYN) {
            self.syn = self.syn.filter(|_| !original).or(Some(segment.number));
            if let Some(shift) = options.scale.filter(|shift| !original || *shift != NO_SHIFT) {
                (self.scale, self.shift) = (Some(shift.min(MOST_SHIFT)), shift);
            }
            self.sack_permitted |= options.sack_permitted;
            self.mss = options.mss.map_or(self.mss, u64::from);
        }
        if segment.has(RST) && self.fin.is_some() {
            self.reset_behind_fin = Some(segment.number);
        }
        if segment.has(FIN) {
            self.fin = Some(segment.number.wrapping_add(segment.data));
        }
        let blocks = u64::from(options.block_count);
        self.sack_packets += u64::from(blocks > 0);
        self.most_blocks = self.most_blocks.max(blocks);
        self.dsack_packets += u64::from(is_duplicate_sack(segment));
        let id = Some((segment.number, segment.id)).filter(|_| segment.id != 0);
        let is_twice = id.is_some() && self.recent.contains(&id);
        if is_twice {
            self.hardware_duplicates += 1;
        } else if original || id.is_some() {
            // For tcptrace segments without an identification take a place too.
            self.recent[self.next_recent] = id;
            self.next_recent = (self.next_recent + 1) % RECENT;
        }
        is_twice
    }

    fn data(&mut self, segment: &Segment) {
        let data = u64::from(segment.data);
        self.data_packets += 1;
        self.data_bytes += data;
        self.pushes += u64::from(segment.has(PSH));
        if segment.has(URG) {
            self.urgent_packets += 1;
            self.urgent_bytes += data.min(segment.urgent.into());
            self.urgent_pointers += u64::from(segment.urgent);
        }
        self.largest = self.largest.max(data);
        self.smallest = Some(self.smallest.map_or(data, |smallest| smallest.min(data)));
        if segment.captured < segment.data {
            self.cut_packets += 1;
            self.cut_bytes += u64::from(segment.data - segment.captured);
        }
        self.first_data.get_or_insert(segment.time);
        self.last_data = Some(segment.time);
    }

    /// Takes in its numbers; whether some were sent before, and whether new ones fill a hole.
    fn sequence(&mut self, segment: &Segment, original: bool) -> (bool, bool) {
        let (mut number, mut left) = (segment.number, segment.length());
        let mut repeated = 0;
        let mut is_late = false;
        while left > 0 {
            let piece = if original { left.min(QUARTER - number % QUARTER) } else { left };
            let trips = &mut self.round_trips;
            let sent = self.sequence.send(number, piece, segment.time, |known| {
                if known.acks == 0 {
                    trips.most_again = trips.most_again.max(u64::from(known.again) + 1);
                    trips.again.add(segment.time - known.sent);
                }
            });
            repeated += sent.repeated;
            is_late |= sent.is_late;
            number = number.wrapping_add(piece);
            left -= piece;
        }
        let data = u64::from(segment.data);
        self.repeated_packets += u64::from(repeated > 0);
        self.repeated_bytes += repeated;
        self.repeated_data += repeated.min(data);
        self.late_packets += u64::from(is_late && (original || data > 0));
        (repeated > 0, is_late)
    }

    /// Whether a number lies from that of this side's SYN to the end of the window of the other side's last acknowledgement, as tcptrace compares them: without the
    /// end of the numbers in mind, 0 for what is unknown.
    pub(super) fn may_be_waited_for(&self, number: u32, peer: &Self) -> bool {
        let (ack, window) = peer.last_ack.unwrap_or_default();
        (self.syn.unwrap_or(0)..=ack.wrapping_add(window as u32)).contains(&number)
    }

    /// Takes in the window that this side announces, with its shift if windows are scaled. Those of SYN segments are not; with the first scaled one they are
    /// forgotten. Yields it.
    pub(crate) fn announce(&mut self, segment: &Segment, shift: Option<u8>, original: bool) -> u64 {
        let shift = shift.filter(|_| !segment.has(SYN));
        let scaled = shift.is_some();
        // tcptrace takes shifts as they are, and of those of 64 and more the lowest six bits.
        let window = u64::from(segment.window).wrapping_shl(shift.unwrap_or(0).into());
        if segment.has(RST) || !segment.has(ACK | SYN) {
            return window;
        }
        if scaled && self.unscaled.is_none() {
            self.unscaled = Some(self.syns);
            (self.windows, self.window_count, self.window_max, self.window_min) = (0, 0, 0, None);
        }
        self.windows = self.windows.wrapping_add(window);
        self.window_count += 1;
        self.window_max = self.window_max.max(window);
        if window > 0 {
            self.window_min = Some(self.window_min.map_or(window, |min| min.min(window)));
        }
        self.windows_zero += u64::from(window == 0 && (segment.has(ACK) || !original));
        self.window = Some(window);
        window
    }

    /// What this side has sent is acknowledged; notes what is special about that.
    pub(crate) fn acknowledged(&mut self, ack: &Ack<'_>, seen: &mut Seen) {
        let segment = ack.segment;
        let is_duplicate = ack.is_same && self.has_outstanding(segment.ack, ack.original);
        let trips = &mut self.round_trips;
        match self.sequence.acknowledge(segment.ack, &mut trips.beyond) {
            Some(Acked::Clean(known)) => {
                let time = segment.time - known.sent;
                seen.round_trip = Some(time);
                trips.all.add(time);
                if self.syn == Some(known.start as u32) && known.end - known.start == 1 {
                    trips.handshake.get_or_insert(time);
                }
                trips.full_size(known.end - known.start, time, ack.original);
            }
            Some(Acked::Ambiguous(known)) => {
                trips.ambiguous += 1;
                trips.last.add(segment.time - known.sent);
                seen.is_ambiguous = true;
            }
            Some(Acked::BehindLoss) => {
                trips.post_loss += 1;
                seen.is_ambiguous = true;
            }
            Some(Acked::Again(_)) if is_duplicate => {
                trips.duplicates += 1;
                trips.in_a_row += 1;
                seen.is_triple = trips.in_a_row == 3;
                trips.triples += u64::from(seen.is_triple);
            }
            Some(Acked::Again(_)) | None => {}
        }
        if !is_duplicate {
            trips.in_a_row = 0;
        }
        let first = self.syn.map(|syn| syn.wrapping_add(1));
        self.initial_over |= first.is_none_or(|first| first != segment.ack);
    }

    /// Whether something of this side waits for an acknowledgement beyond this one. For tcptrace it is enough that it has sent data, or anything
    /// behind its SYN.
    fn has_outstanding(&self, ack: u32, original: bool) -> bool {
        let ack = self.sequence.place(ack);
        if original {
            self.reached.is_some_and(|end| end >= ack)
        } else {
            self.sequence.highest() > Some(ack)
        }
    }
}

impl RoundTrips {
    /// Takes in a round trip of a segment of so many bytes.
    fn full_size(&mut self, size: i64, time: i64, original: bool) {
        // For tcptrace no segment is larger than one of a single byte, SYN or FIN.
        let size = if original && size == 1 { i64::MAX } else { size };
        if size > self.full_size {
            self.full_size = size;
            self.full = Times::default();
        }
        if size == self.full_size {
            self.full.add(time);
        }
    }
}
