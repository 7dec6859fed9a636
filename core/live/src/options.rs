//! What interfaces are opened with.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use flowz_capture::Resolution;

/// What interfaces are opened with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Options {
    /// Their names; `any` stands for all at once, with another link type.
    pub interfaces: Vec<String>,
    /// Most bytes of a packet.
    pub snap_len: u32,
    /// Packets for others too.
    pub promiscuous: bool,
    /// Bytes of the kernel's ring, for each interface.
    pub buffer: usize,
    /// Each packet as it comes, where the kernel else gathers some: less delay, more work.
    pub immediate: bool,
    /// How long the kernel may gather packets, and how long without packets is quiet.
    pub timeout: Duration,
    /// Whose clock tells the time of a packet; without one, the system's.
    pub tstamp_type: Option<TimestampType>,
    /// How finely time is told; without one, in nanoseconds where they are offered.
    pub resolution: Option<Resolution>,
    /// Packets of one direction only.
    pub direction: Direction,
    /// Expression in the language of `pcap-filter`; packets for which it is false never come.
    pub filter: Option<String>,
    /// Shares an interface with other programs, each of which gets a part of the packets.
    pub fanout: Option<Fanout>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            interfaces: Vec::new(),
            snap_len: 262_144,
            promiscuous: true,
            buffer: 32 << 20,
            immediate: false,
            timeout: Duration::from_millis(100),
            tstamp_type: None,
            resolution: None,
            direction: Direction::InOut,
            filter: None,
            fanout: None,
        }
    }
}

/// Packets of which direction, seen from this machine.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Direction {
    /// Those that come in.
    In,
    /// Those that go out.
    Out,
    /// Both.
    #[default]
    InOut,
}

impl FromStr for Direction {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "in" => Ok(Self::In),
            "out" => Ok(Self::Out),
            "inout" => Ok(Self::InOut),
            _ => Err("directions are in, out and inout".to_owned()),
        }
    }
}

/// Whose clock tells the time of a packet, with libpcap's names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TimestampType {
    /// The system's.
    Host,
    /// The system's, not so exact but cheap.
    HostLowPrec,
    /// The system's, as exact as can be.
    HostHighPrec,
    /// The network card's, which follows the system's.
    Adapter,
    /// The network card's, which counts on its own.
    AdapterUnsynced,
}

impl TimestampType {
    /// All, in the order of libpcap's numbers.
    pub(crate) const ALL: [(Self, &'static str); 5] = [
        (Self::Host, "host"),
        (Self::HostLowPrec, "host_lowprec"),
        (Self::HostHighPrec, "host_hiprec"),
        (Self::Adapter, "adapter"),
        (Self::AdapterUnsynced, "adapter_unsynced"),
    ];

    /// The one with a number of libpcap's.
    pub(crate) fn of_number(number: i32) -> Option<Self> {
        Some(Self::ALL.get(usize::try_from(number).ok()?)?.0)
    }
}

impl fmt::Display for TimestampType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::ALL[*self as usize].1)
    }
}

impl FromStr for TimestampType {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|(_, name)| *name == text);
        found.map(|(kind, _)| kind).ok_or_else(|| {
            format!("types of time stamps are {}", Self::ALL.map(|(_, name)| name).join(", "))
        })
    }
}

/// A group of sockets that share the packets of an interface (packet(7), `PACKET_FANOUT`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fanout {
    /// The group's number.
    pub group: u16,
    /// How packets are shared out.
    pub mode: u8,
    /// `PACKET_FANOUT_FLAG_*`.
    pub flags: u16,
}

/// Names of modes, in the order of their numbers.
const MODES: [&str; 8] = ["hash", "lb", "cpu", "rollover", "rnd", "qm", "cbpf", "ebpf"];
/// Names of flags.
const FLAGS: [(&str, u16); 3] = [("rollover", 0x1000), ("uniqueid", 0x2000), ("defrag", 0x8000)];

impl Fanout {
    /// The number that the kernel takes.
    pub(crate) fn word(self) -> i32 {
        (u32::from(self.group) | u32::from(self.mode) << 16 | u32::from(self.flags) << 16) as i32
    }
}

impl FromStr for Fanout {
    type Err = String;

    /// Reads `ID:MODE[:FLAG[,FLAG]]`.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.splitn(3, ':');
        let group = parts.next().and_then(|id| id.parse().ok());
        let group = group.ok_or("a group has a number from 0 to 65535, as in 1:hash")?;
        let name = parts.next().ok_or("a mode is missing, as in 1:hash")?;
        let by_name = MODES.iter().position(|mode| *mode == name);
        let by_number = || name.parse().ok().filter(|number: &usize| *number < MODES.len());
        let mode = by_name.or_else(by_number);
        let mode = mode.ok_or_else(|| format!("modes are {}", MODES.join(", ")))? as u8;
        let mut flags = 0;
        for word in parts.next().into_iter().flat_map(|words| words.split(',')) {
            let found = FLAGS.iter().find(|(name, _)| *name == word);
            let names = FLAGS.map(|(name, _)| name).join(", ");
            flags |= found.ok_or_else(|| format!("flags are {names}"))?.1;
        }
        Ok(Self { group, mode, flags })
    }
}

impl fmt::Display for Fanout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.group, MODES[usize::from(self.mode)])?;
        let set = FLAGS.iter().filter(|(_, bit)| self.flags & bit != 0);
        for (n, (name, _)) in set.enumerate() {
            write!(f, "{}{name}", if n == 0 { ':' } else { ',' })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Direction, Fanout, TimestampType};

    #[test]
    fn groups() {
        let fanout: Fanout = "7:cpu:defrag,rollover".parse().unwrap();
        assert_eq!(fanout, Fanout { group: 7, mode: 2, flags: 0x9000 });
        assert_eq!(fanout.word() as u32, 0x9002_0007);
        assert_eq!(fanout.to_string(), "7:cpu:rollover,defrag");
        assert_eq!("65535:0".parse(), Ok(Fanout { group: 65_535, mode: 0, flags: 0 }));
        assert_eq!("1:ebpf:uniqueid".parse(), Ok(Fanout { group: 1, mode: 7, flags: 0x2000 }));
        for wrong in ["", "1", "x:hash", "65536:hash", "1:8", "1:half", "1:hash:", "1:hash:all"] {
            assert!(wrong.parse::<Fanout>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn words() {
        assert_eq!("in".parse(), Ok(Direction::In));
        assert!("both".parse::<Direction>().is_err());
        for (n, (kind, name)) in TimestampType::ALL.into_iter().enumerate() {
            assert_eq!(name.parse(), Ok(kind));
            assert_eq!(kind.to_string(), name);
            assert_eq!(TimestampType::of_number(n as i32), Some(kind));
        }
        assert!("gps".parse::<TimestampType>().unwrap_err().contains("adapter_unsynced"));
        assert_eq!(TimestampType::of_number(5), None);
    }
}
