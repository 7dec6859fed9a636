//! What is kept of a flow.

use std::net::IpAddr;

use flowz_api::Checkpoint;

/// Packets with something else until a flow is taken for something else.
pub(crate) const MOST_TRIES: u8 = 8;
/// The same on a port of SIP.
pub(crate) const MOST_TRIES_ON_PORT: u8 = 64;
/// Messages that are remembered to tell which come again.
pub(crate) const REMEMBERED: usize = 32;

/// State of a flow.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct State {
    pub(crate) stat: u16,
    /// Packets with a payload that is no SIP, in front of any that is.
    pub(crate) tries: u8,
    /// Bytes of a message over TCP that have to be there.
    pub(crate) needed: usize,
    /// Bytes of a body that is passed over.
    pub(crate) passing: u64,
    pub(crate) side: Option<Box<Side>>,
}

/// What a direction has said.
#[derive(Debug, Checkpoint)]
pub(crate) struct Side {
    pub(crate) methods: u16,
    pub(crate) names: Vec<Vec<u8>>,
    pub(crate) codes: Vec<u16>,
    pub(crate) agent: Vec<u8>,
    pub(crate) from: Vec<Vec<u8>>,
    pub(crate) to: Vec<Vec<u8>>,
    pub(crate) calls: Vec<Vec<u8>>,
    pub(crate) contacts: Vec<Vec<u8>>,
    pub(crate) sessions: Vec<Vec<u8>>,
    pub(crate) addresses: Vec<IpAddr>,
    pub(crate) audio: Vec<u16>,
    pub(crate) video: Vec<u16>,
    pub(crate) formats: Vec<Vec<u8>>,
    /// The latest messages, as hashes, and which is the oldest.
    pub(crate) latest: Vec<u64>,
    pub(crate) oldest: usize,
}

impl Side {
    pub(crate) const NOTHING: Self = Self {
        methods: 0,
        names: Vec::new(),
        codes: Vec::new(),
        agent: Vec::new(),
        from: Vec::new(),
        to: Vec::new(),
        calls: Vec::new(),
        contacts: Vec::new(),
        sessions: Vec::new(),
        addresses: Vec::new(),
        audio: Vec::new(),
        video: Vec::new(),
        formats: Vec::new(),
        latest: Vec::new(),
        oldest: 0,
    };

    /// Remembers a message; yields whether it is one of the latest.
    pub(crate) fn is_again(&mut self, hash: u64) -> bool {
        if self.latest.contains(&hash) {
            return true;
        }
        if self.latest.len() < REMEMBERED {
            self.latest.push(hash);
        } else {
            self.latest[self.oldest] = hash;
            self.oldest = (self.oldest + 1) % REMEMBERED;
        }
        false
    }
}
