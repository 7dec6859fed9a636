//! Domain names with compression (RFC 1035, sections 3.1 and 4.1.4).
//!
//! A pointer counts only if it points to an earlier place than the part of the name that it ends, so there are no
//! loops; jumps and the length of a name are limited besides.

/// Most bytes of a name on the wire (RFC 1035, section 2.3.4).
pub(crate) const LONGEST: usize = 255;
/// Most pointers in a name: one behind each of its labels.
const JUMPS: usize = 127;

/// What is wrong with a name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fault {
    /// It goes on behind the end of the bytes.
    Cut,
    /// A pointer that does not point backwards.
    Pointer,
    /// Longer than names can be, or a label of an unknown kind.
    Label,
}

/// A name as text: labels with dots between them, dots and all other bytes within labels as they are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Name {
    bytes: [u8; LONGEST],
    length: usize,
}

impl Name {
    /// The text; nothing for the root.
    pub(crate) fn text(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    /// Appends a label, if the name stays within its limit.
    fn label(&mut self, label: &[u8]) -> Result<(), Fault> {
        let dot = usize::from(self.length > 0);
        let end = self.length + dot + label.len();
        // Lengths and the root's byte are one more than the dots.
        let place = self.bytes[..LONGEST - 2].get_mut(self.length..end).ok_or(Fault::Label)?;
        let (front, behind) = place.split_at_mut(dot);
        front.fill(b'.');
        behind.copy_from_slice(label);
        self.length = end;
        Ok(())
    }
}

/// One step through a name.
enum Step {
    Label { from: usize, to: usize },
    Pointer(usize),
    Root,
}

fn step(message: &[u8], at: usize) -> Result<Step, Fault> {
    let length = *message.get(at).ok_or(Fault::Cut)?;
    match length >> 6 {
        0 if length == 0 => Ok(Step::Root),
        0 => {
            let (from, to) = (at + 1, at + 1 + usize::from(length));
            if to > message.len() { Err(Fault::Cut) } else { Ok(Step::Label { from, to }) }
        }
        3 => {
            let low = *message.get(at + 1).ok_or(Fault::Cut)?;
            Ok(Step::Pointer(usize::from(length & 0x3f) << 8 | usize::from(low)))
        }
        _ => Err(Fault::Label),
    }
}

/// Where the bytes behind a name begin.
pub(crate) fn skip(message: &[u8], mut at: usize) -> Result<usize, Fault> {
    let start = at;
    loop {
        match step(message, at)? {
            Step::Label { to, .. } if to - start > LONGEST => return Err(Fault::Label),
            Step::Label { to, .. } => at = to,
            Step::Pointer(_) => return Ok(at + 2),
            Step::Root => return Ok(at + 1),
        }
    }
}

/// A name as text, and what is wrong behind that.
pub(crate) fn read(message: &[u8], mut at: usize) -> (Name, Option<Fault>) {
    let mut name = Name { bytes: [0; LONGEST], length: 0 };
    // Where the part of the name began that is being read.
    let mut part = at;
    let mut jumps = 0;
    loop {
        let fault = match step(message, at) {
            Ok(Step::Root) => return (name, None),
            Ok(Step::Label { from, to }) => {
                at = to;
                name.label(message.get(from..to).unwrap_or_default()).err()
            }
            Ok(Step::Pointer(to)) if to < part && jumps < JUMPS => {
                (at, part, jumps) = (to, to, jumps + 1);
                None
            }
            Ok(Step::Pointer(_)) => Some(Fault::Pointer),
            Err(fault) => Some(fault),
        };
        if fault.is_some() {
            return (name, fault);
        }
    }
}
