//! How much sound a packet of a source has: the step of timestamps from one packet to the next that most of them make (by majority vote, Boyer and Moore).

use flowz_api::Checkpoint;

/// The step that leads.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Checkpoint)]
pub(crate) struct PacketTime {
    ticks: u32,
    votes: u32,
}

impl PacketTime {
    /// Most ticks that are believed: some seconds of any clock.
    const MOST: u32 = 1 << 18;

    /// A packet follows the one in front of it in number, so many ticks later.
    pub(crate) fn add(&mut self, ticks: u32) {
        if ticks == 0 || ticks > Self::MOST {
            return;
        }
        match (ticks == self.ticks, self.votes) {
            (true, _) => self.votes = self.votes.saturating_add(1),
            (false, 0) => *self = Self { ticks, votes: 1 },
            (false, _) => self.votes -= 1,
        }
    }

    /// Milliseconds by a clock with so many ticks a second; nothing without a step.
    pub(crate) fn millis(self, clock: Option<u32>) -> Option<f64> {
        let clock = clock.filter(|clock| *clock > 0 && self.ticks > 0)?;
        Some(f64::from(self.ticks) * 1000.0 / f64::from(clock))
    }
}

#[cfg(test)]
mod tests {
    use super::PacketTime;

    #[test]
    fn the_step_of_most_packets() {
        let of = |steps: &[u32]| {
            let mut time = PacketTime::default();
            for step in steps {
                time.add(*step);
            }
            time.millis(Some(8000))
        };
        assert_eq!(of(&[160, 160, 4000, 160, 80, 160]), Some(20.0));
        assert_eq!(of(&[4000, 240, 240, 240]), Some(30.0));
        assert_eq!(of(&[0, u32::MAX]), None);
        assert_eq!(PacketTime { ticks: 160, votes: 1 }.millis(None), None);
    }
}
