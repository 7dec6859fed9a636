//! State of a flow: what columns show of a direction, and the conversation at hand.

use flowz_api::Checkpoint;
use flowz_api::memory;

use super::commands::Verb;
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
    /// Where the server's next reply begins is not known.
    pub(crate) searches: bool,
    /// Number of the connection in which it has said something, from 1.
    pub(crate) connection: u32,
    pub(crate) side: Option<Box<Side>>,
}

/// Who sends the bytes of a flow.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) enum Role {
    /// Not SMTP.
    #[default]
    None,
    /// The flow has a port of SMTP on both sides: what is said first tells.
    OnPort,
    /// On another port: what is said first tells whether it is SMTP.
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
}

/// What the flow table shows.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct Columns {
    pub(crate) bits: u16,
    pub(crate) commands: Vec<u8>,
    pub(crate) codes: Vec<u16>,
    pub(crate) users: Vec<Vec<u8>>,
    pub(crate) passwords: Vec<Vec<u8>>,
    /// Names of clients, texts of servers.
    pub(crate) names: Vec<Vec<u8>>,
    pub(crate) senders: Vec<Vec<u8>>,
    pub(crate) recipients: Vec<Vec<u8>>,
}

impl State {
    /// What is kept of the direction.
    pub(crate) fn side(&mut self) -> &mut Side {
        self.side.get_or_insert_default()
    }

    /// Its bits, with what is pending.
    pub(crate) fn bits(&self, toggles: &Toggles, compat: bool) -> u8 {
        let pending = |side: &Side| side.session.pending(toggles, compat);
        let client = self.side.as_deref().filter(|_| self.role == Role::Client);
        // The reference does not say that a text was cut.
        let was_cut = self.stat & stat::CUT != 0 && !compat;
        self.stat as u8 | client.map_or(0, pending) | if was_cut { stat::FULL as u8 } else { 0 }
    }
}

impl Columns {
    /// None.
    pub(crate) const NOTHING: Self = Self {
        bits: 0,
        commands: Vec::new(),
        codes: Vec::new(),
        users: Vec::new(),
        passwords: Vec::new(),
        names: Vec::new(),
        senders: Vec::new(),
        recipients: Vec::new(),
    };

    /// Notes a command.
    pub(crate) fn command(&mut self, stat: &mut u16, toggles: &Toggles, verb: Verb) {
        if let Verb::Known(n) = verb {
            self.bits |= 1 << n;
            keep(&mut self.commands, n, toggles.most_commands, stat);
        }
    }

    /// Notes a reply code.
    pub(crate) fn code(&mut self, stat: &mut u16, toggles: &Toggles, code: u16) {
        keep(&mut self.codes, code, toggles.most_commands, stat);
    }

    /// Notes the text of a reply. Texts may repeat.
    pub(crate) fn text(&mut self, stat: &mut u16, toggles: &Toggles, text: &[u8]) {
        if !toggles.reply_texts {
            return;
        }
        if self.names.len() < toggles.most_names.into() {
            self.names.push(text.to_vec());
        } else {
            *stat |= stat::FULL;
        }
    }

    /// Notes who logs in.
    pub(crate) fn user(&mut self, stat: &mut u16, toggles: &Toggles, text: &[u8]) {
        let text = shorten(stat, text, toggles.longest_user);
        keep(&mut self.users, text, toggles.most_users, stat);
    }

    /// Notes a password.
    pub(crate) fn password(&mut self, stat: &mut u16, toggles: &Toggles, text: &[u8]) {
        let text = shorten(stat, text, toggles.longest_password);
        keep(&mut self.passwords, text, toggles.most_passwords, stat);
    }

    /// Notes the name of a client.
    pub(crate) fn client(&mut self, stat: &mut u16, toggles: &Toggles, text: &[u8]) {
        let text = shorten(stat, text, toggles.longest_name);
        keep(&mut self.names, text, toggles.most_names, stat);
    }

    /// Notes a sender.
    pub(crate) fn sender(&mut self, stat: &mut u16, toggles: &Toggles, text: &[u8]) {
        let text = shorten(stat, text, toggles.longest_name);
        keep(&mut self.senders, text, toggles.most_senders, stat);
    }

    /// Notes a recipient.
    pub(crate) fn recipient(&mut self, stat: &mut u16, toggles: &Toggles, text: &[u8]) {
        let text = shorten(stat, text, toggles.longest_name);
        keep(&mut self.recipients, text, toggles.most_recipients, stat);
    }

    /// Most bytes that they hold elsewhere.
    pub(crate) fn bytes(t: &Toggles) -> usize {
        let texts = |most: u8, longest: u16| {
            let most = usize::from(most);
            memory::list::<Vec<u8>>(most) + most * memory::list::<u8>(longest.into())
        };
        memory::list::<u8>(NAMES)
            + memory::list::<u16>(t.most_commands.into())
            + texts(t.most_users, t.longest_user)
            + texts(t.most_passwords, t.longest_password)
            + texts(t.most_names, t.longest_name)
            + texts(t.most_senders, t.longest_name)
            + texts(t.most_recipients, t.longest_name)
    }
}

const NAMES: usize = super::commands::NAMES.len();

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

fn shorten(stat: &mut u16, text: &[u8], longest: u16) -> Vec<u8> {
    let mut was_cut = false;
    let text = cut(text, longest.into(), &mut was_cut);
    *stat |= if was_cut { stat::CUT } else { 0 };
    text
}
