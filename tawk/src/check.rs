//! Whether awk understands a program: it reads all of it and ends before anything is done. What it says of the finished program is told
//! in the user's lines.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::rewrite::PREFIX;

/// In front of a program, so that neither a rule nor an `END` of it is run.
const NOTHING: &str = "BEGIN { exit } END { exit } ";
/// What gawk shows where a program ends too early.
const END: &str = "(END OF FILE)";

/// A command that runs an awk, up to its arguments. Bytes are bytes for every awk, and gawk is several times as fast.
pub(crate) fn command(awk: &Path) -> Command {
    let mut command = Command::new(awk);
    if awk.file_name() == Some(OsStr::new("busybox")) {
        command.arg("awk");
    }
    command.env("LC_ALL", "C");
    command
}

/// What is wrong with a program as awk sees it: a sentence with the user's line. None if nothing is.
pub(crate) fn wrong(awk: &Path, program: &str, source: &str) -> Result<Option<String>> {
    let done = command(awk)
        .arg("--")
        .arg(format!("{NOTHING}{program}"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .output()
        .with_context(|| format!("cannot run {}", awk.display()))?;
    if done.status.success() {
        return Ok(None);
    }
    Ok(Some(told(&String::from_utf8_lossy(&done.stderr), program, source)))
}

/// The first thing that awk says, with the user's line.
fn told(said: &str, program: &str, source: &str) -> String {
    let lines: Vec<&str> = program.lines().map(str::trim).collect();
    let mut shown = None;
    for (number, text) in said.lines().filter_map(place) {
        // gawk shows a line, with its number or the one behind, and below it a sign under the place.
        let is_shown = |at: &usize| {
            lines.get(*at).is_some_and(|line| !line.is_empty() && text.trim().ends_with(line))
        };
        let near = [number.checked_sub(1), number.checked_sub(2)];
        if let Some(at) = near.into_iter().flatten().find(is_shown) {
            shown = Some(at);
        } else if text.trim() == END {
            shown = Some(lines.len());
        } else {
            let text = plain(text.trim_start_matches([' ', '^']));
            let at = shown.unwrap_or(number.saturating_sub(1));
            return match source.lines().nth(at) {
                Some(line) => format!("line {} of the program: {text}\n  {}", at + 1, line.trim()),
                None => format!("at the end of the program: {text}"),
            };
        }
    }
    let text = said.lines().next().unwrap_or("it does not say why");
    format!("awk does not understand the program: {}", plain(text))
}

/// The number of the line in what awk says, and what stands behind it: `gawk: cmd. line:3: ^ syntax error`, `mawk: line 3: syntax error`.
fn place(said: &str) -> Option<(usize, &str)> {
    let (_, behind) = said.split_once(" line")?;
    let behind = behind.trim_start_matches([':', ' ']);
    let (number, text) = behind.split_once(':')?;
    Some((number.parse().ok()?, text))
}

/// Functions of ours by their names.
fn plain(text: &str) -> String {
    text.trim().replace(PREFIX, "")
}

#[cfg(test)]
mod tests {
    use super::told;

    #[test]
    fn what_awks_say_in_the_users_lines() {
        let source = "$dstPort == 80 {\n  print $srcIP x x (\n}";
        let program =
            "BEGIN { FS = \"\\t\" } $9 == 80 {\n  print $6 x x (\n}\nfunction _t_f() { }\n";
        let expected = "line 2 of the program: syntax error\n  print $srcIP x x (";
        let gawk = "gawk: cmd. line:3:   print $6 x x (\ngawk: cmd. line:3:               ^ syntax error\n";
        assert_eq!(told(gawk, program, source), expected);
        let mawk = "mawk: line 2: syntax error at or near (\n";
        assert_eq!(told(mawk, program, source), expected.replace("error", "error at or near ("));
        let busybox = "awk: cmd. line:2: Unexpected token\n";
        assert_eq!(
            told(busybox, program, source),
            expected.replace("syntax error", "Unexpected token")
        );
        let first = "gawk: cmd. line:1: BEGIN { exit } END { exit } BEGIN { FS = \"\\t\" } $9 == 80 {\ngawk: cmd. line:1:      ^ unexpected newline\n";
        assert_eq!(
            told(first, program, source),
            "line 1 of the program: unexpected newline\n  $dstPort == 80 {"
        );
        let end = "gawk: cmd. line:9: (END OF FILE)\ngawk: cmd. line:9:    ^ syntax error\n";
        assert_eq!(told(end, program, source), "at the end of the program: syntax error");
        let unknown = "mawk: line 3: function _t_f never defined\n";
        assert_eq!(
            told(unknown, program, source),
            "line 3 of the program: function f never defined\n  }"
        );
        assert_eq!(
            told("awk: out of luck\n", program, source),
            "awk does not understand the program: awk: out of luck"
        );
    }
}
