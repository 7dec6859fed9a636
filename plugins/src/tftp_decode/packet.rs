//! Packets of TFTP (RFC 1350, section 5; RFC 2347).

/// Opcodes.
pub(crate) mod opcode {
    pub(crate) const READ: u8 = 1;
    pub(crate) const WRITE: u8 = 2;
    pub(crate) const DATA: u8 = 3;
    pub(crate) const ACK: u8 = 4;
    pub(crate) const ERROR: u8 = 5;
    pub(crate) const OPTIONS: u8 = 6;
}

/// Words for the opcodes from 1 on.
const WORDS: [&[u8]; 6] = [b"RRQ", b"WRQ", b"DTA", b"ACK", b"ERR", b"OAK"];

/// The word for an opcode.
pub(crate) fn word(opcode: u8) -> &'static [u8] {
    WORDS.get(usize::from(opcode).wrapping_sub(1)).copied().unwrap_or_default()
}

/// A packet, as far as it was captured.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Packet<'a> {
    pub(crate) opcode: u8,
    /// What is behind the opcode.
    body: &'a [u8],
}

impl<'a> Packet<'a> {
    /// Reads a payload; nothing if it has no known opcode.
    pub(crate) fn from_payload(payload: &'a [u8]) -> Option<Self> {
        let (&[high, opcode], body) = payload.split_first_chunk::<2>()?;
        (high == 0 && !word(opcode).is_empty()).then_some(Self { opcode, body })
    }

    /// Number of a block of data or of its acknowledgement, or the code of an error.
    pub(crate) fn number(&self) -> Option<u16> {
        self.body.first_chunk().map(|bytes| u16::from_be_bytes(*bytes))
    }

    /// Whether it asks for a transfer.
    pub(crate) fn is_request(&self) -> bool {
        matches!(self.opcode, opcode::READ | opcode::WRITE)
    }

    /// Number and bytes of a block of data.
    pub(crate) fn block(&self) -> Option<(u16, &'a [u8])> {
        let (number, data) = self.body.split_first_chunk()?;
        (self.opcode == opcode::DATA).then_some((u16::from_be_bytes(*number), data))
    }

    /// Texts of requests and of options that were accepted. One that ends with the payload and without a zero
    /// is not among them.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &'a [u8]> {
        let has_texts = matches!(self.opcode, opcode::READ | opcode::WRITE | opcode::OPTIONS);
        let mut rest = if has_texts { self.body } else { &[] };
        std::iter::from_fn(move || {
            let end = rest.iter().position(|b| *b == 0)?;
            let (text, behind) = rest.split_at(end);
            rest = behind.get(1..).unwrap_or_default();
            Some(text)
        })
    }

    /// Whether a request has a name and one of the modes, and options are pairs.
    pub(crate) fn is_well_formed(&self) -> bool {
        const MODES: [&[u8]; 3] = [b"netascii", b"octet", b"mail"];
        let texts = self.texts().count();
        let ends = self.body.last().is_none_or(|last| *last == 0);
        match self.opcode {
            opcode::READ | opcode::WRITE => {
                let mode = self.texts().nth(1).unwrap_or_default();
                let known = MODES.iter().any(|known| mode.eq_ignore_ascii_case(known));
                known && ends && texts.is_multiple_of(2) && self.body.first() != Some(&0)
            }
            opcode::OPTIONS => ends && texts.is_multiple_of(2),
            _ => self.number().is_some(),
        }
    }
}
