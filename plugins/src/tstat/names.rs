//! Names of servers: from the answers of DNS that their clients got before.

use std::sync::Arc;

use flowz_api::Checkpoint;
use flowz_api::cell::IpText;
use flowz_api::key::FlowKey;
use flowz_api::layers::Net;
use flowz_api::memory;
use flowz_api::packet::Timestamp;

use crate::bounded_map::BoundedMap;
use crate::dns_decode::header::Header;
use crate::dns_decode::message::{self, Asked, Reader, Reading, Record};

/// Port of servers of DNS.
const DNS: u16 = 53;
/// Most addresses of an answer that are looked at.
const MOST_ADDRESSES: usize = 32;
/// Most queries of a conversation that wait for their answers.
const MOST_WAITING: usize = 16;
/// Bytes of the longest name.
const LONGEST: usize = 255;

/// An address, IPv4 in the first four bytes.
type Address = (bool, [u8; 16]);

/// What a client was told of a server's address.
#[derive(Clone, PartialEq, Eq, Debug, Checkpoint)]
pub(crate) struct Resolved {
    /// The name that was asked for.
    pub(super) name: Vec<u8>,
    /// Who answered.
    pub(super) resolver: IpText,
    /// When it was asked, if that was seen.
    pub(super) asked: Option<Timestamp>,
    pub(super) answered: Timestamp,
}

/// Names by client and server.
#[derive(Debug, Checkpoint)]
pub(super) struct Names {
    map: BoundedMap<(Address, Address), Arc<Resolved>>,
    most: usize,
}

/// Queries of a conversation without their answers: number and time.
#[derive(Clone, Debug, Default, Checkpoint)]
pub(crate) struct Waiting(Vec<(u16, Timestamp)>);

impl Waiting {
    fn ask(&mut self, id: u16, time: Timestamp) {
        if self.0.iter().any(|(other, _)| *other == id) {
            return;
        }
        if self.0.len() >= MOST_WAITING {
            self.0.remove(0);
        }
        self.0.push((id, time));
    }

    fn answer(&mut self, id: u16) -> Option<Timestamp> {
        let at = self.0.iter().position(|(other, _)| *other == id)?;
        Some(self.0.remove(at).1)
    }
}

impl Names {
    /// Bytes of an entry.
    const ENTRY: usize = BoundedMap::<(Address, Address), Arc<Resolved>>::ENTRY
        + memory::boxed::<(usize, usize, Resolved)>()
        + memory::list::<u8>(LONGEST);

    /// None so far, and never more than `most`, nor than fit into so many bytes.
    pub(super) fn new(most: u32, bytes: usize) -> Self {
        let most = (most as usize).min(bytes / Self::ENTRY);
        Self { map: BoundedMap::new(most), most }
    }

    /// Most bytes of them.
    pub(super) fn bytes(&self) -> usize {
        self.most * Self::ENTRY
    }

    /// Looks at a datagram, which may be a query or an answer.
    pub(super) fn datagram(
        &mut self,
        key: &FlowKey,
        time: Timestamp,
        payload: &[u8],
        waiting: &mut Option<Box<Waiting>>,
    ) {
        let is_answer = key.src_port == DNS;
        if self.most == 0 || !(is_answer || key.dst_port == DNS) {
            return;
        }
        let Some(header) = Header::from_message(payload) else { return };
        if header.opcode() != 0 || header.is_response() != is_answer {
            return;
        }
        if !is_answer {
            waiting.get_or_insert_default().ask(header.id, time);
            return;
        }
        let asked = waiting.as_mut().and_then(|waiting| waiting.answer(header.id));
        let mut found = Found::default();
        let reading = Reading { whole: true, ..Reading::default() };
        if header.rcode() != 0 {
            return;
        }
        message::read(&header, payload, reading, &mut found);
        let Found { name, addresses } = found;
        if name.is_empty() {
            return;
        }
        let (resolver, answered) = (key.src_ip(), time);
        let resolved = Arc::new(Resolved { name, resolver, asked, answered });
        for server in addresses {
            self.map.set((address(key.net, key.dst), server), Arc::clone(&resolved));
        }
    }

    /// What the sender of packets with this key was told of their destination.
    pub(super) fn find(&self, key: &FlowKey) -> Option<Arc<Resolved>> {
        self.map.get((address(key.net, key.src), address(key.net, key.dst)))
    }
}

fn address(net: Net, bytes: [u8; 16]) -> Address {
    (net == Net::V6, bytes)
}

/// The name of the first question, and the addresses of all answers.
#[derive(Debug, Default)]
struct Found {
    name: Vec<u8>,
    addresses: Vec<Address>,
}

impl message::Sink for Found {
    fn header(&mut self, _: &Header) {}

    fn question(&mut self, asked: Asked, reader: &mut Reader<'_>) {
        if self.name.is_empty() {
            self.name = reader.name(asked.owner);
        }
    }

    fn questions_end(&mut self, _: usize) {}

    fn record(&mut self, section: usize, record: Record, reader: &mut Reader<'_>) {
        const ANSWERS: usize = 1;
        const A: u16 = 1;
        const AAAA: u16 = 28;
        let len = match record.kind {
            A => 4,
            AAAA => 16,
            _ => return,
        };
        let data = reader.bytes.get(record.data.0..record.data.1).unwrap_or_default();
        if section == ANSWERS && data.len() == len && self.addresses.len() < MOST_ADDRESSES {
            let mut address = [0; 16];
            address[..len].copy_from_slice(data);
            self.addresses.push((record.kind == AAAA, address));
        }
    }
}
