//! What is said over TCP, as far as first bytes of payloads tell.

use super::segment::Segment;
use flowz_api::Checkpoint;

/// Bits of `con_t`.
pub(super) mod protocol {
    pub(crate) const HTTP: u32 = 1;
    pub(crate) const RTSP: u32 = 2;
    pub(crate) const ICY: u32 = 8;
    pub(crate) const XMPP: u32 = 128;
    pub(crate) const SMTP: u32 = 1024;
    pub(crate) const POP3: u32 = 2048;
    pub(crate) const IMAP: u32 = 4096;
    pub(crate) const TLS: u32 = 8192;
    pub(crate) const SSH: u32 = 32768;
    pub(crate) const RTMP: u32 = 65536;
}

const METHODS: [&[u8]; 8] =
    [b"GET ", b"POST ", b"HEAD ", b"PUT ", b"DELETE ", b"OPTIONS ", b"TRACE ", b"CONNECT "];

const SERVER_HELLO: u8 = 2;

/// What both ends say first in a protocol whose server begins.
struct Greeting {
    server: &'static [u8],
    /// One of these is the client's answer.
    client: &'static [&'static [u8]],
    protocol: u32,
}

/// SMTP (RFC 5321, sections 4.1 and 4.2), POP3 (RFC 1939, RFC 2449) and IMAP (RFC 9051; a client's words have a tag in front).
const GREETINGS: [Greeting; 3] = [
    Greeting { server: b"220", client: &[b"EHLO ", b"HELO ", b"LHLO "], protocol: protocol::SMTP },
    Greeting {
        server: b"+OK",
        client: &[b"USER ", b"APOP ", b"AUTH", b"CAPA", b"STLS", b"QUIT"],
        protocol: protocol::POP3,
    },
    Greeting {
        server: b"* OK",
        client: &[b" CAPABILITY", b" LOGIN ", b" AUTHENTICATE ", b" STARTTLS", b" ID ", b" LOGOUT"],
        protocol: protocol::IMAP,
    },
];
/// What stands in the first bytes of XMPP (RFC 6120, section 4.8.5), in bytes from the front on.
const XMPP: (&[u8], usize) = (b"http://etherx.jabber.org/streams", 512);

/// Most bytes of a name.
const LONGEST: usize = 256;

/// What client and server have said.
#[derive(Clone, Debug, Default, Checkpoint)]
pub(crate) struct Said {
    pub(super) protocols: u32,
    pub(super) requests: u64,
    pub(super) responses: u64,
    /// Of the first response.
    pub(super) status: Option<u16>,
    /// What the first request wants: 1 GET and others, 2 POST, 8 a page or a picture of Wikipedia.
    wants: u8,
    /// `Host` of the first request.
    pub(super) host: Option<Vec<u8>>,
    /// What the server's first bytes may be, by its place in the greetings.
    greeting: Option<u8>,
    /// Segments with payload of client and server, up to 255.
    segments: [u8; 2],
    /// The client's first bytes may be of RTMP.
    may_be_rtmp: bool,
}

impl Said {
    /// A segment of the client (0) or the server (1).
    pub(super) fn add(&mut self, from: usize, s: &Segment<'_>) {
        let text = s.payload;
        if text.is_empty() {
            return;
        }
        let is_first = self.segments[from] == 0;
        self.segments[from] = self.segments[from].saturating_add(1);
        if from == 0 {
            self.client(text);
            self.client_words(text, is_first);
        } else {
            self.server(text);
            if is_first {
                self.server_words(text);
            }
        }
    }

    /// Words and first bytes of the client that are no request of HTTP.
    fn client_words(&mut self, text: &[u8], is_first: bool) {
        let front = &text[..text.len().min(XMPP.1)];
        if is_first {
            // Version 3, a time, four bytes that are 0 (Adobe's RTMP specification 1.0, section 5.2).
            self.may_be_rtmp = matches!(text, [3, _, _, _, _, 0, 0, 0, 0, ..]);
            let is_xmpp = front.windows(XMPP.0.len()).any(|window| window == XMPP.0);
            self.protocols |= if is_xmpp { protocol::XMPP } else { 0 };
        }
        let greeted = self.greeting.and_then(|at| GREETINGS.get(usize::from(at)));
        let Some(greeting) = greeted else { return };
        let is_imap = greeting.protocol == protocol::IMAP;
        let words = if is_imap { behind_tag(front) } else { front };
        let is_answer = |answer: &&[u8]| {
            words.get(..answer.len()).is_some_and(|word| word.eq_ignore_ascii_case(answer))
        };
        if greeting.client.iter().any(is_answer) {
            self.protocols |= greeting.protocol;
            self.greeting = None;
        }
    }

    /// First words and bytes of the server.
    fn server_words(&mut self, text: &[u8]) {
        let greets = |greeting: &Greeting| text.starts_with(greeting.server);
        self.greeting = GREETINGS.iter().position(greets).map(|at| at as u8);
        self.protocols |= match text {
            [3, ..] if self.may_be_rtmp => protocol::RTMP,
            _ if text.starts_with(b"RTSP/1.") => protocol::RTSP,
            _ if text.starts_with(b"ICY ") && self.requests > 0 => protocol::ICY,
            _ => 0,
        };
    }

    /// What the first request wants, if it was answered; 0 else.
    pub(super) fn class(&self) -> u8 {
        if self.protocols & protocol::HTTP == 0 { 0 } else { self.wants }
    }

    fn client(&mut self, text: &[u8]) {
        if let Some(method) = METHODS.iter().find(|method| text.starts_with(method)) {
            self.requests += 1;
            if self.requests == 1 {
                self.wants = match &text[method.len()..] {
                    _ if *method == b"POST " => 2,
                    uri if uri.starts_with(b"/wikipedia/") => 8,
                    _ => 1,
                };
            }
            if self.host.is_none() {
                self.host = host(text);
            }
        }
    }

    fn server(&mut self, text: &[u8]) {
        if is_hello(text, SERVER_HELLO) {
            self.protocols |= protocol::TLS;
        } else if text.starts_with(b"SSH-") {
            self.protocols |= protocol::SSH;
        } else if let Some(rest) = text.strip_prefix(b"HTTP/") {
            self.protocols |= if self.requests > 0 { protocol::HTTP } else { 0 };
            self.responses += 1;
            let digits = rest.get(4..7).filter(|digits| digits.iter().all(u8::is_ascii_digit));
            let number = digits.map(|d| d.iter().fold(0, |n, d| n * 10 + u16::from(d - b'0')));
            self.status = self.status.or(number);
        }
    }
}

/// From the blank behind the tag on, which has at most 32 bytes here.
fn behind_tag(text: &[u8]) -> &[u8] {
    let blank = text.iter().take(32).position(|byte| *byte == b' ');
    blank.map_or(&[], |at| &text[at..])
}

/// Whether a handshake of TLS begins here with that message.
fn is_hello(bytes: &[u8], kind: u8) -> bool {
    matches!(*bytes, [0x16, 3, 0..=4, _, _, first, ..] if first == kind)
}

/// The value of `Host`, if it is in these bytes.
fn host(text: &[u8]) -> Option<Vec<u8>> {
    let lines = text.split(|byte| *byte == b'\n').skip(1);
    let heads = lines.map(<[u8]>::trim_ascii).take_while(|line| !line.is_empty());
    for line in heads {
        if let Some((name, value)) = line.split_at_checked(5)
            && name.eq_ignore_ascii_case(b"host:")
        {
            let value = value.trim_ascii();
            return Some(value[..value.len().min(LONGEST)].to_vec());
        }
    }
    None
}
