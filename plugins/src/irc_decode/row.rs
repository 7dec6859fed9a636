//! Columns of ircDecode.

use flowz_api::Row;
use flowz_api::cell::{Each, Hex8, Label, List, Text};
use flowz_api::row::NoRow;

use super::Lists;
use super::toggles::Toggles;

/// Texts from the wire.
type Texts<'a> = Each<'a, Vec<u8>, Text<'a>>;

/// The packet table has none.
pub(crate) type PacketRow = NoRow<Toggles>;

/// The flow table's columns.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct FlowRow<'a> {
    /// What was seen, see above.
    #[col(name = "ircStat")]
    pub(crate) stat: Hex8,
    /// Commands of the client.
    #[col(name = "ircCC")]
    pub(crate) commands: Each<'a, Vec<u8>, Label<'a>>,
    /// Numeric replies of the server.
    #[col(name = "ircRC")]
    pub(crate) numbers: List<'a, u16>,
    /// Number of users in the list.
    #[col(name = "ircNumUser")]
    pub(crate) user_count: u8,
    /// Users.
    #[col(name = "ircUser")]
    pub(crate) users: Texts<'a>,
    /// Number of passwords in the list.
    #[col(name = "ircNumPass")]
    pub(crate) password_count: u8,
    /// Passwords.
    #[col(name = "ircPass")]
    pub(crate) passwords: Texts<'a>,
    /// Number of nicknames in the list.
    #[col(name = "ircNumNick")]
    pub(crate) nick_count: u8,
    /// Nicknames.
    #[col(name = "ircNick")]
    pub(crate) nicks: Texts<'a>,
    /// Number of channels in the list.
    #[col(name = "ircNumC")]
    pub(crate) channel_count: u8,
    /// Channels that the client joins.
    #[col(name = "ircC")]
    pub(crate) channels: Texts<'a>,
}

impl<'a> FlowRow<'a> {
    /// The row of a flow with these bits.
    pub(crate) fn new(stat: u8, lists: &'a Lists) -> Self {
        let texts = |list: &'a Vec<Vec<u8>>| -> Texts<'a> { Each(list, |text| Text(text)) };
        Self {
            stat: Hex8(stat),
            commands: Each(&lists.commands, |text| Label(text)),
            numbers: List(&lists.numbers),
            user_count: lists.users.len() as u8,
            users: texts(&lists.users),
            password_count: lists.passwords.len() as u8,
            passwords: texts(&lists.passwords),
            nick_count: lists.nicks.len() as u8,
            nicks: texts(&lists.nicks),
            channel_count: lists.channels.len() as u8,
            channels: texts(&lists.channels),
        }
    }
}
