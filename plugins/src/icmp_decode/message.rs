//! ICMP messages (RFC 792) and those of ICMPv6 (RFC 4443): header and what kinds there are.

use flowz_api::Checkpoint;
use flowz_api::flow::Direction;

/// Protocol number of ICMP.
pub(crate) const ICMP: u8 = 1;
/// Protocol number of ICMPv6.
pub(crate) const ICMP6: u8 = 58;

/// The two versions.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Checkpoint)]
pub(crate) enum Version {
    /// ICMP.
    V4,
    /// ICMPv6.
    V6,
}

impl Version {
    /// By the protocol number of IP.
    pub(crate) fn from_protocol(proto: u8) -> Option<Self> {
        match proto {
            ICMP => Some(Self::V4),
            ICMP6 => Some(Self::V6),
            _ => None,
        }
    }
}

/// What a message is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// Echo request.
    EchoRequest,
    /// Echo reply.
    EchoReply,
    /// Another question that somebody is expected to answer.
    Request,
    /// An error about a packet, which it quotes.
    Error,
    /// An ICMP redirect (not that of ICMPv6): names a gateway.
    Redirect,
    /// Anything else.
    Other,
}

/// What was captured of a message; at least type and code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Message<'a> {
    /// Version.
    pub(crate) version: Version,
    /// Type.
    pub(crate) kind: u8,
    /// Code.
    pub(crate) code: u8,
    /// What is behind type, code and checksum.
    rest: &'a [u8],
}

impl<'a> Message<'a> {
    /// The message at the beginning of layer 4.
    pub(crate) fn parse(version: Version, layer4: &'a [u8]) -> Option<Self> {
        const IN_FRONT: usize = 4;
        let [kind, code, _, _] = *layer4.first_chunk::<IN_FRONT>()?;
        Some(Self { version, kind, code, rest: &layer4[IN_FRONT..] })
    }

    /// What it is for.
    pub(crate) fn purpose(&self) -> Kind {
        match (self.version, self.kind) {
            (Version::V4, 8) | (Version::V6, 128) => Kind::EchoRequest,
            (Version::V4, 0) | (Version::V6, 129) => Kind::EchoReply,
            // RFC 792, 1256 (router solicitation), 950 (address mask), 8335 (extended echo); RFC 2710, 4861,
            // 4620, 6275, 3971 (certification path), 4286, 8335.
            (Version::V4, 10 | 13 | 15 | 17 | 42)
            | (Version::V6, 130 | 133 | 135 | 139 | 144 | 146 | 148 | 152 | 160) => Kind::Request,
            // RFC 1122, section 3.2.2; RFC 4443, section 2.1: types below 128.
            (Version::V4, 3 | 4 | 11 | 12) | (Version::V6, 1..=127) => Kind::Error,
            (Version::V4, 5) => Kind::Redirect,
            _ => Kind::Other,
        }
    }

    /// Identifier and sequence number, as the first two halves behind the checksum.
    pub(crate) fn session(&self) -> Option<(u16, u16)> {
        let [a, b, c, d] = *self.rest.first_chunk()?;
        Some((u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d])))
    }

    /// Whether these halves are an identifier and a sequence number (RFC 792, 950, 4443).
    pub(crate) fn has_session(&self) -> bool {
        match self.version {
            Version::V4 => matches!(self.kind, 0 | 8 | 13..=18),
            Version::V6 => matches!(self.kind, 128 | 129),
        }
    }

    /// The gateway that a redirect names, or the time at which a timestamp message was sent (RFC 792).
    pub(crate) fn gateway_or_time(&self) -> Option<u32> {
        const TIME_AT: usize = 4;
        let at = match (self.version, self.kind) {
            (Version::V4, 5) => 0,
            (Version::V4, 13 | 14) => TIME_AT,
            _ => return None,
        };
        self.rest.get(at..)?.first_chunk().map(|b| u32::from_be_bytes(*b))
    }

    /// Data of an echo message, as far as they were captured.
    pub(crate) fn data(&self) -> &'a [u8] {
        const HEADER: usize = 4;
        self.rest.get(HEADER..).unwrap_or(&[])
    }

    /// Which way a flow goes that begins with this message and has no peer: who asks is the client.
    /// The reference takes all but echo requests for answers.
    pub(crate) fn direction(&self, compat: bool) -> Direction {
        match self.purpose() {
            Kind::EchoRequest => Direction::A,
            Kind::Request if !compat => Direction::A,
            _ => Direction::B,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Direction, Kind, Message, Version};

    const ECHO: [u8; 12] = [8, 0, 0x12, 0x34, 0x02, 0xcb, 0x00, 0x07, b'd', b'a', b't', b'a'];

    fn message(version: Version, kind: u8) -> Kind {
        Message::parse(version, &[kind, 0, 0, 0]).map_or(Kind::Other, |m| m.purpose())
    }

    #[test]
    fn an_echo_request_cut_at_every_byte() {
        for length in 0..=ECHO.len() {
            let Some(m) = Message::parse(Version::V4, &ECHO[..length]) else {
                assert!(length < 4);
                continue;
            };
            assert_eq!((m.kind, m.code, m.purpose()), (8, 0, Kind::EchoRequest));
            assert_eq!(m.session(), (length >= 8).then_some((0x02cb, 7)));
            assert_eq!(m.data(), &ECHO[length.min(8)..length]);
            assert_eq!(m.gateway_or_time(), None);
        }
    }

    #[test]
    fn redirects_and_timestamps() {
        let redirect = [5, 1, 0, 0, 10, 0, 0, 254, 0x45, 0];
        let m = Message::parse(Version::V4, &redirect).expect("whole");
        assert_eq!((m.purpose(), m.gateway_or_time()), (Kind::Redirect, Some(0x0a00_00fe)));
        let time = [13, 0, 0, 0, 0, 1, 0, 2, 0x01, 0x02, 0x03, 0x04, 0, 0, 0, 0];
        for length in 4..=time.len() {
            let m = Message::parse(Version::V4, &time[..length]).expect("type");
            assert_eq!(m.gateway_or_time(), (length >= 12).then_some(0x0102_0304));
        }
    }

    #[test]
    fn kinds() {
        assert_eq!(message(Version::V4, 0), Kind::EchoReply);
        assert_eq!(message(Version::V4, 3), Kind::Error);
        assert_eq!(message(Version::V4, 128), Kind::Other);
        assert_eq!(message(Version::V6, 129), Kind::EchoReply);
        assert_eq!(message(Version::V6, 3), Kind::Error);
        assert_eq!(message(Version::V6, 137), Kind::Other);
    }

    #[test]
    fn who_asks_is_the_client() {
        let direction = |version, kind, compat| {
            Message::parse(version, &[kind, 0, 0, 0]).map(|m| m.direction(compat))
        };
        assert_eq!(direction(Version::V4, 8, true), Some(Direction::A));
        assert_eq!(direction(Version::V6, 135, false), Some(Direction::A));
        assert_eq!(direction(Version::V6, 135, true), Some(Direction::B));
        assert_eq!(direction(Version::V4, 0, false), Some(Direction::B));
    }
}
