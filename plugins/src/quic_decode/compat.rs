//! What the reference shows, for `--compat`: all datagrams of some ports, of which the first header is read. Ids of versions
//! other than 1 are read as in drafts before the 22nd, whose lengths share a byte.

use flowz_api::Checkpoint;
use flowz_api::packet::Timestamp;

use super::bits::stat;
use super::header::{FIXED, LONG, varint};
use super::id::Id;
use super::version::{self, V1};
use crate::tls::reader::Reader;

/// Ports that it takes for QUIC.
const PORTS: [u16; 3] = [443, 80, 4433];
/// Before that time, in seconds since 1970, it takes nothing for QUIC.
const FROM: i64 = 1_451_606_400;
/// Fewer bytes behind the ids of a Retry packet are too few.
const SHORTEST_RETRY: usize = 18;

/// What it shows of a flow.
#[derive(Clone, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct Reference {
    pub(crate) stat: u8,
    pub(crate) flags: u8,
    pub(crate) types: u8,
    pub(crate) version: u32,
    pub(crate) destination: Id,
    pub(crate) source: Id,
    pub(crate) original: Id,
}

/// What it shows of a packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Shown {
    pub(crate) stat: u8,
    pub(crate) flags: Option<u8>,
    pub(crate) kind: Option<u8>,
    pub(crate) version: Option<u32>,
    pub(crate) destination: Id,
    pub(crate) source: Id,
    pub(crate) original: Id,
    pub(crate) number: Option<u64>,
}

impl Reference {
    /// Takes in a datagram; what the packet table shows of it has the bits of before.
    pub(crate) fn datagram(&mut self, payload: &[u8]) -> Shown {
        let mut shown = Shown { stat: self.stat, ..Shown::default() };
        let Some(first) = payload.first() else { return shown };
        shown.flags = Some(*first);
        self.flags |= first;
        if first & (LONG | FIXED) == LONG | FIXED {
            let _: Option<()> = self.long(*first, Reader(&payload[1..]), &mut shown);
        } else if let Some(id) = payload.get(1..=self.destination.len()) {
            shown.destination = Id::new(id);
        }
        self.take(&shown);
        shown
    }

    fn long(&mut self, first: u8, mut rest: Reader<'_>, shown: &mut Shown) -> Option<()> {
        const INITIAL: u8 = 0;
        const HANDSHAKE: u8 = 2;
        const RETRY: u8 = 3;
        let version = u32::from(rest.u16()?) << 16 | u32::from(rest.u16()?);
        if version == 0 {
            self.stat |= stat::NEGOTIATION;
            return None;
        }
        if !version::is_known(version) && !is_older(version) {
            return None;
        }
        let kind = first >> 4 & 3;
        shown.version = Some(version);
        shown.kind = Some(kind);
        self.types |= 1 << kind;
        if self.version != 0 && self.version != version {
            self.stat |= stat::VERSION;
        }
        self.version = version;
        if kind == HANDSHAKE {
            self.stat |= stat::HANDSHAKE;
        }
        let lens = if version == V1 { None } else { rest.u8().map(|lens| [lens >> 4, lens & 15]) };
        let mut id = |which: usize| match lens {
            None => rest.vector(1),
            Some(lens) => rest.take(short_len(lens[which])),
        };
        shown.destination = Id::new(id(0)?);
        shown.source = Id::new(id(1)?);
        match kind {
            RETRY => {
                let len = rest.u8()?;
                let len = if version == V1 { len.into() } else { short_len(len & 15) };
                let original = rest.take(len);
                shown.original = Id::new(original.unwrap_or(&[]));
                if rest.0.len() < SHORTEST_RETRY {
                    self.stat |= stat::SNAPPED;
                }
            }
            INITIAL => {
                let token = varint(&mut rest)?;
                if token > rest.0.len() as u64 {
                    self.stat |= stat::SNAPPED;
                } else if version == V1 {
                    shown.number = if token > 0 { Some(token) } else { varint(&mut rest) };
                }
            }
            _ if version == V1 => shown.number = varint(&mut rest),
            _ => {}
        }
        Some(())
    }

    /// Takes in ids, and whether they change.
    fn take(&mut self, shown: &Shown) {
        for (own, new) in
            [(&mut self.destination, shown.destination), (&mut self.source, shown.source)]
        {
            if new.is_empty() {
                continue;
            }
            if !own.is_empty() && *own != new {
                self.stat |= stat::DESTINATION;
            }
            *own = new;
        }
        if !shown.original.is_empty() {
            self.original = shown.original;
        }
    }
}

/// Whether it takes a flow for QUIC that begins with a datagram between these ports.
pub(crate) fn is_quic(ports: [u16; 2], time: Timestamp) -> bool {
    ports.iter().any(|port| PORTS.contains(port)) && time.seconds() >= FROM
}

/// Length of an id in drafts before the 22nd.
fn short_len(nibble: u8) -> usize {
    if nibble == 0 { 0 } else { usize::from(nibble) + 3 }
}

/// Versions of Google's that only the reference knows.
fn is_older(version: u32) -> bool {
    const Q046: u32 = 0x5130_3436;
    version == Q046
}
