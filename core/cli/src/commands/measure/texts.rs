//! Inputs that are text and no captures: flow files and lists of pairs.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use flowz_measure::flows::{Flow, FlowFile};

use super::ReadArgs;
use crate::usage::wrong;

/// Bytes from the beginning of a file that say what it is.
const HEAD: u64 = 4096;
/// The name of standard input.
const STDIN: &str = "-";

/// What a text holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// Rows of flows below the names of columns.
    Flows,
    /// Two addresses a line.
    Pairs,
}

impl Kind {
    /// What a file is, by its beginning; none if it is neither.
    fn of(head: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(head).ok().or_else(|| {
            // The last character may be cut.
            let valid = head.utf8_chunks().next()?.valid();
            (valid.len() + 4 > head.len()).then_some(valid)
        })?;
        if text.contains('\0') {
            return None;
        }
        let is_head = |line: &str| {
            let line = line.trim_start_matches(' ');
            let is_remark = line.starts_with('#');
            let cells = line.trim_start_matches(['%', '#']).split(['\t', ',', ' ']);
            // In a remark these may be words as others are, if there are only blanks between them.
            let is_table = !is_remark || line.contains(['\t', ',']);
            let is_column = |word: &str| matches!(word.trim_matches('"'), "srcIP" | "src");
            is_table && cells.into_iter().any(is_column)
        };
        let text = text.trim_start_matches('\u{feff}');
        let mut remarks = 0;
        for line in text.lines() {
            match flowz_measure::pairs::line(line) {
                _ if is_head(line) => return Some(Self::Flows),
                Ok(Some(_)) => return Some(Self::Pairs),
                Ok(None) => remarks += usize::from(line.contains('#')),
                Err(_) => return None,
            }
        }
        // So far there are remarks only, which other texts begin with, too: the first row may be behind them.
        (remarks > 0).then_some(Self::Pairs)
    }
}

/// What a file is that is a text, and which commands read it; none if it is neither a flow file nor a list.
pub(in crate::commands) fn read_by(path: &Path) -> Option<&'static str> {
    if !path.metadata().is_ok_and(|data| data.is_file()) {
        return None;
    }
    Some(match Kind::of(&head(path).ok()?)? {
        Kind::Flows => {
            "a flow file: flowz volume, flowz pairs, flowz top -S, tawk and tcol read those"
        }
        Kind::Pairs => "a list of pairs of addresses: flowz pairs reads those",
    })
}

/// The beginning of a file.
fn head(path: &Path) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    File::open(path)?.take(HEAD).read_to_end(&mut head)?;
    Ok(head)
}

/// A text that is read.
pub(super) struct Text {
    path: PathBuf,
    kind: Kind,
    lines: Box<dyn BufRead>,
}

/// What is said of a file in front of what is wrong with it.
fn in_file(path: &Path) -> String {
    if path == Path::new(STDIN) {
        "standard input".to_owned()
    } else {
        format!("'{}'", path.display())
    }
}

impl Text {
    /// The texts of a command line; none if captures are named. Who has looked reads captures with `Reading::after_look`.
    pub(super) fn all(args: &ReadArgs) -> Result<Option<Vec<Self>>> {
        let input = &args.input;
        let named: Vec<_> =
            input.pcap.iter().cloned().chain(input.words.iter().map(PathBuf::from)).collect();
        let mut texts = Vec::new();
        for path in &named {
            texts.extend(Self::open(path)?);
        }
        if texts.is_empty() {
            return Ok(None);
        }
        if texts.len() < named.len() || input.pcap_list.is_some() || input.input_regex.is_some() {
            return Err(wrong(format!(
                "{} is a text, and not all of the others are: read texts or captures, and filters are for captures only",
                in_file(&texts[0].path)
            )));
        }
        if !input.filter.is_empty() || input.bpf_file.is_some() {
            return Err(wrong("filters are for captures, not for flow files and lists"));
        }
        Ok(Some(texts))
    }

    /// Opens a file that is a text.
    fn open(path: &Path) -> Result<Option<Self>> {
        if path == Path::new(STDIN) {
            // The buffer that all of the program has: what is no text is read from there, too.
            let mut lines = io::stdin().lock();
            let head = lines.fill_buf().context("cannot read standard input")?;
            let Some(kind) = Kind::of(head) else { return Ok(None) };
            return Ok(Some(Self { path: path.to_owned(), kind, lines: Box::new(lines) }));
        }
        if !path.metadata().is_ok_and(|data| data.is_file()) {
            return Ok(None);
        }
        let cannot = || format!("cannot read {}", in_file(path));
        let Some(kind) = Kind::of(&head(path).with_context(cannot)?) else { return Ok(None) };
        let file = File::open(path).with_context(cannot)?;
        Ok(Some(Self { path: path.to_owned(), kind, lines: Box::new(BufReader::new(file)) }))
    }

    pub(super) fn kind(&self) -> Kind {
        self.kind
    }

    /// Hands over all lines of a list with their numbers.
    pub(super) fn lines(self, mut work: impl FnMut(&str) -> Result<()>) -> Result<()> {
        for (number, line) in self.lines.lines().enumerate() {
            let place = || format!("{}, line {}", in_file(&self.path), number + 1);
            work(&line.with_context(place)?).with_context(place)?;
        }
        Ok(())
    }

    /// Hands over all flows, and says what must be said of the file: which column bytes are from, and how many rows have no addresses.
    pub(super) fn flows(
        self,
        needs_times: bool,
        mut work: impl FnMut(&Flow) -> Result<()>,
    ) -> Result<(&'static str, u64)> {
        let place = in_file(&self.path);
        let mut file = FlowFile::new(self.lines).with_context(|| place.clone())?;
        if needs_times && !file.has_times() {
            return Err(wrong(format!(
                "{place}: there is no column for the times of flows (timeFirst, timeLast)"
            )));
        }
        while let Some(flow) = file.next_flow().with_context(|| place.clone())? {
            work(&flow)?;
        }
        Ok((file.bytes_column(), file.without_addresses()))
    }
}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn beginnings() {
        let kind = |text: &str| Kind::of(text.as_bytes());
        assert_eq!(kind("%dir\tflowInd\tsrcIP\n"), Some(Kind::Flows));
        assert_eq!(kind("dir,srcIP,dstIP\n"), Some(Kind::Flows));
        assert_eq!(kind("# x\n#src\tdst\tproto\n"), Some(Kind::Flows));
        assert_eq!(kind("# pairs\nc0a80101 c0a80102\n"), Some(Kind::Pairs));
        assert_eq!(kind("\n  # src and dst\n\n10.0.0.1,10.0.0.2\n"), Some(Kind::Pairs));
        assert_eq!(kind("# src of all\n%dir\tsrcIP\n"), Some(Kind::Flows));
        assert_eq!(kind(&"# a remark\n".repeat(400)), Some(Kind::Pairs));
        assert_eq!(kind("hello\n"), None);
        assert_eq!(kind("# a script\necho\n"), None);
        assert_eq!(kind(""), None);
        assert_eq!(Kind::of(&[0xd4, 0xc3, 0xb2, 0xa1, 2, 0]), None);
    }
}
