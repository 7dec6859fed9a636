//! What one side of a connection sends, and how it was acknowledged.

use flowz_api::packet::Timestamp;

use super::segment::{ACK, FIN, PSH, RST, SYN, Segment, URG};
use super::times::Times;
use crate::segments::{Acked, Sequence};

/// tcptrace divides segments at multiples of this number.
const QUARTER: u32 = 1 << 30;

/// The largest shift of windows (RFC 7323, section 2.3).
const MOST_SHIFT: u8 = 14;

/// So many segments are remembered to know those that were captured twice.
const RECENT: usize = 8;

/// Counts of one direction.
#[derive(Debug, Default)]
pub(crate) struct Way {
    pub(super) packets: u64,
    pub(super) resets: u64,
    pub(super) acks: u64,
    pub(super) pure_acks: u64,
    pub(super) sack_packets: u64,
    pub(super) dsack_packets: u64,
    pub(super) most_blocks: u64,
    pub(super) data_packets: u64,
    pub(super) data_bytes: u64,
    pub(super) repeated_packets: u64,
    pub(super) repeated_bytes: u64,
    /// Those of them that are data.
    pub(super) repeated_data: u64,
    pub(super) probe_packets: u64,
    pub(super) probe_bytes: u64,
    pub(super) late_packets: u64,
    pub(super) pushes: u64,
    pub(super) syns: u64,
    pub(super) fins: u64,
    pub(super) syn: Option<u32>,
    pub(super) fin: Option<u32>,
    /// Number of the last RST segment behind it.
    pub(super) reset_behind_fin: Option<u32>,
    /// Shift of the window in SYN packets.
    pub(super) scale: Option<u8>,
    /// The same for tcptrace, which forgets it with the first segment behind SYN unless both sides have sent one.
    pub(super) shift: u8,
    pub(super) timestamps: bool,
    pub(super) sack_permitted: bool,
    pub(super) urgent_packets: u64,
    pub(super) urgent_bytes: u64,
    /// The sum of urgent pointers.
    pub(super) urgent_pointers: u64,
    pub(super) mss: u64,
    pub(super) largest: u64,
    pub(super) smallest: Option<u64>,
    pub(super) window_max: u64,
    pub(super) window_min: Option<u64>,
    pub(super) windows_zero: u64,
    pub(super) windows: u64,
    pub(super) window_count: u64,
    /// SYN segments in front of the first scaled window.
    pub(super) unscaled: Option<u64>,
    pub(super) initial_bytes: u64,
    pub(super) initial_packets: u64,
    pub(super) initial_over: bool,
    pub(super) cut_bytes: u64,
    pub(super) cut_packets: u64,
    pub(super) first_data: Option<Timestamp>,
    pub(super) last_data: Option<Timestamp>,
    pub(super) last: Option<Timestamp>,
    /// Longest gap between packets.
    pub(super) idle: Option<i64>,
    pub(super) hardware_duplicates: u64,
    /// Sequence numbers and identifications of the last segments.
    recent: [Option<(u32, u32)>; RECENT],
    next_recent: usize,
    pub(super) window: Option<u64>,
    /// Number and window of the last acknowledgement.
    pub(super) last_ack: Option<(u32, u64)>,
    /// Behind the highest byte of data or FIN, or the highest number of a segment without.
    reached: Option<i64>,
    pub(super) sequence: Sequence,
    pub(super) round_trips: RoundTrips,
}

/// How what one side sends was acknowledged.
#[derive(Debug, Default)]
pub(crate) struct RoundTrips {
    pub(super) all: Times,
    pub(super) handshake: Option<i64>,
    /// Bytes of the largest segment with a sample.
    pub(super) full_size: i64,
    pub(super) full: Times,
    pub(super) post_loss: u64,
    pub(super) ambiguous: u64,
    pub(super) last: Times,
    pub(super) beyond: u64,
    pub(super) duplicates: u64,
    pub(super) triples: u64,
    /// Duplicates without another acknowledgement between them.
    in_a_row: u64,
    pub(super) most_again: u64,
    pub(super) again: Times,
}

impl Way {
    /// Counts a segment that this side sends.
    pub(super) fn count(&mut self, segment: &Segment, peer_window: Option<u64>, original: bool) {
        let data = u64::from(segment.data);
        self.packets += 1;
        let gap = self.last.map(|last| segment.time - last);
        self.idle = self.idle.max(gap);
        self.last = Some(segment.time);
        self.resets += u64::from(segment.has(RST));
        self.acks += u64::from(segment.has(ACK));
        let pure = segment.has(ACK) && !segment.has(SYN | FIN | RST) && data == 0;
        self.pure_acks += u64::from(pure);
        self.syns += u64::from(segment.has(SYN));
        self.fins += u64::from(segment.has(FIN));
        self.flags(segment);
        if data > 0 {
            self.data(segment);
        }
        if data > 0 && peer_window == Some(0) {
            self.probe_packets += 1;
            self.probe_bytes += data;
        } else {
            self.sequence(segment, original);
        }
        // A FIN that is the first segment does not count.
        let fin = u32::from(segment.has(FIN) && self.reached.is_some());
        let behind = segment.data.saturating_add(fin);
        let end = self.sequence.place(segment.number.wrapping_add(behind));
        self.reached = self.reached.max(Some(end));
    }

    fn flags(&mut self, segment: &Segment) {
        let options = &segment.options;
        self.timestamps |= options.timestamp;
        if segment.has(SYN) {
            self.syn.get_or_insert(segment.number);
            if let Some(shift) = options.scale.filter(|shift| *shift <= MOST_SHIFT) {
                (self.scale, self.shift) = (Some(shift), shift);
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
        let id = (segment.number, segment.id);
        if segment.id == 0 {
            return;
        }
        if self.recent.contains(&Some(id)) {
            self.hardware_duplicates += 1;
        } else {
            self.recent[self.next_recent] = Some(id);
            self.next_recent = (self.next_recent + 1) % RECENT;
        }
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

    fn sequence(&mut self, segment: &Segment, original: bool) {
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
        self.late_packets += u64::from(is_late && data > 0);
        if data > 0 && !self.initial_over && repeated == 0 {
            self.initial_packets += 1;
            self.initial_bytes += data;
        }
    }

    /// Takes in the window that this side announces, with its shift if windows are scaled. Those of SYN segments are not; with the first scaled one they are
    /// forgotten. Yields it.
    pub(super) fn announce(&mut self, segment: &Segment, shift: Option<u8>) -> u64 {
        let shift = shift.filter(|_| !segment.has(SYN));
        let scaled = shift.is_some();
        let window = u64::from(segment.window) << shift.unwrap_or(0);
        if segment.has(RST) || !segment.has(ACK | SYN) {
            return window;
        }
        if scaled && self.unscaled.is_none() {
            self.unscaled = Some(self.syns);
            (self.windows, self.window_count, self.window_max, self.window_min) = (0, 0, 0, None);
        }
        self.windows += window;
        self.window_count += 1;
        self.window_max = self.window_max.max(window);
        if window > 0 {
            self.window_min = Some(self.window_min.map_or(window, |min| min.min(window)));
        }
        self.windows_zero += u64::from(window == 0);
        self.window = Some(window);
        window
    }

    /// What this side has sent is acknowledged.
    pub(super) fn acknowledged(&mut self, ack: &Ack<'_>) {
        let segment = ack.segment;
        let is_duplicate = ack.is_same && self.has_outstanding(segment.ack, ack.original);
        let trips = &mut self.round_trips;
        match self.sequence.acknowledge(segment.ack, &mut trips.beyond) {
            Some(Acked::Clean(known)) => {
                let time = segment.time - known.sent;
                trips.all.add(time);
                if self.syn == Some(known.start as u32) && known.end - known.start == 1 {
                    trips.handshake.get_or_insert(time);
                }
                trips.full_size(known.end - known.start, time, ack.original);
            }
            Some(Acked::Ambiguous(known)) => {
                trips.ambiguous += 1;
                trips.last.add(segment.time - known.sent);
            }
            Some(Acked::BehindLoss) => trips.post_loss += 1,
            Some(Acked::Again(_)) if is_duplicate => {
                trips.duplicates += 1;
                trips.in_a_row += 1;
                trips.triples += u64::from(trips.in_a_row == 3);
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

/// An acknowledgement of the other side.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ack<'a> {
    pub(super) segment: &'a Segment,
    /// It has the number and the window of the one before, and no data.
    pub(super) is_same: bool,
    pub(super) original: bool,
}

/// Whether the first block tells of bytes that came twice (RFC 2883, section 4).
fn is_duplicate_sack(segment: &Segment) -> bool {
    let options = &segment.options;
    let below = |a: u32, b: u32| (a.wrapping_sub(b) as i32) < 0;
    match (options.block_count, options.blocks) {
        (0, _) => false,
        (_, [(from, _), ..]) if below(from, segment.ack) => true,
        (1, _) => false,
        (_, [(from, to), (start, end), ..]) => !below(from, start) && !below(end, to),
    }
}
