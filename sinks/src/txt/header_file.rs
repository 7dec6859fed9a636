//! `_headers.txt`: what the run was, and number, type, name and description of each column of the
//! flow table.

use std::fmt::Write;
use std::path::PathBuf;

use flowz_api::column::{Column, Schema};
use flowz_api::sink::SinkError;

use super::toggles::TxtToggles;
use super::types;
use crate::common::file::OutputFile;

/// Writes the file; it appears when it is finished.
pub(super) fn write(
    path: PathBuf,
    preamble: &[String],
    schema: &Schema,
    toggles: &TxtToggles,
) -> Result<OutputFile, SinkError> {
    let mut file = OutputFile::create(path)?;
    file.write(lines(preamble, schema, toggles).as_bytes())?;
    Ok(file)
}

fn lines(preamble: &[String], schema: &Schema, toggles: &TxtToggles) -> String {
    let mut text = String::new();
    for line in preamble {
        text += if line.is_empty() { "#" } else { "# " };
        text += line;
        text += "\n";
    }
    text += "# Col No.\tType\tName\tDescription\n";
    for (i, column) in schema.columns.iter().enumerate() {
        let (ty, description) = (types::shown(&column.ty, toggles), description(column));
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}\t{ty}\t{}\t{description}", i + 1, column.name);
    }
    text
}

/// Its sentence without the full stop, and its unit.
fn description(column: &Column) -> String {
    let doc = column.doc.strip_suffix('.').unwrap_or(column.doc);
    if column.unit.is_empty() { doc.to_owned() } else { format!("{doc} [{}]", column.unit) }
}

#[cfg(test)]
mod tests {
    use super::{TxtToggles, lines};
    use crate::test_support::small_schema;

    #[test]
    fn as_the_reference() {
        let preamble = ["Date: 1.000000002 sec".to_owned(), String::new(), "  01: x".to_owned()];
        let expected = "# Date: 1.000000002 sec\n\
            #\n\
            #   01: x\n\
            # Col No.\tType\tName\tDescription\n\
            1\tC\tdir\tDirection: A or B\n\
            2\tU64\tflowInd\tPackets sent [packets]\n\
            3\tSC:R\thdrDesc\t\n\
            4\tS\thost\t\n";
        let mut toggles = TxtToggles::default();
        assert_eq!(lines(&preamble, &small_schema(), &toggles), expected);
        let expected = expected.replace("\tC\t", "\t24\t").replace("\tU64\t", "\t10\t");
        let expected = expected.replace("\tSC:R\t", "\t31:R\t").replace("\tS\t", "\t23\t");
        toggles.types = 0;
        assert_eq!(lines(&preamble, &small_schema(), &toggles), expected);
    }
}
