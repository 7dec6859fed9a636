//! Where the samples of a packet belong: timestamps tell, as long as they agree with the times at which packets came.

use super::codec::Codec;

/// Nanoseconds of a second.
const SECOND: i64 = 1_000_000_000;
/// A pause may be so much longer by timestamps than by the times at which packets came.
const SLACK: i64 = 2 * SECOND;
/// All sound may be so much longer than all time.
const MOST_AHEAD: i64 = 10 * SECOND;
/// Where timestamps tell nothing, silence of so long between packets is a pause.
const PAUSE: i64 = SECOND / 2;

/// What is known of a packet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    /// Nanoseconds since 1970.
    pub(super) time: i64,
    pub(super) timestamp: u32,
    /// Ticks that its payload lasts.
    pub(super) ticks: u32,
    /// Packets that are missing in front of it.
    pub(super) missing: u64,
}

/// What is between a packet and the one before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Gap {
    /// Ticks of silence.
    pub(super) ticks: u64,
    /// The timestamp is not one that fits.
    pub(super) is_jump: bool,
}

/// The time of one source.
#[derive(Clone, Debug)]
pub(super) struct Timeline {
    /// Longest silence in nanoseconds.
    longest: i64,
    /// When the first packet came.
    first: i64,
    last: Option<Last>,
    /// Nanoseconds of sound and silence so far.
    sound: i64,
}

#[derive(Clone, Copy, Debug)]
struct Last {
    time: i64,
    /// Timestamp of what would come next.
    next: u32,
    ticks: u32,
}

impl Timeline {
    /// With silence of at most so many nanoseconds.
    pub(super) fn new(longest: i64) -> Self {
        Self { longest, first: 0, last: None, sound: 0 }
    }

    /// Places a packet with media behind those before.
    pub(super) fn place(&mut self, packet: Moment, codec: Codec) -> Gap {
        let next = packet.timestamp.wrapping_add(packet.ticks);
        let nanos = |ticks: u64| ticks_to_nanos(ticks, codec.clock);
        let gap = match self.last {
            Some(last) => self.gap(&last, packet, codec.clock),
            None => {
                self.first = packet.time;
                Gap { ticks: 0, is_jump: false }
            }
        };
        self.sound = self.sound.saturating_add(nanos(gap.ticks + u64::from(packet.ticks)));
        self.last = Some(Last { time: packet.time, next, ticks: packet.ticks });
        gap
    }

    fn gap(&self, last: &Last, packet: Moment, clock: u32) -> Gap {
        let ahead = packet.timestamp.wrapping_sub(last.next) as i32;
        let elapsed = packet.time.saturating_sub(last.time).max(0);
        if let Ok(ticks) = u64::try_from(ahead)
            && self.fits(ticks_to_nanos(ticks, clock), packet.time, elapsed)
        {
            return Gap { ticks, is_jump: false };
        }
        // Packets that are missing were as long as the one before; else what is left of the time between both.
        let lasted = ticks_to_nanos(last.ticks.into(), clock);
        let pause = elapsed.saturating_sub(lasted);
        let ticks = match packet.missing {
            0 if pause > PAUSE => nanos_to_ticks(pause, clock),
            0 => 0,
            missing => missing.saturating_mul(last.ticks.into()),
        };
        let fits = self.fits(ticks_to_nanos(ticks, clock), packet.time, elapsed);
        Gap { ticks: if fits { ticks } else { 0 }, is_jump: true }
    }

    /// Whether there may be so much silence in front of a packet that came then.
    fn fits(&self, silence: i64, time: i64, elapsed: i64) -> bool {
        let all = time.saturating_sub(self.first).max(0);
        silence == 0
            || silence <= self.longest
                && silence <= elapsed.saturating_add(SLACK)
                && self.sound.saturating_add(silence) <= all.saturating_add(MOST_AHEAD)
    }
}

fn ticks_to_nanos(ticks: u64, clock: u32) -> i64 {
    let nanos = u128::from(ticks) * u128::from(SECOND.unsigned_abs()) / u128::from(clock.max(1));
    i64::try_from(nanos).unwrap_or(i64::MAX)
}

fn nanos_to_ticks(nanos: i64, clock: u32) -> u64 {
    let ticks =
        u128::from(nanos.unsigned_abs()) * u128::from(clock) / u128::from(SECOND.unsigned_abs());
    u64::try_from(ticks).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::{Gap, Moment, SECOND, Timeline};
    use crate::wav::codec::Codec;

    const MS: i64 = 1_000_000;

    /// Milliseconds, timestamps, packets that are missing: ticks of silence in front of each.
    fn gaps(packets: &[(i64, u32, u64)]) -> Vec<Gap> {
        let codec = Codec::new("PCMU", 8000, 1).unwrap();
        let mut line = Timeline::new(3600 * SECOND);
        let moment = |(ms, timestamp, missing): &(i64, u32, u64)| Moment {
            time: 1_700_000_000 * SECOND + ms * MS,
            timestamp: *timestamp,
            ticks: 160,
            missing: *missing,
        };
        packets.iter().map(|packet| line.place(moment(packet), codec)).collect()
    }

    fn ticks(packets: &[(i64, u32, u64)]) -> Vec<(u64, bool)> {
        gaps(packets).iter().map(|gap| (gap.ticks, gap.is_jump)).collect()
    }

    const NONE: (u64, bool) = (0, false);

    #[test]
    fn silence_where_timestamps_go_on() {
        let packets = [(0, 0, 0), (20, 160, 0), (80, 640, 2), (1080, 8640, 0)];
        assert_eq!(ticks(&packets), [NONE, NONE, (320, false), (7840, false)]);
    }

    #[test]
    fn timestamps_wrap() {
        let first = u32::MAX - 159;
        assert_eq!(ticks(&[(0, first, 0), (20, 0, 0), (60, 320, 1)]), [NONE, NONE, (160, false)]);
    }

    #[test]
    fn jumps_are_no_silence() {
        let far = 805_306_368;
        assert_eq!(ticks(&[(0, 0, 0), (20, far, 0), (40, far + 160, 0)]), [NONE, (0, true), NONE]);
        let back = [(0, 8000, 0), (20, 100, 0), (40, 260, 0)];
        assert_eq!(ticks(&back), [NONE, (0, true), NONE]);
        // Packets are missing at the jump; the other side was silent at the jump.
        assert_eq!(ticks(&[(0, 0, 0), (80, far, 3)])[1], (480, true));
        assert_eq!(ticks(&[(0, 0, 0), (5020, far, 0)])[1], (40_000, true));
        assert_eq!(ticks(&[(0, 0, 0), (20, far, u64::MAX)])[1], (0, true));
    }

    #[test]
    fn silence_is_bounded_by_time() {
        // Each timestamp is a second ahead of the time that has passed.
        let packets: Vec<_> = (0..10_000).map(|n| (i64::from(n), n * 8160, 0)).collect();
        let silence: u64 = gaps(&packets).iter().map(|gap| gap.ticks).sum();
        assert!(silence <= 20 * 8000, "{silence}");
        let codec = Codec::new("PCMU", 8000, 1).unwrap();
        let mut line = Timeline::new(SECOND);
        for (time, timestamp) in [(i64::MIN, 0), (i64::MAX, u32::MAX / 2), (0, u32::MAX), (-1, 9)] {
            let gap = line.place(Moment { time, timestamp, ticks: u32::MAX, missing: 9 }, codec);
            assert!(gap.ticks <= 8000);
        }
    }
}
