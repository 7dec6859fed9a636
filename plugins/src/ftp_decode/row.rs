//! Columns of ftpDecode.

use flowz_api::Row;
use flowz_api::cell::{Each, Hex8, Label, List, Text};

use super::state::Lists;
use super::toggles::Toggles;

/// The flow table's columns.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct FlowRow<'a> {
    /// What was seen, see above.
    #[col(name = "ftpStat")]
    pub(crate) stat: Hex8,
    /// Numbers of the data connections' flows; of a data connection: number of its control connection's flow.
    #[col(name = "ftpCDFindex")]
    pub(crate) links: List<'a, u64>,
    /// Commands of the client; of a data connection: the command that it is for.
    #[col(name = "ftpCC")]
    pub(crate) verbs: Each<'a, Vec<u8>, Label<'a>>,
    /// Reply codes of the server.
    #[col(name = "ftpRC")]
    pub(crate) codes: List<'a, u16>,
    /// Number of users in the list.
    #[col(name = "ftpNumUser")]
    pub(crate) user_count: u8,
    /// Users.
    #[col(name = "ftpUser")]
    pub(crate) users: Each<'a, Vec<u8>, Text<'a>>,
    /// Number of passwords in the list.
    #[col(name = "ftpNumPass")]
    pub(crate) password_count: u8,
    /// Passwords.
    #[col(name = "ftpPass")]
    pub(crate) passwords: Each<'a, Vec<u8>, Text<'a>>,
    /// Number of parameters in the list.
    #[col(name = "ftpNumCP")]
    pub(crate) parameter_count: u8,
    /// Arguments of the client's other commands; of the server: what replies say of the system and of files; of a data connection: the
    /// name of what is transferred.
    #[col(name = "ftpCP")]
    pub(crate) parameters: Each<'a, Vec<u8>, Text<'a>>,
    /// Length of what is transferred, as the server says; 0 if it does not.
    #[col(name = "ftpPLen", unit = "bytes")]
    pub(crate) length: u32,
}

/// The packet table's columns.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct PacketRow {
    /// What was seen so far.
    #[col(name = "ftpStat")]
    pub(crate) stat: Hex8,
}

impl<'a> FlowRow<'a> {
    /// The row of a flow with these bits.
    pub(crate) fn new(stat: u8, lists: &'a Lists) -> Self {
        Self {
            stat: Hex8(stat),
            links: List(&lists.links),
            verbs: Each(&lists.verbs, |text| Label(text)),
            codes: List(&lists.codes),
            user_count: lists.users.len() as u8,
            users: Each(&lists.users, |text| Text(text)),
            password_count: lists.passwords.len() as u8,
            passwords: Each(&lists.passwords, |text| Text(text)),
            parameter_count: lists.parameters.len() as u8,
            parameters: Each(&lists.parameters, |text| Text(text)),
            length: lists.length,
        }
    }
}
