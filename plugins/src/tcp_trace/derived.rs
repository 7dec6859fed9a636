//! What of a direction's columns follows from its counts.

use std::ops::Deref;

use flowz_api::packet::Timestamp;

use crate::connections::connection::Connection;
use crate::connections::times::millis;
use crate::connections::way::Way;

/// A direction of a connection that is over.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Derived<'a> {
    pub(super) way: &'a Way,
    /// Numbers of SYN and FIN segments.
    pub(super) ends: &'a [u8],
    /// As tcptrace, also where it is wrong.
    pub(super) original: bool,
    /// By how much tcptrace divides the sum of windows.
    packets_with_windows: u64,
    /// The other side's SYN was seen, without a shift.
    declined: bool,
    /// From the last segment to the end of the capture, if neither both sides have closed the connection nor one has reset it: tcptrace takes it for a gap.
    tail: Option<i64>,
    /// Microseconds of the connection.
    micros: i64,
}

/// How values are made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct How {
    /// As tcptrace, also where it is wrong.
    pub(super) original: bool,
    /// The time of the last packet of the run so far.
    pub(super) now: Timestamp,
}

/// Yes or no.
pub(super) fn yes(is: bool) -> &'static [u8] {
    if is { b"Y" } else { b"N" }
}

impl Deref for Derived<'_> {
    type Target = Way;

    fn deref(&self) -> &Way {
        self.way
    }
}

impl<'a> Derived<'a> {
    /// The direction with this number.
    pub(super) fn new(of: &'a Connection, n: usize, ends: &'a [u8], how: How) -> Self {
        let How { original, now } = how;
        let micros = (of.last - of.first).max(0) / 1000;
        let (way, peer) = (&of.ways[n], &of.ways[1 - n]);
        let declined = peer.syn.is_some() && peer.scale.is_none();
        let both = of.ways.iter().all(|way| way.unscaled.is_some());
        let unscaled = if both { way.unscaled.unwrap_or(0) } else { 0 };
        let packets_with_windows = way.packets.saturating_sub(unscaled);
        let [a, b] = &of.ways;
        let is_over = a.resets + b.resets > 0 || (a.fins > 0 && b.fins > 0);
        let tail = way.last.filter(|_| !is_over).map(|last| (now - last).max(0));
        Self { way, ends, original, packets_with_windows, declined, tail, micros }
    }

    pub(super) fn unique_bytes(&self) -> u64 {
        let bytes = self.data_bytes.saturating_sub(self.repeated_data + self.probe_bytes);
        if self.original { bytes + self.other_ends } else { bytes }
    }

    pub(super) fn rfc1323(&self) -> &'static [u8] {
        match (self.scale.is_some(), self.timestamps) {
            (false, false) => b"N/N",
            (false, true) => b"N/Y",
            (true, false) => b"Y/N",
            (true, true) => b"Y/Y",
        }
    }

    pub(super) fn mean_size(&self) -> f64 {
        self.mean(self.data_bytes as f64, self.data_packets as f64, 0.001)
    }

    pub(super) fn window_mean(&self) -> f64 {
        let count = if self.original { self.packets_with_windows } else { self.window_count };
        self.mean(self.windows as f64, count as f64, 0.0)
    }

    /// A mean, 0 of none; tcptrace divides by a bit more, and cuts the fraction off.
    fn mean(&self, sum: f64, count: f64, more: f64) -> f64 {
        match count {
            0.0 => 0.0,
            count if self.original => (sum / (count + more)).trunc(),
            count => sum / count,
        }
    }

    pub(super) fn window_min(&self) -> u64 {
        self.window_min.unwrap_or(0)
    }

    pub(super) fn stream_length(&self) -> Option<i64> {
        let fin = if self.original { self.reset_behind_fin.or(self.fin) } else { self.fin };
        let (syn, fin) = (self.syn?, fin?);
        Some(fin.wrapping_sub(syn).wrapping_sub(1).into())
    }

    pub(super) fn missed(&self) -> Option<i64> {
        self.stream_length().map(|length| length - self.unique_bytes() as i64)
    }

    pub(super) fn transmission(&self) -> f64 {
        let times = self.first_data.zip(self.last_data);
        times.map_or(0.0, |(first, last)| (last - first).max(0) as f64 / 1e9)
    }

    pub(super) fn idle(&self) -> Option<f64> {
        let gap = self.way.idle.map(|nanos| nanos.max(0));
        let longest =
            if self.original && self.packets > 0 { gap.max(self.tail).or(Some(0)) } else { gap };
        longest.map(|nanos| millis((nanos / 1000) as f64))
    }

    pub(super) fn throughput(&self) -> Option<f64> {
        (self.micros > 0).then(|| self.unique_bytes() as f64 * 1e6 / self.micros as f64)
    }

    /// Urgent bytes; tcptrace adds up urgent pointers.
    pub(super) fn urgent_bytes(&self) -> u64 {
        if self.original { self.urgent_pointers } else { self.way.urgent_bytes }
    }

    /// The largest segment asked for; tcptrace takes it for a number with a sign.
    pub(super) fn mss(&self) -> u64 {
        if self.original {
            u64::from(i32::from(self.way.mss as u16 as i16) as u32)
        } else {
            self.way.mss
        }
    }

    /// The shift, unless the other side's SYN has shown that windows are not scaled.
    pub(super) fn scale(&self) -> u64 {
        match (self.original, self.declined) {
            (true, _) => self.way.shift.into(),
            (false, true) => 0,
            (false, false) => self.way.scale.unwrap_or(0).into(),
        }
    }

    pub(super) fn handshake(&self) -> Option<f64> {
        let time = self.round_trips.handshake.map(|nanos| millis(nanos as f64 / 1000.0));
        if self.original { Some(time.unwrap_or(0.0)) } else { time }
    }
}
