//! The distinguished encoding rules (X.690), as far as certificates need them.

/// Tags.
pub(crate) mod tag {
    pub(crate) const INTEGER: u8 = 0x02;
    pub(crate) const BIT_STRING: u8 = 0x03;
    pub(crate) const OID: u8 = 0x06;
    pub(crate) const UTC_TIME: u8 = 0x17;
    pub(crate) const GENERALIZED_TIME: u8 = 0x18;
    pub(crate) const BMP_STRING: u8 = 0x1e;
    pub(crate) const SEQUENCE: u8 = 0x30;
    pub(crate) const SET: u8 = 0x31;
    pub(crate) const VERSION: u8 = 0xa0;
}

/// Elements, one behind the other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Der<'a>(pub(crate) &'a [u8]);

impl<'a> Der<'a> {
    /// The next element's tag and contents.
    pub(crate) fn next(&mut self) -> Option<(u8, &'a [u8])> {
        let (&[tag, first], mut rest) = self.0.split_first_chunk::<2>()?;
        let mut len = usize::from(first);
        if first & 0x80 != 0 {
            let (bytes, behind) = rest.split_at_checked(usize::from(first & 0x7f))?;
            if bytes.is_empty() || bytes.len() > 4 {
                return None;
            }
            len = bytes.iter().fold(0, |len, byte| len << 8 | usize::from(*byte));
            rest = behind;
        }
        let (contents, behind) = rest.split_at_checked(len)?;
        self.0 = behind;
        Some((tag, contents))
    }

    /// The contents of the next element, if it has this tag.
    pub(crate) fn expect(&mut self, tag: u8) -> Option<&'a [u8]> {
        let before = *self;
        let (found, contents) = self.next()?;
        if found != tag {
            *self = before;
            return None;
        }
        Some(contents)
    }
}

/// The dotted numbers of an object identifier.
pub(crate) fn dotted(oid: &[u8]) -> String {
    let (mut text, mut number, mut first) = (String::new(), 0_u64, true);
    for byte in oid.iter().take(64) {
        number = number << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 != 0 {
            continue;
        }
        if first {
            let root = (number / 40).min(2);
            text = format!("{root}.{}", number - root * 40);
        } else {
            text.push('.');
            text += &number.to_string();
        }
        (number, first) = (0, false);
    }
    text
}

/// Seconds since 1970 of a time in one of the two forms that certificates have (RFC 5280, section 4.1.2.5).
pub(crate) fn seconds(tag: u8, text: &[u8]) -> Option<i64> {
    let digits = |from: usize, len: usize| {
        let digits = text.get(from..from + len)?;
        digits.iter().try_fold(0_i64, |number, digit| {
            digit.is_ascii_digit().then(|| number * 10 + i64::from(digit - b'0'))
        })
    };
    let (year, at) = match tag {
        tag::UTC_TIME => (digits(0, 2).map(|year| year + if year < 50 { 2000 } else { 1900 })?, 2),
        tag::GENERALIZED_TIME => (digits(0, 4)?, 4),
        _ => return None,
    };
    let (month, day) = (digits(at, 2)?, digits(at + 2, 2)?);
    let (hour, minute) = (digits(at + 4, 2)?, digits(at + 6, 2)?);
    let second = digits(at + 8, 2).unwrap_or(0);
    Some(((days(year, month, day) * 24 + hour) * 60 + minute) * 60 + second)
}

/// Days from 1970 to a day of the Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> i64 {
    // Years that begin with March have their leap day at the end.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year
        - 719_468
}
