//! Packets on a byte stream (RFC 1006, section 6): version 3, a reserved octet, the length with these four octets.

/// Octets of the header.
pub(crate) const HEADER: usize = 4;

/// What begins at some bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Head {
    /// A packet of so many octets, with its header.
    Packet(usize),
    /// That cannot be told without more bytes.
    NeedMore,
    /// No packet.
    Other,
}

/// Reads a header.
pub(crate) fn head(bytes: &[u8]) -> Head {
    match *bytes {
        [3, 0, high, low, ..] => {
            let length = usize::from(u16::from_be_bytes([high, low]));
            if length >= HEADER { Head::Packet(length) } else { Head::Other }
        }
        [] | [3] | [3, 0] | [3, 0, _] => Head::NeedMore,
        _ => Head::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::{Head, head};

    #[test]
    fn heads() {
        assert_eq!(head(&[3, 0, 1, 2, 9]), Head::Packet(258));
        assert_eq!(head(&[3, 0, 0, 3]), Head::Other);
        assert_eq!(head(&[3, 0, 0]), Head::NeedMore);
        assert_eq!(head(&[3, 1, 0, 9]), Head::Other);
        assert_eq!(head(&[2]), Head::Other);
    }
}
