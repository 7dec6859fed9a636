//! Columns of tftpDecode.

use flowz_api::Row;
use flowz_api::cell::{Each, Hex8, Hex16, Label, List, Text};

use super::packet;
use super::state::{Rare, State};
use super::toggles::Toggles;

/// The flow table's columns.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct FlowRow<'a> {
    /// What was seen and what is wrong.
    #[col(name = "tftpStat")]
    pub(crate) stat: Hex16,
    /// Number of the flow with the other part, request or transfer; 0 if there is none.
    #[col(name = "tftpPFlow")]
    pub(crate) other: u64,
    /// Number of opcodes in the list.
    #[col(name = "tftpNumOpcode")]
    pub(crate) opcode_count: u8,
    /// Opcodes.
    #[col(name = "tftpOpcode", show = !t.as_bits)]
    pub(crate) opcodes: Each<'a, u8, Label<'static>>,
    /// Opcodes, bit n for number n.
    #[col(name = "tftpOpcode", show = t.as_bits)]
    pub(crate) opcode_bits: Hex8,
    /// Number of parameters in the list.
    #[col(name = "tftpNumParam")]
    pub(crate) parameter_count: u8,
    /// File names, modes and options.
    #[col(name = "tftpParam")]
    pub(crate) parameters: Each<'a, Vec<u8>, Text<'a>>,
    /// Number of error codes in the list.
    #[col(name = "tftpNumErr")]
    pub(crate) error_count: u8,
    /// Error codes.
    #[col(name = "tftpErrC")]
    pub(crate) errors: List<'a, u16>,
}

/// The packet table's columns.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct PacketRow {
    /// What was seen so far and what is wrong.
    #[col(name = "tftpStat")]
    pub(crate) stat: Hex16,
    /// Opcode; empty if the packet has none that is known.
    #[col(name = "tftpOpcode")]
    pub(crate) opcode: Label<'static>,
}

/// A flow without packets of TFTP.
static NOTHING: Rare = Rare::NONE;

impl<'a> FlowRow<'a> {
    /// The row of a flow with these bits and this other part.
    pub(crate) fn from_state(flow: &'a State, stat: u16, other: u64) -> Self {
        let rare = flow.rare.as_deref().unwrap_or(&NOTHING);
        Self {
            stat: Hex16(stat),
            other,
            opcode_count: rare.opcodes.len() as u8,
            opcodes: Each(&rare.opcodes, |opcode| Label(packet::word(*opcode))),
            opcode_bits: Hex8(flow.opcode_bits),
            parameter_count: rare.parameters.len() as u8,
            parameters: Each(&rare.parameters, |text| Text(text)),
            error_count: rare.errors.len() as u8,
            errors: List(&rare.errors),
        }
    }
}
