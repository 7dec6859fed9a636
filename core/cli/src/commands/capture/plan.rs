//! When the next file begins, and when the capture ends: decisions only, by the clock that is handed in.

use std::time::Duration;

use flowz_api::packet::Timestamp;

/// A moment, by the calendar and by a clock that never goes back.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Moment {
    pub(super) wall: Timestamp,
    pub(super) elapsed: Duration,
}

/// When the capture ends.
#[derive(Clone, Copy, PartialEq, Default, Debug)]
pub(super) struct Limits {
    pub(super) duration: Option<Duration>,
    pub(super) packets: Option<u64>,
    /// Bytes of the only file.
    pub(super) size: Option<u64>,
    pub(super) files: Option<u64>,
}

/// When the next file begins.
#[derive(Clone, Copy, PartialEq, Default, Debug)]
pub(super) enum Rotation {
    /// Never.
    #[default]
    Never,
    /// As with dumpcap: behind a packet or by the clock.
    Each {
        duration: Option<Duration>,
        /// Seconds: at multiples of them by the calendar.
        interval: Option<u64>,
        packets: Option<u64>,
        size: Option<u64>,
    },
    /// As with tcpdump: in front of a packet.
    Before { size: Option<u64>, seconds: Option<u64>, files: Option<u64> },
}

/// What is to be done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Verdict {
    Go,
    /// Another file begins.
    Next,
    /// The capture is over.
    Stop,
}

/// Which file it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Turn {
    /// Counted from 1.
    pub(super) number: u64,
    /// Counted from 0 within a period, and again from 0 where that is as many as there may be.
    pub(super) within: u64,
    /// When it began, or its period.
    pub(super) time: Timestamp,
}

/// The decisions of a capture.
#[derive(Debug)]
pub(super) struct Plan {
    limits: Limits,
    rotation: Rotation,
    started: Moment,
    /// When the file began.
    file: Moment,
    packets: u64,
    file_packets: u64,
    turn: Turn,
    periods: u64,
}

impl Plan {
    /// A capture that begins now, with its first file.
    pub(super) fn new(limits: Limits, rotation: Rotation, now: Moment) -> Self {
        let turn = Turn { number: 1, within: 0, time: now.wall };
        let (packets, file_packets, periods) = (0, 0, 0);
        Self { limits, rotation, started: now, file: now, packets, file_packets, turn, periods }
    }

    /// The file that is being written.
    pub(super) fn turn(&self) -> Turn {
        self.turn
    }

    /// In front of a packet, with the size of the file.
    pub(super) fn before_packet(&mut self, size_now: u64, now: Moment) -> Verdict {
        let Rotation::Before { size, seconds, files } = self.rotation else { return Verdict::Go };
        let since = now.wall.seconds() - self.turn.time.seconds();
        if seconds.is_some_and(|seconds| since >= seconds as i64) {
            self.periods += 1;
            if size.is_none() && files.is_some_and(|files| self.periods >= files) {
                return Verdict::Stop;
            }
            self.begin(now, now.wall, 0);
            return Verdict::Next;
        }
        if size.is_some_and(|most| size_now > most) {
            let next = self.turn.within + 1;
            let within = if files.is_some_and(|files| next >= files) { 0 } else { next };
            self.begin(now, self.turn.time, within);
            return Verdict::Next;
        }
        Verdict::Go
    }

    /// Behind a packet, with the size of the file.
    pub(super) fn after_packet(&mut self, size_now: u64, now: Moment) -> Verdict {
        self.packets += 1;
        self.file_packets += 1;
        let reaches = |limit: Option<u64>, value| limit.is_some_and(|limit| value >= limit);
        if reaches(self.limits.packets, self.packets) || reaches(self.limits.size, size_now) {
            return Verdict::Stop;
        }
        match self.rotation {
            Rotation::Each { packets, size, .. }
                if reaches(packets, self.file_packets) || reaches(size, size_now) =>
            {
                self.next_or_stop(now)
            }
            _ => Verdict::Go,
        }
    }

    /// By the clock, whether there are packets or not.
    pub(super) fn by_clock(&mut self, now: Moment) -> Verdict {
        let is_over = |limit: Option<Duration>, since: Moment| {
            limit.is_some_and(|limit| now.elapsed.saturating_sub(since.elapsed) >= limit)
        };
        if is_over(self.limits.duration, self.started) {
            return Verdict::Stop;
        }
        match self.rotation {
            Rotation::Each { duration, interval, .. }
                if is_over(duration, self.file) || is_in_another(interval, self.file, now) =>
            {
                self.next_or_stop(now)
            }
            _ => Verdict::Go,
        }
    }

    fn next_or_stop(&mut self, now: Moment) -> Verdict {
        if self.limits.files.is_some_and(|files| self.turn.number >= files) {
            return Verdict::Stop;
        }
        self.begin(now, now.wall, 0);
        Verdict::Next
    }

    fn begin(&mut self, now: Moment, time: Timestamp, within: u64) {
        self.file = now;
        self.file_packets = 0;
        self.turn = Turn { number: self.turn.number + 1, within, time };
    }
}

/// Whether now is in a later interval by the calendar than the beginning of the file.
fn is_in_another(interval: Option<u64>, file: Moment, now: Moment) -> bool {
    let number = |moment: Moment, interval: u64| moment.wall.seconds().div_euclid(interval as i64);
    interval.is_some_and(|interval| number(now, interval) > number(file, interval))
}

#[cfg(test)]
mod tests {
    use super::{Limits, Moment, Plan, Rotation, Verdict};
    use Verdict::{Go, Next, Stop};
    use flowz_api::packet::Timestamp;
    use std::time::Duration;

    /// So many tenths of a second behind a beginning at 1000.3 s.
    fn at(tenths: u64) -> Moment {
        let wall = Timestamp::new(1000, 300_000_000 + tenths as i64 * 100_000_000);
        Moment { wall, elapsed: Duration::from_millis(tenths * 100) }
    }

    fn plan(limits: Limits, rotation: Rotation) -> Plan {
        Plan::new(limits, rotation, at(0))
    }

    fn each(interval: Option<u64>, packets: Option<u64>, size: Option<u64>) -> Rotation {
        Rotation::Each { duration: None, interval, packets, size }
    }

    #[test]
    fn ends_by_number_size_and_time() {
        let mut plan = plan(
            Limits {
                packets: Some(3),
                size: Some(500),
                duration: Some(Duration::from_secs(1)),
                files: None,
            },
            Rotation::Never,
        );
        assert_eq!([plan.after_packet(499, at(1)), plan.after_packet(500, at(1))], [Go, Stop]);
        assert_eq!(plan.after_packet(0, at(1)), Stop);
        assert_eq!([plan.by_clock(at(9)), plan.by_clock(at(10))], [Go, Stop]);
    }

    #[test]
    fn files_of_so_many_packets() {
        let limits = Limits { packets: Some(6), files: Some(9), ..Limits::default() };
        let mut plan = plan(limits, each(None, Some(2), None));
        let found: Vec<_> = (0..6).map(|n| plan.after_packet(9, at(n))).collect();
        assert_eq!(found, [Go, Next, Go, Next, Go, Stop]);
        assert_eq!((plan.turn().number, plan.turn().time), (3, at(3).wall));
    }

    #[test]
    fn files_of_a_size_as_many_as_there_may_be() {
        let limits = Limits { files: Some(2), ..Limits::default() };
        let mut plan = plan(limits, each(None, None, Some(100)));
        assert_eq!([99, 100, 100].map(|size| plan.after_packet(size, at(1))), [Go, Next, Stop]);
    }

    #[test]
    fn files_of_a_duration_need_no_packets() {
        let duration = Some(Duration::from_secs(1));
        let rotation = Rotation::Each { duration, interval: None, packets: None, size: None };
        let mut plan = plan(Limits::default(), rotation);
        let found: Vec<_> = [9, 10, 15, 19, 25].map(|tenths| plan.by_clock(at(tenths))).into();
        assert_eq!(found, [Go, Next, Go, Go, Next]);
    }

    #[test]
    fn intervals_are_multiples_by_the_calendar() {
        let mut plan = plan(Limits::default(), each(Some(4), None, None));
        // 1003.9, 1004.0, 1007.9, 1017.0
        let found: Vec<_> = [36, 37, 76, 167].map(|tenths| plan.by_clock(at(tenths))).into();
        assert_eq!(found, [Go, Next, Go, Next]);
        // A clock that was set back begins no file.
        let back = Moment { wall: Timestamp(0), elapsed: Duration::from_secs(99) };
        assert_eq!(plan.by_clock(back), Go);
    }

    #[test]
    fn files_of_a_size_in_a_ring() {
        let rotation = Rotation::Before { size: Some(100), seconds: None, files: Some(3) };
        let mut plan = plan(Limits::default(), rotation);
        assert_eq!([0, 100].map(|size| plan.before_packet(size, at(1))), [Go, Go]);
        let numbers: Vec<_> = (0..4)
            .map(|_| {
                assert_eq!(plan.before_packet(101, at(1)), Next);
                plan.turn().within
            })
            .collect();
        assert_eq!(numbers, [1, 2, 0, 1]);
        assert_eq!([plan.after_packet(1000, at(1)), plan.by_clock(at(999))], [Go, Go]);
    }

    #[test]
    fn files_of_a_time_as_many_as_there_may_be() {
        let rotation = Rotation::Before { size: None, seconds: Some(2), files: Some(2) };
        let mut plan = plan(Limits::default(), rotation);
        // By whole seconds: 1001.9, 1002.0, 1003.9, 1004.0.
        let found: Vec<_> = [16, 17, 36, 37].map(|tenths| plan.before_packet(9, at(tenths))).into();
        assert_eq!(found, [Go, Next, Go, Stop]);
        assert_eq!(plan.turn().time, at(17).wall);
    }

    #[test]
    fn time_comes_in_front_of_size() {
        let rotation = Rotation::Before { size: Some(100), seconds: Some(2), files: Some(2) };
        let mut plan = plan(Limits::default(), rotation);
        let mut turn = |size, tenths| {
            let verdict = plan.before_packet(size, at(tenths));
            (verdict, plan.turn().within, plan.turn().time.seconds())
        };
        assert_eq!(turn(101, 1), (Next, 1, 1000));
        assert_eq!(turn(101, 2), (Next, 0, 1000));
        assert_eq!(turn(101, 3), (Next, 1, 1000));
        assert_eq!(turn(101, 20), (Next, 0, 1002));
        assert_eq!(turn(0, 50), (Next, 0, 1005));
        assert_eq!(turn(0, 90), (Next, 0, 1009));
    }
}
