//! Names of columns: the header line of a file.

use std::collections::BTreeMap;
use std::io::{self, Read};

use anyhow::{Result, bail};

/// Most bytes of a header line: it must fit into a pipe.
pub(crate) const LONGEST: usize = 60_000;
/// Names that are alike enough to be meant, at least (0 to 1).
const ALIKE: f64 = 0.75;
/// The byte order mark with which some programs begin a text.
const MARK: char = '\u{feff}';
/// Most names that an error suggests.
const SUGGESTED: usize = 3;

/// How files are written.
#[derive(Clone, Debug)]
pub(crate) struct Format {
    /// What the header line begins with, for example `%`; empty if it has no sign.
    pub(crate) sign: String,
    /// The line that is the header, from 1; without it the first line that begins with the sign.
    pub(crate) line: Option<u64>,
    /// What is between columns.
    pub(crate) separator: Separator,
}

/// What is between columns.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Separator {
    /// This text.
    Text(String),
    /// Commas, with cells in quotes (RFC 4180).
    Csv,
}

/// Columns of a file in their order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Columns {
    /// The names as awk can write them.
    pub(crate) names: Vec<String>,
    /// The header line.
    pub(crate) line: String,
    /// Where it is from, for errors.
    pub(crate) file: String,
    places: BTreeMap<String, usize>,
    twice: Vec<String>,
}

impl Columns {
    /// The columns that a header line names.
    pub(crate) fn new(line: &str, format: &Format, file: &str, rename: bool) -> Self {
        let text = line.strip_prefix(&format.sign).unwrap_or(line);
        let cells: Vec<String> = match &format.separator {
            Separator::Text(separator) if separator == " " => {
                text.split_whitespace().map(str::to_owned).collect()
            }
            Separator::Text(separator) => {
                text.split(separator.as_str()).map(str::to_owned).collect()
            }
            Separator::Csv => csv_cells(text),
        };
        let mut columns = Self { line: line.to_owned(), file: file.to_owned(), ..Self::default() };
        for cell in cells {
            columns.add(as_name(&cell), rename);
        }
        columns
    }

    fn add(&mut self, mut name: String, rename: bool) {
        if self.places.contains_key(&name) {
            if rename {
                let numbered = (2..).map(|n| format!("{name}_{n}"));
                let free = numbered.into_iter().find(|n| !self.places.contains_key(n));
                name = free.unwrap_or(name);
            } else {
                self.twice.push(name.clone());
            }
        }
        self.names.push(name.clone());
        let place = self.names.len();
        self.places.entry(name).or_insert(place);
    }

    /// The number of a column, from 1.
    pub(crate) fn place(&self, name: &str) -> Option<usize> {
        self.places.get(name).copied()
    }

    /// Whether several columns have this name.
    pub(crate) fn is_twice(&self, name: &str) -> bool {
        self.twice.iter().any(|n| n == name)
    }

    /// What is wrong with a name that no column has, with the names that are most like it.
    pub(crate) fn unknown(&self, name: &str) -> String {
        let lower = name.to_lowercase();
        let alike = |known: &str| {
            let known = known.to_lowercase();
            let part = known.contains(&lower) || lower.contains(&known);
            let score = strsim::jaro_winkler(&lower, &known);
            if part { score.max(ALIKE) } else { score }
        };
        let named = self.names.iter().filter(|n| !n.is_empty());
        let mut near: Vec<_> = named.map(|n| (alike(n), n)).filter(|(s, _)| *s >= ALIKE).collect();
        near.sort_by(|a, b| b.0.total_cmp(&a.0));
        near.dedup_by(|a, b| a.1 == b.1);
        let near: Vec<_> = near.iter().take(SUGGESTED).map(|(_, n)| n.as_str()).collect();
        let hint = match near.as_slice() {
            [] => "tawk -l FILE shows its columns".to_owned(),
            near => format!("did you mean {}?", near.join(", ")),
        };
        format!("there is no column '{name}' in {}: {hint}", self.file)
    }
}

/// A name as awk can write it: letters, digits and `_`, no digit in front.
fn as_name(cell: &str) -> String {
    let fine = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' };
    let name: String = cell.trim_end_matches('\r').chars().map(fine).collect();
    if name.starts_with(|c: char| c.is_ascii_digit()) { format!("_{name}") } else { name }
}

/// Cells of a line of comma-separated values.
fn csv_cells(line: &str) -> Vec<String> {
    let (mut cells, mut cell, mut is_quoted) = (Vec::new(), String::new(), false);
    for letter in line.trim_end_matches('\r').chars() {
        match letter {
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => cells.push(std::mem::take(&mut cell)),
            _ => cell.push(letter),
        }
    }
    cells.push(cell);
    cells
}

/// A header line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Header {
    /// Its text.
    pub(crate) line: String,
    /// Whether the file begins with a byte order mark, which is in no line.
    pub(crate) marked: bool,
}

/// Reads a file up to and with its header line, not a byte further, so that another program can go on from there. `None`:
/// there is none. The reader is asked for single bytes.
pub(crate) fn read_header(
    mut reader: impl Read,
    format: &Format,
    file: &str,
) -> Result<Option<Header>> {
    let (mut number, mut marked) = (0, false);
    while let Some(line) = read_line(&mut reader, file)? {
        number += 1;
        let line = match line.strip_prefix(MARK).filter(|_| number == 1) {
            Some(rest) => {
                marked = true;
                rest.to_owned()
            }
            None => line,
        };
        match format.line {
            Some(wanted) if number == wanted => return Ok(Some(Header { line, marked })),
            Some(_) => {}
            None if line.starts_with(&format.sign) => return Ok(Some(Header { line, marked })),
            // Comments may stand in front of it.
            None if line.starts_with('#') || line.starts_with('%') || line.is_empty() => {}
            None => return Ok(None),
        }
    }
    Ok(None)
}

fn read_line(reader: &mut impl Read, file: &str) -> Result<Option<String>> {
    let mut line = Vec::new();
    let mut byte = [0];
    loop {
        let read = match reader.read(&mut byte) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => bail!("cannot read {file}: {error}"),
            Ok(read) => read,
        };
        if read == 0 && line.is_empty() {
            return Ok(None);
        }
        if read == 0 || byte[0] == b'\n' {
            return Ok(Some(String::from_utf8_lossy(&line).into_owned()));
        }
        line.push(byte[0]);
        if line.len() > LONGEST {
            bail!(
                "{file} has a line of more than {LONGEST} bytes in front of its rows: it is no table with a header line"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Columns, Format, Separator, read_header};

    fn tsv(sign: &str, line: Option<u64>) -> Format {
        Format { sign: sign.to_owned(), line, separator: Separator::Text("\t".to_owned()) }
    }

    #[test]
    fn names_and_places() {
        let columns = Columns::new("%dir\tid.orig_h\t4me\tdir\r", &tsv("%", None), "f", false);
        assert_eq!(columns.names, ["dir", "id_orig_h", "_4me", "dir"]);
        assert_eq!(
            (columns.place("dir"), columns.place("_4me"), columns.place("x")),
            (Some(1), Some(3), None)
        );
        assert!(columns.is_twice("dir") && !columns.is_twice("_4me"));
        let renamed = Columns::new("a\ta\ta", &tsv("%", None), "f", true);
        assert_eq!(renamed.names, ["a", "a_2", "a_3"]);
        let csv = Format { separator: Separator::Csv, ..tsv("", Some(1)) };
        assert_eq!(Columns::new("a,\"b c\"", &csv, "f", false).names, ["a", "b_c"]);
        let quoted = Columns::new("\"a,b\",,c\r", &csv, "f", false);
        assert_eq!(quoted.names, ["a_b", "", "c"]);
        assert_eq!(
            quoted.unknown("d"),
            "there is no column 'd' in f: tawk -l FILE shows its columns"
        );
    }

    #[test]
    fn names_that_are_meant() {
        let columns =
            Columns::new("%srcIP\tdstIP\tl7BytesSnt\tduration", &tsv("%", None), "x.txt", false);
        let told = columns.unknown("numBytesSnt");
        assert_eq!(told, "there is no column 'numBytesSnt' in x.txt: did you mean l7BytesSnt?");
        assert!(columns.unknown("SRCIP").ends_with("did you mean srcIP?"));
        assert!(columns.unknown("qqq").ends_with("tawk -l FILE shows its columns"));
    }

    #[test]
    fn headers_are_read_and_no_byte_more() {
        let mut text = "# made by\n%a\tb\n1\t2\n".as_bytes();
        let read = |text: &mut &[u8], format: &Format| {
            let header = read_header(text, format, "f").unwrap();
            header.map(|header| (header.line, header.marked))
        };
        assert_eq!(read(&mut text, &tsv("%", None)), Some(("%a\tb".to_owned(), false)));
        assert_eq!(text, b"1\t2\n");
        assert_eq!(read_header(&b"1\t2\n"[..], &tsv("%", None), "f").unwrap(), None);
        assert_eq!(read_header(&b""[..], &tsv("%", None), "f").unwrap(), None);
        let second = read(&mut &b"x\na,b\n"[..], &tsv("", Some(2)));
        assert_eq!(second, Some(("a,b".to_owned(), false)));
        let marked = read(&mut "\u{feff}# x\n%a\tb\r\n".as_bytes(), &tsv("%", None));
        assert_eq!(marked, Some(("%a\tb\r".to_owned(), true)));
        let long = "x".repeat(super::LONGEST + 1);
        assert!(read_header(long.as_bytes(), &tsv("%", None), "f").is_err());
    }
}
