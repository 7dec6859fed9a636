//! A conversation of SMTP: which reply is which command's, and what comes of it.

use flowz_api::Checkpoint;
use flowz_api::memory;
use flowz_api::packet::Timestamp;

use super::commands::{self, Verb};
use super::mail::Envelope;
use super::stat;
use super::toggles::Toggles;
use crate::lines::mail::Body;
use crate::lines::pairs::{self, Pair, Pairs};
use crate::lines::sasl::Sasl;
use crate::lines::word;

/// Longest line that tables show (RFC 5321, sections 4.5.3.1.4 and 4.5.3.1.5).
pub(crate) const LONGEST_LINE: usize = 512;
/// Most bytes of lines that wait for their replies; those of more commands are not kept.
const MOST_TEXT: usize = 8 << 10;

/// A conversation.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct Session {
    pub(crate) mode: Mode,
    pub(crate) pairs: Pairs<Command, Reply>,
    pub(crate) envelope: Envelope,
    /// The mail that comes in.
    pub(crate) body: Option<Box<Body>>,
    /// The BDAT whose bytes come.
    pub(crate) chunk: Vec<u8>,
    /// Mails so far.
    pub(crate) mails: u32,
    /// DATA was said, and whether a mail follows is not known.
    pub(crate) asks_for_data: bool,
    pub(crate) sasl: Option<Sasl>,
    /// With `--compat`: so many lines are user and password.
    pub(crate) names_to_come: u8,
    /// A reply of several lines that is not over.
    pub(crate) answer: Option<Answer>,
    /// The greeting is expected, or was seen.
    pub(crate) is_greeted: bool,
    /// Where the client's next command begins is not known.
    pub(crate) searches: bool,
    /// Number of the connection in the flow, from 1; 0 as long as nothing was said.
    pub(crate) connection: u32,
}

/// What the client's next bytes are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) enum Mode {
    #[default]
    Lines,
    /// A mail up to a dot.
    Body,
    /// So many bytes of a mail (RFC 3030); whether they are its last ones.
    Chunk(u64, bool),
    /// TLS: nothing is read any more.
    Tls,
}

/// What a client said.
#[derive(Debug, Checkpoint)]
pub(crate) struct Command {
    pub(crate) verb: Verb,
    pub(crate) line: Vec<u8>,
    /// When its last byte came.
    pub(crate) time: Timestamp,
    /// Nothing of the line is missing.
    pub(crate) is_whole: bool,
    /// The mail that it ends.
    pub(crate) body: Option<Box<Body>>,
}

/// What a server said.
#[derive(Debug, Checkpoint)]
pub(crate) struct Reply {
    pub(crate) code: u16,
    /// Its lines, with ` / ` between them.
    pub(crate) text: Vec<u8>,
    /// When its last byte came.
    pub(crate) time: Timestamp,
    pub(crate) is_whole: bool,
}

/// A reply whose lines come in.
#[derive(Debug, Checkpoint)]
pub(crate) struct Answer {
    pub(crate) reply: Reply,
    /// The same with its codes, for a column.
    pub(crate) column: Vec<u8>,
    /// Bytes are missing behind the lines so far, perhaps its end.
    pub(crate) has_gap: bool,
}

/// What is to be shown of a conversation.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Row<'a> {
    Command(Option<&'a Command>, Option<&'a Reply>),
    Mail(&'a Body, &'a Envelope, Option<&'a Reply>),
}

impl Command {
    /// A line of the client's.
    pub(crate) fn new(verb: Verb, line: &[u8], time: Timestamp, is_whole: bool) -> Self {
        let line = line[..line.len().min(LONGEST_LINE)].to_vec();
        Self { verb, line, time, is_whole, body: None }
    }

    /// What stands behind the first word.
    pub(crate) fn argument(&self) -> &[u8] {
        word(&self.line).1
    }
}

impl Session {
    /// Bits of what is going on.
    pub(crate) fn pending(&self, toggles: &Toggles, compat: bool) -> u8 {
        if compat {
            let names = [0, stat::AUTH | stat::PASSWORD, stat::AUTH]
                [usize::from(self.names_to_come.min(2))];
            let is_body = toggles.save && self.mode == Mode::Body;
            return names | if is_body { stat::DATA } else { 0 };
        }
        let is_body = matches!(self.mode, Mode::Body | Mode::Chunk(..));
        let sasl = self
            .sasl
            .as_ref()
            .map_or(0, |sasl| stat::AUTH | if sasl.wants_password() { stat::PASSWORD } else { 0 });
        sasl | if is_body { stat::DATA } else { 0 }
    }

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
        match command.verb {
            commands::DATA => self.asks_for_data = true,
            commands::AUTH => {
                self.sasl = Some(Sasl::new(word(command.argument()).0));
                self.names_to_come = 2;
            }
            _ => {}
        }
        self.pairs.command(command);
        self.drain(show);
    }

    /// The client says something: a reply that has lost its end is over.
    pub(crate) fn client_speaks(&mut self, show: &mut dyn FnMut(Row<'_>)) {
        self.end_broken_answer(show);
        self.pairs.client_speaks();
        self.drain(show);
    }

    /// Commands may be missing.
    pub(crate) fn commands_missing(&mut self, show: &mut dyn FnMut(Row<'_>)) {
        self.client_speaks(show);
        self.pairs.commands_missing();
    }

    /// Replies may be missing.
    pub(crate) fn replies_missing(&mut self, show: &mut dyn FnMut(Row<'_>)) {
        match &mut self.answer {
            Some(answer) => (answer.has_gap, answer.reply.is_whole) = (true, false),
            None => self.pairs.replies_missing(),
        }
        self.drain(show);
    }

    /// A reply whose end may be missing is over, and others may be missing behind it.
    pub(crate) fn end_broken_answer(&mut self, show: &mut dyn FnMut(Row<'_>)) {
        if let Some(answer) = self.answer.take_if(|answer| answer.has_gap) {
            self.reply(answer.reply, show);
            self.pairs.replies_missing();
        }
    }

    /// Adds a reply.
    pub(crate) fn reply(&mut self, mut reply: Reply, show: &mut dyn FnMut(Row<'_>)) {
        let waiting: usize = self.pairs.replies().map(|reply| reply.text.capacity()).sum();
        if waiting + reply.text.len() > MOST_TEXT {
            reply.text = Vec::new();
        }
        let (code, time) = (reply.code, reply.time);
        self.end_lost_mail(code, time, show);
        let is_log_in = |command: &Command| matches!(command.verb, commands::AUTH | Verb::Message);
        let is_quit = |command: &Command| command.verb == commands::QUIT;
        let has =
            |session: &Self, is_it: &dyn Fn(&Command) -> bool| session.pairs.waiting().any(is_it);
        match code {
            354 => {
                let is_lost = self.pairs.reply_to(reply, |command| command.verb == commands::DATA);
                self.drain(show);
                if is_lost {
                    self.begin_body(time);
                    self.mail(time).is_behind_gap = true;
                }
            }
            235 | 334 if has(self, &is_log_in) => _ = self.pairs.reply_to(reply, is_log_in),
            221 if has(self, &is_quit) => _ = self.pairs.reply_to(reply, is_quit),
            // The connection is closed, whatever was said.
            421 if self.pairs.waiting().next().is_none() => show(Row::Command(None, Some(&reply))),
            _ => self.pairs.reply(reply),
        }
        self.drain(show);
    }

    /// What the client sends is a mail from now on.
    pub(crate) fn begin_body(&mut self, time: Timestamp) {
        self.asks_for_data = false;
        if self.mode == Mode::Lines {
            self.mode = Mode::Body;
            self.mail(time);
        }
    }

    /// Whether a mail may come next. If the server's go-ahead is no command's, it is that of one that was not read.
    pub(crate) fn expects_body(&mut self, show: &mut dyn FnMut(Row<'_>)) -> bool {
        let goes_ahead = self.pairs.replies().any(|reply| reply.code == 354);
        if goes_ahead {
            self.pairs.settle();
            self.drain(show);
        }
        goes_ahead || self.asks_for_data
    }

    /// The mail that comes in.
    pub(crate) fn mail(&mut self, time: Timestamp) -> &mut Body {
        let Self { body, mails, .. } = self;
        body.get_or_insert_with(|| {
            *mails = mails.saturating_add(1);
            Box::new(Body::new(*mails, time))
        })
    }

    /// The mail ends with a dot.
    pub(crate) fn end_body(&mut self, time: Timestamp, show: &mut dyn FnMut(Row<'_>)) {
        let body = self.body.take();
        let is_whole = body.as_ref().is_some_and(|body| body.is_over);
        self.mode = Mode::Lines;
        self.command(Command { body, ..Command::new(Verb::End, b"", time, is_whole) }, show);
    }

    /// A reply comes though the end of the mail was not seen: it was in a gap, or the server has taken something else for it.
    fn end_lost_mail(&mut self, code: u16, time: Timestamp, show: &mut dyn FnMut(Row<'_>)) {
        let Some(body) = self.body.as_deref().filter(|_| self.mode == Mode::Body) else { return };
        let is_other = self.pairs.waiting().any(|command| command.verb == commands::DATA);
        if is_other || code == 354 || body.missing == 0 && (code >= 400 || body.size == 0) {
            return;
        }
        self.searches = true;
        self.end_body(time, show);
        self.pairs.commands_missing();
    }

    /// Nothing more comes.
    pub(crate) fn close(&mut self, show: &mut dyn FnMut(Row<'_>)) {
        if let Some(answer) = self.answer.take() {
            self.reply(answer.reply, show);
        }
        self.pairs.settle();
        self.drain(show);
        if let Some(body) = self.body.take() {
            show(Row::Mail(&body, &self.envelope, None));
        }
        *self = Self { mails: self.mails, ..Self::default() };
    }

    /// Looks at what is paired.
    pub(crate) fn drain(&mut self, show: &mut dyn FnMut(Row<'_>)) {
        while let Some(pair) = self.pairs.next() {
            match pair {
                Pair::Both(command, reply) => self.apply(&command, Some(&reply), show),
                Pair::Command(command) => self.apply(&command, None, show),
                Pair::Reply(reply) => show(Row::Command(None, Some(&reply))),
            }
        }
    }

    /// What a command and its reply do.
    fn apply(&mut self, command: &Command, reply: Option<&Reply>, show: &mut dyn FnMut(Row<'_>)) {
        show(Row::Command(Some(command), reply));
        let code = reply.map(|reply| reply.code);
        // What nobody is known to have refused was accepted.
        let is_refused = code.is_some_and(|code| code >= 400);
        match command.verb {
            commands::MAIL if !is_refused => {
                self.envelope = Envelope::from_sender(commands::address(command.argument()));
            }
            commands::RCPT => {
                self.envelope.recipient(commands::address(command.argument()), is_refused);
            }
            commands::EHLO | commands::HELO | commands::RSET if !is_refused => {
                self.envelope = Envelope::default();
                self.body.take_if(|_| self.mode == Mode::Lines);
            }
            _ if code == Some(354) => {
                self.begin_body(reply.map_or(command.time, |reply| reply.time));
            }
            commands::DATA if is_refused => {
                self.asks_for_data = false;
                if self.mode == Mode::Body {
                    // What came was none.
                    (self.mode, self.body, self.searches) = (Mode::Lines, None, true);
                }
            }
            commands::STARTTLS if code == Some(220) => self.mode = Mode::Tls,
            commands::AUTH | Verb::Message => match (code, &mut self.sasl) {
                (Some(334), Some(sasl)) => sasl.is_asked = true,
                (Some(_), sasl) => *sasl = None,
                _ => {}
            },
            _ => {}
        }
        if let Some(body) = &command.body {
            show(Row::Mail(body, &self.envelope, reply));
            self.envelope = Envelope::default();
        }
    }

    /// Most bytes that it holds elsewhere.
    pub(crate) fn bytes() -> usize {
        let waiting = memory::list::<Option<Command>>(pairs::MOST)
            + memory::list::<Option<Reply>>(pairs::MOST);
        let found = 2 * pairs::MOST * size_of::<Pair<Command, Reply>>();
        let texts = 2 * (MOST_TEXT + LONGEST_LINE + 16 * pairs::MOST);
        waiting + found + texts + Envelope::bytes() + 2 * Body::bytes()
    }
}
