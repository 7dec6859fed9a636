//! Which reply belongs to which command: replies come in the order of the commands (RFC 959, section 5.4), also to those that were
//! sent without waiting for the replies before.
//!
//! Of commands and replies that are missing in the capture it is known that they are, not how many. A client that waits for replies tells by its
//! next command that the one before was answered; with one that does not wait, the next reply that can be one to a command is taken for that.

use std::collections::VecDeque;

use flowz_api::Checkpoint;
use flowz_api::packet::Timestamp;

use super::address::Place;
use super::command::may_be_answered;
use super::reply::{Open, Reply};

/// What waits for a reply.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) enum What {
    /// A client that has connected.
    Greeting,
    #[default]
    Command,
    /// One or more commands that are missing.
    Lost,
}

/// A command and its replies.
#[derive(Clone, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct Exchange {
    pub(crate) what: What,
    /// Number of the command in its connection, from 1.
    pub(crate) number: u32,
    /// When the command came, and its latest reply.
    pub(crate) time: Timestamp,
    pub(crate) answered: Timestamp,
    pub(crate) verb: Vec<u8>,
    pub(crate) argument: Vec<u8>,
    /// The line is not whole.
    pub(crate) is_cut: bool,
    pub(crate) codes: Vec<u16>,
    pub(crate) texts: Vec<Vec<u8>>,
    /// Number of its data connection, 0 without one.
    pub(crate) transfer: u64,
    /// Where in the file its transfer begins.
    pub(crate) restart: u64,
}

/// A data connection that was announced.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Checkpoint)]
pub(crate) struct Announced {
    pub(crate) place: Place,
    /// Its number.
    pub(crate) number: u64,
    /// The stream has come to where it is announced.
    pub(crate) is_told: bool,
    pub(crate) until: Timestamp,
}

/// A control connection.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct Session {
    /// Which one of the flow it is.
    pub(crate) connection: u32,
    waiting: VecDeque<Exchange>,
    /// Number of the latest command.
    number: u32,
    /// Replies are missing since the oldest command that waits was sent.
    replies_lost: bool,
    /// The client sends commands without waiting for replies.
    pipelines: bool,
    /// The data connection that the next transfer will use, 0 if none is known.
    pub(crate) transfer: u64,
    /// What the latest REST said.
    pub(crate) restart: u64,
    /// A reply of several lines that goes on.
    pub(crate) reply: Option<Open>,
    /// The latest data connections that were announced, oldest first.
    pub(crate) announced: VecDeque<Announced>,
}

/// Most commands that wait for replies.
pub(crate) const MOST_WAITING: usize = 31;
/// Most replies of a command.
pub(crate) const MOST_REPLIES: usize = 4;
/// Codes below that announce another reply.
const FINAL: u16 = 200;

impl Session {
    /// A connection whose beginning was captured, or not.
    pub(crate) fn new(connection: u32, from_beginning: bool) -> Self {
        let mut session = Self { connection, ..Self::default() };
        if from_beginning {
            session.waiting.push_back(Exchange { what: What::Greeting, ..Exchange::default() });
        }
        session
    }

    /// The number of the next command.
    pub(crate) fn next_number(&mut self) -> u32 {
        self.number = self.number.saturating_add(1);
        self.number
    }

    /// The client sends a command; `hears`: the server's direction is in the capture. What no reply is expected for any more goes to `done`.
    pub(crate) fn command(&mut self, exchange: Exchange, hears: bool, done: &mut Vec<Exchange>) {
        if !hears || self.replies_lost && !self.pipelines {
            self.drop_front(self.waiting.len(), done);
        } else if self.waiting.len() >= MOST_WAITING {
            // Its reply, if it comes, is to none of the others.
            self.drop_front(1, done);
            (self.replies_lost, self.pipelines) = (true, true);
        } else if self.waiting.iter().any(|before| before.what == What::Command) {
            self.pipelines = true;
        }
        self.waiting.push_back(exchange);
    }

    /// Commands are missing.
    pub(crate) fn commands_lost(&mut self, done: &mut Vec<Exchange>) {
        if self.waiting.back().is_none_or(|last| last.what != What::Lost) {
            let lost = Exchange { what: What::Lost, ..Exchange::default() };
            let pipelines = self.pipelines;
            self.command(lost, true, done);
            self.pipelines = pipelines;
        }
    }

    /// Replies are missing.
    pub(crate) fn replies_lost(&mut self) {
        self.replies_lost = true;
    }

    /// The command that a reply belongs to, with the reply. Commands before it, whose replies are missing, go to `done`.
    pub(crate) fn answer(
        &mut self,
        reply: &Reply,
        now: Timestamp,
        done: &mut Vec<Exchange>,
    ) -> &mut Exchange {
        if self.replies_lost && self.waiting.len() > 1 {
            let fits =
                |e: &Exchange| e.what != What::Command || may_be_answered(&e.verb, reply.code);
            let place = self.waiting.iter().position(fits).unwrap_or(0);
            self.drop_front(place, done);
        }
        if self.waiting.is_empty() {
            self.waiting.push_back(Exchange { what: What::Lost, ..Exchange::default() });
        }
        let exchange = &mut self.waiting[0];
        exchange.answered = now;
        if exchange.codes.len() < MOST_REPLIES {
            exchange.codes.push(reply.code);
            exchange.texts.push(reply.text.clone());
        }
        exchange
    }

    /// The reply that was taken in is the last one to its command, or not.
    pub(crate) fn answered(&mut self, code: u16, done: &mut Vec<Exchange>) {
        if code >= FINAL {
            self.drop_front(1, done);
        }
    }

    /// The transfer among the commands that wait which has no data connection yet: it was sent before the reply that tells where that goes.
    pub(crate) fn early_transfer(
        &mut self,
        is_transfer: impl Fn(&[u8]) -> bool,
    ) -> Option<&mut Exchange> {
        self.waiting.iter_mut().find(|e| e.transfer == 0 && is_transfer(&e.verb))
    }

    /// The connection is over.
    pub(crate) fn close(&mut self, done: &mut Vec<Exchange>) {
        self.drop_front(self.waiting.len(), done);
    }

    fn drop_front(&mut self, len: usize, done: &mut Vec<Exchange>) {
        let is_known = |e: &Exchange| e.what == What::Command || !e.codes.is_empty();
        done.extend(self.waiting.drain(..len.min(self.waiting.len())).filter(is_known));
        if self.waiting.is_empty() {
            self.replies_lost = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use flowz_api::packet::Timestamp;

    use super::{Exchange, MOST_WAITING, Session};
    use crate::ftp_decode::reply::Reply;

    enum Step {
        Command(&'static str),
        Reply(u16),
        NoCommand,
        NoReply,
    }
    use Step::{Command, NoCommand, NoReply, Reply as R};

    /// Pairs as `VERB code code`.
    fn pairs(steps: &[Step]) -> Vec<String> {
        let (mut session, mut done) = (Session::new(0, true), Vec::new());
        for step in steps {
            match step {
                Command(verb) => {
                    let exchange =
                        Exchange { verb: verb.as_bytes().to_vec(), ..Exchange::default() };
                    session.command(exchange, true, &mut done);
                }
                R(code) => {
                    let reply = Reply { code: *code, text: Vec::new() };
                    session.answer(&reply, Timestamp(0), &mut done);
                    session.answered(*code, &mut done);
                }
                NoCommand => session.commands_lost(&mut done),
                NoReply => session.replies_lost(),
            }
        }
        session.close(&mut done);
        let text = |e: &Exchange| {
            let verb = String::from_utf8_lossy(&e.verb).into_owned();
            e.codes.iter().fold(verb, |text, code| text + " " + &code.to_string())
        };
        done.iter().map(text).collect()
    }

    #[test]
    fn one_after_the_other() {
        let steps = [R(220), Command("USER"), R(331), Command("RETR"), R(150), R(226), R(421)];
        assert_eq!(pairs(&steps), [" 220", "USER 331", "RETR 150 226", " 421"]);
    }

    #[test]
    fn without_waiting() {
        let steps = [
            Command("USER"),
            Command("PASS"),
            Command("PWD"),
            R(120),
            R(220),
            R(331),
            R(230),
            R(257),
        ];
        assert_eq!(pairs(&steps), [" 120 220", "USER 331", "PASS 230", "PWD 257"]);
    }

    #[test]
    fn lost_replies() {
        let steps = [
            R(220),
            Command("NOOP"),
            NoReply,
            Command("TYPE"),
            R(200),
            Command("RETR"),
            R(150),
            NoReply,
            Command("QUIT"),
            R(221),
        ];
        assert_eq!(pairs(&steps), [" 220", "NOOP", "TYPE 200", "RETR 150", "QUIT 221"]);
        let steps =
            [R(220), Command("USER"), Command("PASS"), Command("SYST"), NoReply, R(230), R(215)];
        assert_eq!(pairs(&steps), [" 220", "USER", "PASS 230", "SYST 215"], "USER would fit too");
        let steps = [NoReply, Command("USER"), R(331)];
        assert_eq!(pairs(&steps), ["USER 331"]);
    }

    #[test]
    fn lost_commands() {
        let steps = [
            R(220),
            NoCommand,
            NoCommand,
            R(257),
            R(200),
            Command("SYST"),
            R(215),
            NoCommand,
            NoReply,
            Command("PWD"),
            R(257),
        ];
        assert_eq!(pairs(&steps), [" 220", " 257", " 200", "SYST 215", "PWD 257"]);
    }

    #[test]
    fn bounded() {
        let steps: Vec<Step> = (0..1000).map(|_| Command("NOOP")).collect();
        let (mut session, mut done) = (Session::new(0, false), Vec::new());
        for _ in &steps {
            session.command(Exchange::default(), true, &mut done);
        }
        assert_eq!((session.waiting.len(), done.len()), (MOST_WAITING, 1000 - MOST_WAITING));
        assert_eq!(pairs(&steps).len(), 1000);
    }
}
