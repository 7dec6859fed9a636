//! Tables of popDecode: mails, commands.

use flowz_api::Row;
use flowz_api::cell::{Dir, Duration, IpText, Label, Text, Time};

use super::commands::{self, Status, Verb};
use super::session::{Command, Mail, Reply};
use super::toggles::Toggles;
use crate::lines::place::Place;
use crate::lines::word;

/// A mail that is fetched.
#[derive(Row, Debug)]
#[row(toggles = Toggles, table = "pop")]
pub(crate) struct MailRow<'a> {
    /// When the first line of the server's reply came.
    #[col(name = "time")]
    pub(crate) time: Time,
    /// Direction of the client.
    #[col(name = "dir")]
    pub(crate) direction: Dir,
    /// Number of the connection in the flow, from 1.
    #[col(name = "conn")]
    pub(crate) connection: u32,
    /// Number of the mail in the flow, from 1.
    #[col(name = "mail")]
    pub(crate) count: u32,
    /// The client's address.
    #[col(name = "srcIP")]
    pub(crate) src_ip: IpText,
    /// The client's port.
    #[col(name = "srcPort")]
    pub(crate) src_port: u16,
    /// The server's address.
    #[col(name = "dstIP")]
    pub(crate) dst_ip: IpText,
    /// The server's port.
    #[col(name = "dstPort")]
    pub(crate) dst_port: u16,
    /// Whose mail it is: the latest user that was named.
    #[col(name = "user")]
    pub(crate) user: Text<'a>,
    /// Its number in the mailbox; empty if the command was not captured.
    #[col(name = "number")]
    pub(crate) number: Option<u64>,
    /// 1: only its first lines were asked for.
    #[col(name = "top")]
    pub(crate) top: u8,
    /// Bytes that the server announces; empty if it does not.
    #[col(name = "announced", unit = "bytes")]
    pub(crate) announced: Option<u64>,
    /// Bytes that were captured, without the dots in front of lines that begin with one.
    #[col(name = "size", unit = "bytes")]
    pub(crate) size: u64,
    /// Bytes that are missing, as far as known.
    #[col(name = "missing", unit = "bytes")]
    pub(crate) missing: u64,
    /// 1: all bytes and the end were captured.
    #[col(name = "complete")]
    pub(crate) complete: u8,
    /// SHA-256 of what is complete.
    #[col(name = "sha256")]
    pub(crate) sha256: Label<'a>,
    /// Subject as it is written, its lines joined.
    #[col(name = "subject")]
    pub(crate) subject: Text<'a>,
    /// Whom it is from (Return-Path).
    #[col(name = "returnPath")]
    pub(crate) return_path: Text<'a>,
}

/// A command with its reply, or one of them alone.
#[derive(Row, Debug)]
#[row(toggles = Toggles, table = "popCommands")]
pub(crate) struct CommandRow<'a> {
    /// When the last byte of the command came, or that of a reply without one.
    #[col(name = "time")]
    pub(crate) time: Time,
    /// Direction of the client.
    #[col(name = "dir")]
    pub(crate) direction: Dir,
    /// Number of the connection in the flow, from 1.
    #[col(name = "conn")]
    pub(crate) connection: u32,
    /// The command; `(greeting)` of the connection itself, `(log-in)` a message of one, empty if it is not known.
    #[col(name = "command")]
    pub(crate) command: Text<'a>,
    /// What stands behind it.
    #[col(name = "argument")]
    pub(crate) argument: Text<'a>,
    /// 1: all of the command was captured.
    #[col(name = "complete")]
    pub(crate) complete: u8,
    /// +OK, -ERR, or + where a message of a log-in is asked for; empty if no reply is known.
    #[col(name = "status")]
    pub(crate) status: Label<'static>,
    /// What stands behind that.
    #[col(name = "reply")]
    pub(crate) reply: Text<'a>,
    /// 1: all of that line was captured.
    #[col(name = "replyComplete")]
    pub(crate) reply_complete: u8,
    /// From the last byte of the command to that of the first line of the reply; empty if that came before.
    #[col(name = "latency")]
    pub(crate) latency: Option<Duration>,
}

impl<'a> MailRow<'a> {
    /// The row of a mail of somebody; `digest` is in hexadecimal.
    pub(crate) fn new(place: &Place, mail: &'a Mail, user: &'a [u8], digest: &'a str) -> Self {
        let (key, body) = (&place.key, &mail.body);
        let number = mail.command.as_ref().and_then(|command| commands::number(command.argument()));
        Self {
            time: body.begin.into(),
            direction: place.direction,
            connection: place.connection,
            count: body.number,
            src_ip: key.src_ip(),
            src_port: key.src_port,
            dst_ip: key.dst_ip(),
            dst_port: key.dst_port,
            user: Text(user),
            number,
            top: mail.is_top.into(),
            announced: mail.announced,
            size: body.size,
            missing: body.missing,
            complete: body.is_whole().into(),
            sha256: Label(digest.as_bytes()),
            subject: Text(body.subject()),
            return_path: Text(body.return_path()),
        }
    }
}

impl<'a> CommandRow<'a> {
    /// The row of a command and its reply; one of them is there.
    pub(crate) fn new(
        place: &Place,
        command: Option<&'a Command>,
        reply: Option<&'a Reply>,
    ) -> Self {
        let time = command.map(|command| command.time).or(reply.map(|reply| reply.time));
        let (name, argument) = command.map_or((&[][..], &[][..]), |command| match command.verb {
            Verb::Known(_) | Verb::Unknown => {
                let (first, rest) = word(&command.line);
                (command.verb.name().map_or(first, str::as_bytes), rest)
            }
            Verb::Message => (&b"(log-in)"[..], &command.line[..]),
            Verb::Connection => (b"(greeting)", b""),
        });
        let asked = command.filter(|command| command.verb != Verb::Connection);
        let latency = asked.zip(reply).map(|(command, reply)| reply.time - command.time);
        // What was lost at first may come behind its reply.
        let latency = latency.filter(|nanos| *nanos >= 0);
        let status = reply.map_or("", |reply| match reply.status {
            Status::Ok => "+OK",
            Status::Error => "-ERR",
            Status::More => "+",
        });
        Self {
            time: time.unwrap_or_default().into(),
            direction: place.direction,
            connection: place.connection,
            command: Text(name),
            argument: Text(argument),
            complete: command.is_some_and(|command| command.is_whole).into(),
            status: Label(status.as_bytes()),
            reply: Text(reply.map_or(&[], |reply| &reply.text)),
            reply_complete: reply.is_some_and(|reply| reply.is_whole).into(),
            latency: latency.map(Duration::of_nanos),
        }
    }
}
