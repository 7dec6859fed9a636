//! What a run reads, and which of it: captures, and the words that are a filter.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::CommandFactory;
use flowz_capture::{Numbered, Source, is_capture};

use super::checks::{mind_captures, mind_names};
use super::filter::filter;
use crate::args::{AnalyzeArgs, Cli, InputArgs};
use crate::commands::measure::read_by;
use crate::usage::wrong;

/// Words that begin a filter, be there a file of that name or not.
const FILTER_WORDS: [&str; 40] = [
    "ah",
    "and",
    "arp",
    "atalk",
    "broadcast",
    "carp",
    "decnet",
    "dst",
    "esp",
    "ether",
    "fddi",
    "gateway",
    "greater",
    "host",
    "icmp",
    "icmp6",
    "igmp",
    "igrp",
    "inbound",
    "ip",
    "ip6",
    "iso",
    "len",
    "less",
    "link",
    "llc",
    "mpls",
    "multicast",
    "net",
    "not",
    "or",
    "outbound",
    "port",
    "portrange",
    "proto",
    "sctp",
    "src",
    "tcp",
    "udp",
    "vlan",
];

/// Ends of the names of captures.
const CAPTURE_ENDS: [&str; 3] = ["cap", "pcap", "pcapng"];
/// Ends behind those.
const COMPRESSED_ENDS: [&str; 3] = ["gz", "lz4", "zst"];

/// What a run reads.
#[derive(Debug)]
pub(in crate::commands) enum From {
    Captures(Source),
    /// Their names.
    Interfaces(Vec<String>),
}

/// The captures or interfaces of a command line and its filter.
#[derive(Debug)]
pub(in crate::commands) struct Wanted {
    pub(in crate::commands) from: From,
    pub(in crate::commands) filter: Option<String>,
}

impl Wanted {
    /// Sorts the words of a command line.
    pub(in crate::commands) fn of(args: &AnalyzeArgs) -> Result<Self> {
        let input = &args.input;
        let (mut captures, mut words) = sorted(&input.words);
        mind_commands(&words)?;
        words.extend(&input.filter);
        let interfaces = &args.live.interface;
        let from = match captures.first() {
            _ if interfaces.is_empty() => {
                if let Some(path) = misnamed(input, &captures, &words)? {
                    // It is told what it is as soon as it is opened.
                    captures.push(path);
                    words.remove(0);
                }
                let source = source(input, &captures)?;
                mind_captures(args)?;
                From::Captures(source)
            }
            None => {
                mind_names(interfaces)?;
                From::Interfaces(interfaces.clone())
            }
            Some(capture) => {
                return Err(wrong(format!(
                    "'{}' is a capture, and -i names interfaces: read one or the other; words of a filter stand behind --",
                    capture.display()
                )));
            }
        };
        if let (From::Interfaces(_), Some(_)) = (&from, input.reorder) {
            return Err(wrong("--reorder is for captures: packets of interfaces are in order"));
        }
        Ok(Self { from, filter: filter(input, &words)? })
    }
}

/// The first word, if nothing else is named and it is a path of something that is no capture. One that other commands read is told as such.
fn misnamed<'a>(
    input: &InputArgs,
    captures: &[&Path],
    words: &[&'a OsString],
) -> Result<Option<&'a Path>> {
    let InputArgs { pcap, pcap_list, input_regex, .. } = input;
    let is_named = !pcap.is_empty() || pcap_list.is_some() || input_regex.is_some();
    let Some(word) = words.first().filter(|_| !is_named && captures.is_empty()) else {
        return Ok(None);
    };
    let path = Path::new(word.as_os_str());
    if let Some(what) = read_by(path) {
        return Err(wrong(format!("'{}' is no capture but {what}", path.display())));
    }
    let is_word = FILTER_WORDS.contains(&&*word.to_string_lossy());
    Ok(Some(path).filter(|path| !is_word && path.exists()))
}

/// Whether any capture is named, or something in its place.
pub(in crate::commands) fn names_capture(input: &InputArgs) -> bool {
    let InputArgs { pcap, pcap_list, input_regex, words, .. } = input;
    let (captures, words) = sorted(words);
    let is_named = !pcap.is_empty() || pcap_list.is_some() || input_regex.is_some();
    let is_path = |word: &&OsString| Path::new(word.as_os_str()).exists() || **word == "-";
    is_named || !captures.is_empty() || words.first().is_some_and(is_path)
}

/// Tells whoever has options in front of a command that they stand behind it. No filter begins with the name of one.
fn mind_commands(words: &[&OsString]) -> Result<()> {
    let Some(first) = words.first() else { return Ok(()) };
    let cli = Cli::command();
    let found = cli.get_subcommands().find(|command| *command.get_name() == ***first);
    let Some(name) = found.map(clap::Command::get_name) else { return Ok(()) };
    Err(wrong(format!(
        "'{name}' is a command and stands in front of its options: flowz {name} ... (flowz {name} --help); a filter that begins so stands behind --"
    )))
}

/// The words that are captures, and the others: in front of the filter every file that is a capture and no word of
/// filters; behind its beginning only what cannot be a name in it.
fn sorted(words: &[OsString]) -> (Vec<&Path>, Vec<&OsString>) {
    let (mut captures, mut others) = (Vec::new(), Vec::new());
    for word in words {
        let text = word.to_string_lossy();
        let is_in_front = others.is_empty() && !FILTER_WORDS.contains(&&*text);
        let is_path = text.contains(['.', '/']);
        let path = Path::new(word);
        if is_called_capture(path) || (is_in_front || is_path) && can_be_read(path) {
            captures.push(path);
        } else {
            others.push(word);
        }
    }
    (captures, others)
}

/// Whether a name says that it is a capture, so that a mistyped one is not taken for a filter.
fn is_called_capture(path: &Path) -> bool {
    let end = |path: &Path| path.extension().and_then(OsStr::to_str).unwrap_or("").to_lowercase();
    let outer = end(path);
    let is_packed = COMPRESSED_ENDS.contains(&outer.as_str());
    let inner =
        if is_packed { end(Path::new(path.file_stem().unwrap_or_default())) } else { outer };
    CAPTURE_ENDS.contains(&inner.as_str()) && !path.to_string_lossy().contains(char::is_whitespace)
}

/// Whether it is a capture, or a pipe that may give one.
fn can_be_read(path: &Path) -> bool {
    is_capture(path) || fs::metadata(path).is_ok_and(|data| data.file_type().is_fifo())
}

fn source(input: &InputArgs, words: &[&Path]) -> Result<Source> {
    let named: Vec<_> =
        input.pcap.iter().map(PathBuf::as_path).chain(words.iter().copied()).collect();
    if let (Some(word), true) =
        (words.first(), input.pcap_list.is_some() || input.input_regex.is_some())
    {
        return Err(wrong(format!(
            "'{}' is a capture, and -R or -D names others: write it into the list, or a filter behind --",
            word.display()
        )));
    }
    match named[..] {
        [] => {}
        [only] if only == Path::new("-") => return Ok(Source::Stdin),
        [only] => return Ok(Source::File(only.to_owned())),
        _ => return Ok(Source::Files(named.into_iter().map(Path::to_owned).collect())),
    }
    if let Some(list) = &input.pcap_list {
        return Ok(Source::List(list.clone()));
    }
    match &input.input_regex {
        Some(text) => Ok(Source::Numbered(Numbered::parse(text)?)),
        None => Err(wrong(
            "no input: name a capture with -r FILE, -R LIST or -D EXPR, or an interface with -i",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::is_called_capture;
    use std::path::Path;

    #[test]
    fn names_of_captures() {
        let is = |name: &str| is_called_capture(Path::new(name));
        assert!(is("a.pcap") && is("b.PCAPNG") && is("x/c.cap.gz") && is("d.pcap.zst"));
        assert!(
            !is("a.gz") && !is("pcap") && !is("10.0.0.1") && !is("host a.pcap") && !is("x.txt")
        );
    }
}
