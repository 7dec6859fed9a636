//! What comes first.

use std::fmt;
use std::str::FromStr;

use crate::snapshot::Row;

/// What flows are sorted by, the largest first.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Sort {
    /// Bytes of both directions.
    #[default]
    Bytes,
    /// Packets of both directions.
    Packets,
    /// How old they are.
    Age,
    /// Bits per second.
    Rate,
}

impl Sort {
    const ALL: [(Self, &'static str); 4] = [
        (Self::Bytes, "bytes"),
        (Self::Packets, "packets"),
        (Self::Age, "age"),
        (Self::Rate, "rate"),
    ];

    /// A number that grows with what is sorted by.
    pub(crate) fn rank(self, row: &Row) -> u64 {
        match self {
            Self::Bytes => row.entry.all_bytes(),
            Self::Packets => row.entry.all_packets(),
            Self::Age => row.age.max(0) as u64,
            // The bits of numbers that are not negative have their order; a sum with 0 is never -0.
            Self::Rate => (row.rate.max(0.0) + 0.0).to_bits(),
        }
    }
}

impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::ALL.into_iter().find(|(sort, _)| sort == self);
        f.write_str(name.map_or("", |(_, name)| name))
    }
}

impl FromStr for Sort {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|(_, name)| *name == text);
        let wrong = || "give bytes, packets, age or rate".to_owned();
        found.map(|(sort, _)| sort).ok_or_else(wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::Sort;

    use crate::test_support::{entry, row};

    #[test]
    fn ranks() {
        let mut row = row(entry(1, 6, 500));
        (row.rate, row.age) = (2.5, 7);
        assert_eq!(Sort::ALL.map(|(sort, _)| sort.rank(&row)), [500, 1, 7, 2.5_f64.to_bits()]);
        (row.rate, row.age) = (-0.0, -7);
        assert_eq!([Sort::Age, Sort::Rate].map(|sort| sort.rank(&row)), [0, 0]);
    }

    #[test]
    fn names() {
        for (sort, name) in Sort::ALL {
            assert_eq!((name.parse(), sort.to_string()), (Ok(sort), name.to_owned()));
        }
        assert!("size".parse::<Sort>().is_err());
    }
}
