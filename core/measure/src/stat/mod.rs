//! Statistics of intervals, as tcpstat prints them.
//!
//! Interval k holds the packets with times in `[t0 + k i, t0 + (k + 1) i)`, t0 being the time of the first packet, or the last
//! multiple of i since 1970 in front of it. A packet that is older than the interval at hand counts in it. Empty intervals
//! up to the last packet are intervals, too, as long as there is [room](crate::Room) for them.

mod classify;
mod counts;
mod format;
mod rates;
mod rows;
#[cfg(test)]
mod tests;

use flowz_api::packet::{NANOS, Timestamp};

use crate::Room;

pub use classify::{kinds, kinds_of_tcpstat, size, size_of_tcpstat};
pub use counts::{Counts, Kinds};
pub use format::{DEFAULT, Format, Piece, Times};
pub use rates::{Accounting, Bandwidth};
pub use rows::{COLUMNS, row};

/// The load is a mean over about so many seconds.
const LOAD_SECONDS: f64 = 60.0;

/// How the time is cut.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cut {
    /// Intervals of so many nanoseconds, the first one from the first packet on.
    FromFirst(i64),
    /// The same from multiples of the length since 1970 on.
    Aligned(i64),
    /// One interval from the first packet to the last one.
    Whole,
}

/// Which moment of an interval its time is.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Moment {
    /// Its first moment.
    Start,
    /// The one in the middle.
    #[default]
    Middle,
    /// Its end, which is the beginning of the next one.
    End,
}

/// An interval that is over.
#[derive(Clone, PartialEq, Debug)]
pub struct Interval {
    /// Its first moment.
    pub start: Timestamp,
    /// Nanoseconds that it lasts.
    pub length: i64,
    /// Start of the first interval.
    pub first: Timestamp,
    /// What was counted.
    pub counts: Counts,
    /// Seconds that rates are over: the length, but see [`Intervals::like_tcpstat`].
    pub seconds: f64,
    /// Mean bandwidth of about a minute as part of the largest one so far, 0 to 1; 0 while there were no bytes.
    pub load: f64,
    /// Empty intervals that were left out in front of it.
    pub left_out: u64,
}

impl Interval {
    /// A moment of it.
    pub fn time(&self, moment: Moment) -> Timestamp {
        let behind = match moment {
            Moment::Start => 0,
            Moment::Middle => self.length / 2,
            Moment::End => self.length,
        };
        Timestamp(self.start.0.saturating_add(behind))
    }

    /// Bits per second; infinite for bytes in no time.
    pub fn bits_per_second(&self) -> f64 {
        per(self.counts.bytes as f64 * 8.0, self.seconds)
    }

    /// Packets per second, likewise.
    pub fn packets_per_second(&self) -> f64 {
        per(self.counts.packets as f64, self.seconds)
    }
}

/// A rate; nothing in no time is nothing.
fn per(amount: f64, seconds: f64) -> f64 {
    if amount == 0.0 { 0.0 } else { amount / seconds }
}

/// Takes packets and yields intervals.
#[derive(Clone, Debug)]
pub struct Intervals {
    cut: Cut,
    first: Option<Timestamp>,
    start: Timestamp,
    earliest: Timestamp,
    latest: Timestamp,
    counts: Counts,
    load: Load,
    room: Room,
    /// Empty intervals that were left out in front of the one at hand.
    skipped: u64,
    like_tcpstat: bool,
    last: Timestamp,
}

impl Intervals {
    /// Intervals that are cut so.
    ///
    /// # Panics
    ///
    /// If the length is not positive.
    pub fn new(cut: Cut) -> Self {
        assert!(!matches!(cut, Cut::FromFirst(..=0) | Cut::Aligned(..=0)), "no length");
        Self {
            cut,
            first: None,
            start: Timestamp(0),
            earliest: Timestamp(0),
            latest: Timestamp(0),
            counts: Counts::default(),
            load: Load::default(),
            room: Room::ROWS,
            skipped: 0,
            like_tcpstat: false,
            last: Timestamp(0),
        }
    }

    /// The same with tcpstat's habits: a packet at the very end of an interval counts in it; the length of the whole is the
    /// difference of the last and the first time as floating-point numbers, also where time goes back; and a capture without
    /// packets has one interval, at 0.
    ///
    /// # Panics
    ///
    /// As [`Self::new`].
    pub fn like_tcpstat(cut: Cut) -> Self {
        Self { like_tcpstat: true, ..Self::new(cut) }
    }

    /// Time of the first packet.
    pub fn first(&self) -> Option<Timestamp> {
        self.first
    }

    /// Empty intervals that were left out, because there was no room for all of those between two packets.
    pub fn left_out(&self) -> u64 {
        self.room.left_out()
    }

    /// Counts a packet of this time, size and kind; intervals that are over go to `emit`.
    ///
    /// # Errors
    ///
    /// Those of `emit`.
    pub fn add<E>(
        &mut self,
        time: Timestamp,
        (size, kinds): (u32, Kinds),
        mut emit: impl FnMut(&Interval) -> Result<(), E>,
    ) -> Result<(), E> {
        if self.first.is_none() {
            (self.first, self.start) = (Some(time), self.first_start(time));
            (self.earliest, self.latest) = (time, time);
        }
        self.last = time;
        self.room.packets(1);
        (self.earliest, self.latest) = (self.earliest.min(time), self.latest.max(time));
        if let Some(length) = self.length() {
            self.go_on(time, length, &mut emit)?;
        }
        self.counts.add(size, kinds);
        Ok(())
    }

    /// Yields the last interval, if there were packets.
    ///
    /// # Errors
    ///
    /// Those of `emit`.
    pub fn end<E>(mut self, mut emit: impl FnMut(&Interval) -> Result<(), E>) -> Result<(), E> {
        if self.first.is_none() && !self.like_tcpstat {
            return Ok(());
        }
        if let Some(length) = self.length() {
            return emit(&self.interval(length));
        }
        self.start = self.earliest;
        let mut interval = self.interval(self.latest - self.earliest);
        if let (true, Some(first)) = (self.like_tcpstat, self.first) {
            let seconds = |time: Timestamp| {
                time.seconds() as f64 + f64::from(time.subsec_nanos() / 1_000) / 1e6
            };
            interval.seconds = seconds(self.last) - seconds(first);
        }
        emit(&interval)
    }

    fn length(&self) -> Option<i64> {
        match self.cut {
            Cut::FromFirst(length) | Cut::Aligned(length) => Some(length),
            Cut::Whole => None,
        }
    }

    fn first_start(&self, first: Timestamp) -> Timestamp {
        match self.cut {
            Cut::Aligned(length) => Timestamp(first.0.saturating_sub(first.0.rem_euclid(length))),
            Cut::FromFirst(_) | Cut::Whole => first,
        }
    }

    /// Ends intervals until the time is in one.
    fn go_on<E>(
        &mut self,
        time: Timestamp,
        length: i64,
        emit: &mut impl FnMut(&Interval) -> Result<(), E>,
    ) -> Result<(), E> {
        let since = (time - self.start).saturating_sub(i64::from(self.like_tcpstat)).max(0);
        let mut over = since / length;
        if over == 0 {
            return Ok(());
        }
        emit(&self.interval(length))?;
        over -= 1;
        self.start.0 = self.start.0.saturating_add(length);
        if !self.room.takes(over.unsigned_abs()) {
            self.skipped = over.unsigned_abs();
            self.room.leave_out(self.skipped);
            self.load.pass(over as f64 * length as f64 / NANOS as f64);
            self.start.0 = self.start.0.saturating_add(length.saturating_mul(over));
            over = 0;
        }
        for _ in 0..over {
            emit(&self.interval(length))?;
            self.start.0 = self.start.0.saturating_add(length);
        }
        Ok(())
    }

    fn interval(&mut self, length: i64) -> Interval {
        let first = self.first.map_or(self.start, |first| self.first_start(first));
        let counts = std::mem::take(&mut self.counts);
        let seconds = length as f64 / NANOS as f64;
        let left_out = std::mem::take(&mut self.skipped);
        let mut interval =
            Interval { start: self.start, length, first, counts, seconds, load: 0.0, left_out };
        interval.load = self.load.add(interval.bits_per_second(), seconds);
        interval
    }
}

/// Mean bandwidth that forgets in about a minute, beside the largest one.
#[derive(Clone, Default, Debug)]
struct Load {
    mean: Option<f64>,
    most: f64,
}

impl Load {
    /// Takes an interval of this bandwidth and yields the load.
    fn add(&mut self, bandwidth: f64, seconds: f64) -> f64 {
        let keep = (-seconds / LOAD_SECONDS).exp();
        let mean = self.mean.map_or(bandwidth, |mean| mean * keep + bandwidth * (1.0 - keep));
        self.mean = Some(mean);
        self.most = self.most.max(bandwidth);
        if self.most > 0.0 { mean / self.most } else { 0.0 }
    }

    /// Nothing comes for so many seconds.
    fn pass(&mut self, seconds: f64) {
        self.mean = self.mean.map(|mean| mean * (-seconds / LOAD_SECONDS).exp());
    }
}
