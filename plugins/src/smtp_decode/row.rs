//! Columns of smtpDecode.

use flowz_api::Row;
use flowz_api::cell::{Each, Hex8, Hex16, Label, List, Text};

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
    #[col(name = "smtpStat")]
    pub(crate) stat: Hex8,
    /// Commands of the client as bits: AUTH BDAT DATA EHLO ETRN EXPN HELO HELP MAIL NOOP QUIT RCPT RSET STARTTLS TURN VRFY, from the
    /// lowest one on.
    #[col(name = "smtpCBF", show = t.bits)]
    pub(crate) bits: Hex16,
    /// Commands of the client, each once.
    #[col(name = "smtpCC")]
    pub(crate) commands: Each<'a, u8, Label<'a>>,
    /// Reply codes of the server, each once.
    #[col(name = "smtpRC")]
    pub(crate) codes: List<'a, u16>,
    /// Users that log in.
    #[col(name = "smtpUsr")]
    pub(crate) users: Texts<'a>,
    /// Their passwords.
    #[col(name = "smtpPW")]
    pub(crate) passwords: Texts<'a>,
    /// How many entries `smtpSA` has.
    #[col(name = "smtpSANum")]
    pub(crate) names_count: u8,
    /// How many entries `smtpESA` has.
    #[col(name = "smtpESANum")]
    pub(crate) senders_count: u8,
    /// How many entries `smtpERA` has.
    #[col(name = "smtpERANum")]
    pub(crate) recipients_count: u8,
    /// Of the client: how it calls itself. Of the server: its replies, each with its code, and their lines with `_` between them.
    #[col(name = "smtpSA")]
    pub(crate) names: Texts<'a>,
    /// Senders of mails that the client names; `<>` for nobody.
    #[col(name = "smtpESA")]
    pub(crate) senders: Texts<'a>,
    /// Recipients that the client names, also those that are refused.
    #[col(name = "smtpERA")]
    pub(crate) recipients: Texts<'a>,
}

/// The packet table's columns.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct PacketRow {
    /// What was seen so far, and what is pending.
    #[col(name = "smtpStat")]
    pub(crate) stat: Hex8,
}

impl<'a> FlowRow<'a> {
    /// The row of a direction with these bits.
    pub(super) fn new(stat: u8, columns: &'a Columns) -> Self {
        let texts = |list: &'a Vec<Vec<u8>>| -> Texts<'a> { Each(list, |text| Text(text)) };
        // Toggles allow up to 255 entries.
        let count = |list: &Vec<Vec<u8>>| list.len() as u8;
        let name = |n: &u8| Label(NAMES.get(usize::from(*n)).map_or("", |name| name).as_bytes());
        Self {
            stat: Hex8(stat),
            bits: Hex16(columns.bits),
            commands: Each(&columns.commands, name),
            codes: List(&columns.codes),
            users: texts(&columns.users),
            passwords: texts(&columns.passwords),
            names_count: count(&columns.names),
            senders_count: count(&columns.senders),
            recipients_count: count(&columns.recipients),
            names: texts(&columns.names),
            senders: texts(&columns.senders),
            recipients: texts(&columns.recipients),
        }
    }
}
