//! Lists of pairs: two addresses a line, in hexadecimal digits or as usual, and how much was between them.

use std::fmt;
use std::net::IpAddr;

use super::{Pair, Totals};

/// A line that is none of a list of pairs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListError(String);

impl fmt::Display for ListError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ListError {}

/// Reads a line: two addresses, and packets and bytes if they are there; it stands for one flow. None if it is empty or a
/// remark behind `#`. Words are separated by blanks or commas.
///
/// # Errors
///
/// If a word is no address or no number.
pub fn line(text: &str) -> Result<Option<(Pair, Totals)>, ListError> {
    let text = text.split('#').next().unwrap_or("");
    let mut words = text.split(|c: char| c.is_whitespace() || c == ',').filter(|w| !w.is_empty());
    let Some(first) = words.next() else { return Ok(None) };
    let second =
        words.next().ok_or_else(|| ListError(format!("'{first}' is alone on its line")))?;
    let mut number = || match words.next() {
        Some(word) => word.parse().map_err(|_| ListError(format!("'{word}' is no number"))),
        None => Ok(0),
    };
    let totals = Totals { flows: 1, packets: number()?, bytes: number()? };
    Ok(Some((Pair::new(address(first)?, address(second)?), totals)))
}

/// An address: 8 hexadecimal digits are one of IPv4, 32 one of IPv6.
fn address(word: &str) -> Result<IpAddr, ListError> {
    let digits = word.strip_prefix("0x").unwrap_or(word);
    let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    match digits.len() {
        8 if is_hex => u32::from_str_radix(digits, 16).ok().map(|bits| IpAddr::V4(bits.into())),
        32 if is_hex => u128::from_str_radix(digits, 16).ok().map(|bits| IpAddr::V6(bits.into())),
        _ => word.parse().ok(),
    }
    .ok_or_else(|| {
        ListError(format!("'{word}' is no address: write 8 or 32 hexadecimal digits, or 10.0.0.1"))
    })
}

#[cfg(test)]
mod tests {
    use super::{Pair, Totals, line};

    #[test]
    fn lines() {
        let pair = Pair::new([192, 168, 1, 2].into(), [212, 242, 33, 35].into());
        let one = Totals { flows: 1, ..Totals::default() };
        assert_eq!(line("d4f22123 c0a80102"), Ok(Some((pair, one))));
        assert_eq!(line("0xC0A80102\t0xD4F22123 # x\r"), Ok(Some((pair, one))));
        assert_eq!(
            line("192.168.1.2,212.242.33.35,7,800"),
            Ok(Some((pair, Totals { flows: 1, packets: 7, bytes: 800 })))
        );
        let (v6, _) = line("20010db8000000000000000000000001 ::1").unwrap().unwrap();
        assert_eq!(v6.high.to_string(), "2001:db8::1");
        assert_eq!(line("# nothing"), Ok(None));
        for text in ["c0a80102", "c0a8010 c0a80102", "1.2.3.4 1.2.3.5 x", "hello world"] {
            assert!(line(text).is_err(), "{text}");
        }
    }
}
