//! Lists of prefixes that users write: comma-separated values, a prefix a line.
//!
//! ```text
//! # prefix, country, organisation, autonomous system
//! prefix,country,organisation,asn
//! 198.51.100.0/24,CH,"Example AG, Zürich",64500
//! 2001:db8:7::/48,CH,Example AG
//! 10.20.0.0/16,,Laboratory
//! ```
//!
//! The line with the names of columns may be missing; then they are in this order. Only the prefix is needed. Lines that
//! begin with `#`, and empty ones, are passed over. The longest prefix of an address counts, whatever the order of lines.

use std::collections::HashMap;
use std::path::Path;

use crate::place::{Origin, Place, is_country, name};
use crate::{PlacesError, Prefix, PrefixTable};

/// The columns, in their order where no line names them.
const COLUMNS: [&str; 4] = ["prefix", "country", "organisation", "asn"];

/// Reads a list from text; `file` is its name in errors.
pub fn parse(file: &Path, text: &[u8]) -> Result<PrefixTable<Place>, PlacesError> {
    let wrong = |line, reason| PlacesError::Line { file: file.to_owned(), line, reason };
    let mut table = PrefixTable::default();
    let mut lines = HashMap::new();
    let mut columns = COLUMNS.to_vec();
    for (line, row) in (1..).zip(text.split(|b| *b == b'\n')) {
        let cells = cells(row).map_err(|reason| wrong(line, reason))?;
        if cells.is_empty() {
            continue;
        }
        if table.is_empty() && cells.iter().any(|cell| cell == COLUMNS[0]) {
            columns = names(&cells).map_err(|reason| wrong(line, reason))?;
            continue;
        }
        let (prefix, place) = place(&columns, &cells).map_err(|reason| wrong(line, reason))?;
        if let Some(earlier) = lines.insert(prefix, line) {
            let reason = format!("{prefix} stands in line {earlier} already; leave one of them");
            return Err(wrong(line, reason));
        }
        table.entry(prefix, || place);
    }
    if table.is_empty() {
        return Err(PlacesError::Empty(file.to_owned()));
    }
    Ok(table)
}

/// The values of a line of comma-separated values (RFC 4180, without line breaks in values), blanks around them cut off; none
/// if there is nothing in it, or if it begins with `#`.
pub fn cells(line: &[u8]) -> Result<Vec<String>, String> {
    const USUAL: usize = 512;
    let line = line.trim_ascii();
    if line.is_empty() || line.starts_with(b"#") {
        return Ok(Vec::new());
    }
    if line.iter().fold(false, |open, byte| open != (*byte == b'"')) {
        return Err("a quote is not closed in its line".to_owned());
    }
    let mut reader = csv::ReaderBuilder::new();
    let reader = reader.has_headers(false).trim(csv::Trim::All).buffer_capacity(USUAL);
    let record = reader.from_reader(line).into_records().next();
    let record = record.transpose().map_err(|_| "the line is no text in UTF-8".to_owned())?;
    Ok(record.iter().flatten().map(str::to_owned).collect())
}

/// The names of a first line.
fn names(cells: &[String]) -> Result<Vec<&'static str>, String> {
    let mut names: Vec<&'static str> = Vec::new();
    for cell in cells {
        let known = COLUMNS.into_iter().find(|name| *name == cell);
        let name = known.ok_or_else(|| {
            format!("there is no column '{cell}': there are {}", COLUMNS.join(", "))
        })?;
        if names.contains(&name) {
            return Err(format!("the column '{name}' is there twice"));
        }
        names.push(name);
    }
    Ok(names)
}

fn place(columns: &[&str], cells: &[String]) -> Result<(Prefix, Place), String> {
    if cells.len() > columns.len() {
        let (most, found) = (columns.len(), cells.len());
        return Err(format!(
            "there are {found} values for {most} columns; commas within a value need quotes around it"
        ));
    }
    let mut prefix = None;
    let mut place = Place { origin: Origin::List, ..Place::default() };
    for (column, cell) in columns.iter().zip(cells) {
        match *column {
            "prefix" => prefix = Some(cell.parse()?),
            "country" => {
                if !cell.is_empty() && !is_country(cell) {
                    return Err(format!(
                        "'{cell}' is no country: two letters of ISO 3166-1 are, such as CH"
                    ));
                }
                place.country.clone_from(cell);
            }
            "organisation" => place.organisation = name(cell),
            _ if cell.is_empty() => {}
            _ => {
                let digits = cell.strip_prefix("AS").unwrap_or(cell);
                let number = digits.parse().ok().filter(|_| !digits.starts_with('+'));
                place.system = number
                    .ok_or_else(|| format!("'{cell}' is no number of an autonomous system"))?;
            }
        }
    }
    Ok((prefix.ok_or("the prefix is missing")?, place))
}

#[cfg(test)]
mod tests {
    use super::{Path, parse};

    fn error(text: &[u8]) -> String {
        parse(Path::new("own.csv"), text).unwrap_err().to_string()
    }

    #[test]
    fn with_and_without_names() {
        let plain = b"# mine\n\n198.51.100.0/24, CH ,\"Example AG, Z\xc3\xbcrich\",AS64500\n10.20.0.0/16,,Lab\n::1\n";
        let table = parse(Path::new("own.csv"), plain).unwrap();
        let place = table.longest("198.51.100.9".parse().unwrap()).unwrap();
        let shown = (place.country.as_str(), place.organisation.as_str(), place.system);
        assert_eq!(shown, ("CH", "Example AG, Zürich", 64500));
        let place = table.longest("10.20.255.1".parse().unwrap()).unwrap();
        assert_eq!((place.country.as_str(), place.organisation.as_str()), ("", "Lab"));
        assert_eq!(table.len(), 3);
        let named = b"country,prefix\nDE,10.0.0.0/8\n";
        let table = parse(Path::new("own.csv"), named).unwrap();
        assert_eq!(table.longest("10.1.1.1".parse().unwrap()).unwrap().country, "DE");
    }

    #[test]
    fn errors_say_where() {
        assert_eq!(
            error(b"10.0.0.0/8\n\n# x\n10.0.0.1/8,CH\n"),
            "own.csv, line 4: '10.0.0.1/8' has bits behind its prefix; is 10.0.0.0/8 meant?"
        );
        assert!(error(b"::/0\n::/0\n").contains("line 2: ::/0 stands in line 1 already"));
        assert!(
            error(b"10.0.0.0/8,CH,A,B,C\n").contains("line 1: there are 5 values for 4 columns")
        );
        assert!(
            error(b"prefix,land\n")
                .contains("there is no column 'land': there are prefix, country")
        );
        assert!(error(b"prefix,prefix\n").contains("twice"));
        for country in ["CHE", "C", "C-", "Schweiz"] {
            let told = error(format!("10.0.0.0/8,{country}\n").as_bytes());
            let expected = format!(
                "own.csv, line 1: '{country}' is no country: two letters of ISO 3166-1 are, such as CH"
            );
            assert_eq!(told, expected);
        }
        for nothing in ["", "# a list\n", "prefix,country\n\n"] {
            let told = error(nothing.as_bytes());
            assert!(told.starts_with("own.csv names no prefix: a line is "), "{told}");
        }
        assert!(error(b"10.0.0.0/8,C H\n").contains("'C H' is no country"));
        assert!(error(b"10.0.0.0/8,,,+1\n").contains("'+1' is no number"));
        assert!(error(b"10.0.0.0/8\n10.1.0.0/16,\xff\n").contains("line 2: the line is no text"));
        assert!(error(b"10.0.0.0/8\n,CH\n").contains("line 2: '' is neither"));
        assert!(error(b"\0\0\0\0").contains("line 1"));
        assert!(error(b"::/0,CH,\"a\nb\"\n").contains("line 1: a quote is not closed"));
    }
}
