//! Messages of Q.931 as H.225.0 has them (section 7.2): their heads and the information elements that tell who calls whom and why it ended.

/// Information elements (Q.931, table 4-3).
mod element {
    pub(super) const CAUSE: u8 = 0x08;
    pub(super) const DISPLAY: u8 = 0x28;
    pub(super) const KEYPAD: u8 = 0x2c;
    pub(super) const CALLING: u8 = 0x6c;
    pub(super) const CALLED: u8 = 0x70;
    pub(super) const USER: u8 = 0x7e;
}

/// Q.931's protocol discriminator.
const CALL_CONTROL: u8 = 8;
/// That of what H.225.0 puts into the user-user element.
const ASN1: u8 = 5;

/// Kinds of messages and their names (table 4-2; FACILITY is of Q.932).
const KINDS: [(u8, &str); 16] = [
    (0x01, "ALERTING"),
    (0x02, "CALL PROCEEDING"),
    (0x03, "PROGRESS"),
    (0x05, "SETUP"),
    (0x07, "CONNECT"),
    (0x0d, "SETUP ACKNOWLEDGE"),
    (0x0f, "CONNECT ACKNOWLEDGE"),
    (0x20, "USER INFORMATION"),
    (0x45, "DISCONNECT"),
    (0x4d, "RELEASE"),
    (0x5a, "RELEASE COMPLETE"),
    (0x62, "FACILITY"),
    (0x6e, "NOTIFY"),
    (0x75, "STATUS INQUIRY"),
    (0x7b, "INFORMATION"),
    (0x7d, "STATUS"),
];

/// A message.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Message<'a> {
    /// Its name.
    pub(crate) kind: &'static str,
    /// Number of the call on this connection.
    pub(crate) call_reference: u16,
    /// The side that is called has sent it.
    pub(crate) is_from_callee: bool,
    /// Cause of the end, 0: none is said.
    pub(crate) cause: u8,
    pub(crate) display: &'a [u8],
    pub(crate) calling: &'a [u8],
    pub(crate) called: &'a [u8],
    pub(crate) keypad: &'a [u8],
    /// What H.225.0 says.
    pub(crate) user: Option<&'a [u8]>,
    /// Elements do not lead to its end.
    pub(crate) is_malformed: bool,
}

impl<'a> Message<'a> {
    /// Reads a message.
    pub(crate) fn read(bytes: &'a [u8]) -> Option<Self> {
        let (&[discriminator, reference_len], rest) = bytes.split_first_chunk::<2>()?;
        if discriminator != CALL_CONTROL || reference_len > 2 {
            return None;
        }
        let (reference, rest) = rest.split_at_checked(reference_len.into())?;
        let (kind, elements) = rest.split_first()?;
        let (_, kind) = KINDS.iter().find(|(number, _)| number == kind)?;
        let value = reference.iter().fold(0, |value, byte| value << 8 | u16::from(*byte));
        let flag = if reference_len == 1 { 0x80 } else { 0x8000 };
        let mut message = Self {
            kind,
            call_reference: value & !flag,
            is_from_callee: value & flag != 0,
            ..Self::default()
        };
        message.is_malformed = message.elements(elements).is_none();
        Some(message)
    }

    fn elements(&mut self, mut rest: &'a [u8]) -> Option<()> {
        while let Some((&kind, behind)) = rest.split_first() {
            rest = behind;
            // One octet is all there is.
            if kind & 0x80 != 0 {
                continue;
            }
            // H.225.0 gives the user-user element a length of two octets (section 7.2.2.31).
            let width = if kind == element::USER { 2 } else { 1 };
            let (length, behind) = rest.split_at_checked(width)?;
            let length = length.iter().fold(0, |value, byte| value << 8 | usize::from(*byte));
            // Of what is cut the beginning is read.
            let is_cut = length > behind.len();
            let (content, behind) = behind.split_at(length.min(behind.len()));
            self.element(kind, content);
            rest = behind;
            if is_cut {
                return None;
            }
        }
        Some(())
    }

    fn element(&mut self, kind: u8, content: &'a [u8]) {
        match kind {
            element::CAUSE => {
                self.cause = behind_flags(content).first().map_or(0, |cause| cause & 0x7f);
            }
            element::DISPLAY => self.display = content,
            element::KEYPAD => self.keypad = content,
            element::CALLING => self.calling = behind_flags(content),
            element::CALLED => self.called = behind_flags(content),
            element::USER => {
                self.user = content.strip_prefix(&[ASN1]).or(self.user);
            }
            _ => {}
        }
    }
}

/// What is behind octets that say what it is: the last of them has its highest bit set.
fn behind_flags(content: &[u8]) -> &[u8] {
    let last = content.iter().position(|octet| octet & 0x80 != 0);
    last.and_then(|last| content.get(last + 1..)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::Message;

    #[test]
    fn a_setup() {
        let mut bytes = vec![8, 2, 0x12, 0x34, 5, 4, 3, 0x88, 0x93, 0xa5, 0x28, 2];
        bytes.extend(b"ab");
        bytes.extend([0x6c, 4, 1, 0x80, b'1', b'2', 0x70, 3, 0x81, b'3', b'4', 0xa1]);
        bytes.extend([0x2c, 1, b'#', 0x7e, 0, 3, 5, 7, 8]);
        let message = Message::read(&bytes).expect("its head is whole");
        assert_eq!((message.kind, message.call_reference), ("SETUP", 0x1234));
        assert_eq!((message.calling, message.called), (&b"12"[..], &b"34"[..]));
        assert_eq!((message.display, message.keypad), (&b"ab"[..], &b"#"[..]));
        assert_eq!((message.user, message.is_malformed), (Some(&[7, 8][..]), false));
        assert!(!message.is_from_callee);
        // The user-user element is cut.
        let message = Message::read(&bytes[..bytes.len() - 1]).expect("its head is whole");
        assert_eq!((message.user, message.is_malformed), (Some(&[7][..]), true));
    }

    #[test]
    fn why_it_ended() {
        let bytes = [8, 2, 0x80, 1, 0x5a, 8, 2, 0x80, 0x91];
        let message = Message::read(&bytes).expect("a message");
        assert_eq!((message.kind, message.cause), ("RELEASE COMPLETE", 17));
        assert_eq!((message.call_reference, message.is_from_callee), (1, true));
        // With a recommendation in front of the cause.
        let bytes = [8, 1, 0x83, 0x45, 8, 3, 0, 0x80, 0x90];
        let message = Message::read(&bytes).expect("a message");
        assert_eq!((message.cause, message.call_reference, message.is_from_callee), (16, 3, true));
    }

    #[test]
    fn what_is_none() {
        assert_eq!(Message::read(&[9, 2, 0, 1, 5]), None);
        assert_eq!(Message::read(&[8, 2, 0, 1]), None);
        assert_eq!(Message::read(&[8, 2, 0, 1, 0xff]), None);
        assert_eq!(Message::read(&[8, 3, 0, 1, 5, 5]), None);
    }
}
