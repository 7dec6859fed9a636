//! The table of httpSniffer: a row for each request and its response.

use flowz_api::Row;
use flowz_api::cell::{Dir, Each, IpText, Label, List, Seconds, Text, Time};
use flowz_api::key::FlowKey;

use super::exchange::{Exchange, Message, Moment, Request, Response};
use super::toggles::Toggles;
use crate::tls::fingerprint::hex;

/// A request and its response.
#[derive(Row, Debug)]
#[row(toggles = Toggles, table = "http")]
pub(crate) struct ExchangeRow<'a> {
    /// When the first byte of the request came; of the response, if there is no request.
    #[col(name = "time")]
    pub(crate) time: Time,
    /// Direction of the client.
    #[col(name = "dir")]
    pub(crate) direction: Dir,
    /// Number of the connection in the flow, from 1.
    #[col(name = "conn")]
    pub(crate) connection: u32,
    /// Number of the request in the connection, from 1, with those that are known to be lost; of the stream in HTTP/2. 0 without a request.
    #[col(name = "nr")]
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
    /// `complete`, or what is damaged or not there, see above.
    #[col(name = "state")]
    pub(crate) state: Label<'a>,
    /// Version of the request; of the response, if there is no request.
    #[col(name = "version")]
    pub(crate) version: Label<'a>,
    /// Method.
    #[col(name = "method")]
    pub(crate) method: Text<'a>,
    /// Host, from the field for it.
    #[col(name = "host")]
    pub(crate) host: Text<'a>,
    /// What is asked for, as it was sent (at most 2,048 bytes).
    #[col(name = "uri")]
    pub(crate) target: Text<'a>,
    /// User agent (this and the following texts: at most 256 bytes).
    #[col(name = "userAgent")]
    pub(crate) agent: Text<'a>,
    /// Referer.
    #[col(name = "referer")]
    pub(crate) referer: Text<'a>,
    /// Cookies of the client.
    #[col(name = "cookie")]
    pub(crate) cookie: Text<'a>,
    /// Type of the request's content.
    #[col(name = "reqType")]
    pub(crate) request_type: Text<'a>,
    /// Bytes of the request's head; 0 if it is damaged, empty without a request.
    #[col(name = "reqHead")]
    pub(crate) request_head: Option<u32>,
    /// Bytes of the request's body, without framing.
    #[col(name = "reqBody")]
    pub(crate) request_len: u64,
    /// Bytes of the request that are known to be missing.
    #[col(name = "reqMissing")]
    pub(crate) request_missing: u64,
    /// Names of the files in a form that is sent (at most 16).
    #[col(name = "reqFiles")]
    pub(crate) files: Each<'a, Vec<u8>, Text<'a>>,
    /// Parts of the request's and the response's content; 0 if it has none.
    #[col(name = "reqParts_respParts")]
    pub(crate) parts: (u32, u32),
    /// Status codes of interim responses.
    #[col(name = "interim")]
    pub(crate) interim: List<'a, u16>,
    /// Status code; empty without a response.
    #[col(name = "status")]
    pub(crate) status: Option<u16>,
    /// Type of the response's content.
    #[col(name = "respType")]
    pub(crate) response_type: Text<'a>,
    /// Codings of that content.
    #[col(name = "coding")]
    pub(crate) coding: Text<'a>,
    /// Where the client is sent to.
    #[col(name = "location")]
    pub(crate) location: Text<'a>,
    /// Name of the server program.
    #[col(name = "server")]
    pub(crate) server: Text<'a>,
    /// Cookie that is set; the first one.
    #[col(name = "setCookie")]
    pub(crate) set_cookie: Text<'a>,
    /// What part of the content it is.
    #[col(name = "contentRange")]
    pub(crate) range: Text<'a>,
    /// How the response's body ends: `none` there is no body, `length`, `chunked`, `close`, `frames`.
    #[col(name = "framing")]
    pub(crate) framing: Label<'a>,
    /// Bytes of the response's head, without interim ones; 0 if it is damaged, empty without a response.
    #[col(name = "respHead")]
    pub(crate) response_head: Option<u32>,
    /// Bytes of the response's body with framing.
    #[col(name = "respWire")]
    pub(crate) response_wire: u64,
    /// Bytes of the response's body, without framing.
    #[col(name = "respBody")]
    pub(crate) response_len: u64,
    /// Bytes of the response that are known to be missing.
    #[col(name = "respMissing")]
    pub(crate) response_missing: u64,
    /// Offset of the request in the client's stream.
    #[col(name = "reqOffset")]
    pub(crate) request_offset: Option<u64>,
    /// Offset of the response in the server's stream.
    #[col(name = "respOffset")]
    pub(crate) response_offset: Option<u64>,
    /// Packets of the first and last bytes; 0: not there.
    #[col(name = "reqFirst_reqLast_respFirst_respLast")]
    pub(crate) packets: (u64, u64, u64, u64),
    /// From the request's last byte to the response's first one; negative if the server answers before. Empty if one of them is not there.
    #[col(name = "latency")]
    pub(crate) latency: Option<Seconds>,
    /// From the request's first byte to the response's last one.
    #[col(name = "total")]
    pub(crate) total: Option<Seconds>,
    /// SHA-256 of the request's body, without framing. Zeros stand for bytes that are missing.
    #[col(name = "reqSHA256", show = t.hashes)]
    pub(crate) request_sha256: Label<'a>,
    /// SHA-256 of the response's body, likewise.
    #[col(name = "respSHA256", show = t.hashes)]
    pub(crate) response_sha256: Label<'a>,
    /// Bytes of the response's content with its codings undone; empty if that cannot be.
    #[col(name = "respDecoded", show = t.hashes)]
    pub(crate) decoded_len: Option<u64>,
    /// SHA-256 of them.
    #[col(name = "respDecodedSHA256", show = t.hashes)]
    pub(crate) decoded_sha256: Label<'a>,
}

/// Hashes as text, where they are wanted.
#[derive(Debug, Default)]
pub(crate) struct Hashes([String; 3]);

impl Hashes {
    /// Those of a request and its response.
    pub(crate) fn new(exchange: &Exchange) -> Self {
        let of = |hash: Option<[u8; 32]>| hash.map(|hash| hex(&hash)).unwrap_or_default();
        let request = exchange.request.as_ref().and_then(|request| request.message.sha256);
        let response = exchange.response.as_ref().map(|response| &response.message);
        let decoded = response.and_then(|message| message.decoded).map(|decoded| decoded.sha256);
        Self([of(request), of(response.and_then(|message| message.sha256)), of(decoded)])
    }
}

impl<'a> ExchangeRow<'a> {
    /// The row of a request and its response: `key` is in the direction of the client.
    pub(crate) fn new(
        (direction, connection, key): (Dir, u32, &FlowKey),
        exchange: &'a Exchange,
        Hashes([request_hash, response_hash, decoded_hash]): &'a Hashes,
    ) -> Self {
        let request = exchange.request.as_ref();
        let response = exchange.response.as_ref();
        let asked = request.map(|request| &request.message);
        let answer = response.map(|response| &response.message);
        let of_request = |pick: fn(&Request) -> &[u8]| Text(request.map_or(&[][..], pick));
        let of_response = |pick: fn(&Response) -> &[u8]| Text(response.map_or(&[][..], pick));
        let first = asked.or(answer).map(|message| message.first).unwrap_or_default();
        let last_asked = asked.and_then(|message| message.last).filter(|_| exchange.is_asked);
        let last = answer.and_then(|message| message.last);
        let moments = (asked.map(|m| m.first), last_asked, answer.map(|m| m.first), last);
        let number = |moment: Option<Moment>| moment.map_or(0, |moment| moment.number);
        Self {
            time: first.time.into(),
            direction,
            connection,
            number: exchange.number,
            src_ip: key.src_ip(),
            src_port: key.src_port,
            dst_ip: key.dst_ip(),
            dst_port: key.dst_port,
            state: Label(state(exchange).as_bytes()),
            version: Label(version(asked.or(answer)).as_bytes()),
            method: of_request(|r| &r.method),
            host: of_request(|r| &r.host),
            target: of_request(|r| &r.target),
            agent: of_request(|r| &r.agent),
            referer: of_request(|r| &r.referer),
            cookie: of_request(|r| &r.cookie),
            request_type: of_request(|r| &r.message.content_type),
            request_head: asked.map(|m| m.head_len),
            request_len: asked.map_or(0, |m| m.len),
            request_missing: asked.map_or(0, |m| m.missing),
            files: Each(asked.map_or(&[], |m| &m.files), |name| Text(name)),
            parts: (asked.map_or(0, |m| m.parts), answer.map_or(0, |m| m.parts)),
            interim: List(response.map_or(&[], |r| &r.interim)),
            status: response.map(|r| r.status),
            response_type: of_response(|r| &r.message.content_type),
            coding: of_response(|r| &r.coding),
            location: of_response(|r| &r.location),
            server: of_response(|r| &r.server),
            set_cookie: of_response(|r| &r.cookie),
            range: of_response(|r| &r.range),
            framing: Label(answer.map_or("", |m| m.framing).as_bytes()),
            response_head: answer.map(|m| m.head_len),
            response_wire: answer.map_or(0, |m| m.wire_len),
            response_len: answer.map_or(0, |m| m.len),
            response_missing: answer.map_or(0, |m| m.missing),
            request_offset: asked.map(|m| m.offset),
            response_offset: answer.map(|m| m.offset),
            packets: (number(moments.0), number(moments.1), number(moments.2), number(moments.3)),
            latency: between(moments.1, moments.2),
            total: between(moments.0, moments.3),
            request_sha256: Label(request_hash.as_bytes()),
            response_sha256: Label(response_hash.as_bytes()),
            decoded_len: answer.and_then(|m| m.decoded).map(|decoded| decoded.len),
            decoded_sha256: Label(decoded_hash.as_bytes()),
        }
    }
}

/// Seconds between two packets.
fn between(from: Option<Moment>, to: Option<Moment>) -> Option<Seconds> {
    let nanos = to?.time.0 - from?.time.0;
    Some(Seconds(nanos as f64 / 1e9))
}

fn version(message: Option<&Message>) -> &'static str {
    match message.map_or(0, |message| message.version) {
        10 => "1.0",
        11 => "1.1",
        20 => "2",
        _ => "",
    }
}

/// What is known of a request and its response.
fn state(exchange: &Exchange) -> &'static str {
    let (Some(request), Some(response)) = (&exchange.request, &exchange.response) else {
        return if exchange.request.is_some() { "noResponse" } else { "noRequest" };
    };
    let is_damaged = |m: &Message| m.missing > 0 || m.is_broken || m.head_len == 0;
    match () {
        () if is_damaged(&request.message) || is_damaged(&response.message) => "damaged",
        () if exchange.is_complete() => "complete",
        () => "cut",
    }
}
