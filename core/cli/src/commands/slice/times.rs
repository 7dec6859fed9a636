//! Times of captures and of the range, instead of a slice.

use std::fmt::Write as _;

use anyhow::Result;
use flowz_api::packet::Timestamp;
use flowz_slice::{Source, base};

use super::args::{Args, Words};
use super::resolve;
use crate::clock;
use crate::usage::wrong;

/// Prints the lines that are asked for.
pub(super) fn show(args: &Args, words: &Words, sources: &mut [Source]) -> Result<()> {
    let zone = clock::local_zone();
    let style = args.style().unwrap_or_default();
    let text =
        |time: Option<Timestamp>| time.map_or("-".to_owned(), |time| style.show(time, &zone));
    let range = resolve(words, sources)?;
    let needs_last = args.style().is_some() || words.end.is_none();
    let mut latest = None;
    let mut lines = String::new();
    for source in sources.iter_mut().filter(|_| needs_last) {
        let last = source.last()?;
        latest = latest.max(last);
        if args.style().is_some() {
            let (first, last) = (text(source.first()), text(last));
            let _ = writeln!(lines, "{}\t{first}\t{last}", source.path().display());
        }
    }
    if args.range {
        let start = words.start.as_ref().map(|_| range.start).or(base(sources));
        let end = match &words.end {
            Some(word) => Some(word.resolve(range.start, &zone).map_err(|e| wrong(e.to_string()))?),
            None => latest,
        };
        let _ = writeln!(lines, "start\t{}\nstop\t{}", text(start), text(end));
    }
    crate::output::print(lines.as_bytes())
}
