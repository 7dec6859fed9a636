//! Where in a file a time is, without reading what is in front of it.
//!
//! The place is guessed from the times around it, as one opens a telephone book; where guesses do not help, the part
//! that is left is halved. What is found is believed as long as times go on with places. Where they do not, there is no
//! answer, and the file is to be read from its beginning.

use flowz_api::packet::{NANOS, Timestamp};
use flowz_capture::{Place, Seekable};

/// Shorter parts are read and not searched.
pub(crate) const SHORT: u64 = 256 << 10;

/// Packets may be late by so much of the file, and are found nevertheless.
pub(crate) const SLACK: u64 = 512 << 10;

/// Times that go back by more than this are not in order.
pub(crate) const JITTER: i64 = NANOS;

/// Looks into a file at most so often; each halving needs two.
const MOST_LOOKS: u32 = 200;

/// Parts of the file between which times are looked at in any case.
const SURVEY: u64 = 16;

/// What is searched.
pub(crate) trait Records {
    /// A record at or behind a place, if one is found. It may be part of a packet.
    fn find(&mut self, from: u64) -> Option<Place>;

    /// A record of the file behind a place, which takes longer.
    fn find_surely(&mut self, from: u64) -> Option<Place>;
}

impl Records for Seekable {
    fn find(&mut self, from: u64) -> Option<Place> {
        Seekable::find(self, from)
    }

    fn find_surely(&mut self, from: u64) -> Option<Place> {
        Seekable::find_surely(self, from)
    }
}

/// A record in front of `time` that is close to the first one that is not; the first record of the file if that is one.
/// `None` where times do not go on with places.
pub(crate) fn before(
    records: &mut impl Records,
    first: Place,
    last: Place,
    time: Timestamp,
) -> Option<Place> {
    if last.ts - first.ts < -JITTER {
        return None;
    }
    if first.ts >= time {
        return Some(first);
    }
    if last.ts < time {
        return Some(last);
    }
    let (mut low, mut high) = survey(records, first, last, time)?;
    let mut halve = false;
    for _ in 0..MOST_LOOKS {
        let part = high.offset.saturating_sub(low.offset);
        if part <= SHORT {
            return Some(low);
        }
        let from = if halve { low.offset + part / 2 } else { guess(low, high, time) };
        let found = look(records, from, low.ts, high.ts)?;
        if found.offset >= high.offset {
            // No record begins from there on.
            high.offset = from;
        } else if found.ts < time {
            low = found;
        } else {
            high = Place { offset: from, ts: found.ts };
        }
        let left = high.offset.saturating_sub(low.offset);
        halve = !halve && left > part / 2;
    }
    None
}

/// A record at or behind a place with a time between two others, or a little off. `None` if there is one that is not.
fn look(
    records: &mut impl Records,
    from: u64,
    earliest: Timestamp,
    latest: Timestamp,
) -> Option<Place> {
    let fits = |found: &Place| earliest - found.ts <= JITTER && found.ts - latest <= JITTER;
    records.find(from).filter(fits).or_else(|| records.find_surely(from).filter(fits))
}

/// Looks at some places all over the file: whether their times go on. Yields the neighbors of the time among them.
fn survey(
    records: &mut impl Records,
    first: Place,
    last: Place,
    time: Timestamp,
) -> Option<(Place, Place)> {
    let (mut low, mut high, mut latest) = (first, last, first);
    for step in 1..SURVEY {
        let from = first.offset + (last.offset - first.offset) / SURVEY * step;
        let found = look(records, from, latest.ts, last.ts)?;
        if found.ts < time {
            low = found;
        } else if high == last {
            high = Place { offset: from, ts: found.ts };
        }
        latest = found;
    }
    // One that is late, or two looks that have found the same.
    Some(if low.offset < high.offset { (low, high) } else { (first, last) })
}

/// The place of a time between two records if packets came evenly, a little in front of it, and away from both ends.
fn guess(low: Place, high: Place, time: Timestamp) -> u64 {
    let part = high.offset - low.offset;
    let (done, all) = (u128::from((time - low.ts).max(0).unsigned_abs()), high.ts - low.ts);
    let all = u128::from(all.max(1).unsigned_abs());
    let distance = (u128::from(part) * done / all).min(u128::from(part)) as u64;
    let margin = SHORT / 4;
    low.offset + distance.saturating_sub(SHORT / 2).clamp(margin, part - margin)
}

/// Where to begin to read a file so that no packet from `time` on is missed, late ones included; perhaps its beginning.
/// `None` if it is to be read whole.
pub(crate) fn begin(file: &mut Seekable, time: Timestamp) -> Option<Place> {
    let first = file.first();
    // Whatever is found may be garbage or the contents of a packet, which make the search slow, or send it to a wrong
    // place.
    let last = file.find(file.len().saturating_sub(SHORT / 4).max(first.offset))?;
    let found = before(file, first, last, time)?;
    let slack = SLACK.max(2 * file.longest_record());
    let from = found.offset.saturating_sub(slack);
    if from <= first.offset {
        return Some(first);
    }
    // Then a record that surely is one is not in front of the range.
    file.find_surely(from).filter(|sure| sure.ts < time)
}

#[cfg(test)]
mod tests;
