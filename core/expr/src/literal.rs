//! Numbers, lengths of time, moments, addresses and prefixes as they are written.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::moment;

/// Nanoseconds of a second.
pub(crate) const SECOND: i128 = 1_000_000_000;

/// What stands in a text for a value.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Literal {
    Integer(i128),
    /// A number with a fraction or exponent, and how many nanoseconds as many seconds are.
    Decimal(f64, i128),
    /// Nanoseconds.
    Length(i128),
    /// Nanoseconds since 1970.
    Moment(i128),
    Mac([u8; 6]),
    Ip4([u8; 4]),
    Ip6([u8; 16]),
    /// An address and the number of its bits that count.
    Prefix(Box<Literal>, u32),
    Text(Vec<u8>),
}

impl Literal {
    /// What it is.
    pub(crate) fn in_words(&self) -> &'static str {
        match self {
            Self::Integer(_) | Self::Decimal(..) => "a number",
            Self::Length(_) => "a length of time",
            Self::Moment(_) => "a moment",
            Self::Mac(_) => "a hardware address",
            Self::Ip4(_) | Self::Ip6(_) => "an address",
            Self::Prefix(..) => "a prefix",
            Self::Text(_) => "a text",
        }
    }
}

/// Units of numbers, with their factor, and of times, with their nanoseconds.
const FACTORS: [(&str, i128); 6] = [
    ("k", 1_000),
    ("K", 1_000),
    ("M", 1_000_000),
    ("G", 1_000_000_000),
    ("T", 1_000_000_000_000),
    ("P", 1_000_000_000_000_000),
];
const UNITS: [(&str, i128); 7] = [
    ("ns", 1),
    ("us", 1_000),
    ("ms", 1_000_000),
    ("s", SECOND),
    ("min", 60 * SECOND),
    ("h", 3_600 * SECOND),
    ("d", 86_400 * SECOND),
];

/// The value of a word that begins with a digit or a minus sign, or has a colon in it.
pub(crate) fn of_word(word: &str) -> Result<Literal, String> {
    if let Some((address, bits)) = word.split_once('/') {
        return prefix(&plain(address)?, bits);
    }
    plain(word)
}

fn plain(word: &str) -> Result<Literal, String> {
    if moment::looks_like(word) {
        return moment::parse(word).map(Literal::Moment);
    }
    if word.contains(':') {
        return mac(word)
            .map(Literal::Mac)
            .or_else(|| Some(Literal::Ip6(word.parse::<Ipv6Addr>().ok()?.octets())))
            .ok_or_else(|| {
                format!(
                    "'{word}' is neither a hardware nor an IPv6 address; a text has quotes, a moment a T: 2024-01-02T03:04"
                )
            });
    }
    if word.matches('.').count() > 1 {
        let address = word.parse::<Ipv4Addr>().ok().map(|a| Literal::Ip4(a.octets()));
        return address.ok_or_else(|| format!("'{word}' is no IPv4 address"));
    }
    number(word)
}

/// Six bytes with colons between them.
fn mac(word: &str) -> Option<[u8; 6]> {
    let mut parts = word.split(':');
    let mut bytes = [0; 6];
    for byte in &mut bytes {
        let part = parts.next().filter(|part| matches!(part.len(), 1 | 2))?;
        *byte = u8::from_str_radix(part, 16).ok()?;
    }
    parts.next().is_none().then_some(bytes)
}

fn prefix(address: &Literal, bits: &str) -> Result<Literal, String> {
    let most = match address {
        Literal::Ip4(_) => 32,
        Literal::Ip6(_) => 128,
        Literal::Mac(_) => 48,
        _ => return Err("only addresses have a prefix, as in 10.0.0.0/8".to_owned()),
    };
    match bits.parse() {
        Ok(bits @ 0..=128) if bits <= most => Ok(Literal::Prefix(Box::new(address.clone()), bits)),
        _ => Err(format!("a prefix of {} has 0 to {most} bits", address.in_words())),
    }
}

/// A number, hexadecimal or decimal, with a unit if there is one.
fn number(word: &str) -> Result<Literal, String> {
    let (sign, digits) = word.strip_prefix('-').map_or((1, word), |rest| (-1, rest));
    let wrong = || format!("'{word}' is no number");
    if let Some(hex) = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        let value = u64::from_str_radix(&hex.replace('_', ""), 16);
        return value
            .map(|v| Literal::Integer(sign * i128::from(v)))
            .map_err(|_| format!("'{word}' is no hexadecimal number of up to 64 bits"));
    }
    let end = number_end(digits);
    let (number, unit) = digits.split_at(end);
    let number = number.replace('_', "");
    let is_whole = number.bytes().all(|c| c.is_ascii_digit());
    let scale = |factor: i128| scaled(&number, factor).map(|n| sign * n).ok_or_else(wrong);
    if let Some((_, nanos)) = UNITS.iter().find(|(name, _)| *name == unit) {
        return scale(*nanos).map(Literal::Length);
    }
    let factor = match FACTORS.iter().find(|(name, _)| *name == unit) {
        Some((_, factor)) => *factor,
        None if unit.is_empty() => 1,
        None => return Err(unknown_unit(unit)),
    };
    if is_whole {
        return scale(factor).map(Literal::Integer);
    }
    let value: f64 = number.parse().map_err(|_| wrong())?;
    // Numbers that are too large for a time are compared with none.
    let nanos = scaled(&number, factor.saturating_mul(SECOND)).unwrap_or(i128::MAX);
    Ok(Literal::Decimal(sign as f64 * value * factor as f64, sign * nanos))
}

fn unknown_unit(unit: &str) -> String {
    let minutes = if unit == "m" { "; a minute is min, a million M" } else { "" };
    format!("'{unit}' is no unit: there are ns, us, ms, s, min, h, d, and K, M, G, T, P{minutes}")
}

/// Where the digits, the fraction and the exponent of a number end.
fn number_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |mut at: usize| {
        while bytes.get(at).is_some_and(|c| c.is_ascii_digit() || *c == b'_') {
            at += 1;
        }
        at
    };
    let mut end = digits(0);
    if bytes.get(end) == Some(&b'.') && digits(end + 1) > end + 1 {
        end = digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'-' | b'+')));
        let exponent = digits(end + 1 + sign);
        if exponent > end + 1 + sign {
            end = exponent;
        }
    }
    end
}

/// A decimal number times a factor, without rounding where that is possible; what is behind the last whole one is cut.
fn scaled(number: &str, factor: i128) -> Option<i128> {
    let (mantissa, exponent) = match number.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (number, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
    let product = digits.checked_mul(factor)?;
    let shift = exponent.checked_sub(i32::try_from(fraction.len()).ok()?)?;
    let power = |n: u32| 10_i128.checked_pow(n);
    if shift >= 0 {
        if product == 0 { Some(0) } else { product.checked_mul(power(shift.unsigned_abs())?) }
    } else {
        Some(power(shift.unsigned_abs()).map_or(0, |power| product / power))
    }
}

#[cfg(test)]
mod tests {
    use super::{Literal, of_word};

    #[test]
    fn numbers() {
        for (word, value) in [
            ("0", 0),
            ("-7", -7),
            ("1_000", 1000),
            ("0xFf", 255),
            ("-0x10", -16),
            ("10K", 10_000),
            ("3M", 3_000_000),
            ("18446744073709551615", i128::from(u64::MAX)),
        ] {
            assert_eq!(of_word(word), Ok(Literal::Integer(value)), "{word}");
        }
        assert_eq!(of_word("1.5"), Ok(Literal::Decimal(1.5, 1_500_000_000)));
        assert_eq!(of_word("-1e-3"), Ok(Literal::Decimal(-0.001, -1_000_000)));
        assert_eq!(of_word("1.5K"), Ok(Literal::Decimal(1500.0, 1_500_000_000_000)));
        assert_eq!(
            of_word("1335958313.152630001"),
            Ok(Literal::Decimal(1_335_958_313.152_63, 1_335_958_313_152_630_001))
        );
        assert!(matches!(of_word("1e300"), Ok(Literal::Decimal(_, i128::MAX))));
        for wrong in ["0x", "0xg", "1x", "5m", "1.", "1e", "0x10000000000000000", &"9".repeat(50)] {
            assert!(of_word(wrong).is_err(), "{wrong}: {:?}", of_word(wrong));
        }
    }

    #[test]
    fn lengths_of_time() {
        for (word, nanos) in [
            ("5ns", 5),
            ("1.5us", 1_500),
            ("0.1ms", 100_000),
            ("-2s", -2_000_000_000),
            ("3min", 180_000_000_000),
            ("1e3s", 1_000_000_000_000),
            ("1h", 3_600_000_000_000),
            ("0.5d", 43_200_000_000_000),
            ("0e999s", 0),
            ("1e-99s", 0),
        ] {
            assert_eq!(of_word(word), Ok(Literal::Length(nanos)), "{word}");
        }
        assert!(of_word("1e99s").is_err());
    }

    #[test]
    fn addresses() {
        assert_eq!(of_word("10.0.0.1"), Ok(Literal::Ip4([10, 0, 0, 1])));
        assert_eq!(of_word("0:1:2:3:4:ff"), Ok(Literal::Mac([0, 1, 2, 3, 4, 255])));
        let mut six = [0; 16];
        (six[0], six[1], six[15]) = (0xfe, 0x80, 1);
        assert_eq!(of_word("fe80::1"), Ok(Literal::Ip6(six)));
        let prefix = of_word("10.0.0.0/8");
        assert_eq!(prefix, Ok(Literal::Prefix(Box::new(Literal::Ip4([10, 0, 0, 0])), 8)));
        assert!(of_word("00:21:28:00:00:00/24").is_ok() && of_word("::/0").is_ok());
        for wrong in
            ["10.0.0", "10.0.0.256", "10.0.0.0/33", "fe80:::1", "1:2:3", "::/129", "1.5/8", "::1/"]
        {
            assert!(of_word(wrong).is_err(), "{wrong}");
        }
    }
}
