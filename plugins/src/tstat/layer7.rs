//! What is said over TCP, as far as first bytes of payloads tell.

use super::segment::Segment;

/// Bits of `con_t`.
pub(super) mod protocol {
    pub(crate) const HTTP: u32 = 1;
    pub(crate) const TLS: u32 = 8192;
    pub(crate) const SSH: u32 = 32768;
}

const METHODS: [&[u8]; 8] =
    [b"GET ", b"POST ", b"HEAD ", b"PUT ", b"DELETE ", b"OPTIONS ", b"TRACE ", b"CONNECT "];

const SERVER_HELLO: u8 = 2;

/// Most bytes of a name.
const LONGEST: usize = 256;

/// What client and server have said.
#[derive(Clone, Debug, Default)]
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
}

impl Said {
    /// A segment of the client (0) or the server (1).
    pub(super) fn add(&mut self, from: usize, s: &Segment<'_>) {
        let text = s.payload;
        if text.is_empty() {
            return;
        }
        if from == 0 {
            self.client(text);
        } else {
            self.server(text);
        }
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
