//! Connections as people name them: by numbers, `3`, `1,3-5`, and by letters of their ends.

/// A set of numbers.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Numbers {
    /// First and last of each range, in order, without touching each other.
    ranges: Vec<(u64, u64)>,
}

impl Numbers {
    /// Reads numbers and ranges with commas between them; nothing of an empty text.
    ///
    /// # Errors
    ///
    /// A sentence on the word that is neither.
    pub fn parse(text: &str) -> Result<Self, String> {
        let words = text.split(',').filter(|_| !text.is_empty());
        let mut ranges = words.map(|word| range(word.trim())).collect::<Result<Vec<_>, _>>()?;
        ranges.sort_unstable();
        let mut merged: Vec<(u64, u64)> = Vec::new();
        for (first, last) in ranges {
            match merged.last_mut() {
                Some(before) if first <= before.1.saturating_add(1) => {
                    before.1 = before.1.max(last);
                }
                _ => merged.push((first, last)),
            }
        }
        Ok(Self { ranges: merged })
    }

    /// Whether a number is one of them.
    pub fn has(&self, number: u64) -> bool {
        let behind = self.ranges.partition_point(|(_, last)| *last < number);
        self.ranges.get(behind).is_some_and(|(first, _)| *first <= number)
    }

    /// The last one, 0 if there is none.
    pub fn last(&self) -> u64 {
        self.ranges.last().map_or(0, |(_, last)| *last)
    }
}

/// The letters of both ends of what is at this place, from 1, as tcptrace calls them: a and b, c and d, ..., y and z, aa and ab.
pub fn letters(place: u64) -> [String; 2] {
    const LETTERS: u64 = 26;
    let first = place.saturating_sub(1).saturating_mul(2);
    [first, first.saturating_add(1)].map(|mut rest| {
        let mut name = Vec::new();
        loop {
            name.push(b'a' + (rest % LETTERS) as u8);
            if rest < LETTERS {
                break;
            }
            rest = rest / LETTERS - 1;
        }
        name.iter().rev().map(|letter| char::from(*letter)).collect()
    })
}

fn range(word: &str) -> Result<(u64, u64), String> {
    let (first, last) = word.split_once('-').unwrap_or((word, word));
    let number = |text: &str| text.parse().ok().filter(|number| *number > 0);
    match (number(first), number(last)) {
        (Some(first), Some(last)) if first <= last => Ok((first, last)),
        (Some(_), Some(_)) => {
            Err(format!("the range '{word}' of connections ends before it begins"))
        }
        _ => Err(format!(
            "'{word}' is no number of a connection: give 3, 3-5 or 3,5; the first one is 1"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::{Numbers, letters};

    #[test]
    fn numbers_and_ranges() {
        let numbers = Numbers::parse("7,1,3-5,4-6,20-18446744073709551615").unwrap();
        assert_eq!(numbers.ranges, [(1, 1), (3, 7), (20, u64::MAX)]);
        let there: Vec<u64> = (0..30).filter(|number| numbers.has(*number)).collect();
        assert_eq!(there, [1, 3, 4, 5, 6, 7, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29]);
        assert!(!Numbers::parse("").unwrap().has(1));
        assert_eq!((numbers.last(), Numbers::default().last()), (u64::MAX, 0));
    }

    #[test]
    fn letters_go_on_behind_z() {
        for (place, ends) in [
            (1, ["a", "b"]),
            (13, ["y", "z"]),
            (14, ["aa", "ab"]),
            (26, ["ay", "az"]),
            (27, ["ba", "bb"]),
            (351, ["zy", "zz"]),
            (352, ["aaa", "aab"]),
            (9139, ["zzy", "zzz"]),
            (9140, ["aaaa", "aaab"]),
        ] {
            assert_eq!(letters(place), ends, "{place}");
        }
        assert_eq!(letters(u64::MAX)[0].len(), 14);
    }

    #[test]
    fn what_is_none() {
        for word in ["0", "x", "1-", "-1", "1,,2", "1 2", "99999999999999999999"] {
            let told = Numbers::parse(word).unwrap_err();
            assert!(told.contains("is no number of a connection"), "{told}");
        }
        let told = Numbers::parse("5-3").unwrap_err();
        assert_eq!(told, "the range '5-3' of connections ends before it begins");
    }
}
