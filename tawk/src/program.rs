//! The program that awk gets: the user's, in front of it what reads the header line, behind it the functions that it uses.

use std::fmt::Write as _;

use crate::columns::{Columns, Format, Separator};
use crate::lexer::words;
use crate::library;
use crate::names;
use crate::rewrite::{Scope, rewrite};
use crate::rules::{Rules, rules};

/// What is asked for besides the program.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wishes<'a> {
    /// How files are written.
    pub(crate) format: &'a Format,
    /// Between columns of what is printed.
    pub(crate) output: &'a str,
    /// No header line in the output.
    pub(crate) no_header: bool,
    /// A comment with the command line in front of the output: its text.
    pub(crate) comment: Option<&'a str>,
    /// Coloured texts.
    pub(crate) colour: bool,
    /// The header line is all of a first input, because that of the user cannot be read twice.
    pub(crate) header_apart: bool,
    /// A file begins with a byte order mark.
    pub(crate) marked: bool,
    /// Lines end with a carriage return.
    pub(crate) returns: bool,
    /// Variables that the command line sets.
    pub(crate) variables: &'a [String],
}

/// The finished program.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Program {
    /// Its text.
    pub(crate) text: String,
    /// What in it only gawk can do.
    pub(crate) needs_gawk: Option<String>,
}

/// Takes the byte order mark away.
const WITHOUT_MARK: &str = r#"FNR == 1 && index($0, "\357\273\277") == 1 { $0 = substr($0, 4) } "#;
/// Takes the carriage return away.
const WITHOUT_RETURN: &str = r#"{ sub(/\r$/, "") } "#;
/// Takes a row of CSV apart; it is printed with the separator of the output.
const CSV_ROW: &str = "_t__csv(); if (OFS != FS) $1 = $1";

/// Whether files are read, so that columns are needed.
pub(crate) fn reads(source: &str) -> Result<bool, String> {
    Ok(rules(&words(source)?).reads)
}

/// Makes the program. An error is a sentence on what is wrong in it.
pub(crate) fn finish(
    source: &str,
    columns: Option<&Columns>,
    wishes: &Wishes<'_>,
) -> Result<Program, String> {
    let words = words(source)?;
    let rules = rules(&words);
    let scope = Scope { columns, variables: wishes.variables, function: None };
    let mut user = rewrite(source, &scope)?;
    if matches!(wishes.format.separator, Separator::Csv) {
        user.calls.insert("_csv".to_owned());
    }
    let (functions, used) = library::link(&user.calls, &scope)?;
    let uses = |name: &str| used.contains(name);
    let mut text = begin(&rules, columns, wishes, &uses);
    let is_csv = wishes.format.separator == Separator::Csv && rules.reads;
    if rules.reads && columns.is_some() {
        if wishes.marked {
            text += WITHOUT_MARK;
        }
        if wishes.returns {
            text += WITHOUT_RETURN;
        }
        text += &header_rule(&rules, wishes, uses("hdr"));
    }
    if is_csv {
        // Writing to a string cannot fail.
        let _ = write!(text, "{{ {CSV_ROW} }} ");
    }
    if uses("_fail") {
        text += "END { if (_t_bad) exit 2 } ";
    }
    text += &user.text;
    text += "\n";
    text += &functions;
    Ok(Program { text, needs_gawk: names::needs_gawk(&words) })
}

/// Rule `BEGIN`: separators, numbers with all their digits, what functions want to know. All on the first line of the program, so
/// that awk's errors name the right ones.
fn begin(
    rules: &Rules,
    columns: Option<&Columns>,
    wishes: &Wishes<'_>,
    uses: &dyn Fn(&str) -> bool,
) -> String {
    let separator = match &wishes.format.separator {
        Separator::Text(text) => text.as_str(),
        Separator::Csv => "\t",
    };
    let mut text = format!(
        "BEGIN {{ FS = {}; OFS = {}; OFMT = CONVFMT = \"%.15g\"",
        quoted(&escaped_separator(separator)),
        quoted(wishes.output)
    );
    // Writing to a string cannot fail.
    if ["_place", "wildcard", "ffsplit", "diff", "ientropy"].iter().any(|name| uses(name)) {
        let names = columns.map(|c| c.names.join("\t")).unwrap_or_default();
        let _ = write!(text, "; _t_names = {}", quoted(&names));
    }
    if uses("wildcard") || uses("ffsplit") {
        let sign = &wishes.format.sign;
        let _ = write!(
            text,
            "; _t_signtext = {}; _t_sign = {}",
            quoted(sign),
            quoted(&format!("^{}", for_regex(sign)))
        );
    }
    if uses("_say") && wishes.colour {
        text += "; _t_colour = 1";
    }
    for name in &rules.alone {
        let _ = write!(text, "; _t_alone_{name} = 1");
    }
    if let Some(comment) = wishes.comment {
        let _ = write!(text, "; print {}", quoted(comment));
    }
    text + " } "
}

/// The rule for header lines and comments.
fn header_rule(rules: &Rules, wishes: &Wishes<'_>, uses_header: bool) -> String {
    let Format { sign, line, .. } = wishes.format;
    let (own_rows, names) = rows_alone(rules);
    let test = match line {
        Some(_) if wishes.header_apart => "NR == 1".to_owned(),
        Some(line) => format!("FNR <= {line}"),
        None if sign.starts_with(['%', '#']) => "/^[%#]/".to_owned(),
        None => format!("/^(#|{})/", for_regex(sign)),
    };
    let is_header = match line {
        Some(_) if wishes.header_apart => "NR == 1".to_owned(),
        Some(line) => format!("FNR == {line}"),
        None => format!("index($0, {}) == 1", quoted(sign)),
    };
    if (uses_header || names) && !wishes.no_header {
        // The user's rules see it, once.
        return format!("{test} {{ if (!({is_header}) || _t_header) next; _t_header = NR }} ");
    }
    if (rules.whole_rows || own_rows) && !wishes.no_header {
        // Once, though each file has one; comments pass. Of CSV it is printed like the rows.
        let is_csv = wishes.format.separator == Separator::Csv;
        let print = if is_csv { format!("{{ {CSV_ROW}; print }}") } else { "print".to_owned() };
        return format!(
            "{test} {{ if (!_t_passed[$0]++) {}; next }} ",
            if line.is_some() { format!("if ({is_header}) {print}") } else { print }
        );
    }
    format!("{test} {{ next }} ")
}

/// Whether functions that are rules of their own print rows, and whether one prints names of columns.
fn rows_alone(rules: &Rules) -> (bool, bool) {
    let rows = rules.alone.iter().any(|name| library::find(name).is_some_and(|f| f.prints_rows));
    (rows, rules.alone.iter().any(|name| name == "wildcard"))
}

/// A separator of more than one letter is a regular expression for awk: as text.
fn escaped_separator(separator: &str) -> String {
    match separator.chars().count() {
        1 if separator != "|" && separator != "\\" => separator.to_owned(),
        _ => for_regex(separator),
    }
}

fn for_regex(text: &str) -> String {
    let special = |c: char| "\\.[]{}()*+?^$|/".contains(c);
    text.chars().flat_map(|c| special(c).then_some('\\').into_iter().chain([c])).collect()
}

/// A text of the language.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '\\' | '"' => out.extend(['\\', letter]),
            '\t' => out += "\\t",
            '\n' => out += "\\n",
            '\r' => out += "\\r",
            _ => out.push(letter),
        }
    }
    out + "\""
}

#[cfg(test)]
mod tests {
    use super::{Wishes, finish};
    use crate::columns::{Columns, Format, Separator};

    fn format() -> Format {
        Format { sign: "%".to_owned(), line: None, separator: Separator::Text("\t".to_owned()) }
    }

    fn text(source: &str, change: impl Fn(&mut Wishes<'_>)) -> String {
        let format = format();
        let columns = Columns::new("%dir\tflowInd\tdstPort\tl7BytesSnt", &format, "f", false);
        let mut wishes = Wishes {
            format: &format,
            output: "\t",
            no_header: false,
            comment: None,
            colour: false,
            header_apart: false,
            marked: false,
            returns: false,
            variables: &[],
        };
        change(&mut wishes);
        finish(source, Some(&columns), &wishes).unwrap().text
    }

    const BEGIN: &str = "BEGIN { FS = \"\\t\"; OFS = \"\\t\"; OFMT = CONVFMT = \"%.15g\" } ";

    /// What awk runs for each row is what one would write by hand with numbers: one test for the header line in front.
    #[test]
    fn speed_is_that_of_plain_awk() {
        let program = "$dstPort == 443 && $l7BytesSnt > 1e6 { n[$dir] += $l7BytesSnt } END { for (d in n) print d, n[d] }";
        let by_hand = "$3 == 443 && $4 > 1e6 { n[$1] += $4 } END { for (d in n) print d, n[d] }";
        assert_eq!(text(program, |_| ()), format!("{BEGIN}/^[%#]/ {{ next }} {by_hand}\n"));
        let rows = text("$dstPort == 443", |_| ());
        assert_eq!(
            rows,
            format!("{BEGIN}/^[%#]/ {{ if (!_t_passed[$0]++) print; next }} $3 == 443\n")
        );
        assert_eq!(
            text("$dstPort == 443", |w| w.no_header = true),
            format!("{BEGIN}/^[%#]/ {{ next }} $3 == 443\n")
        );
    }

    #[test]
    fn marks_and_returns_of_other_systems() {
        let program = text("$dstPort == 443", |w| (w.marked, w.returns) = (true, true));
        let rules = r#"FNR == 1 && index($0, "\357\273\277") == 1 { $0 = substr($0, 4) } { sub(/\r$/, "") } "#;
        assert!(program.starts_with(&format!("{BEGIN}{rules}/^[%#]/ ")), "{program}");
    }

    #[test]
    fn only_functions_that_are_used_are_there() {
        let program = text("flow(3)", |_| ());
        assert!(
            program.contains("function _t_flow(") && program.contains("function _t__inlist("),
            "{program}"
        );
        assert!(
            !program.contains("_t_port(") && program.contains("END { if (_t_bad) exit 2 }"),
            "{program}"
        );
        let header = text("hdr() || flow(3)", |_| ());
        assert!(
            header.contains(
                "/^[%#]/ { if (!(index($0, \"%\") == 1) || _t_header) next; _t_header = NR }"
            ),
            "{header}"
        );
    }

    #[test]
    fn lines_keep_their_numbers() {
        let program = text("flow(1) {\n\n  x x\n}", |_| ());
        assert!(program.lines().nth(2).unwrap().trim() == "x x", "{program}");
    }
}
