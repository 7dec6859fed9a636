//! `flowz tcptrace`: TCP connections as tcptrace lists them, with its options.

mod args;
mod elsewhere;

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use flowz_api::registry::sinks;

use super::analyze::{self, Outcome};
use crate::usage::wrong;
pub(crate) use args::Args;

/// The preset that makes connections those of the tool.
const PRESET: &str = "tcptrace";

/// Prints connections.
pub(super) fn run(args: &Args) -> Result<Outcome> {
    args.elsewhere.refuse()?;
    let mut words: Vec<OsString> =
        ["flowz", "-q", "--no-config", "-w", "-", "--plugins", "tcpTrace"].map(Into::into).to_vec();
    words.extend(["--sinks", "tcptraceList"].map(Into::into));
    for setting in settings(args)? {
        words.extend(["-o".into(), setting.into()]);
    }
    for capture in &args.captures {
        let is_stdin = capture.as_os_str() == "stdin";
        words.extend(["-r".into(), if is_stdin { "-".into() } else { capture.into() }]);
    }
    analyze::run_part(words, args.quiet)
}

/// The settings that the options stand for; those of the user come last, which is stronger.
fn settings(args: &Args) -> Result<Vec<String>> {
    let preset = sinks().into_iter().find(|entry| entry.info.name == PRESET);
    let of_preset = preset.and_then(|entry| entry.info.preset).unwrap_or_default();
    let mut settings: Vec<String> = of_preset.iter().map(|text| (*text).to_owned()).collect();
    // Later fragments are packets that were seen.
    settings.push("core.FRAGMENTATION=1".to_owned());
    let mut set = |toggle: &str, value: &str| settings.push(format!("{toggle}={value}"));
    let mut list = |toggle: &str, value: &str| set(&format!("tcptraceListSink.{toggle}"), value);
    list("FORM", args.form());
    list("SEPARATOR", args.separator());
    list("COMPLETE", if args.complete { "1" } else { "0" });
    list("ONLY", &numbers(&args.only, &read)?);
    list("IGNORE", &numbers(&args.ignore, &read)?);
    match args.captures.as_slice() {
        // Which of several captures a connection is in, nobody knows.
        [capture] => list("CAPTURE", &capture.to_string_lossy()),
        _ => list("SEVERAL", "1"),
    }
    set("tcpTrace.TCPTRACE_UDP", if args.udp { "1" } else { "0" });
    settings.extend(args.set.iter().cloned());
    Ok(settings)
}

/// The contents of a file with numbers.
fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path)
        .with_context(|| format!("cannot read the numbers of connections in '{}'", path.display()))
}

/// Numbers and ranges with commas between them, those in files too: a word that begins with no digit is the name of one.
fn numbers(words: &[OsString], read: &dyn Fn(&Path) -> Result<String>) -> Result<String> {
    let mut all = Vec::new();
    for word in words {
        match word.to_str().filter(|text| text.starts_with(|c: char| c.is_ascii_digit())) {
            Some(text) => all.push(text.to_owned()),
            None => {
                let text = read(Path::new(word))?;
                let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default());
                let before = all.len();
                let is_between = |c: char| c == ',' || c.is_whitespace();
                let numbers = lines.flat_map(|line| line.split(is_between));
                all.extend(numbers.filter(|number| !number.is_empty()).map(str::to_owned));
                if all.len() == before {
                    let name = Path::new(word).display();
                    return Err(wrong(format!("there are no numbers of connections in '{name}'")));
                }
            }
        }
    }
    Ok(all.join(","))
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::path::Path;

    use anyhow::{Result, bail};
    use clap::Parser;

    use super::{Args, numbers, settings};

    #[derive(Parser, Debug)]
    struct Line {
        #[command(flatten)]
        args: Args,
    }

    #[track_caller]
    fn parsed(words: &str) -> Args {
        Line::try_parse_from(["x"].into_iter().chain(words.split(' '))).unwrap().args
    }

    /// What is set beside the settings of the preset.
    #[track_caller]
    fn set(words: &str) -> Vec<String> {
        flowz_sinks::link();
        let is_own = |text: &String| {
            text.starts_with("tcptraceListSink.") || text.starts_with("tcpTrace.TCPTRACE_UDP")
        };
        settings(&parsed(words)).unwrap().into_iter().filter(is_own).collect()
    }

    #[test]
    fn options_are_settings() {
        let of = |form, separator, only, ignore| {
            [
                format!("tcptraceListSink.FORM={form}"),
                format!("tcptraceListSink.SEPARATOR={separator}"),
                "tcptraceListSink.COMPLETE=0".to_owned(),
                format!("tcptraceListSink.ONLY={only}"),
                format!("tcptraceListSink.IGNORE={ignore}"),
                "tcptraceListSink.CAPTURE=t.pcap".to_owned(),
                "tcpTrace.TCPTRACE_UDP=0".to_owned(),
            ]
        };
        assert_eq!(set("t.pcap"), of(1, "", "", ""));
        assert_eq!(set("-nb t.pcap"), of(1, "", "", ""));
        assert_eq!(set("-nnl -l -r t.pcap"), of(3, "", "", ""));
        assert_eq!(set("-q t.pcap"), of(0, "", "", ""));
        assert_eq!(set("-nlr t.pcap"), of(3, "", "", ""));
        assert_eq!(set("t.pcap -l --csv"), of(2, ",", "", ""));
        assert_eq!(set("-lr --tsv t.pcap"), of(3, "\t", "", ""));
        assert_eq!(set("-l --sv=;; t.pcap"), of(2, ";;", "", ""));
        assert_eq!(set("-lo3-5 -o1,9 t.pcap -i4 -i7-8"), of(2, "", "3-5,1,9", "4,7-8"));
        let several = set("-c -u a b");
        assert!(several.contains(&"tcptraceListSink.COMPLETE=1".to_owned()), "{several:?}");
        assert!(several.contains(&"tcptraceListSink.SEVERAL=1".to_owned()), "{several:?}");
        assert!(several.contains(&"tcpTrace.TCPTRACE_UDP=1".to_owned()), "{several:?}");
        let all = settings(&parsed("t.pcap --set core.X=1")).unwrap();
        assert!(all.contains(&"tcpTrace.TCPTRACE_ORIGINAL=1".to_owned()), "{all:?}");
        assert_eq!(all.last().unwrap(), "core.X=1");
    }

    #[test]
    fn what_does_not_fit() {
        for words in [
            "-r t.pcap",
            "--csv t.pcap",
            "-lb t.pcap",
            "-l --csv --tsv t.pcap",
            "-lu --csv t.pcap",
            "-n",
        ] {
            assert!(
                Line::try_parse_from(["x"].into_iter().chain(words.split(' '))).is_err(),
                "{words}"
            );
        }
    }

    #[test]
    fn numbers_in_files() {
        let words = |words: &[&str]| words.iter().map(OsString::from).collect::<Vec<_>>();
        let read = |path: &Path| -> Result<String> {
            match path.to_str() {
                Some("list") => Ok("1 3-4 # the first\n# 5\n7,9\n".to_owned()),
                Some("empty") => Ok("# none\n".to_owned()),
                _ => bail!("there is none"),
            }
        };
        assert_eq!(numbers(&words(&["2", "list", "11"]), &read).unwrap(), "2,1,3-4,7,9,11");
        let told = |word| numbers(&words(&[word]), &read).unwrap_err().to_string();
        assert_eq!(told("empty"), "there are no numbers of connections in 'empty'");
        assert_eq!(told("none"), "there is none");
    }
}
