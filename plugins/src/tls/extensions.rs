//! Extensions of hellos (RFC 8446, section 4.2, and what is named there).

use super::reader::{Reader, words};
use flowz_api::Checkpoint;

/// Numbers of extensions (IANA, "TLS ExtensionType Values").
pub(crate) mod number {
    pub(crate) const SERVER_NAME: u16 = 0;
    pub(crate) const GROUPS: u16 = 10;
    pub(crate) const POINT_FORMATS: u16 = 11;
    pub(crate) const SIGNATURES: u16 = 13;
    pub(crate) const SRTP: u16 = 14;
    pub(crate) const HEARTBEAT: u16 = 15;
    pub(crate) const ALPN: u16 = 16;
    pub(crate) const PRE_SHARED_KEY: u16 = 41;
    pub(crate) const EARLY_DATA: u16 = 42;
    pub(crate) const VERSIONS: u16 = 43;
    pub(crate) const KEY_SHARE: u16 = 51;
    /// Next protocol negotiation, before ALPN.
    pub(crate) const NEXT_PROTOCOL: u16 = 13_172;
    /// Application settings; the second number is that of a later draft.
    pub(crate) const SETTINGS: [u16; 2] = [17_513, 17_613];
    /// Encrypted client hello (RFC 9849).
    pub(crate) const ENCRYPTED_HELLO: u16 = 0xfe0d;
    pub(crate) const RENEGOTIATION: u16 = 0xff01;
}

/// What extensions say.
#[derive(Clone, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct Extensions {
    /// Their numbers, in the order of the message.
    pub(crate) numbers: Vec<u16>,
    pub(crate) server_name: Option<Vec<u8>>,
    pub(crate) groups: Vec<u16>,
    pub(crate) formats: Vec<u8>,
    pub(crate) signatures: Vec<u16>,
    pub(crate) versions: Vec<u16>,
    pub(crate) alpn: Vec<Vec<u8>>,
    pub(crate) settings: Vec<Vec<u8>>,
    pub(crate) next_protocols: Vec<Vec<u8>>,
    /// Groups of key shares, and how long these are; 0 where a server only asks for one.
    pub(crate) shares: Vec<(u16, u16)>,
    /// An extension ends within a value.
    pub(crate) malformed: bool,
}

impl Extensions {
    /// Reads the extensions of a client's or a server's hello; none if their list is not there in whole.
    pub(crate) fn read(bytes: &[u8], client: bool) -> Self {
        let mut all = Self::default();
        let mut rest = Reader(bytes);
        while !rest.0.is_empty() {
            let Some((number, value)) = rest.u16().zip(rest.vector(2)) else {
                all.malformed = true;
                break;
            };
            all.numbers.push(number);
            all.malformed |= all.value(number, Reader(value), client).is_none();
        }
        all
    }

    pub(crate) fn has(&self, number: u16) -> bool {
        self.numbers.contains(&number)
    }

    /// Reads a value; nothing if it ends too early. The first extension of a kind counts.
    fn value(&mut self, number: u16, mut value: Reader<'_>, client: bool) -> Option<()> {
        if self.numbers.iter().filter(|n| **n == number).count() > 1 {
            return Some(());
        }
        match number {
            number::SERVER_NAME if client => {
                let mut names = Reader(value.vector(2)?);
                let (kind, name) = (names.u8()?, names.vector(2)?);
                self.server_name = (kind == 0).then(|| name.to_vec());
            }
            number::GROUPS => self.groups = words(value.vector(2)?),
            number::POINT_FORMATS => self.formats = value.vector(1)?.to_vec(),
            number::SIGNATURES => self.signatures = words(value.vector(2)?),
            number::VERSIONS if client => self.versions = words(value.vector(1)?),
            number::VERSIONS => self.versions = vec![value.u16()?],
            number::ALPN => self.alpn = texts(value.vector(2)?)?,
            number::NEXT_PROTOCOL => self.next_protocols = texts(value.0)?,
            number::KEY_SHARE if client => self.shares = shares(value.vector(2)?)?,
            number::KEY_SHARE => {
                let group = value.u16()?;
                let len = value.vector(2).map_or(0, |share| share.len() as u16);
                self.shares = vec![(group, len)];
            }
            _ if number::SETTINGS.contains(&number) && client => {
                self.settings = texts(value.vector(2)?)?;
            }
            _ => {}
        }
        Some(())
    }
}

/// Texts behind their lengths.
fn texts(bytes: &[u8]) -> Option<Vec<Vec<u8>>> {
    let (mut rest, mut all) = (Reader(bytes), Vec::new());
    while !rest.0.is_empty() {
        all.push(rest.vector(1)?.to_vec());
    }
    Some(all)
}

fn shares(bytes: &[u8]) -> Option<Vec<(u16, u16)>> {
    let (mut rest, mut all) = (Reader(bytes), Vec::new());
    while !rest.0.is_empty() {
        let group = rest.u16()?;
        all.push((group, rest.vector(2)?.len() as u16));
    }
    Some(all)
}
