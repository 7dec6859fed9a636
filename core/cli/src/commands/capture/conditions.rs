//! The conditions of `-a` and `-b`, in dumpcap's words, and the sizes of `-C`.

use std::path::PathBuf;
use std::time::Duration;

/// When the capture ends.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum End {
    Duration(Duration),
    /// Bytes of the file.
    Size(u64),
    Files(u64),
    Packets(u64),
}

impl End {
    /// Reads `duration:S`, `filesize:KB`, `files:N` or `packets:N`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (word, value) = split(text)?;
        match word {
            "duration" => Ok(Self::Duration(seconds(value)?)),
            "filesize" => Ok(Self::Size(kilobytes(value)?)),
            "files" => Ok(Self::Files(count(value)?)),
            "packets" => Ok(Self::Packets(count(value)?)),
            _ => Err("conditions are duration, filesize, files and packets".to_owned()),
        }
    }
}

/// When the next file begins, and what goes with having several.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Next {
    Duration(Duration),
    /// Seconds.
    Interval(u64),
    /// Bytes.
    Size(u64),
    Packets(u64),
    /// So many are kept; 0: all.
    Keep(u64),
    /// Whether the time stands in front of the number.
    TimeFirst(bool),
    /// Where names of finished files are told.
    Names(PathBuf),
}

impl Next {
    /// Reads a condition.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (word, value) = split(text)?;
        match word {
            "duration" => Ok(Self::Duration(seconds(value)?)),
            "interval" => Ok(Self::Interval(count(value)?)),
            "filesize" => Ok(Self::Size(kilobytes(value)?)),
            "packets" => Ok(Self::Packets(count(value)?)),
            "files" if value == "0" => Ok(Self::Keep(0)),
            "files" => Ok(Self::Keep(count(value)?)),
            "nametimenum" if matches!(value, "1" | "2") => Ok(Self::TimeFirst(value == "2")),
            "nametimenum" => Err("nametimenum is 1 (number first) or 2 (time first)".to_owned()),
            "printname" => Ok(Self::Names(value.into())),
            _ => Err("conditions are duration, interval, filesize, packets, files, nametimenum \
                      and printname"
                .to_owned()),
        }
    }
}

fn split(text: &str) -> Result<(&str, &str), String> {
    let parts = text.split_once(':').filter(|(_, value)| !value.is_empty());
    parts.ok_or_else(|| "a condition has a value, as in duration:60".to_owned())
}

/// A number of something, at least one.
pub(super) fn count(text: &str) -> Result<u64, String> {
    let number = text.parse().ok().filter(|number: &u64| (1..1 << 62).contains(number));
    number.ok_or_else(|| "give a whole number above 0".to_owned())
}

fn seconds(text: &str) -> Result<Duration, String> {
    let number = text.parse().ok().filter(|number: &f64| (1e-3..1e9).contains(number));
    number.map(Duration::from_secs_f64).ok_or_else(|| "give a number of seconds".to_owned())
}

/// Units of 1000 bytes.
fn kilobytes(text: &str) -> Result<u64, String> {
    count(text)?.checked_mul(1000).ok_or_else(|| "that is too much".to_owned())
}

/// A size in millions of bytes, or with k, m, g in powers of 1024.
pub(super) fn size(text: &str) -> Result<u64, String> {
    let (number, unit) = match text.char_indices().last() {
        Some((at, 'k' | 'K')) => (&text[..at], 1 << 10),
        Some((at, 'm' | 'M')) => (&text[..at], 1 << 20),
        Some((at, 'g' | 'G')) => (&text[..at], 1 << 30),
        _ => (text, 1_000_000),
    };
    count(number)?.checked_mul(unit).ok_or_else(|| "that is too much".to_owned())
}

#[cfg(test)]
mod tests {
    use super::{End, Next, size};
    use std::time::Duration;

    #[test]
    fn ends() {
        let expected = [
            ("duration:1.5", End::Duration(Duration::from_millis(1500))),
            ("filesize:100", End::Size(100_000)),
            ("files:3", End::Files(3)),
            ("packets:7", End::Packets(7)),
        ];
        for (text, end) in expected {
            assert_eq!(End::parse(text), Ok(end));
        }
        for wrong in
            ["", "packets", "packets:", "packets:0", "packets:x", "interval:3", "duration:-1"]
        {
            assert!(End::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn next_files() {
        let expected = [
            ("interval:3600", Next::Interval(3600)),
            ("filesize:1", Next::Size(1000)),
            ("packets:5", Next::Packets(5)),
            ("files:0", Next::Keep(0)),
            ("files:9", Next::Keep(9)),
            ("nametimenum:2", Next::TimeFirst(true)),
            ("printname:a:b", Next::Names("a:b".into())),
        ];
        for (text, next) in expected {
            assert_eq!(Next::parse(text), Ok(next));
        }
        for wrong in [
            "nametimenum:3",
            "interval:1.5",
            "printname:",
            "size:3",
            "filesize:99999999999999999999",
        ] {
            assert!(Next::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn sizes() {
        assert_eq!(size("2"), Ok(2_000_000));
        assert_eq!([size("3k"), size("1M"), size("1g")], [3 << 10, 1 << 20, 1 << 30].map(Ok));
        assert!(size("k").is_err() && size("0").is_err() && size("").is_err());
    }
}
