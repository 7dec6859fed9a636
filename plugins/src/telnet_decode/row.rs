//! Columns of telnetDecode.

use flowz_api::Row;
use flowz_api::cell::{Each, Hex8, Hex16, Hex32, Label, Text};

use super::Lists;
use super::protocol::{command_name, option_name};
use super::toggles::Toggles;

/// The flow table's columns.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct FlowRow<'a> {
    /// What was seen, see above.
    #[col(name = "telStat")]
    pub(crate) stat: Hex8,
    /// Commands, bit n for number 240 + n.
    #[col(name = "telCmdBF", show = t.bit_fields)]
    pub(crate) command_bits: Hex16,
    /// Options, bit n for number n, n + 32 and so on.
    #[col(name = "telOptBF", show = t.bit_fields)]
    pub(crate) option_bits: Hex32,
    /// The user, as typed.
    #[col(name = "telUsr")]
    pub(crate) user: Label<'a>,
    /// The password, as typed.
    #[col(name = "telPW")]
    pub(crate) password: Label<'a>,
    /// Number of commands in the list.
    #[col(name = "telCCnt")]
    pub(crate) command_count: u16,
    /// Names of commands.
    #[col(name = "telCmdS", show = t.names == 1)]
    pub(crate) command_names: Each<'a, u8, Text<'static>>,
    /// Numbers of commands.
    #[col(name = "telCmdS", show = t.names == 0)]
    pub(crate) commands: Each<'a, u8, u8>,
    /// Number of options in the list.
    #[col(name = "telOCnt")]
    pub(crate) option_count: u16,
    /// Names of options.
    #[col(name = "telOptS", show = t.names == 1)]
    pub(crate) option_names: Each<'a, u8, Text<'static>>,
    /// Numbers of options.
    #[col(name = "telOptS", show = t.names == 0)]
    pub(crate) options: Each<'a, u8, u8>,
}

/// The packet table's columns.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct PacketRow {
    /// What was seen so far.
    #[col(name = "telStat")]
    pub(crate) stat: Hex8,
    /// Name of the last command that the packet brought.
    #[col(name = "telCmdS")]
    pub(crate) command: Label<'static>,
    /// Name of the last option that it brought.
    #[col(name = "telOptS")]
    pub(crate) option: Label<'static>,
}

impl<'a> FlowRow<'a> {
    /// The row of a flow with these bits.
    pub(crate) fn new(stat: u8, lists: &'a Lists) -> Self {
        Self {
            stat: Hex8(stat),
            command_bits: Hex16(lists.command_bits),
            option_bits: Hex32(lists.option_bits),
            user: Label(&lists.user),
            password: Label(&lists.password),
            command_count: lists.commands.len() as u16,
            command_names: Each(&lists.commands, |n| Text(command_name(*n).as_bytes())),
            commands: Each(&lists.commands, |n| *n),
            option_count: lists.options.len() as u16,
            option_names: Each(&lists.options, |n| Text(option_name(*n).as_bytes())),
            options: Each(&lists.options, |n| *n),
        }
    }
}
