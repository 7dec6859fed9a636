//! Where a data connection will go: arguments of PORT and EPRT, replies to PASV and EPSV (RFC 959, section 4.1.2; RFC 2428).

use std::net::{Ipv4Addr, Ipv6Addr};

use flowz_api::Checkpoint;
use flowz_api::layers::Net;

/// An address, as flows have it, if one was told, and a port.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Checkpoint)]
pub(crate) struct Place {
    pub(crate) address: Option<[u8; 16]>,
    pub(crate) port: u16,
}

/// Longest text that is looked at for an address.
const LONGEST: usize = 256;

/// `h1,h2,h3,h4,p1,p2`, the argument of PORT.
pub(crate) fn port(text: &[u8]) -> Option<Place> {
    let mut numbers = [0; 6];
    let mut rest = text.trim_ascii();
    for (n, number) in numbers.iter_mut().enumerate() {
        if n > 0 {
            rest = rest.strip_prefix(b",")?;
        }
        (*number, rest) = byte(rest)?;
    }
    let [a, b, c, d, high, low] = numbers;
    let port = u16::from_be_bytes([high, low]);
    // Bytes behind it, such as a bracket, are no part of it; another number were.
    (port != 0 && !rest.starts_with(b","))
        .then_some(Place { address: Some(v4([a, b, c, d])), port })
}

/// The text of a reply to PASV: six numbers somewhere in it (RFC 1123, section 4.1.2.6).
pub(crate) fn passive(text: &[u8]) -> Option<Place> {
    let text = text.get(..LONGEST).unwrap_or(text);
    let begins = |at: &usize| *at == 0 || !text[*at - 1].is_ascii_digit();
    let starts = (0..text.len()).filter(|at| text[*at].is_ascii_digit()).filter(begins);
    starts.into_iter().find_map(|at| port(&text[at..]))
}

/// The argument of EPRT, such as `|1|192.0.2.1|6000|`.
pub(crate) fn extended_port(text: &[u8], net: Net) -> Option<Place> {
    let text = text.trim_ascii();
    let (separator, rest) = text.split_first()?;
    let mut fields = rest.split(|byte| byte == separator);
    let (protocol, address, port) = (fields.next()?, fields.next()?, fields.next()?);
    let address = std::str::from_utf8(address).ok()?;
    let address = match (protocol, net) {
        (b"1", Net::V4) => v4(address.parse::<Ipv4Addr>().ok()?.octets()),
        (b"2", Net::V6) => address.parse::<Ipv6Addr>().ok()?.octets(),
        _ => return None,
    };
    Some(Place { address: Some(address), port: number(port)? })
}

/// The text of a reply to EPSV, such as `Entering (|||6000|)`.
pub(crate) fn extended_passive(text: &[u8]) -> Option<Place> {
    let text = text.get(..LONGEST).unwrap_or(text);
    let open = text.iter().position(|byte| *byte == b'(')?;
    let [a, b, c, rest @ ..] = text.get(open + 1..)? else { return None };
    if a != b || b != c {
        return None;
    }
    let port = rest.split(|byte| byte == a).next()?;
    Some(Place { address: None, port: number(port)? })
}

/// A port that is not 0.
fn number(text: &[u8]) -> Option<u16> {
    let is_number = !text.is_empty() && text.len() <= 5 && text.iter().all(u8::is_ascii_digit);
    let text = std::str::from_utf8(text).ok().filter(|_| is_number)?;
    text.parse().ok().filter(|port| *port != 0)
}

/// A number up to 255 and what is behind it.
fn byte(text: &[u8]) -> Option<(u8, &[u8])> {
    let text = text.trim_ascii_start();
    let digits = text.iter().take(4).take_while(|byte| byte.is_ascii_digit()).count();
    let (number, rest) = text.split_at_checked(digits)?;
    let number = std::str::from_utf8(number).ok()?.parse().ok()?;
    Some((number, rest))
}

/// An IPv4 address as flows have it.
fn v4(address: [u8; 4]) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes[..4].copy_from_slice(&address);
    bytes
}

#[cfg(test)]
mod tests {
    use flowz_api::layers::Net;

    use super::{Place, extended_passive, extended_port, passive, port, v4};

    fn place(address: [u8; 4], port: u16) -> Place {
        Place { address: Some(v4(address)), port }
    }

    #[test]
    fn active() {
        assert_eq!(port(b"192,0,2,10,172,137"), Some(place([192, 0, 2, 10], 44_169)));
        for bad in
            [&b""[..], b"1,2,3,4,5", b"1,2,3,4,5,256", b"1,2,3,4,0,0", b"1,2,3,4,5,6,7", b"a"]
        {
            assert_eq!(port(bad), None, "{bad:?}");
        }
        assert_eq!(
            extended_port(b"|1|192.0.2.10|47587|", Net::V4),
            Some(place([192, 0, 2, 10], 47_587))
        );
        assert_eq!(extended_port(b"!1!192.0.2.10!1!", Net::V4), Some(place([192, 0, 2, 10], 1)));
        let six = extended_port(b"|2|2001:db8:1::10|39037|", Net::V6).unwrap();
        assert_eq!((six.address.unwrap()[15], six.port), (0x10, 39_037));
        for bad in
            [&b""[..], b"|", b"|1|x|5|", b"|1|192.0.2.1|65536|", b"|2|::1|5|", b"|1|192.0.2.1|0|"]
        {
            assert_eq!(extended_port(bad, Net::V4), None, "{bad:?}");
        }
    }

    #[test]
    fn from_replies() {
        let text = b"Entering passive mode (198,51,100,20,157,39).";
        assert_eq!(passive(text), Some(place([198, 51, 100, 20], 40_231)));
        assert_eq!(passive(b"=127,0,0,1,4,1"), Some(place([127, 0, 0, 1], 1025)));
        assert_eq!(passive(b"Fake response PASV"), None);
        assert_eq!(passive(&[b'1'; 10_000]), None);
        let six = extended_passive(b"Entering extended passive mode (|||40113|).");
        assert_eq!(six, Some(Place { address: None, port: 40_113 }));
        for bad in [&b"x"[..], b"(", b"(||", b"(||!5!)", b"(|||x|)", b"(||||)"] {
            assert_eq!(extended_passive(bad), None, "{bad:?}");
        }
    }
}
