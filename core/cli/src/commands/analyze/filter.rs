//! The filter of a run: words of the command line, a file, or both.

use std::ffi::OsString;
use std::path::Path;

use anyhow::{Context, Result};

use crate::args::InputArgs;
use crate::small_file;
use crate::usage::wrong;

/// The filter of the command line and that of a file; where there are two, both must hold.
pub(super) fn filter(input: &InputArgs, words: &[&OsString]) -> Result<Option<String>> {
    let text = |word: &&OsString| {
        let text = word.to_str().map(str::to_owned);
        text.ok_or_else(|| wrong(format!("'{}' in the filter is no text", word.display())))
    };
    let words = words.iter().map(text).collect::<Result<Vec<_>>>()?.join(" ");
    let words = (!words.trim().is_empty()).then_some(words);
    let file = input.bpf_file.as_deref().map(filter_file).transpose()?.flatten();
    let (Some(file), Some(words)) = (&file, &words) else { return Ok(file.or(words)) };
    for text in [file, words] {
        if let Some(marked) = odd_bracket(text) {
            return Err(wrong(format!(
                "the filter `{marked}` is wrong: a bracket has no counterpart; see `man pcap-filter`"
            )));
        }
    }
    Ok(Some(format!("({file}) and ({words})")))
}

/// The filter in a file, if there is more than comments.
fn filter_file(file: &Path) -> Result<Option<String>> {
    let text = small_file::read(file)
        .with_context(|| format!("cannot read the filter file '{}'", file.display()))?;
    let text = String::from_utf8(text).map_err(|_| {
        wrong(format!("the filter file '{}' holds bytes that are no text", file.display()))
    })?;
    let lines: Vec<_> = text.lines().map(|l| l.split('#').next().unwrap_or("").trim()).collect();
    let text = lines.join(" ").trim().to_owned();
    Ok((!text.is_empty()).then_some(text))
}

/// A filter with `>>` and `<<` around a bracket without counterpart, if there is one. Two such filters could be one together; the
/// language has no other way to lead out of brackets, and nothing in which a bracket is none.
fn odd_bracket(text: &str) -> Option<String> {
    let mut open = Vec::new();
    for (at, sign) in text.char_indices() {
        match sign {
            '(' => open.push(at),
            ')' if open.pop().is_none() => return Some(marked(text, at)),
            _ => {}
        }
    }
    open.first().map(|at| marked(text, *at))
}

/// The text with the sign at a place marked, which is ASCII.
fn marked(text: &str, at: usize) -> String {
    format!("{}>>{}<<{}", &text[..at], &text[at..=at], &text[at + 1..])
}

#[cfg(test)]
mod tests {
    use super::odd_bracket;

    #[test]
    fn brackets() {
        for text in ["tcp", "(tcp or (udp)) and port 80", "tcp[(tcp[12] >> 4)] = 1"] {
            assert_eq!(odd_bracket(text), None);
        }
        assert_eq!(odd_bracket("port 80) or (udp").unwrap(), "port 80>>)<< or (udp");
        assert_eq!(odd_bracket("((tcp) or ip").unwrap(), ">>(<<(tcp) or ip");
    }
}
