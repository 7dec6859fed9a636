//! Tables of smtpDecode: mails, commands.

use flowz_api::Row;
use flowz_api::cell::{Dir, Duration, Each, IpText, Label, Text, Time};

use super::commands::Verb;
use super::mail::Envelope;
use super::session::{Command, Reply};
use super::toggles::Toggles;
use crate::lines::mail::Body;
use crate::lines::place::Place;
use crate::lines::word;

/// A mail.
#[derive(Row, Debug)]
#[row(toggles = Toggles, table = "smtp")]
pub(crate) struct MailRow<'a> {
    /// When the server's go-ahead came, or the first byte without one.
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
    pub(crate) number: u32,
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
    /// Sender in MAIL; `<>` for nobody, empty if the command was not captured.
    #[col(name = "sender")]
    pub(crate) sender: Text<'a>,
    /// How many recipients were not refused, as far as known.
    #[col(name = "rcptNum")]
    pub(crate) recipients_count: u32,
    /// These recipients, up to 100.
    #[col(name = "recipients")]
    pub(crate) recipients: Each<'a, Vec<u8>, Text<'a>>,
    /// How many recipients were refused.
    #[col(name = "refusedNum")]
    pub(crate) refused_count: u32,
    /// Refused recipients, up to 100.
    #[col(name = "refused")]
    pub(crate) refused: Each<'a, Vec<u8>, Text<'a>>,
    /// Bytes that were captured, without the dots in front of lines that begin with one.
    #[col(name = "size", unit = "bytes")]
    pub(crate) size: u64,
    /// Bytes that are missing, as far as known.
    #[col(name = "missing", unit = "bytes")]
    pub(crate) missing: u64,
    /// 1: all bytes and the end were captured.
    #[col(name = "complete")]
    pub(crate) complete: u8,
    /// SHA-256 of a complete mail.
    #[col(name = "sha256")]
    pub(crate) sha256: Label<'a>,
    /// Subject as it is written, its lines joined.
    #[col(name = "subject")]
    pub(crate) subject: Text<'a>,
    /// Code of the server's reply to it; empty if there was none.
    #[col(name = "code")]
    pub(crate) code: Option<u16>,
    /// Text of that reply.
    #[col(name = "reply")]
    pub(crate) reply: Text<'a>,
}

/// A command with its reply, or one of them alone.
#[derive(Row, Debug)]
#[row(toggles = Toggles, table = "smtpCommands")]
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
    /// The command; `(greeting)` of the connection itself, `(log-in)` a message of one, `(end)` the end of a mail, empty if it is not known.
    #[col(name = "command")]
    pub(crate) command: Text<'a>,
    /// What stands behind it.
    #[col(name = "argument")]
    pub(crate) argument: Text<'a>,
    /// 1: all of the command was captured.
    #[col(name = "complete")]
    pub(crate) complete: u8,
    /// Code of the reply; empty if none is known.
    #[col(name = "code")]
    pub(crate) code: Option<u16>,
    /// Its lines, with ` / ` between them.
    #[col(name = "reply")]
    pub(crate) reply: Text<'a>,
    /// 1: all of the reply was captured.
    #[col(name = "replyComplete")]
    pub(crate) reply_complete: u8,
    /// From the last byte of the command to that of the reply; empty if that came before.
    #[col(name = "latency")]
    pub(crate) latency: Option<Duration>,
}

impl<'a> MailRow<'a> {
    /// The row of a mail; `digest` is in hexadecimal.
    pub(crate) fn new(
        place: &Place,
        (body, envelope): (&'a Body, &'a Envelope),
        reply: Option<&'a Reply>,
        digest: &'a str,
    ) -> Self {
        let key = &place.key;
        Self {
            time: body.begin.into(),
            direction: place.direction,
            connection: place.connection,
            number: body.number,
            src_ip: key.src_ip(),
            src_port: key.src_port,
            dst_ip: key.dst_ip(),
            dst_port: key.dst_port,
            sender: Text(envelope.sender.as_deref().unwrap_or(&[])),
            recipients_count: envelope.recipients.count,
            recipients: Each(&envelope.recipients.list, |name| Text(name)),
            refused_count: envelope.refused.count,
            refused: Each(&envelope.refused.list, |name| Text(name)),
            size: body.size,
            missing: body.missing,
            complete: body.is_whole().into(),
            sha256: Label(digest.as_bytes()),
            subject: Text(body.subject()),
            code: reply.map(|reply| reply.code),
            reply: Text(reply.map_or(&[], |reply| &reply.text)),
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
            Verb::End => (b"(end)", b""),
            Verb::Connection => (b"(greeting)", b""),
        });
        let asked = command.filter(|command| command.verb != Verb::Connection);
        let latency = asked.zip(reply).map(|(command, reply)| reply.time - command.time);
        // What was lost at first may come behind its reply.
        let latency = latency.filter(|nanos| *nanos >= 0);
        Self {
            time: time.unwrap_or_default().into(),
            direction: place.direction,
            connection: place.connection,
            command: Text(name),
            argument: Text(argument),
            complete: command.is_some_and(|command| command.is_whole).into(),
            code: reply.map(|reply| reply.code),
            reply: Text(reply.map_or(&[], |reply| &reply.text)),
            reply_complete: reply.is_some_and(|reply| reply.is_whole).into(),
            latency: latency.map(Duration::of_nanos),
        }
    }
}
