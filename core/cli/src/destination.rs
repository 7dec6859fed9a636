//! Where output files go: names as the reference makes them from the prefix.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use flowz_api::sink::{Destination, Split};
use flowz_capture::Source;

use crate::args::{AnalyzeArgs, bytes};
use crate::usage::wrong;

/// Size of a piece when `-W` names none.
const DEFAULT_PIECE: u64 = 500_000_000;

/// The destination that the command line asks for; directories that are missing are made.
pub(crate) fn destination(args: &AnalyzeArgs, input: PathBuf, sinks: usize) -> Result<Destination> {
    let raw = args.select.compat;
    let (wanted, split) = match &args.output.output_regex {
        Some(text) => {
            let (prefix, split, start) = pieces(text)?;
            (Some(PathBuf::from(prefix)), Some((split, start)))
        }
        None => (args.output.output_prefix.clone(), None),
    };
    let Some(wanted) = wanted else {
        return Ok(Destination { prefix: input, split, raw, ..Destination::default() });
    };
    if wanted == Path::new("-") {
        if sinks > 1 {
            return Err(wrong(
                "only one sink can write to standard output: name one with --sinks, or one --preset",
            ));
        }
        // The reference writes all other files beside the input.
        let only_requested = !args.select.compat;
        return Ok(Destination {
            prefix: input,
            stdout: true,
            only_requested,
            raw,
            ..Destination::default()
        });
    }
    let has_pattern = has_pattern(args);
    let prefix = if ends_in_slash(&wanted) || !has_pattern && wanted.is_dir() {
        let name = input.file_name().unwrap_or_else(|| "flowz".as_ref());
        let escaped = name.to_string_lossy().replace('%', "%%");
        wanted.join(if has_pattern { OsStr::new(&escaped) } else { name })
    } else {
        wanted
    };
    // The folders of a pattern are made when their times have come.
    if !has_pattern {
        make_parent(&prefix)?;
    }
    let only_requested = args.output.only_flows;
    Ok(Destination { prefix, split, only_requested, raw, ..Destination::default() })
}

/// Whether the prefix is a pattern for the names of periods.
pub(crate) fn has_pattern(args: &AnalyzeArgs) -> bool {
    let output = &args.output;
    let prefix = output.output_prefix.as_ref().map(|path| path.as_os_str().as_encoded_bytes());
    let prefix = prefix.or(output.output_regex.as_ref().map(String::as_bytes));
    args.periods.rotate.is_some() && prefix.is_some_and(|prefix| prefix.contains(&b'%'))
}

/// Makes the folder of files with this prefix.
pub(crate) fn make_parent(prefix: &Path) -> Result<()> {
    match prefix.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the output directory '{}'", folder.display())),
        _ => Ok(()),
    }
}

fn ends_in_slash(path: &Path) -> bool {
    path.as_os_str().as_encoded_bytes().last() == Some(&b'/')
}

/// The input's path without its last extension.
pub(crate) fn input_prefix(source: &Source) -> PathBuf {
    match source {
        Source::Stdin => PathBuf::from("stdin"),
        Source::List(path) if path == Path::new("-") => PathBuf::from("list"),
        Source::File(path) | Source::List(path) => path.with_extension(""),
        Source::Files(files) => match files.first() {
            Some(first) if first != Path::new("-") => first.with_extension(""),
            _ => PathBuf::from("stdin"),
        },
        Source::Numbered(numbered) => numbered.first.with_extension(""),
    }
}

/// No run makes so many pieces that the numbers behind this one run out.
const LARGEST_START: u64 = 1_000_000_000_000_000_000;

/// `PREFIX[:SIZE][,START]`: prefix, size of a piece, number of the first piece.
fn pieces(text: &str) -> Result<(&str, Split, u64)> {
    let (rest, start) = match text.rsplit_once(',') {
        Some((rest, start)) => {
            let number = start.parse().ok().filter(|number| *number <= LARGEST_START);
            let number = number.ok_or_else(|| {
                wrong(format!(
                    "'{start}' in -W {text} is not a number up to {LARGEST_START}: PREFIX[:SIZE][,START] is needed"
                ))
            })?;
            (rest, number)
        }
        None => (text, 0),
    };
    let Some((prefix, size)) = rest.rsplit_once(':') else {
        return Ok((rest, Split::Bytes(DEFAULT_PIECE), start));
    };
    let number = size.strip_suffix('f').unwrap_or(size);
    let number = bytes(number)
        .map_err(|why| wrong(format!("'{size}' in -W {text} is not a size: {why}")))?;
    let split = if size.ends_with('f') { Split::Flows(number) } else { Split::Bytes(number) };
    Ok((prefix, split, start))
}

#[cfg(test)]
mod tests {
    use super::{LARGEST_START, pieces};
    use flowz_api::sink::Split;

    #[test]
    fn piece_sizes() {
        let of = |text| pieces(text).unwrap();
        assert_eq!(of("out"), ("out", Split::Bytes(500_000_000), 0));
        assert_eq!(of("out:1.5M,3"), ("out", Split::Bytes(1_500_000), 3));
        assert_eq!(of("out:2Kf"), ("out", Split::Flows(2000), 0));
        assert!(pieces("out:x").is_err() && pieces("out:1,y").is_err());
        assert_eq!(of(&format!("out,{LARGEST_START}")).2, LARGEST_START);
        assert!(pieces(&format!("out,{}", u64::MAX)).is_err());
    }
}
