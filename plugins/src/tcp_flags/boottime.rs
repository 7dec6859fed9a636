//! When the sender was switched on, from its timestamp option (RFC 7323, section 3).
//!
//! The option counts in ticks of a length that the sender does not tell. Ticks and time between the
//! first and the last option give the length, which is snapped to the usual ones; without it the
//! time to live hints at the operating system.

use flowz_api::Checkpoint;
use flowz_api::cell::Time;
use flowz_api::packet::{NANOS, Timestamp};

/// Nanoseconds in a microsecond.
pub(crate) const MICROSECOND: i64 = 1_000;

/// First and last timestamp option of a flow.
#[derive(Clone, Copy, Debug, Default, Checkpoint)]
pub(crate) struct Clock {
    /// When the first option was captured.
    pub(crate) first: Timestamp,
    /// When the last one was captured.
    pub(crate) last: Timestamp,
    /// Value of the first one.
    pub(crate) first_value: u32,
    /// Value of the last one.
    pub(crate) value: u32,
    /// Largest value so far.
    pub(crate) largest: u32,
    /// Echo reply of the last one.
    pub(crate) echo: u32,
}

/// What the options tell.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Boot {
    /// Seconds per tick.
    pub(crate) tick: f32,
    /// Seconds since the sender started.
    pub(crate) uptime: f64,
    /// When it started.
    pub(crate) at: Time,
}

/// How an option is taken in.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Mode {
    /// It is the flow's first one.
    pub(crate) first: bool,
    /// As the reference does.
    pub(crate) compat: bool,
}

impl Clock {
    /// An option was captured; tells whether it is older than one before. The reference does not see
    /// that the count rolls over.
    #[inline]
    pub(crate) fn option(&mut self, now: Timestamp, (value, echo): (u32, u32), mode: Mode) -> bool {
        if mode.first {
            *self = Self { first: now, first_value: value, largest: value, ..*self };
        }
        let plain = value < self.largest;
        let back = if mode.compat { plain } else { (value.wrapping_sub(self.largest) as i32) < 0 };
        if !back {
            self.largest = value;
        }
        self.last = now;
        self.value = value;
        self.echo = echo;
        back
    }

    /// Estimates the boot time; `ttl` is the smallest time to live of the flow. The uptime is cut to
    /// units of so many nanoseconds.
    pub(crate) fn boot(&self, ttl: u8, unit: i64, compat: bool) -> Boot {
        let ticks = self.value.wrapping_sub(self.first_value);
        let tick =
            if ticks == 0 { by_ttl(ttl) } else { snapped(self.elapsed(compat) / ticks as f32) };
        let uptime = f64::from(self.value) * f64::from(tick);
        Boot { tick, uptime, at: self.start(uptime, unit, compat) }
    }

    fn elapsed(&self, compat: bool) -> f32 {
        let (seconds, nanos) = minus(self.last, self.first, compat);
        (seconds as f64 + nanos as f64 / NANOS as f64) as f32
    }

    fn start(&self, uptime: f64, unit: i64, compat: bool) -> Time {
        let whole = uptime.trunc();
        let units = ((uptime - whole) * (NANOS / unit) as f64) as i64;
        let uptime = Timestamp::new(whole as i64, units * unit);
        let (seconds, nanos) = minus(self.last, uptime, compat);
        if compat {
            return Time { seconds: seconds as u64, nanos: nanos as u32 };
        }
        Timestamp::new(seconds, nanos).into()
    }
}

/// Difference in seconds and nanoseconds. The reference borrows a million where a second has a
/// thousand times more nanoseconds, and so gets negative ones.
fn minus(a: Timestamp, b: Timestamp, compat: bool) -> (i64, i64) {
    let seconds = a.seconds() - b.seconds();
    let nanos = i64::from(a.subsec_nanos()) - i64::from(b.subsec_nanos());
    if nanos >= 0 {
        return (seconds, nanos);
    }
    (seconds - 1, nanos + if compat { 1_000_000 } else { NANOS })
}

fn snapped(tick: f32) -> f32 {
    match tick {
        t if t < 0.002 => 0.001,
        t if t < 0.005 => 0.004,
        t if t < 0.02 => 0.01,
        t if t < 0.7 => 0.1,
        _ => 1.0,
    }
}

fn by_ttl(ttl: u8) -> f32 {
    match ttl {
        128.. => 0.1,
        64.. => 0.004,
        33.. => 0.01,
        _ => 0.001,
    }
}

#[cfg(test)]
mod tests {
    use super::{Clock, Mode};
    use flowz_api::cell::Time;
    use flowz_api::packet::Timestamp;

    const FIRST: Mode = Mode { first: true, compat: false };
    const LATER: Mode = Mode { first: false, compat: false };

    fn clock() -> Clock {
        let mut clock = Clock::default();
        assert!(!clock.option(Timestamp::new(100, 900_000_000), (1000, 0), FIRST));
        assert!(!clock.option(Timestamp::new(101, 900_000_000), (1250, 5), LATER));
        clock
    }

    #[test]
    fn ticks_are_snapped() {
        let boot = clock().boot(64, 1, false);
        assert_eq!((boot.tick.to_string().as_str(), boot.at.seconds), ("0.004", 96));
    }

    #[test]
    fn equal_values_leave_the_time_to_live() {
        let mut clock = Clock::default();
        clock.option(Timestamp::new(100, 0), (10, 0), FIRST);
        assert_eq!(clock.boot(128, 1, false).tick.to_string(), "0.1");
        assert_eq!(clock.boot(63, 1, false).tick.to_string(), "0.01");
    }

    #[test]
    fn the_reference_borrows_too_little() {
        let mut clock = Clock::default();
        clock.option(Timestamp::new(100, 100_000_000), (15, 0), FIRST);
        let (right, compat) = (clock.boot(128, 1, false).at, clock.boot(128, 1, true).at);
        assert_eq!(right.seconds, 98);
        assert!(right.nanos.abs_diff(600_000_000) < 100, "{right:?}");
        assert_eq!(compat, Time { seconds: 98, nanos: compat.nanos });
        assert!(compat.nanos > 3_000_000_000, "{compat:?}");
    }

    #[test]
    fn older_values_are_noticed() {
        let mut clock = clock();
        let mut older = |value| clock.option(Timestamp::new(102, 0), (value, 5), LATER);
        assert!(older(1249));
        assert!(older(1249));
        assert!(!older(1250));
    }

    #[test]
    fn the_count_rolls_over() {
        for compat in [false, true] {
            let mut clock = Clock::default();
            clock.option(Timestamp::new(1, 0), (u32::MAX, 0), Mode { first: true, compat });
            let back = clock.option(Timestamp::new(2, 0), (3, 0), Mode { first: false, compat });
            assert_eq!(back, compat);
        }
    }
}
