//! Why flows end.

/// Why a flow ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EndReason {
    /// It was silent for as long as its timeout.
    Timeout,
    /// The input is over.
    EndOfInput,
    /// There was no room for it any more.
    Evicted,
    /// It had lived as long as `core.FDURLIMIT` allows.
    DurationLimit,
    /// A new connection uses its ports again (`core.TCP_REUSE`).
    PortReuse,
    /// It had lived as long as `core.ACTIVE_TIMEOUT` allows: its record is an interim one, and it may go on.
    ActiveTimeout,
    /// A plugin has ended it (`core.FORCE_MODE`).
    Forced,
    /// The clock was set back by so much that times before and behind cannot be compared.
    ClockSet,
}

impl EndReason {
    /// All of them, each at the place of its number.
    pub const ALL: [Self; 8] = [
        Self::Timeout,
        Self::EndOfInput,
        Self::Evicted,
        Self::DurationLimit,
        Self::PortReuse,
        Self::ActiveTimeout,
        Self::Forced,
        Self::ClockSet,
    ];

    /// A word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::EndOfInput => "end_of_input",
            Self::Evicted => "evicted",
            Self::DurationLimit => "duration_limit",
            Self::PortReuse => "port_reuse",
            Self::ActiveTimeout => "active_timeout",
            Self::Forced => "forced",
            Self::ClockSet => "clock_set",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::EndReason;

    #[test]
    fn each_is_at_its_place() {
        let places: Vec<_> = EndReason::ALL.iter().map(|reason| *reason as usize).collect();
        assert_eq!(places, [0, 1, 2, 3, 4, 5, 6, 7]);
    }
}
