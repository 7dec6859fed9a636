//! A conversation of POP3: which reply is which command's, and what comes of it.

use flowz_api::Checkpoint;
use flowz_api::memory;
use flowz_api::packet::Timestamp;

use super::commands::{self, Numbers, Status, Text, Verb};
use crate::lines::mail::Body;
use crate::lines::pairs::{self, Pair, Pairs};
use crate::lines::sasl::Sasl;
use crate::lines::text::DotText;
use crate::lines::word;

/// Longest line that tables show (RFC 2449, section 4).
pub(crate) const LONGEST_LINE: usize = 512;
/// Most bytes of lines that wait for each other; those of more are not kept.
const MOST_TEXT: usize = 8 << 10;

/// A conversation.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct Session {
    pub(crate) mode: Mode,
    pub(crate) pairs: Pairs<Command, Reply>,
    /// The mail that comes in.
    pub(crate) mail: Option<Box<Mail>>,
    /// Mails so far.
    pub(crate) mails: u32,
    /// Numbers of the list that comes in.
    pub(crate) numbers: Numbers,
    /// Who logs in.
    pub(crate) user: Vec<u8>,
    pub(crate) sasl: Option<Sasl>,
    /// Bytes of the text at hand are missing.
    pub(crate) has_gap: bool,
    /// Where the server's next reply begins is not known.
    pub(crate) searches: bool,
    /// The greeting is expected, or was seen.
    pub(crate) is_greeted: bool,
    /// Number of the connection in the flow, from 1; 0 as long as nothing was said.
    pub(crate) connection: u32,
}

/// What the server's next bytes are.
#[derive(Clone, Copy, Debug, Default, Checkpoint)]
pub(crate) enum Mode {
    /// The first line of a reply.
    #[default]
    Status,
    /// The same, or the text of a reply whose command is not known.
    Unknown,
    /// Text up to a dot.
    Text(Text, DotText),
    /// TLS: nothing is read any more.
    Tls,
}

/// A mail that is fetched.
#[derive(Debug, Checkpoint)]
pub(crate) struct Mail {
    pub(crate) body: Body,
    /// The command that fetches it, if that is known.
    pub(crate) command: Option<Command>,
    /// How long it is, as the server says.
    pub(crate) announced: Option<u64>,
    /// Only the beginning was asked for.
    pub(crate) is_top: bool,
    /// Its Return-Path was shown.
    pub(crate) has_path: bool,
}

/// What a client said.
#[derive(Clone, Debug, Checkpoint)]
pub(crate) struct Command {
    pub(crate) verb: Verb,
    pub(crate) line: Vec<u8>,
    /// When its last byte came.
    pub(crate) time: Timestamp,
    /// Nothing of the line is missing.
    pub(crate) is_whole: bool,
}

/// The first line of what a server said.
#[derive(Debug, Checkpoint)]
pub(crate) struct Reply {
    pub(crate) status: Status,
    pub(crate) text: Vec<u8>,
    /// When its last byte came.
    pub(crate) time: Timestamp,
    pub(crate) is_whole: bool,
}

/// What is to be shown of a conversation.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Row<'a> {
    Command(Option<&'a Command>, Option<&'a Reply>),
    Mail(&'a Mail, &'a [u8]),
}

impl Command {
    /// A line of the client's.
    pub(crate) fn new(verb: Verb, line: &[u8], time: Timestamp, is_whole: bool) -> Self {
        let line = line[..line.len().min(LONGEST_LINE)].to_vec();
        Self { verb, line, time, is_whole }
    }

    /// What stands behind the first word.
    pub(crate) fn argument(&self) -> &[u8] {
        word(&self.line).1
    }

    fn text(&self) -> Option<Text> {
        self.verb.text(self.argument())
    }
}

impl Session {
    /// Something is said in the connection of this number. If its capture begins in the middle, the rest is missing.
    pub(crate) fn begin(&mut self, connection: u32, from_middle: bool) {
        if self.connection != connection && from_middle {
            self.pairs.begin_in_the_middle();
        }
        self.connection = connection;
    }

    /// The greeting is expected.
    pub(crate) fn expect_greeting(&mut self, time: Timestamp) {
        if !self.is_greeted {
            self.pairs.first_command(Command::new(Verb::Connection, b"", time, true));
        }
        self.is_greeted = true;
    }

    /// Adds a command.
    pub(crate) fn command(&mut self, mut command: Command, show: &mut dyn FnMut(Row<'_>)) {
        self.client_speaks(show);
        let waiting: usize = self.pairs.waiting().map(|command| command.line.capacity()).sum();
        if waiting + command.line.len() > MOST_TEXT {
            command.line = Vec::new();
        }
        self.pairs.command(command);
        self.drain(show);
    }

    /// The client says something. If nothing else was to come, a text whose end was not seen is over.
    pub(crate) fn client_speaks(&mut self, show: &mut dyn FnMut(Row<'_>)) {
        if self.has_gap
            && matches!(self.mode, Mode::Text(..))
            && self.pairs.waiting().next().is_none()
        {
            self.end_text(false, show);
            self.searches = true;
        }
        self.pairs.client_speaks();
        self.drain(show);
    }

    /// Commands may be missing.
    pub(crate) fn commands_missing(&mut self, show: &mut dyn FnMut(Row<'_>)) {
        self.client_speaks(show);
        self.pairs.commands_missing();
    }

    /// Bytes of the server are missing between replies. If only one can be in there, its text may go on behind it.
    pub(crate) fn replies_missing(
        &mut self,
        len: u64,
        time: Timestamp,
        show: &mut dyn FnMut(Row<'_>),
    ) {
        let is_only_one = self.pairs.waiting().count() == 1;
        let first = self.pairs.waiting().next().filter(|_| is_only_one).cloned();
        if let Some(first) = first
            && let Some(text) = first.text()
        {
            self.pairs.settle();
            self.drain(show);
            self.begin_text(text, Some(&first), None, time);
            self.text_gap(len);
            return;
        }
        self.pairs.replies_missing();
        self.drain(show);
    }

    /// Bytes of the text at hand are missing.
    pub(crate) fn text_gap(&mut self, len: u64) {
        self.has_gap = true;
        if let Mode::Text(_, dots) = &mut self.mode {
            dots.gap();
        }
        if let Some(mail) = &mut self.mail {
            mail.body.gap(len);
        }
    }

    /// Adds a reply.
    pub(crate) fn reply(&mut self, mut reply: Reply, show: &mut dyn FnMut(Row<'_>)) {
        let waiting: usize = self.pairs.replies().map(|reply| reply.text.capacity()).sum();
        if waiting + reply.text.len() > MOST_TEXT {
            reply.text = Vec::new();
        }
        self.mode = if reply.status == Status::Ok { Mode::Unknown } else { Mode::Status };
        let is_log_in = |command: &Command| matches!(command.verb, commands::AUTH | Verb::Message);
        if reply.status == Status::More && self.pairs.waiting().any(is_log_in) {
            self.pairs.reply_to(reply, is_log_in);
        } else {
            self.pairs.reply(reply);
        }
        self.drain(show);
    }

    /// A text begins.
    pub(crate) fn begin_text(
        &mut self,
        text: Text,
        command: Option<&Command>,
        announced: Option<u64>,
        time: Timestamp,
    ) {
        self.has_gap = false;
        self.numbers = Numbers::default();
        self.mode = Mode::Text(text, DotText::default());
        if matches!(text, Text::Mail | Text::Top) {
            self.mails = self.mails.saturating_add(1);
            let (body, is_top) = (Body::new(self.mails, time), text == Text::Top);
            let command = command.cloned();
            let has_path = false;
            self.mail = Some(Box::new(Mail { body, command, announced, is_top, has_path }));
        }
    }

    /// The text is over.
    pub(crate) fn end_text(&mut self, is_over: bool, show: &mut dyn FnMut(Row<'_>)) {
        let mut may_lack_replies = std::mem::take(&mut self.has_gap) && is_over;
        if let Some(mut mail) = self.mail.take() {
            mail.body.is_over = is_over;
            let all = mail.body.size + mail.body.missing;
            // Dots that are not counted are few.
            may_lack_replies &= mail.announced.is_none_or(|announced| all > announced + 64);
            show(Row::Mail(&mail, &self.user));
        }
        self.mode = Mode::Status;
        if may_lack_replies && self.pairs.waiting().next().is_some() {
            self.pairs.replies_missing();
        }
    }

    /// Nothing more comes.
    pub(crate) fn close(&mut self, show: &mut dyn FnMut(Row<'_>)) {
        self.pairs.settle();
        self.drain(show);
        if self.mail.is_some() {
            self.end_text(false, show);
        }
        *self = Self { mails: self.mails, ..Self::default() };
    }

    /// Looks at what is paired.
    pub(crate) fn drain(&mut self, show: &mut dyn FnMut(Row<'_>)) {
        while let Some(pair) = self.pairs.next() {
            match pair {
                Pair::Both(command, reply) => self.apply(&command, &reply, show),
                Pair::Command(command) => show(Row::Command(Some(&command), None)),
                Pair::Reply(reply) => show(Row::Command(None, Some(&reply))),
            }
        }
    }

    /// What a command and its reply do.
    fn apply(&mut self, command: &Command, reply: &Reply, show: &mut dyn FnMut(Row<'_>)) {
        show(Row::Command(Some(command), Some(reply)));
        if matches!(command.verb, commands::AUTH | Verb::Message) {
            match (reply.status, &mut self.sasl) {
                (Status::More, Some(sasl)) => sasl.is_asked = true,
                (_, sasl) => *sasl = None,
            }
        }
        if reply.status != Status::Ok {
            return;
        }
        let is_latest = self.pairs.replies().next().is_none();
        if let (Some(mail), true) = (&mut self.mail, is_latest)
            && mail.command.is_none()
            && command.text() == Some(Text::Mail)
        {
            // The command comes late.
            mail.announced = commands::number(&reply.text);
            mail.command = Some(command.clone());
        }
        // A pair that was found late says nothing of what comes now.
        if !matches!(self.mode, Mode::Unknown) {
            return;
        }
        self.mode = Mode::Status;
        if command.verb == commands::STLS {
            self.mode = Mode::Tls;
        } else if let Some(text) = command.text() {
            let announced = commands::number(&reply.text);
            self.begin_text(text, Some(command), announced, reply.time);
        } else if command.verb == Verb::Unknown {
            self.mode = Mode::Unknown;
        }
    }

    /// Most bytes that it holds elsewhere.
    pub(crate) fn bytes() -> usize {
        let waiting = memory::list::<Option<Command>>(pairs::MOST)
            + memory::list::<Option<Reply>>(pairs::MOST);
        let found = 2 * pairs::MOST * size_of::<Pair<Command, Reply>>();
        let texts = 2 * (MOST_TEXT + LONGEST_LINE + 16 * pairs::MOST);
        waiting
            + found
            + texts
            + memory::boxed::<Mail>()
            + Body::bytes()
            + 2 * memory::list::<u8>(LONGEST_LINE)
    }
}
