//! What is kept of a flow.

use std::net::IpAddr;

use flowz_api::Checkpoint;
use flowz_api::packet::Timestamp;

use super::calls::Origin;

/// Packets with something else until a flow is taken for something else.
pub(crate) const MOST_TRIES: u8 = 8;
/// The same on a port of RAS.
pub(crate) const MOST_TRIES_ON_PORT: u8 = 64;

/// What a connection is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) enum Role {
    #[default]
    Unknown,
    Signalling,
    Control,
}

/// State of a flow.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct State {
    pub(crate) stat: u16,
    /// Packets with something else, in front of any message.
    pub(crate) tries: u8,
    pub(crate) role: Role,
    /// Bytes of a message that have to be there.
    pub(crate) needed: u16,
    /// Time and number of the latest packet with bytes of a message that is not complete: its last bytes may have come before.
    pub(crate) latest: Option<(Timestamp, u64)>,
    pub(crate) side: Option<Box<Side>>,
}

impl State {
    /// Another connection may have the same ports.
    pub(crate) fn forget_connection(&mut self) {
        (self.needed, self.latest, self.role) = (0, None, Role::Unknown);
        if let Some(side) = &mut self.side {
            side.origin = Origin::NONE;
        }
    }
}

/// What a direction has said.
#[derive(Debug, Checkpoint)]
pub(crate) struct Side {
    /// Numbers of messages: RAS, call signalling, H.245.
    pub(crate) numbers: [u32; 3],
    /// To which call a connection of H.245 belongs.
    pub(crate) origin: Origin,
    pub(crate) kinds: Vec<Vec<u8>>,
    pub(crate) calls: Vec<Vec<u8>>,
    pub(crate) from: Vec<Vec<u8>>,
    pub(crate) to: Vec<Vec<u8>>,
    pub(crate) causes: Vec<u8>,
    pub(crate) reasons: Vec<Vec<u8>>,
    pub(crate) digits: Vec<u8>,
    pub(crate) addresses: Vec<IpAddr>,
    pub(crate) audio: Vec<u16>,
    pub(crate) video: Vec<u16>,
    pub(crate) formats: Vec<Vec<u8>>,
}

impl Side {
    pub(crate) const NOTHING: Self = Self {
        numbers: [0; 3],
        origin: Origin::NONE,
        kinds: Vec::new(),
        calls: Vec::new(),
        from: Vec::new(),
        to: Vec::new(),
        causes: Vec::new(),
        reasons: Vec::new(),
        digits: Vec::new(),
        addresses: Vec::new(),
        audio: Vec::new(),
        video: Vec::new(),
        formats: Vec::new(),
    };
}
