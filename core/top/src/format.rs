//! Numbers, times and addresses in few characters.

use std::fmt::Write as _;
use std::net::{Ipv4Addr, Ipv6Addr};

use flowz_api::key::FlowKey;
use flowz_api::layers::Net;

/// Characters of [`count`] and [`rate`] at most.
pub(crate) const NUMBER: usize = 5;
/// Characters of [`age`] at most, for ages below 27 years.
pub(crate) const AGE: usize = 6;

const UNITS: [char; 6] = ['k', 'M', 'G', 'T', 'P', 'E'];

/// A count: whole up to 99999, then `123k`, `1.2M`, `12.3M`.
pub(crate) fn count(number: u64) -> String {
    const WHOLE: u64 = 99_999;
    if number <= WHOLE { number.to_string() } else { scaled(number as f64) }
}

/// A number per second: `0.5`, `17`, `1.2k`.
pub(crate) fn rate(number: f64) -> String {
    match number {
        _ if number <= 0.0 || number.is_nan() => "0".to_owned(),
        ..1.0 => format!("{number:.1}"),
        ..999.5 => format!("{number:.0}"),
        _ => scaled(number),
    }
}

fn scaled(mut number: f64) -> String {
    let mut unit = ' ';
    for next in UNITS {
        if number < 999.5 {
            break;
        }
        (number, unit) = (number / 1000.0, next);
    }
    // From 99.95 on the first digit behind the point would be a fifth character.
    if number < 99.95 { format!("{number:.1}{unit}") } else { format!("{number:.0}{unit}") }
}

/// A part of one, in percent.
pub(crate) fn percent(part: f64) -> String {
    let percent = part * 100.0;
    if percent > 0.0 && percent < 1.0 { "<1%".to_owned() } else { format!("{percent:.0}%") }
}

/// Nanoseconds: `1.234s`, `75.0s`, `12m05s`, `3h07m`, `12d03h`.
pub(crate) fn age(nanos: i64) -> String {
    let nanos = nanos.max(0);
    let seconds = nanos / 1_000_000_000;
    match seconds {
        ..10 => format!("{}.{:03}s", seconds, nanos / 1_000_000 % 1000),
        10..100 => format!("{}.{}s", seconds, nanos / 100_000_000 % 10),
        100..3600 => format!("{}m{:02}s", seconds / 60, seconds % 60),
        3600..86_400 => format!("{}h{:02}m", seconds / 3600, seconds / 60 % 60),
        86_400..8_640_000 => format!("{}d{:02}h", seconds / 86_400, seconds / 3600 % 24),
        _ => format!("{}d", seconds / 86_400),
    }
}

/// The two ends of a flow, each in no more than some characters: where they do not do, the middle of the address is left out.
pub(crate) fn ends(key: &FlowKey, width: usize) -> [String; 2] {
    let has_ports = key.src_port != 0 || key.dst_port != 0;
    [(&key.src, key.src_port), (&key.dst, key.dst_port)].map(|(address, port)| {
        let (address, is_v6) = of_address(key.net, address);
        let (open, port) = match (has_ports, is_v6) {
            (false, _) => ("", String::new()),
            (true, false) => ("", format!(":{port}")),
            (true, true) => ("[", format!("]:{port}")),
        };
        let room = width.saturating_sub(open.len() + port.len());
        format!("{open}{}{port}", shortened(&address, room))
    })
}

fn of_address(net: Net, bytes: &[u8; 16]) -> (String, bool) {
    match net {
        Net::V4 => (Ipv4Addr::new(bytes[0], bytes[1], bytes[2], bytes[3]).to_string(), false),
        Net::V6 => (Ipv6Addr::from(*bytes).to_string(), true),
        Net::Layer2 => {
            let mut text = String::new();
            for (at, byte) in bytes.iter().take(6).enumerate() {
                let colon = if at == 0 { "" } else { ":" };
                let _ = write!(text, "{colon}{byte:02x}");
            }
            (text, false)
        }
    }
}

/// A text in no more than so many characters: its beginning, a sign that something is missing, and its end.
pub(crate) fn shortened(text: &str, width: usize) -> String {
    let length = text.chars().count();
    if length <= width {
        return text.to_owned();
    }
    let Some(room) = width.checked_sub(1) else { return String::new() };
    let tail = room / 2;
    let head: String = text.chars().take(room - tail).collect();
    let tail: String = text.chars().skip(length - tail).collect();
    format!("{head}…{tail}")
}

#[cfg(test)]
mod tests {
    use super::{AGE, NUMBER, age, count, ends, percent, rate, shortened};

    use crate::test_support::key;

    #[test]
    fn counts() {
        let numbers = [0, 99_999, 100_000, 999_499, 999_500, 12_345_678, 99_960_000, 5_000_000_000];
        let expected = ["0", "99999", "100k", "999k", "1.0M", "12.3M", "100M", "5.0G"];
        assert_eq!(numbers.map(count), expected);
        assert!((0..64).all(|bit| count(u64::MAX >> bit).len() <= NUMBER));
    }

    #[test]
    fn rates() {
        let numbers = [-1.0, 0.0, 0.25, 17.4, 999.4, 999.6, 123_456.0, f64::NAN];
        assert_eq!(numbers.map(rate), ["0", "0", "0.2", "17", "999", "1.0k", "123k", "0"]);
        assert_eq!([0.0, 0.001, 0.126, 1.0].map(percent), ["0%", "<1%", "13%", "100%"]);
    }

    #[test]
    fn ages() {
        let seconds = [0, 9, 75, 725, 11_220, 1_047_600, 9_000_000];
        let texts = seconds.map(|s| age(s * 1_000_000_000 + 987_654_321));
        assert_eq!(texts, ["0.987s", "9.987s", "75.9s", "12m05s", "3h07m", "12d03h", "104d"]);
        assert!(texts.iter().all(|text| text.len() <= AGE));
        assert_eq!(age(-5), "0.000s");
    }

    #[test]
    fn addresses() {
        let v4 = key(6, "192.168.100.101", 54_321, "10.0.0.1", 80);
        assert_eq!(ends(&v4, 21), ["192.168.100.101:54321", "10.0.0.1:80"]);
        assert_eq!(ends(&v4, 16), ["192.1….101:54321", "10.0.0.1:80"]);
        let v6 = key(6, "2001:db8:1234:5678:9abc:def0:1234:5678", 54_321, "fe80::1", 80);
        assert_eq!(ends(&v6, 21), ["[2001:d…4:5678]:54321", "[fe80::1]:80"]);
        assert!(ends(&v6, 47)[0].contains("9abc:def0"));
        assert_eq!(ends(&key(58, "fe80::1", 0, "ff02::1", 0), 21), ["fe80::1", "ff02::1"]);
        assert_eq!(ends(&flowz_api::key::FlowKey::default(), 17)[0], "00:00:00:00:00:00");
        assert_eq!(ends(&v4, 3)[0], ":54321", "the port stays");
    }

    #[test]
    fn texts() {
        assert_eq!(["abcdef", "abc", ""].map(|text| shortened(text, 4)), ["ab…f", "abc", ""]);
        assert_eq!([0, 1, 2].map(|width| shortened("abcdef", width)), ["", "…", "a…"]);
    }
}
