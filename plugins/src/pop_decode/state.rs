//! State of a flow: what columns show of a direction, and the conversation at hand.

use flowz_api::Checkpoint;
use flowz_api::memory;

use super::commands::{NAMES, Verb};
use super::session::Session;
use super::stat;
use super::toggles::Toggles;
use crate::lines::cut;

/// State of a flow.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct State {
    pub(crate) stat: u16,
    pub(crate) role: Role,
    /// Bytes up to the next end of a line are passed over.
    pub(crate) skips_line: bool,
    /// Where the client's next command begins is not known.
    pub(crate) searches: bool,
    /// Number of the connection in which it has said something, from 1.
    pub(crate) connection: u32,
    pub(crate) side: Option<Box<Side>>,
}

/// Who sends the bytes of a flow.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) enum Role {
    /// Not POP3.
    #[default]
    None,
    /// The flow has the port of POP3 on both sides: what is said first tells.
    OnPort,
    /// On another port: what is said first tells whether it is POP3.
    Anybody,
    Client,
    Server,
}

/// What is kept of a direction.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct Side {
    pub(crate) columns: Columns,
    /// The conversation, in the client's direction; in the server's one as long as the client was not seen.
    pub(crate) session: Session,
    /// The latest packet of the server's that was looked at as a whole, with `--compat`.
    pub(crate) packet: u64,
    /// With `--compat`: a log-in was answered, and the next Return-Path is shown.
    pub(crate) wants_path: bool,
}

/// What the flow table shows.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct Columns {
    pub(crate) bits: u16,
    pub(crate) commands: Vec<u8>,
    /// Numbers of mails that the server tells.
    pub(crate) numbers: Vec<u16>,
    pub(crate) users: Vec<Vec<u8>>,
    pub(crate) passwords: Vec<Vec<u8>>,
    pub(crate) texts: Vec<Vec<u8>>,
}

impl State {
    /// What is kept of the direction.
    pub(crate) fn side(&mut self) -> &mut Side {
        self.side.get_or_insert_default()
    }
}

impl Columns {
    /// None.
    pub(crate) const NOTHING: Self = Self {
        bits: 0,
        commands: Vec::new(),
        numbers: Vec::new(),
        users: Vec::new(),
        passwords: Vec::new(),
        texts: Vec::new(),
    };

    /// Notes a command.
    pub(crate) fn command(&mut self, stat: &mut u16, toggles: &Toggles, verb: Verb) {
        if let Verb::Known(n) = verb {
            self.bits |= 1 << n;
            keep(&mut self.commands, n, toggles.most_commands, stat);
        }
    }

    /// Notes the number of a mail.
    pub(crate) fn number(&mut self, stat: &mut u16, toggles: &Toggles, number: u64) {
        if let Ok(number) = u16::try_from(number) {
            keep(&mut self.numbers, number, toggles.most_commands, stat);
        }
    }

    /// Notes who logs in, or whom a mail is from.
    pub(crate) fn user(&mut self, stat: &mut u16, toggles: &Toggles, text: &[u8]) {
        let text = shorten(stat, text, toggles);
        keep(&mut self.users, text, toggles.most_users, stat);
    }

    /// Notes a password.
    pub(crate) fn password(&mut self, stat: &mut u16, toggles: &Toggles, text: &[u8]) {
        let text = shorten(stat, text, toggles);
        keep(&mut self.passwords, text, toggles.most_passwords, stat);
    }

    /// Notes an argument.
    pub(crate) fn argument(&mut self, stat: &mut u16, toggles: &Toggles, text: &[u8]) {
        let text = shorten(stat, text, toggles);
        keep(&mut self.texts, text, toggles.most_commands, stat);
    }

    /// Notes the text of a reply.
    pub(crate) fn reply(&mut self, stat: &mut u16, toggles: &Toggles, text: &[u8]) {
        let text = shorten(stat, text, toggles);
        keep(&mut self.texts, text, toggles.most_passwords, stat);
    }

    /// Most bytes that they hold elsewhere.
    pub(crate) fn bytes(t: &Toggles) -> usize {
        let texts = |most: u8| {
            let most = usize::from(most);
            memory::list::<Vec<u8>>(most) + most * memory::list::<u8>(t.longest_name.into())
        };
        memory::list::<u8>(NAMES.len())
            + memory::list::<u16>(t.most_commands.into())
            + texts(t.most_users)
            + texts(t.most_passwords)
            + texts(t.most_commands.max(t.most_passwords))
    }
}

/// Keeps a value that is not in the list yet, if there is room.
fn keep<T: PartialEq>(list: &mut Vec<T>, value: T, most: u8, stat: &mut u16) {
    if list.contains(&value) {
        return;
    }
    if list.len() < most.into() {
        list.push(value);
    } else {
        *stat |= stat::FULL;
    }
}

fn shorten(stat: &mut u16, text: &[u8], toggles: &Toggles) -> Vec<u8> {
    let mut was_cut = false;
    let text = cut(text, toggles.longest_name.into(), &mut was_cut);
    *stat |= if was_cut { stat::CUT } else { 0 };
    text
}
