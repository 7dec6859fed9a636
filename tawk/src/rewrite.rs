//! A program with columns by their names becomes one with their numbers, and calls of the library's functions become calls of
//! what stands in front of them there.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::columns::Columns;
use crate::lexer::{Kind, Word, words};
use crate::library;
use crate::names::{self, variables};
use crate::shark;

/// In front of the library's functions in the finished program, so that no name of the user's is one of theirs.
pub(crate) const PREFIX: &str = "_t_";
/// In front of their parameters.
const PARAMETER: &str = "_p_";
/// Largest whole number up to which awk's numbers have no gaps.
const EXACT: u64 = 1 << 53;
/// Operators that bind what stands in front of a comparison.
const BINDING: [&str; 11] = ["+", "-", "*", "/", "%", "^", "**", "++", "--", "~", "!~"];

/// What a program is rewritten with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scope<'a> {
    /// The columns; without them no name is one.
    pub(crate) columns: Option<&'a Columns>,
    /// Variables that are set elsewhere: on the command line.
    pub(crate) variables: &'a [String],
    /// The function of the library that this is, if it is one: then only names behind `$` are columns.
    pub(crate) function: Option<&'a str>,
}

/// A rewritten program.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Rewritten {
    /// Its text.
    pub(crate) text: String,
    /// Functions of the library that it calls.
    pub(crate) calls: BTreeSet<String>,
}

/// Rewrites a program. An error is a sentence on what is wrong in it.
pub(crate) fn rewrite(program: &str, scope: &Scope<'_>) -> Result<Rewritten, String> {
    let words = words(program)?;
    let mut variables = variables(&words);
    variables.extend(scope.variables.iter().cloned());
    let own = names::functions(&words);
    let parameters =
        if scope.function.is_some() { names::parameters(&words) } else { BTreeSet::new() };
    let mut rewriter =
        Rewriter { words, scope, variables, own, parameters, out: Rewritten::default() };
    rewriter.all()?;
    Ok(rewriter.out)
}

struct Rewriter<'a> {
    words: Vec<Word<'a>>,
    scope: &'a Scope<'a>,
    variables: BTreeSet<String>,
    /// Parameters of the library's function that this is: columns and functions of the user may have their names.
    parameters: BTreeSet<String>,
    /// Functions that the program defines.
    own: BTreeSet<String>,
    out: Rewritten,
}

impl<'a> Rewriter<'a> {
    fn all(&mut self) -> Result<(), String> {
        let mut at = 0;
        while let Some(&word) = self.words.get(at) {
            at = match word.kind {
                Kind::Dollar => self.dollar(at)?,
                Kind::Number => self.number(at),
                Kind::Name if self.is_call(at) => self.call(at)?,
                Kind::Name => self.name(at)?,
                _ => self.keep(at),
            };
        }
        Ok(())
    }

    fn add(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = self.out.text.write_fmt(text);
    }

    fn keep(&mut self, at: usize) -> usize {
        self.out.text += self.words[at].text;
        at + 1
    }

    /// The place of the next word that means something, from `at` on.
    fn next(&self, at: usize) -> Option<(usize, Word<'a>)> {
        let rest = self.words.get(at..)?;
        let found = rest.iter().position(Word::counts)?;
        Some((at + found, rest[found]))
    }

    fn before(&self, at: usize) -> Option<Word<'a>> {
        self.words[..at].iter().rev().find(|w| w.counts()).copied()
    }

    fn is_call(&self, at: usize) -> bool {
        self.words.get(at + 1).is_some_and(|w| w.is("("))
    }

    /// `$` and what belongs to it.
    fn dollar(&mut self, at: usize) -> Result<usize, String> {
        let Some((place, word)) = self.next(at + 1) else { return Ok(self.keep(at)) };
        if word.kind != Kind::Name || self.is_call(place) {
            return Ok(self.keep(at));
        }
        if self.parameters.contains(word.text) {
            self.add(format_args!("${PARAMETER}{}", word.text));
            return Ok(place + 1);
        }
        let Some(number) = self.column(word.text)? else {
            if self.variables.contains(word.text)
                || names::is_of_awk(word.text)
                || self.scope.columns.is_none()
            {
                self.out.text += "$";
                self.out.text += word.text;
                return Ok(place + 1);
            }
            return Err(self.unknown(word.text));
        };
        if let Some(end) = self.hexadecimal_test(at, place + 1, number) {
            return Ok(end);
        }
        self.add(format_args!("${number}"));
        Ok(place + 1)
    }

    /// `$ethType == 0x0800`: a test of bits, because the cell is a text to some awks and a number to others.
    fn hexadecimal_test(&mut self, dollar: usize, at: usize, column: usize) -> Option<usize> {
        let (operator_at, operator) = self.next(at)?;
        let (value_at, value) = self.next(operator_at + 1)?;
        let is_test = operator.is("==") || operator.is("!=");
        let bound = self.before(dollar).is_some_and(|w| BINDING.iter().any(|sign| w.is(sign)));
        let more =
            self.next(value_at + 1).is_some_and(|(_, w)| BINDING.iter().any(|sign| w.is(sign)));
        if !is_test
            || bound
            || more
            || self.scope.function.is_some()
            || hexadecimal(value).is_none()
        {
            return None;
        }
        let not = if operator.is("!=") { "!" } else { "" };
        self.add(format_args!("{not}{PREFIX}bfeq(${column}, \"{}\")", value.text));
        self.out.calls.insert("bfeq".to_owned());
        Some(value_at + 1)
    }

    /// Numbers in hexadecimal as all awks read them.
    fn number(&mut self, at: usize) -> usize {
        let text = self.words[at].text;
        match hexadecimal(self.words[at]) {
            Some(value) if value <= EXACT => self.add(format_args!("{value}")),
            Some(_) => self.add(format_args!("\"{text}\"")),
            None => self.out.text += text,
        }
        at + 1
    }

    /// A name with an opening bracket behind it.
    fn call(&mut self, at: usize) -> Result<usize, String> {
        let name = self.words[at].text;
        let defined = self.before(at).is_some_and(|w| w.is("function") || w.is("func"));
        if name == "shark" && !self.own.contains(name) {
            return self.shark(at);
        }
        let ours = library::find(name).is_some();
        if ours && (self.scope.function.is_some() || !self.own.contains(name)) {
            self.out.text += PREFIX;
            if !(defined && self.scope.function == Some(name)) {
                self.out.calls.insert(name.to_owned());
            }
        }
        Ok(self.keep(at))
    }

    /// `shark("filter")`: the test that the filter means.
    fn shark(&mut self, at: usize) -> Result<usize, String> {
        let parts: Vec<_> =
            (at + 2..self.words.len()).filter(|n| self.words[*n].counts()).take(2).collect();
        let (text, end) =
            match parts.as_slice() {
                [text, end] if self.words[*text].kind == Kind::Text && self.words[*end].is(")") => {
                    (*text, *end)
                }
                _ => return Err(
                    "shark() needs its filter as one text in quotes: shark(\"tcp.port == 443\")"
                        .to_owned(),
                ),
            };
        let filter = names::unquoted(self.words[text].text);
        let test = shark::compile(&filter).map_err(|e| format!("in shark(\"{filter}\"): {e}"))?;
        let part =
            rewrite(&test, self.scope).map_err(|e| format!("in shark(\"{filter}\"): {e}"))?;
        self.add(format_args!("({})", part.text));
        self.out.calls.extend(part.calls);
        Ok(end + 1)
    }

    /// A name that stands alone: the number of a column, if it is not a variable.
    fn name(&mut self, at: usize) -> Result<usize, String> {
        let name = self.words[at].text;
        if self.parameters.contains(name) {
            self.add(format_args!("{PARAMETER}{name}"));
            return Ok(at + 1);
        }
        let free =
            !self.variables.contains(name) && !names::is_of_awk(name) && !self.own.contains(name);
        let column = if free && self.scope.function.is_none() { self.column(name)? } else { None };
        if let Some(number) = column {
            self.add(format_args!("{number}"));
            return Ok(at + 1);
        }
        Ok(self.keep(at))
    }

    fn column(&self, name: &str) -> Result<Option<usize>, String> {
        let Some(columns) = self.scope.columns else { return Ok(None) };
        let place = columns.place(name);
        if place.is_some() && columns.is_twice(name) {
            let file = &columns.file;
            return Err(format!(
                "{file} has several columns '{name}': take them by number, or give -r and write {name}, {name}_2"
            ));
        }
        Ok(place)
    }

    fn unknown(&self, name: &str) -> String {
        let Some(columns) = self.scope.columns else { return String::new() };
        match self.scope.function {
            Some(function) => {
                format!("{function}() needs the column '{name}', which {} has not", columns.file)
            }
            None => columns.unknown(name),
        }
    }
}

/// The value of a number in hexadecimal; a larger one than fits counts as the largest.
fn hexadecimal(word: Word<'_>) -> Option<u64> {
    let digits = word.text.strip_prefix("0x").or_else(|| word.text.strip_prefix("0X"));
    let digits = digits.filter(|_| word.kind == Kind::Number)?;
    Some(u64::from_str_radix(digits, 16).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::{Scope, rewrite};
    use crate::columns::{Columns, Format, Separator};

    fn columns() -> Columns {
        let separator = Separator::Text("\t".to_owned());
        let format = Format { sign: "%".to_owned(), line: None, separator };
        Columns::new(
            "%dir\tflowInd\tsrcIP\tdstIP\tdstPort\tl7BytesSnt\tlength\tx\tx",
            &format,
            "f.txt",
            false,
        )
    }

    fn text(program: &str) -> Result<String, String> {
        let columns = columns();
        let scope =
            Scope { columns: Some(&columns), variables: &["given".to_owned()], function: None };
        rewrite(program, &scope).map(|r| r.text)
    }

    #[test]
    fn columns_become_numbers() {
        let program = "$dstPort == 443 && $ l7BytesSnt > 1e6 { print $srcIP, \"$srcIP\" } # $srcIP";
        assert_eq!(
            text(program).unwrap(),
            "$5 == 443 && $6 > 1e6 { print $3, \"$srcIP\" } # $srcIP"
        );
        assert_eq!(text("/$dir/ || $dir ~ /$dir$/").unwrap(), "/$dir/ || $1 ~ /$dir$/");
        assert_eq!(
            text("{ $dir = \"C\"; print $length, length, length($dir) }").unwrap(),
            "{ $1 = \"C\"; print $7, length, length($1) }"
        );
    }

    #[test]
    fn what_is_awks_stays() {
        for program in [
            "{ for (i = 1; i <= NF; i++) print $i, $NF, $(NF - 1), $(i), $$i, $1 }",
            "function f(a) { return $a } { print $f(1), $given }",
            "BEGIN { while ((getline line < \"x\") > 0) print $line }",
        ] {
            assert_eq!(text(program).unwrap(), program);
        }
    }

    #[test]
    fn names_alone_are_numbers_of_columns_unless_they_are_variables() {
        assert_eq!(text("{ print f(dstPort), $(flowInd) }").unwrap(), "{ print f(5), $(2) }");
        let program =
            "{ dstPort[$1]++; flowInd = 3 } END { for (dir in dstPort) print dir, flowInd }";
        assert_eq!(text(program).unwrap(), program);
        assert_eq!(text("{ dir = $dir; print dir }").unwrap(), "{ dir = $1; print dir }");
    }

    #[test]
    fn numbers_in_hexadecimal() {
        assert_eq!(
            text("{ print 0x1F + 0xffffffffffffffff }").unwrap(),
            "{ print 31 + \"0xffffffffffffffff\" }"
        );
        assert_eq!(text("$dir==0x0800&&1").unwrap(), "_t_bfeq($1, \"0x0800\")&&1");
        assert_eq!(text("$dir != 0x0800").unwrap(), "!_t_bfeq($1, \"0x0800\")");
        assert_eq!(text("$dir == 0x08 + 1").unwrap(), "$1 == 8 + 1");
        assert_eq!(text("1 + $dir == 0x08").unwrap(), "1 + $1 == 8");
    }

    #[test]
    fn calls_of_the_library() {
        let columns = columns();
        let scope = Scope { columns: Some(&columns), variables: &[], function: None };
        let done = rewrite("port(80) { min = tuple2() }", &scope).unwrap();
        assert_eq!(done.text, "_t_port(80) { min = _t_tuple2() }");
        assert_eq!(done.calls.into_iter().collect::<Vec<_>>(), ["port", "tuple2"]);
        let own = "function port(a) { return a } port(80)";
        assert_eq!(rewrite(own, &scope).unwrap().text, own);
    }

    #[test]
    fn parameters_of_the_library_have_names_of_their_own() {
        let columns = columns();
        let scope = Scope { columns: Some(&columns), variables: &[], function: Some("max2") };
        let done = rewrite("function max2(dir, i) { return $dir + dir(i) $dstPort }", &scope);
        let expected = "function _t_max2(_p_dir, _p_i) { return $_p_dir + dir(_p_i) $5 }";
        assert_eq!(done.unwrap().text, expected);
    }

    #[test]
    fn filters_become_tests() {
        let done = text("shark(\"ip.src == 10.0.0.1\") { print }").unwrap();
        assert!(done.starts_with('(') && done.contains("_t_shost(\"10.0.0.1\")"), "{done}");
        assert!(text("shark(x)").unwrap_err().contains("one text in quotes"));
        assert!(text("shark(\"ip.src ==\")").unwrap_err().starts_with("in shark(\"ip.src ==\"): "));
    }

    #[test]
    fn what_is_wrong_is_told() {
        assert_eq!(
            text("{ print $srcIp }").unwrap_err(),
            "there is no column 'srcIp' in f.txt: did you mean srcIP?"
        );
        assert!(text("{ print $x }").unwrap_err().starts_with("f.txt has several columns 'x'"));
        let columns = columns();
        let scope = Scope { columns: Some(&columns), variables: &[], function: Some("mac") };
        let told = rewrite("function mac() { return $srcMac }", &scope).unwrap_err();
        assert_eq!(told, "mac() needs the column 'srcMac', which f.txt has not");
    }
}
