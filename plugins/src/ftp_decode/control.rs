//! Control connections: lines of client and server, pairs of them, and the data connections that they announce.

use flowz_api::prelude::*;
use flowz_api::stream::{Next, StreamData, StreamEvent, StreamGap, StreamStart};

use super::FtpDecode;
use super::address::{self, Place};
use super::command::{Command, Kind, kind, upper};
use super::reply::{self, Reply};
use super::session::{Exchange, Session};
use super::state::{LONGEST_ARGUMENT, Role, State, announced_length, stat, unique_name};
use super::table::CommandRow;
use super::transfers::{LONGEST_NAME, Mode};
use crate::text::line::{Line, head};

/// Longest line that is read.
const LONGEST_LINE: usize = 1024;
/// First bytes of a TLS record with a handshake.
const TLS: &[u8] = &[0x16, 3];

/// A control connection at an event: what handlers share.
struct Scene<'s, 'a> {
    cx: &'s mut StreamContext<'a>,
    flow: &'s mut State,
    session: &'s mut Session,
    done: Vec<Exchange>,
}

impl FtpDecode {
    /// Something comes in a direction of a control connection.
    pub(crate) fn control(
        &mut self,
        cx: &mut StreamContext<'_>,
        event: StreamEvent<'_>,
        flow: &mut State,
        mut peer: Option<&mut State>,
    ) -> Next {
        let from_beginning = cx.start == StreamStart::Syn;
        let new = || Box::new(Session::new(cx.connection, from_beginning));
        let mut session = flow.take_session(peer.as_deref_mut()).unwrap_or_else(new);
        let mut scene = Scene { cx, flow, session: &mut session, done: Vec::new() };
        if scene.session.connection != scene.cx.connection {
            scene.session.close(&mut scene.done);
            self.rows(&mut scene);
            *scene.session = Session::new(scene.cx.connection, from_beginning);
        }
        let next = match event {
            StreamEvent::Data(data) => self.data_of_control(&mut scene, data),
            StreamEvent::Gap(gap) => self.gap(&mut scene, gap),
            StreamEvent::End(_) => Next::Take(0),
            StreamEvent::Closed(_) => {
                scene.session.close(&mut scene.done);
                Next::Take(0)
            }
        };
        self.rows(&mut scene);
        if let Some(peer) = peer {
            peer.encrypted |= flow.encrypted;
            if self.compat {
                peer.stat |= flow.stat & stat::PARENT;
            }
        }
        flow.session = Some(session);
        next
    }

    fn data_of_control(&mut self, scene: &mut Scene<'_, '_>, data: StreamData<'_>) -> Next {
        if scene.flow.encrypted || data.bytes.starts_with(TLS) {
            scene.flow.encrypted = true;
            scene.session.close(&mut scene.done);
            return Next::Stop;
        }
        match scene.flow.lines.next(data.bytes, data.seen, LONGEST_LINE) {
            Line::Whole(line, len) => {
                self.line(scene, line, data.time, false);
                Next::Take(len)
            }
            Line::Cut(line, len) => {
                scene.flow.stat |= stat::LONG_LINE;
                self.line(scene, line, data.time, true);
                Next::Take(len)
            }
            Line::Passed(len) => Next::Take(len),
            Line::NeedMore => Next::Take(0),
        }
    }

    /// Bytes are missing behind those of the gap's rest, which are the beginning of a line.
    fn gap(&mut self, scene: &mut Scene<'_, '_>, gap: StreamGap<'_>) -> Next {
        if scene.flow.encrypted {
            return Next::Stop;
        }
        scene.flow.lines.restart();
        let time = scene.cx.now;
        if scene.flow.role == Role::Client {
            let rest = head(gap.rest, LONGEST_LINE);
            match Command::from_line(rest).filter(|command| command.verb.len() < rest.len()) {
                Some(command) => self.command(scene, command, time, true),
                None => scene.session.commands_lost(&mut scene.done),
            }
        } else {
            let mut open = scene.session.reply.take();
            let reply = reply::gap(&mut open, gap.rest);
            scene.session.reply = open;
            if let Some(reply) = reply {
                self.reply(scene, &reply, time);
            }
            scene.session.replies_lost();
        }
        Next::Search(0)
    }

    fn line(&mut self, scene: &mut Scene<'_, '_>, line: &[u8], time: Timestamp, is_cut: bool) {
        if scene.flow.role == Role::Client {
            if let Some(command) = Command::from_line(line) {
                self.command(scene, command, time, is_cut);
            }
            return;
        }
        let mut open = scene.session.reply.take();
        let replies = reply::add_line(&mut open, line);
        scene.session.reply = open;
        for reply in replies.iter().flatten() {
            self.reply(scene, reply, time);
        }
    }

    /// The client's next command.
    fn command(
        &mut self,
        scene: &mut Scene<'_, '_>,
        command: Command<'_>,
        time: Timestamp,
        is_cut: bool,
    ) {
        let (verb, argument, kind) = (upper(command.verb), command.argument, command.kind());
        self.note(scene.flow, &verb, argument, kind);
        let mut exchange = Exchange {
            number: scene.session.next_number(),
            time,
            argument: head(argument, LONGEST_ARGUMENT).to_vec(),
            is_cut,
            ..Exchange::default()
        };
        match kind {
            Kind::Port if !is_cut => self.told(scene, Mode::Active, address::port(argument)),
            Kind::ExtendedPort if !is_cut && !self.compat => {
                let net = scene.cx.key.net;
                self.told(scene, Mode::Active, address::extended_port(argument, net));
            }
            Kind::Restart => {
                let number = std::str::from_utf8(argument.trim_ascii()).ok();
                scene.session.restart = number.and_then(|text| text.parse().ok()).unwrap_or(0);
            }
            Kind::Download | Kind::Upload => {
                exchange.transfer = std::mem::take(&mut scene.session.transfer);
                exchange.restart = std::mem::take(&mut scene.session.restart);
                self.begin_transfer(exchange.transfer, &verb, argument, exchange.restart);
            }
            _ => {}
        }
        exchange.verb = verb;
        let hears = scene.cx.peer.is_some();
        scene.session.command(exchange, hears, &mut scene.done);
    }

    /// Keeps a command in the lists of its flow.
    fn note(&self, flow: &mut State, verb: &[u8], argument: &[u8], kind: Kind) {
        let t = &self.toggles;
        // The reference does not know all commands, and not all their arguments.
        if !(self.compat && matches!(verb, b"PWD" | b"XPWD")) {
            flow.add_command(verb, t);
        }
        match kind {
            Kind::User => flow.add_argument(|lists| &mut lists.users, argument, t.users()),
            Kind::Password => {
                flow.add_argument(|lists| &mut lists.passwords, argument, t.passwords());
            }
            _ if self.compat && is_passed_over(verb, argument) => {}
            _ => flow.add_argument(|lists| &mut lists.parameters, argument, t.parameters()),
        }
    }

    /// The server's next reply.
    fn reply(&mut self, scene: &mut Scene<'_, '_>, reply: &Reply, time: Timestamp) {
        let exchange = scene.session.answer(reply, time, &mut scene.done);
        let mut is_linked = false;
        if let Some(transfer) = self.transfers.get_mut(exchange.transfer) {
            is_linked = transfer.data.is_some();
            transfer.has_begun |= matches!(reply.code, 125 | 150);
            transfer.announced = announced_length(reply).or(transfer.announced);
            if let Some(name) = unique_name(reply).filter(|_| exchange.verb == b"STOU") {
                transfer.name = head(name, LONGEST_NAME).to_vec();
            }
        }
        self.note_reply(scene.flow, reply, is_linked);
        let is_auth = exchange.verb == b"AUTH";
        scene.session.answered(reply.code, &mut scene.done);
        match reply.code {
            227 => self.told(scene, Mode::Passive, address::passive(&reply.text)),
            229 if self.compat => {}
            229 => self.told(scene, Mode::Passive, address::extended_passive(&reply.text)),
            // TLS begins (RFC 4217, section 4); GSSAPI and the like protect each line (RFC 2228).
            234 if is_auth => scene.flow.encrypted = true,
            _ => {}
        }
    }

    /// Keeps a reply in the lists of its flow; `is_linked`: the data connection that it is about is there. Codes of the reference are those at
    /// the beginning of packets.
    fn note_reply(&self, flow: &mut State, reply: &Reply, is_linked: bool) {
        if !self.compat {
            flow.add_code(reply.code, &self.toggles);
        }
        flow.note_length(reply);
        if self.compat && !is_linked && matches!(reply.code, 125 | 150) {
            flow.stat |= stat::NOT_FOUND;
        } else {
            flow.add_said(reply, &self.toggles, self.compat);
        }
    }

    /// The stream tells of a data connection.
    fn told(&mut self, scene: &mut Scene<'_, '_>, mode: Mode, place: Option<Place>) {
        let Some(place) = place else { return };
        let Scene { cx, flow, session, .. } = scene;
        let lists = flow.lists();
        lists.announced = lists.announced.saturating_add(1);
        if self.compat {
            flow.stat |= stat::PARENT;
        }
        let (key, now) = (*cx.key, cx.now);
        let Some(number) = self.announce(cx, (&key, now), session, (mode, place, true)) else {
            flow.stat |= stat::TOO_MANY;
            return;
        };
        let is_transfer = |verb: &[u8]| matches!(kind(verb), Kind::Download | Kind::Upload);
        let early = session.early_transfer(is_transfer).filter(|_| mode == Mode::Passive);
        let Some(exchange) = early else {
            session.transfer = number;
            return;
        };
        exchange.transfer = number;
        self.begin_transfer(number, &exchange.verb, &exchange.argument, exchange.restart);
    }

    /// Writes the rows of commands that are over.
    fn rows(&self, scene: &mut Scene<'_, '_>) {
        let done = std::mem::take(&mut scene.done);
        if !self.toggles.table {
            return;
        }
        for exchange in &done {
            let transfer = self.transfers.get(exchange.transfer);
            scene.cx.emit(&CommandRow::new(scene.session.connection, exchange, transfer));
        }
    }
}

/// Arguments that the reference does not keep.
fn is_passed_over(verb: &[u8], argument: &[u8]) -> bool {
    let bad_port = verb == b"PORT" && address::port(argument).is_none();
    bad_port || matches!(verb, b"MKD" | b"MODE" | b"SITE" | b"EPRT" | b"OPTS" | b"AUTH" | b"REST")
}
