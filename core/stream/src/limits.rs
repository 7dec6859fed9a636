//! How much is kept, and for how long.

/// Bounds and habits of a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Most bytes that wait in one direction for others, what keeping them costs included.
    pub held: usize,
    /// Most bytes that stay to be compared with those that come again.
    pub history: usize,
    /// A gap that the receiver has acknowledged is given up when so many packets more of its direction have come ...
    pub patience_packets: u32,
    /// ... and so much time has passed, in nanoseconds.
    pub patience_time: i64,
    /// Bytes are passed on behind those of the other direction that their sender had got.
    pub in_order_of_conversation: bool,
    /// Which bytes count where segments overlap that wait.
    pub policy: Policy,
}

/// Which bytes count where a segment overlaps with one that waits. Systems differ in that, and attackers make use of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Policy {
    /// Those that came first.
    #[default]
    First,
    /// Those that came last.
    Last,
    /// Those that came first, unless the later segment begins earlier.
    Bsd,
    /// As BSD, and the later segment too where it begins at the same byte and ends later.
    Linux,
    /// Those that came first, unless the later segment begins earlier and ends later.
    Windows,
    /// Those that came last, unless the first segment begins earlier and ends later.
    Solaris,
}

impl Policy {
    /// Whether the bytes of a later segment count where it overlaps with an earlier one; both as first byte and the byte
    /// behind.
    pub(crate) fn takes_later(self, earlier: (u64, u64), later: (u64, u64)) -> bool {
        match self {
            Self::First => false,
            Self::Last => true,
            Self::Bsd => later.0 < earlier.0,
            Self::Linux => later.0 < earlier.0 || (later.0 == earlier.0 && later.1 > earlier.1),
            Self::Windows => later.0 < earlier.0 && later.1 > earlier.1,
            Self::Solaris => !(earlier.0 < later.0 && earlier.1 > later.1),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            held: 1 << 20,
            history: 1 << 14,
            patience_packets: 2,
            patience_time: 5_000_000,
            in_order_of_conversation: true,
            policy: Policy::First,
        }
    }
}
