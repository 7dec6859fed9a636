//! Histograms of intervals: of packets, when they come, and of connections, conversations and streams, when they are over.
//!
//! An interval is as long as the setting says and counted from the first packet on. A packet whose time is in front of the interval at hand counts in that one, so that memory for one interval
//! is enough, whatever the times are, and rows can be written while a run goes on.

mod count;
mod list;
mod row;
#[cfg(test)]
mod tests;

use flowz_api::Checkpoint;
use flowz_api::cell::Label;
use flowz_api::memory;
use flowz_api::merge::Merge;
use flowz_api::packet::{NANOS, Timestamp};

pub(super) use count::Class;
use list::LIST;
pub(super) use list::Quantity;
pub(super) use row::HistogramRow;

/// A histogram of its own.
#[derive(Clone, PartialEq, Eq, Debug, Checkpoint)]
struct Place {
    name: String,
    quantity: usize,
    /// Its first bin among those of all.
    first: usize,
}

/// All histograms of the interval at hand.
#[derive(Debug, Default, Checkpoint)]
pub(super) struct Histograms {
    /// Nanoseconds of an interval; 0 if none are wanted.
    length: i64,
    /// In the order of their bins.
    places: Vec<Place>,
    /// Of each quantity the first bin.
    starts: Vec<usize>,
    /// The bins of all.
    counts: Vec<u64>,
    /// Those that are not 0.
    touched: Vec<u32>,
    /// The first packet's time.
    begin: Option<Timestamp>,
    /// Number of the interval.
    interval: u64,
    /// Of other instances, which saw other packets.
    others: Vec<Self>,
}

flowz_api::resume_whole!(Histograms);

impl Merge for Histograms {
    fn merge(&mut self, other: Self) {
        if other.begin.is_some() {
            self.others.push(other);
        }
    }
}

impl Histograms {
    /// Empty ones; without any if intervals have no seconds.
    pub(super) fn new(seconds: u32) -> Self {
        let mut all = Self { length: i64::from(seconds) * NANOS, ..Self::default() };
        if seconds == 0 {
            return all;
        }
        let mut bins = 0;
        for (quantity, histogram) in LIST.iter().enumerate() {
            all.starts.push(bins);
            for suffix in histogram.split.suffixes() {
                let name = format!("{}{suffix}", histogram.name);
                all.places.push(Place { name, quantity, first: bins });
                bins += histogram.bins();
            }
        }
        all.counts = vec![0; bins];
        all
    }

    /// Whether there are any.
    pub(super) fn is_on(&self) -> bool {
        self.length > 0
    }

    /// Bytes of them.
    pub(super) fn bytes(&self) -> usize {
        if !self.is_on() {
            return 0;
        }
        let places = self.places.len() * (size_of::<Place>() + memory::list::<u8>(32));
        places + memory::list::<u64>(self.counts.len()) + memory::list::<u32>(self.counts.len())
    }

    /// It is that time: if the interval is over, its rows are written and the next one begins.
    pub(super) fn advance(&mut self, now: Timestamp, emit: &mut dyn FnMut(&HistogramRow<'_>)) {
        let begin = *self.begin.get_or_insert(now);
        let interval = u64::try_from((now - begin) / self.length).unwrap_or(0);
        if interval > self.interval {
            self.show(emit);
            self.interval = interval;
        }
    }

    /// Counts a value so many times in the histogram of that part (by class or side; 0 where there is one only).
    pub(super) fn add(&mut self, quantity: Quantity, part: usize, value: u64, times: u64) {
        if !self.is_on() || times == 0 {
            return;
        }
        let histogram = &LIST[quantity as usize];
        let last = histogram.bins() - 1;
        let bin = usize::try_from(value / u64::from(histogram.bin)).map_or(last, |n| n.min(last));
        let at = self.starts[quantity as usize] + part * histogram.bins() + bin;
        let Some(count) = self.counts.get_mut(at) else { return };
        if *count == 0 {
            self.touched.push(at as u32);
        }
        *count = count.saturating_add(times);
    }

    /// Writes the rows of the interval, and forgets what was counted.
    fn show(&mut self, emit: &mut dyn FnMut(&HistogramRow<'_>)) {
        let mut touched = std::mem::take(&mut self.touched);
        touched.sort_unstable();
        let since = i64::try_from(self.interval).unwrap_or(i64::MAX).saturating_mul(self.length);
        let start = Timestamp(self.begin.unwrap_or_default().0.saturating_add(since));
        let mut places = self.places.iter().peekable();
        let mut place = places.next();
        for at in touched.drain(..) {
            let at = at as usize;
            while let Some(next) = places.next_if(|next| next.first <= at) {
                place = Some(next);
            }
            let Some(place) = place else { break };
            let histogram = &LIST[place.quantity];
            emit(&HistogramRow {
                interval: self.interval,
                start: start.into(),
                histogram: Label(place.name.as_bytes()),
                description: Label(histogram.description.as_bytes()),
                min: 0,
                bin_size: histogram.bin,
                max: histogram.max,
                bin: (at - place.first) as u32 * histogram.bin,
                count: std::mem::take(&mut self.counts[at]),
            });
        }
        // Its room is used again.
        self.touched = touched;
    }

    /// The run is over: writes what is left, of each instance by itself.
    pub(super) fn finish(&mut self, emit: &mut dyn FnMut(&HistogramRow<'_>)) {
        self.show(emit);
        for mut other in std::mem::take(&mut self.others) {
            other.finish(emit);
        }
    }
}
