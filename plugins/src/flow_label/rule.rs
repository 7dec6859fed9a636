//! What a row of the file asks of a flow.

use std::net::IpAddr;

use flowz_places::Prefix;

/// A row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Rule {
    /// Its line in the file, from 1.
    pub(crate) line: u32,
    pub(crate) window: Window,
    pub(crate) src: Side,
    pub(crate) dst: Side,
    /// Protocol of layer 4; none: any.
    pub(crate) proto: Option<u8>,
    /// Only flows that begin at the source.
    pub(crate) forward: bool,
    /// Number of its label.
    pub(crate) label: u32,
}

/// From a moment, which is in it, to another one, which is not; nanoseconds since 1970.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Window {
    pub(crate) start: i64,
    pub(crate) end: i64,
}

impl Window {
    /// All times.
    pub(crate) const ALWAYS: Self = Self { start: i64::MIN, end: i64::MAX };
}

/// When a flow is in a window.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum When {
    /// It begins within.
    Begins,
    /// Part of it is within.
    Overlaps,
    /// All of it is within.
    Whole,
}

/// One end of a conversation; an empty list stands for all.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Side {
    pub(crate) prefixes: Vec<Prefix>,
    /// First and last port of each range.
    pub(crate) ports: Vec<(u16, u16)>,
}

/// A conversation, as its first packet showed it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Conversation {
    /// First and last packet of both directions; nanoseconds since 1970.
    pub(crate) first: i64,
    pub(crate) last: i64,
    /// Who began, and with whom.
    pub(crate) src: End,
    pub(crate) dst: End,
    pub(crate) proto: u8,
}

/// An address with a port; flows of layer 2 have none.
pub(crate) type End = (Option<IpAddr>, u16);

impl Rule {
    /// Whether the row is about this conversation.
    pub(crate) fn matches(&self, c: &Conversation, when: When) -> bool {
        let in_time = match when {
            When::Begins => self.window.start <= c.first && c.first < self.window.end,
            When::Overlaps => self.window.start <= c.last && c.first < self.window.end,
            When::Whole => self.window.start <= c.first && c.last < self.window.end,
        };
        let forward = || self.src.has(c.src) && self.dst.has(c.dst);
        let backward = || !self.forward && self.src.has(c.dst) && self.dst.has(c.src);
        in_time && self.proto.is_none_or(|p| p == c.proto) && (forward() || backward())
    }
}

impl Side {
    fn has(&self, (address, port): End) -> bool {
        let near = |a: IpAddr| self.prefixes.iter().any(|prefix| prefix.contains(a));
        (self.prefixes.is_empty() || address.is_some_and(near))
            && (self.ports.is_empty() || self.ports.iter().any(|(a, b)| (*a..=*b).contains(&port)))
    }
}

#[cfg(test)]
mod tests {
    use super::{Conversation, Rule, Side, When, Window};

    fn side(prefix: &str, ports: &[(u16, u16)]) -> Side {
        Side { prefixes: vec![prefix.parse().unwrap()], ports: ports.to_vec() }
    }

    fn rule() -> Rule {
        Rule {
            line: 2,
            window: Window { start: 100, end: 200 },
            src: side("10.0.0.0/8", &[]),
            dst: side("192.0.2.1", &[(80, 80), (8000, 8080)]),
            proto: Some(6),
            forward: false,
            label: 0,
        }
    }

    fn conversation() -> Conversation {
        let src = (Some("10.1.2.3".parse().unwrap()), 50_000);
        let dst = (Some("192.0.2.1".parse().unwrap()), 80);
        Conversation { first: 150, last: 160, src, dst, proto: 6 }
    }

    #[test]
    fn either_direction_unless_it_is_said() {
        let (rule, c) = (rule(), conversation());
        let back = Conversation { src: c.dst, dst: c.src, ..c };
        assert!(rule.matches(&c, When::Begins) && rule.matches(&back, When::Begins));
        let forward = Rule { forward: true, ..rule };
        assert!(forward.matches(&c, When::Begins) && !forward.matches(&back, When::Begins));
    }

    #[test]
    fn all_that_is_said_must_hold() {
        let (rule, c) = (rule(), conversation());
        let not = |c: Conversation| assert!(!rule.matches(&c, When::Begins), "{c:?}");
        not(Conversation { proto: 17, ..c });
        not(Conversation { dst: (c.dst.0, 81), ..c });
        not(Conversation { dst: (c.dst.0, 8081), ..c });
        not(Conversation { src: (Some("11.0.0.1".parse().unwrap()), 1), ..c });
        not(Conversation { src: (None, 0), dst: (None, 0), ..c });
        assert!(rule.matches(&Conversation { dst: (c.dst.0, 8080), ..c }, When::Begins));
        let any = Rule { src: Side::default(), dst: Side::default(), proto: None, ..rule };
        assert!(any.matches(&Conversation { src: (None, 0), dst: (None, 0), ..c }, When::Begins));
    }

    #[test]
    fn windows_have_their_start_and_not_their_end() {
        let at = |first, last| {
            let c = Conversation { first, last, ..conversation() };
            [When::Begins, When::Overlaps, When::Whole].map(|when| rule().matches(&c, when))
        };
        assert_eq!(at(100, 199), [true, true, true]);
        assert_eq!(at(199, 200), [true, true, false]);
        assert_eq!(at(200, 300), [false, false, false]);
        assert_eq!(at(99, 100), [false, true, false]);
        assert_eq!(at(50, 99), [false, false, false]);
        assert_eq!(at(50, 300), [false, true, false]);
    }
}
