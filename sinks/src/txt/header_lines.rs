//! The lines that a table begins with: column names and, if asked for, what is below them.

use flowz_api::column::Schema;

use super::toggles::TxtToggles;
use super::types;

/// Characters of the number of rows, filled up with blanks: it is known when the file is complete.
pub(crate) const ROWS_WIDTH: usize = 20;

/// The lines.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct HeaderLines {
    /// With line ends.
    pub(super) text: Vec<u8>,
    /// Where in the text the number of rows goes.
    pub(super) rows_at: Option<u64>,
    /// Whether each file of the table begins with them.
    pub(super) in_each_file: bool,
}

impl HeaderLines {
    /// The lines of the flow table.
    pub(super) fn for_flows(toggles: &TxtToggles, schema: &Schema) -> Self {
        if !toggles.header {
            return Self::default();
        }
        let mut lines = Self { in_each_file: toggles.header_in_pieces, ..Self::default() };
        if toggles.extended_header {
            let (sign, separator) = (&toggles.header_sign, &toggles.separator);
            let types = schema.columns.iter().map(|c| types::shown(&c.ty, toggles));
            let types = types.collect::<Vec<_>>().join(separator);
            let columns = schema.columns.len();
            let rows = format!("{sign} {:ROWS_WIDTH$}\n", "");
            lines.rows_at = Some(sign.len() as u64 + 1);
            lines.text = format!("{rows}{sign} {columns}\n{sign} {types}\n").into_bytes();
        }
        lines.text.extend(names(toggles, schema));
        lines
    }

    /// The line of the packet table.
    pub(super) fn for_packets(toggles: &TxtToggles, schema: &Schema) -> Self {
        Self { text: names(toggles, schema), ..Self::default() }
    }
}

fn names(toggles: &TxtToggles, schema: &Schema) -> Vec<u8> {
    let names: Vec<_> = schema.columns.iter().map(|column| column.name.as_str()).collect();
    let line = names.join(&toggles.separator);
    format!("{}{line}\n", toggles.header_sign).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::HeaderLines;
    use crate::test_support::small_schema;
    use crate::txt::toggles::TxtToggles;

    #[test]
    fn extended() {
        let mut toggles = TxtToggles { extended_header: true, types: 1, ..TxtToggles::default() };
        let lines = HeaderLines::for_flows(&toggles, &small_schema());
        let expected =
            "%                     \n% 4\n% 24\t10\t31:R\t23\n%dir\tflowInd\thdrDesc\thost\n";
        assert_eq!((lines.text.as_slice(), lines.rows_at), (expected.as_bytes(), Some(2)));
        (toggles.header_sign, toggles.separator) = ("##".into(), ", ".to_owned());
        let lines = HeaderLines::for_flows(&toggles, &small_schema());
        assert!(lines.text.ends_with(b"\n## 24, 10, 31:R, 23\n##dir, flowInd, hdrDesc, host\n"));
        assert_eq!(lines.rows_at, Some(3));
        let packets = HeaderLines::for_packets(&toggles, &small_schema());
        assert_eq!(packets.text, b"##dir, flowInd, hdrDesc, host\n");
        toggles.header = false;
        assert_eq!(HeaderLines::for_flows(&toggles, &small_schema()), HeaderLines::default());
    }
}
