//! Names of connections and their files, and which of them are drawn.

/// The connections that are drawn.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Chosen(Vec<(u64, u64)>);

impl Chosen {
    /// Reads numbers and ranges between commas.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let range = |part: &str| {
            let (from, to) = part.split_once('-').unwrap_or((part, part));
            let (from, to) = (from.trim().parse().ok()?, to.trim().parse().ok()?);
            (0 < from && from <= to).then_some((from, to))
        };
        let ranges = text.split(',').map(|part| {
            range(part).ok_or_else(|| {
                format!("'{part}' is no number of a connection, nor a range: 1,3-5 is needed")
            })
        });
        ranges.collect::<Result<_, _>>().map(Self)
    }

    /// Whether a connection is drawn.
    pub(super) fn has(&self, number: u64) -> bool {
        self.0.iter().any(|(from, to)| (*from..=*to).contains(&number))
    }

    /// The last one.
    pub(super) fn last(&self) -> u64 {
        self.0.iter().map(|(_, to)| *to).max().unwrap_or(0)
    }
}

/// Letters of both ends of a connection, as tcptrace calls them: a and b, c and d, ..., y and z, aa and ab.
pub(super) fn letters(number: u64) -> [String; 2] {
    let first = number.saturating_sub(1).saturating_mul(2);
    [first, first.saturating_add(1)].map(|mut end| {
        let mut text = Vec::new();
        loop {
            text.push(b'a' + (end % 26) as u8);
            if end < 26 {
                break;
            }
            end = end / 26 - 1;
        }
        text.iter().rev().copied().map(char::from).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::{Chosen, letters};

    #[test]
    fn numbers_and_ranges() {
        let chosen = Chosen::read("1,3-5").unwrap();
        let has: Vec<u64> = (0..8).filter(|number| chosen.has(*number)).collect();
        assert_eq!((has, chosen.last()), (vec![1, 3, 4, 5], 5));
        for wrong in ["", "0", "5-3", "1,,2", "a", "1-", "-4"] {
            assert!(Chosen::read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn ends_have_letters() {
        assert_eq!(letters(1), ["a", "b"]);
        assert_eq!(letters(13), ["y", "z"]);
        assert_eq!(letters(14), ["aa", "ab"]);
        assert_eq!(letters(351), ["zy", "zz"]);
        assert_eq!(letters(352), ["aaa", "aab"]);
        assert_eq!(letters(u64::MAX)[0].len(), 14);
    }
}
