//! What a flow keeps.

use flowz_api::Checkpoint;
use flowz_api::memory;
use flowz_api::stream::EndReason;

use super::announce::MOST_ANNOUNCED;
use super::reply::{LONGEST_TEXT, Reply};
use super::session::{Announced, Exchange, MOST_REPLIES, MOST_WAITING, Session};
use super::toggles::Toggles;
use super::transfers::LONGEST_NAME;
use crate::text::kept::{Bounds, keep, keep_text};
use crate::text::line::{Lines, head};

/// Bits of `ftpStat`.
pub(crate) mod stat {
    /// A control connection.
    pub(crate) const CONTROL: u8 = 0x01;
    /// A data connection.
    pub(crate) const DATA: u8 = 0x02;
    /// A line is too long.
    pub(crate) const LONG_LINE: u8 = 0x04;
    /// A control connection with data connections.
    pub(crate) const PARENT: u8 = 0x08;
    /// More data connections are announced than are looked for.
    pub(crate) const TOO_MANY: u8 = 0x10;
    /// A data connection that was announced did not come.
    pub(crate) const NOT_FOUND: u8 = 0x40;
    /// A list is full.
    pub(crate) const FULL: u8 = 0x80;
}

/// What a flow is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) enum Role {
    #[default]
    Other,
    Client,
    Server,
    Data,
}

/// State of a flow.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct State {
    pub(crate) stat: u8,
    pub(crate) role: Role,
    /// What follows is encrypted.
    pub(crate) encrypted: bool,
    pub(crate) lines: Lines,
    /// Number of its data connection, 0 if it is none.
    pub(crate) transfer: u64,
    pub(crate) lists: Option<Box<Lists>>,
    /// The control connection: one of the two directions has it.
    pub(crate) session: Option<Box<Session>>,
    pub(crate) data: Option<Box<Data>>,
}

/// What a direction of a control connection has said.
#[derive(Debug, Checkpoint)]
pub(crate) struct Lists {
    pub(crate) links: Vec<u64>,
    pub(crate) verbs: Vec<Vec<u8>>,
    pub(crate) codes: Vec<u16>,
    pub(crate) users: Vec<Vec<u8>>,
    pub(crate) passwords: Vec<Vec<u8>>,
    pub(crate) parameters: Vec<Vec<u8>>,
    /// Length of a file, as the server says.
    pub(crate) length: u32,
    /// Data connections that were announced, and those that came.
    pub(crate) announced: u32,
    pub(crate) met: u32,
}

impl Lists {
    /// Nothing.
    pub(crate) const NONE: Self = Self {
        links: Vec::new(),
        verbs: Vec::new(),
        codes: Vec::new(),
        users: Vec::new(),
        passwords: Vec::new(),
        parameters: Vec::new(),
        length: 0,
        announced: 0,
        met: 0,
    };
}

/// A direction of a data connection.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct Data {
    pub(crate) bytes: u64,
    pub(crate) missing: u64,
    pub(crate) end: Option<EndReason>,
    /// What its file is called, if it has one.
    pub(crate) file: Option<String>,
}

/// Most bytes of an argument that waits for its reply.
pub(crate) const LONGEST_ARGUMENT: usize = LONGEST_NAME;

impl State {
    /// Most bytes elsewhere.
    pub(crate) fn bytes_elsewhere(t: &Toggles) -> usize {
        let texts = |most: u8, longest: usize| {
            memory::list::<Vec<u8>>(most.into()) + usize::from(most) * memory::list::<u8>(longest)
        };
        let words =
            texts(t.most, super::command::LONGEST_VERB) + memory::list::<u16>(t.most.into());
        let people = texts(t.most_users, t.longest_user.into())
            + texts(t.most_passwords, t.longest_password.into());
        let links = memory::list::<u64>(t.most_links.into());
        let lists =
            memory::boxed::<Lists>() + words + people + links + texts(t.most, t.longest.into());
        let waiting = memory::list::<Exchange>(MOST_WAITING + 1)
            + MOST_WAITING * (memory::list::<u8>(LONGEST_ARGUMENT) + memory::list::<u8>(8));
        let replies = (MOST_REPLIES + 1) * memory::list::<u8>(LONGEST_TEXT)
            + 2 * memory::list::<Vec<u8>>(MOST_REPLIES);
        let announced = memory::list::<Announced>(MOST_ANNOUNCED);
        lists + memory::boxed::<Session>() + waiting + replies + announced
    }

    /// Its lists.
    pub(crate) fn lists(&mut self) -> &mut Lists {
        self.lists.get_or_insert_with(|| Box::new(Lists::NONE))
    }

    /// The control connection, to be given back to one of its directions.
    pub(crate) fn take_session(&mut self, peer: Option<&mut Self>) -> Option<Box<Session>> {
        self.session.take().or_else(|| peer?.session.take())
    }

    /// A command of the client.
    pub(crate) fn add_command(&mut self, verb: &[u8], t: &Toggles) {
        self.note_full(keep_text, |lists| &mut lists.verbs, verb, t.words());
    }

    /// A user, a password or another argument.
    pub(crate) fn add_argument(
        &mut self,
        list: fn(&mut Lists) -> &mut Vec<Vec<u8>>,
        text: &[u8],
        bounds: Bounds,
    ) {
        if !text.is_empty() {
            self.note_full(keep_text, list, text, bounds);
        }
    }

    fn note_full<'a>(
        &mut self,
        keep: fn(&mut Vec<Vec<u8>>, &'a [u8], Bounds) -> bool,
        list: fn(&mut Lists) -> &mut Vec<Vec<u8>>,
        text: &'a [u8],
        bounds: Bounds,
    ) {
        if keep(list(self.lists()), text, bounds) {
            self.stat |= stat::FULL;
        }
    }

    /// The code of a reply.
    pub(crate) fn add_code(&mut self, code: u16, t: &Toggles) {
        if keep(&mut self.lists().codes, code, t.words()) {
            self.stat |= stat::FULL;
        }
    }

    /// The length in a reply.
    pub(crate) fn note_length(&mut self, reply: &Reply) {
        if let Some(length) = announced_length(reply) {
            self.lists().length = u32::try_from(length).unwrap_or(u32::MAX);
        }
    }

    /// What a reply says of the system or of a file. The reference keeps as many as passwords, and the same ones again.
    pub(crate) fn add_said(&mut self, reply: &Reply, t: &Toggles, compat: bool) {
        let Some(text) = said(reply) else { return };
        let bounds = t.parameters();
        let most = if compat { t.most_passwords.into() } else { bounds.most };
        let bounds = Bounds { most, distinct: !compat, ..bounds };
        self.add_argument(|lists| &mut lists.parameters, &text, bounds);
    }

    /// A data connection of this control connection begins.
    pub(crate) fn add_link(&mut self, flow: u64, most: u8) {
        self.stat |= stat::PARENT;
        let lists = self.lists();
        if lists.links.contains(&flow) {
            return;
        }
        lists.met = lists.met.saturating_add(1);
        if lists.links.len() < most.into() {
            lists.links.push(flow);
        } else {
            self.stat |= stat::FULL;
        }
    }
}

/// Length in a reply that a transfer begins: `150 Opening ... (77 bytes).`
pub(crate) fn announced_length(reply: &Reply) -> Option<u64> {
    if !matches!(reply.code, 125 | 150) {
        return None;
    }
    let text = head(&reply.text, LONGEST_TEXT);
    let open = text.iter().rposition(|byte| *byte == b'(')?;
    let rest = text.get(open + 1..)?;
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (number, unit) = rest.split_at_checked(digits)?;
    let number = std::str::from_utf8(number).ok()?.parse().ok()?;
    unit.starts_with(b" byte").then_some(number)
}

/// What replies tell: the system, the name in one that a transfer begins, else all of that.
fn said(reply: &Reply) -> Option<Vec<u8>> {
    let text = &reply.text;
    let line = || [reply.code.to_string().as_bytes(), b" ", text].concat();
    match reply.code {
        125 | 215 => Some(line()),
        150 => {
            let name =
                text.windows(5).position(|part| part == b" for ").and_then(|at| text.get(at + 5..));
            let end =
                |name: &[u8]| name.iter().position(|byte| *byte == b' ').unwrap_or(name.len());
            Some(name.map_or_else(line, |name| head(name, end(name)).to_vec()))
        }
        _ => None,
    }
}

/// The name in a reply to STOU (RFC 1123, section 4.1.2.9).
pub(crate) fn unique_name(reply: &Reply) -> Option<&[u8]> {
    let name = reply.text.strip_prefix(b"FILE:").filter(|_| matches!(reply.code, 125 | 150))?;
    Some(name.trim_ascii())
}
