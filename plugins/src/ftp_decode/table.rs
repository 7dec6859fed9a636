//! Tables of ftpDecode: commands, transfers.

use flowz_api::Row;
use flowz_api::cell::{Dir, Each, Label, List, Text, Time};
use flowz_api::stream::EndReason;

use super::session::Exchange;
use super::state::Data;
use super::toggles::Toggles;
use super::transfers::Transfer;

/// A command and its replies, or replies whose command is missing; the greeting has number 0.
#[derive(Row, Debug)]
#[row(toggles = Toggles, table = "ftp")]
pub(crate) struct CommandRow<'a> {
    /// When the command came; without one: its latest reply.
    #[col(name = "time")]
    pub(crate) time: Time,
    /// Number of the connection in the flow, from 1.
    #[col(name = "conn")]
    pub(crate) connection: u32,
    /// Number of the command in its connection, from 1, of those that were captured; 0 without one.
    #[col(name = "number")]
    pub(crate) number: u32,
    /// Command.
    #[col(name = "command")]
    pub(crate) verb: Label<'a>,
    /// Its argument.
    #[col(name = "argument")]
    pub(crate) argument: Text<'a>,
    /// 1: the command's line is not whole.
    #[col(name = "cut")]
    pub(crate) is_cut: u8,
    /// Reply codes.
    #[col(name = "codes")]
    pub(crate) codes: List<'a, u16>,
    /// Texts of the replies.
    #[col(name = "replies")]
    pub(crate) texts: Each<'a, Vec<u8>, Text<'a>>,
    /// When the latest reply came.
    #[col(name = "replyTime")]
    pub(crate) answered: Option<Time>,
    /// Who begins the data connection: `active` the server, `passive` the client.
    #[col(name = "mode")]
    pub(crate) mode: Label<'a>,
    /// Number of the data connection's flow.
    #[col(name = "dataFlow")]
    pub(crate) data: Option<u64>,
}

impl<'a> CommandRow<'a> {
    /// The row of a command of this connection.
    pub(crate) fn new(
        connection: u32,
        exchange: &'a Exchange,
        transfer: Option<&Transfer>,
    ) -> Self {
        let has_reply = !exchange.codes.is_empty();
        let time = if exchange.number == 0 { exchange.answered } else { exchange.time };
        Self {
            time: time.into(),
            connection: connection.saturating_add(1),
            number: exchange.number,
            verb: Label(&exchange.verb),
            argument: Text(&exchange.argument),
            is_cut: exchange.is_cut.into(),
            codes: List(&exchange.codes),
            texts: Each(&exchange.texts, |text| Text(text)),
            answered: has_reply.then(|| exchange.answered.into()),
            mode: Label(transfer.map_or(b"", |transfer| transfer.mode.word())),
            data: transfer.and_then(|transfer| transfer.data).map(|flow| flow.0),
        }
    }
}

/// A direction of a data connection that brought a file or a list.
#[derive(Row, Debug)]
#[row(toggles = Toggles, table = "ftpData")]
pub(crate) struct DataRow<'a> {
    /// Direction.
    #[col(name = "dir")]
    pub(crate) direction: Dir,
    /// Number of the control connection's flow.
    #[col(name = "ctrlFlow")]
    pub(crate) control: u64,
    /// Who began the connection: `active` the server, `passive` the client.
    #[col(name = "mode")]
    pub(crate) mode: Label<'a>,
    /// The command that it was for, if that is known.
    #[col(name = "command")]
    pub(crate) verb: Label<'a>,
    /// The file or folder.
    #[col(name = "name")]
    pub(crate) name: Text<'a>,
    /// Where in the file it begins (REST).
    #[col(name = "restart", unit = "bytes")]
    pub(crate) restart: u64,
    /// Length of the file, as the server said.
    #[col(name = "announced", unit = "bytes")]
    pub(crate) announced: Option<u64>,
    /// Bytes that were captured.
    #[col(name = "bytes", unit = "bytes")]
    pub(crate) bytes: u64,
    /// Bytes that are missing.
    #[col(name = "missing", unit = "bytes")]
    pub(crate) missing: u64,
    /// 1: from the beginning to the end of the connection nothing is missing.
    #[col(name = "complete")]
    pub(crate) is_complete: u8,
    /// Its file, if it was saved.
    #[col(name = "file")]
    pub(crate) file: Text<'a>,
}

impl<'a> DataRow<'a> {
    /// The row of a direction; `from_beginning`: its SYN was captured.
    pub(crate) fn new(
        direction: Dir,
        transfer: &'a Transfer,
        data: &'a Data,
        from_beginning: bool,
    ) -> Self {
        let is_over = data.end == Some(EndReason::Fin);
        Self {
            direction,
            control: transfer.control.0,
            mode: Label(transfer.mode.word()),
            verb: Label(&transfer.verb),
            name: Text(&transfer.name),
            restart: transfer.restart,
            announced: transfer.announced,
            bytes: data.bytes,
            missing: data.missing,
            is_complete: (from_beginning && is_over && data.missing == 0).into(),
            file: Text(data.file.as_deref().unwrap_or_default().as_bytes()),
        }
    }
}
