//! Rows of cells in aligned columns.

use std::borrow::Cow;
use std::io::{self, Write};

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// In front of names of columns on a terminal: bold.
const BOLD: &str = "\x1b[1m";
const PLAIN: &str = "\x1b[0m";

/// How a table looks.
#[derive(Clone, Debug)]
pub(crate) struct Look {
    /// Between cells of the input.
    pub(crate) separator: String,
    /// Between columns.
    pub(crate) between: String,
    /// Cells of more letters do not make their column wider.
    pub(crate) most: usize,
    /// Columns of numbers on the right.
    pub(crate) right: bool,
    /// Most letters of a line.
    pub(crate) width: Option<usize>,
    /// Names of columns in bold.
    pub(crate) colour: bool,
}

/// The widths of columns.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Widths {
    columns: Vec<Column>,
    /// Letters of the cells of a line that are too long for their columns, at most.
    beyond: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Column {
    width: usize,
    /// Whether a cell is no number.
    text: bool,
    /// Whether a cell is a number.
    number: bool,
}

impl Widths {
    /// Makes columns as wide as this line needs.
    pub(crate) fn add(&mut self, line: &str, look: &Look) {
        if is_comment(line, look) {
            return;
        }
        let names = line.starts_with('%');
        let mut beyond = 0;
        for (n, cell) in line.split(look.separator.as_str()).enumerate() {
            if n == self.columns.len() {
                self.columns.push(Column::default());
            }
            let column = &mut self.columns[n];
            let width = cell.width();
            if width > look.most {
                beyond += width;
            } else {
                column.width = column.width.max(width);
            }
            if !names && !cell.is_empty() {
                let number = is_number(cell);
                column.number |= number;
                column.text |= !number;
            }
        }
        self.beyond = self.beyond.max(beyond);
    }

    /// Letters of the widest line; with cells that are too long for their columns not less.
    pub(crate) fn total(&self, look: &Look) -> usize {
        let gaps = self.columns.len().saturating_sub(1) * look.between.width();
        self.columns.iter().map(|c| c.width).sum::<usize>() + gaps + self.beyond
    }

    /// Writes a line.
    pub(crate) fn write(&self, line: &str, look: &Look, out: &mut impl Write) -> io::Result<()> {
        let text = if is_comment(line, look) { line.to_owned() } else { self.aligned(line, look) };
        let text = match look.width {
            Some(width) => cut(&text, width),
            None => text.as_str(),
        };
        let text = text.trim_end_matches(' ');
        // What steers a terminal does not reach one.
        let text = if look.colour {
            Cow::from(text.replace(char::is_control, "\u{fffd}"))
        } else {
            text.into()
        };
        if look.colour && line.starts_with('%') {
            writeln!(out, "{BOLD}{text}{PLAIN}")
        } else {
            writeln!(out, "{text}")
        }
    }

    fn aligned(&self, line: &str, look: &Look) -> String {
        let mut text = String::with_capacity(line.len() * 2);
        for (n, cell) in line.split(look.separator.as_str()).enumerate() {
            if n > 0 {
                text += &look.between;
            }
            let column = self.columns.get(n).copied().unwrap_or_default();
            let blanks = column.width.saturating_sub(cell.width());
            let right = look.right && column.number && !column.text;
            if right {
                text.extend(std::iter::repeat_n(' ', blanks));
            }
            text += cell;
            if !right {
                text.extend(std::iter::repeat_n(' ', blanks));
            }
        }
        text
    }
}

/// Whether a line is no row: a comment, or without any separator and cells.
fn is_comment(line: &str, look: &Look) -> bool {
    line.starts_with('#') && !line.contains(look.separator.as_str())
}

fn is_number(cell: &str) -> bool {
    let digits = cell.trim_start_matches(['+', '-']).trim_end_matches('%');
    digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') && digits.parse::<f64>().is_ok()
}

/// The beginning of a line that has no more than so many letters.
fn cut(text: &str, width: usize) -> &str {
    let mut used = 0;
    for (at, letter) in text.char_indices() {
        used += letter.width().unwrap_or(1);
        if used > width {
            return &text[..at];
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Look, Widths, cut, is_number};

    fn look() -> Look {
        Look {
            separator: "\t".to_owned(),
            between: "  ".to_owned(),
            most: 80,
            right: false,
            width: None,
            colour: false,
        }
    }

    fn shown(lines: &[&str], look: &Look) -> Vec<String> {
        let mut widths = Widths::default();
        for line in lines {
            widths.add(line, look);
        }
        let mut out = Vec::new();
        for line in lines {
            widths.write(line, look, &mut out).unwrap();
        }
        String::from_utf8(out).unwrap().lines().map(str::to_owned).collect()
    }

    #[test]
    fn columns_are_aligned() {
        let lines =
            ["# a comment that is long", "%dir\tn\tname", "A\t1\t\"x\"", "B\t\t東京", "A\t12"];
        let expected = [
            "# a comment that is long",
            "%dir  n   name",
            "A     1   \"x\"",
            "B         東京",
            "A     12",
        ];
        assert_eq!(shown(&lines, &look()), expected);
        let right = Look { right: true, ..look() };
        let expected = ["%dir   n  東  x", "A      1  é   y", "B         東  y", "A     12  a   y"];
        assert_eq!(
            shown(&["%dir\tn\t東\tx", "A\t1\té\ty", "B\t\t東\ty", "A\t12\ta\ty"], &right),
            expected
        );
    }

    #[test]
    fn lines_are_cut_and_names_are_bold() {
        let narrow = Look { width: Some(6), ..look() };
        assert_eq!(shown(&["%dir\tn", "東京東京\tn"], &narrow), ["%dir", "東京東"]);
        assert_eq!(cut("a東", 2), "a");
        let bold =
            Look { colour: true, between: "|".to_owned(), separator: ",".to_owned(), ..look() };
        assert_eq!(shown(&["%a,b", "1,2"], &bold), ["\x1b[1m%a|b\x1b[0m", "1 |2"]);
    }

    #[test]
    fn long_cells_do_not_widen_their_columns() {
        let some = Look { most: 4, ..look() };
        let lines = ["a\tb", "four\tb", "five5\tb\tc"];
        assert_eq!(shown(&lines, &some), ["a     b", "four  b", "five5  b  c"]);
        let mut widths = Widths::default();
        for line in lines {
            widths.add(line, &some);
        }
        assert!(widths.total(&some) >= "five5  b  c".len());
    }

    #[test]
    fn rows_that_come_later_may_be_wider() {
        let mut widths = Widths::default();
        widths.add("a\tb", &look());
        assert_eq!(widths.total(&look()), 4);
        let mut out = Vec::new();
        widths.write("long\tb\tnew", &look(), &mut out).unwrap();
        assert_eq!(out, b"long  b  new\n");
    }

    #[test]
    fn numbers() {
        assert!(["0", "-1", "1.5e-05", "12.50%", ".5"].iter().all(|n| is_number(n)));
        assert!(["", "-", "0x12", "inf", "nan", "10.0.0.1", "1;2"].iter().all(|n| !is_number(n)));
    }
}
