//! Columns of popDecode.

use flowz_api::Row;
use flowz_api::cell::{Each, Hex16, Label, List, Text};

use super::commands::NAMES;
use super::state::Columns;
use super::toggles::Toggles;

/// Texts of a column.
type Texts<'a> = Each<'a, Vec<u8>, Text<'a>>;

/// The flow table's columns.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct FlowRow<'a> {
    /// What was seen, see above.
    #[col(name = "popStat")]
    pub(crate) stat: Hex16,
    /// Commands of the client as bits: APOP AUTH CAPA DELE LIST NOOP PASS QUIT RETR RSET STAT STLS TOP UIDL USER XTND, from the lowest one
    /// on.
    #[col(name = "popCBF", show = t.bits)]
    pub(crate) bits: Hex16,
    /// Commands of the client, each once.
    #[col(name = "popCC")]
    pub(crate) commands: Each<'a, u8, Label<'a>>,
    /// Numbers of mails that the server tells, each once.
    #[col(name = "popRM")]
    pub(crate) numbers: List<'a, u16>,
    /// How many entries `popUsr` has.
    #[col(name = "popUsrNum")]
    pub(crate) users_count: u8,
    /// Of the client: who logs in. Of the server: whom mails are from (Return-Path).
    #[col(name = "popUsr")]
    pub(crate) users: Texts<'a>,
    /// How many entries `popPw` has.
    #[col(name = "popPwNum")]
    pub(crate) passwords_count: u8,
    /// Passwords.
    #[col(name = "popPw")]
    pub(crate) passwords: Texts<'a>,
    /// How many entries `popC` has.
    #[col(name = "popCNum")]
    pub(crate) texts_count: u8,
    /// Of the client: which mails it asks for. Of the server: texts of its replies.
    #[col(name = "popC")]
    pub(crate) texts: Texts<'a>,
}

/// The packet table's columns.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct PacketRow {
    /// What was seen so far, and what is pending.
    #[col(name = "popStat")]
    pub(crate) stat: Hex16,
}

impl<'a> FlowRow<'a> {
    /// The row of a direction with these bits.
    pub(super) fn new(stat: u16, columns: &'a Columns) -> Self {
        let texts = |list: &'a Vec<Vec<u8>>| -> Texts<'a> { Each(list, |text| Text(text)) };
        // Toggles allow up to 255 entries.
        let count = |list: &Vec<Vec<u8>>| list.len() as u8;
        let name = |n: &u8| Label(NAMES.get(usize::from(*n)).map_or("", |name| name).as_bytes());
        Self {
            stat: Hex16(stat),
            bits: Hex16(columns.bits),
            commands: Each(&columns.commands, name),
            numbers: List(&columns.numbers),
            users_count: count(&columns.users),
            users: texts(&columns.users),
            passwords_count: count(&columns.passwords),
            passwords: texts(&columns.passwords),
            texts_count: count(&columns.texts),
            texts: texts(&columns.texts),
        }
    }
}
