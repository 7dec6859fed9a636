//! What a flow keeps of its packets.

use super::packet::{Packet, opcode};
use super::toggles::Toggles;
use flowz_api::Checkpoint;

/// Bits of `tftpStat`.
pub(crate) mod stat {
    /// TFTP.
    pub(crate) const TFTP: u16 = 0x0001;
    /// A read request.
    pub(crate) const READ: u16 = 0x0002;
    /// A write request.
    pub(crate) const WRITE: u16 = 0x0004;
    /// An error with a file.
    pub(crate) const FILE_ERROR: u16 = 0x0008;
    /// A block of data out of order.
    pub(crate) const DATA_ORDER: u16 = 0x0010;
    /// An acknowledgement out of order.
    pub(crate) const ACK_ORDER: u16 = 0x0020;
    /// An error of the protocol.
    pub(crate) const PROTOCOL: u16 = 0x0040;
    /// A list is full.
    pub(crate) const FULL: u16 = 0x0080;
    /// A parameter was cut.
    pub(crate) const CUT: u16 = 0x0100;
    /// A request or its answer is not well formed.
    pub(crate) const PARAMETER: u16 = 0x0800;
    /// All is within one flow.
    pub(crate) const ACTIVE: u16 = 0x1000;
    /// Request and transfer are flows of their own.
    pub(crate) const PASSIVE: u16 = 0x2000;
}

/// State of a flow.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct State {
    pub(crate) stat: u16,
    /// Bits 1 << opcode.
    pub(crate) opcode_bits: u8,
    /// Several blocks are sent before one is acknowledged (RFC 7440).
    pub(crate) windowed: bool,
    /// Latest block of data, and latest one that was acknowledged.
    pub(crate) data: Option<u16>,
    pub(crate) ack: Option<u16>,
    pub(crate) packets: u32,
    /// Number of the flow with the other part, 0 without one.
    pub(crate) other: u64,
    pub(crate) rare: Option<Box<Rare>>,
}

/// Lists.
#[derive(Debug, Checkpoint)]
pub(crate) struct Rare {
    pub(crate) opcodes: Vec<u8>,
    pub(crate) parameters: Vec<Vec<u8>>,
    pub(crate) errors: Vec<u16>,
    /// What is saved: the name in the latest request, and the latest block.
    pub(crate) name: Vec<u8>,
    pub(crate) saved: u16,
}

/// Most bytes of a name that files are called by.
pub(crate) const LONGEST_NAME: usize = 128;
/// Blocks less than this behind another are newer.
const HALF: u16 = 0x8000;

impl Rare {
    /// Empty lists.
    pub(crate) const NONE: Self = Self {
        opcodes: Vec::new(),
        parameters: Vec::new(),
        errors: Vec::new(),
        name: Vec::new(),
        saved: 0,
    };
}

impl State {
    fn rare(&mut self) -> &mut Rare {
        self.rare.get_or_insert_with(|| Box::new(Rare::NONE))
    }

    /// Whether what was seen so far is something else on a port of TFTP.
    pub(crate) fn is_something_else(&self) -> bool {
        self.stat & stat::PROTOCOL != 0 && self.opcode_bits == 0
    }

    /// Number of the flow with the other part, that one direction of two may know alone; 0 without one.
    pub(crate) fn other_part(&self, peer: Option<&Self>) -> u64 {
        match (self.stat, self.other, peer) {
            (0, ..) => 0,
            (_, 0, Some(peer)) => peer.other,
            (_, other, _) => other,
        }
    }

    /// The name in the latest request.
    pub(crate) fn name(&self) -> Option<&[u8]> {
        self.rare.as_ref().map(|rare| &rare.name[..]).filter(|name| !name.is_empty())
    }

    /// Keeps the name in a request.
    pub(crate) fn note_name(&mut self, packet: &Packet<'_>) {
        if let Some(name) = packet.texts().next().filter(|_| packet.is_request()) {
            self.rare().name = name[..name.len().min(LONGEST_NAME)].to_vec();
        }
    }

    /// The transfer of a request has its name.
    pub(crate) fn take_name(&mut self, request: &Self) {
        if let Some(name) = request.name() {
            self.rare().name = name.to_vec();
        }
    }

    /// Whether a block of data is to be saved: none twice, and where several are on their way, which are all sent again
    /// behind one that was lost, only the next.
    pub(crate) fn is_new_block(&mut self, block: u16) -> bool {
        let windowed = self.windowed;
        let saved = &mut self.rare().saved;
        let newer = !windowed && (1..HALF).contains(&block.wrapping_sub(*saved));
        let is_new = newer || follows(*saved, block);
        if is_new {
            *saved = block;
        }
        is_new
    }

    /// Takes a packet in. `whole`: all of it was captured.
    pub(crate) fn add(&mut self, packet: &Packet<'_>, whole: bool, t: &Toggles, compat: bool) {
        let rare = self.rare.get_or_insert_with(|| Box::new(Rare::NONE));
        self.opcode_bits |= 1 << packet.opcode;
        self.stat |= keep(&mut rare.opcodes, packet.opcode, t);
        let longest = usize::from(t.longest);
        for text in packet.texts() {
            let cut = text.len() > longest;
            self.stat |= if cut { stat::CUT } else { 0 };
            let kept = text[..text.len().min(longest)].to_vec();
            self.stat |= keep(&mut rare.parameters, kept, t);
            let is_window = text.eq_ignore_ascii_case(b"windowsize");
            self.windowed |= is_window && packet.opcode == opcode::OPTIONS;
        }
        if whole && !packet.is_well_formed() {
            self.stat |= stat::PARAMETER;
        }
        // The reference does not show which request it was.
        self.stat |= match packet.opcode {
            opcode::READ if !compat => stat::READ,
            opcode::WRITE if !compat => stat::WRITE,
            _ => 0,
        };
        let Some(number) = packet.number() else { return };
        match packet.opcode {
            opcode::DATA => self.add_data(number, compat),
            opcode::ACK => self.add_ack(number),
            opcode::ERROR => {
                self.stat |= keep(&mut rare.errors, number, t) | error(number);
            }
            _ => {}
        }
    }

    /// A block of data: the next one or, sent again, the same. The reference expects none on the port of requests.
    fn add_data(&mut self, block: u16, compat: bool) {
        let before = self.data.unwrap_or(0);
        let in_order = follows(before, block) || self.data == Some(block) || self.windowed;
        let unexpected = compat && self.stat & stat::PASSIVE == 0;
        self.stat |= if in_order && !unexpected { 0 } else { stat::DATA_ORDER };
        self.data = Some(block);
    }

    /// An acknowledgement: of the next block or, sent again, of the same; the first one of block 0 or 1.
    fn add_ack(&mut self, block: u16) {
        let before = self.ack.unwrap_or(0);
        let in_order = follows(before, block) || before == block || self.windowed;
        self.stat |= if in_order { 0 } else { stat::ACK_ORDER };
        self.ack = Some(block);
    }
}

/// Whether a block is the next one; behind the last number there is 0 or 1.
fn follows(before: u16, block: u16) -> bool {
    block == before.wrapping_add(1) || before == u16::MAX && block == 1
}

/// The bit for an error code (RFC 1350, appendix; RFC 2347).
fn error(code: u16) -> u16 {
    match code {
        1 | 2 | 3 | 6 => stat::FILE_ERROR,
        4 | 5 | 8 => stat::PROTOCOL,
        _ => 0,
    }
}

/// Appends to a list; yields the bit for one that is full.
fn keep<T: PartialEq>(list: &mut Vec<T>, item: T, t: &Toggles) -> u16 {
    if t.distinct && list.contains(&item) {
        return 0;
    }
    if list.len() >= usize::from(t.limit) {
        return stat::FULL;
    }
    list.push(item);
    0
}
