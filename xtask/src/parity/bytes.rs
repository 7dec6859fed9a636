//! Sets whose files are compared byte for byte: toggles of the text files change what the script looks
//! for (sign and separator of the header), and then it finds no table to compare.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use flate2::read::GzDecoder;

use super::script::{Script, captures};

/// The captures that differ, one a line that begins with DIFF, and the sum.
pub(super) fn compare(run: &Script<'_>) -> Result<Vec<String>> {
    let folder = run.folder.join("golden").join(run.set);
    let settings = Settings::read(&folder)?;
    let captures = captures(run.folder, run.set, run.kind)?;
    if captures.is_empty() {
        bail!("set {} has no references of kind {}", run.set, run.kind);
    }
    let results = std::env::temp_dir().join(format!("flowz-parity-{}", std::process::id()));
    let mut lines = Vec::new();
    for capture in &captures {
        fs::create_dir_all(&results)?;
        let input = input(run.folder, capture)?;
        settings.run(run.flowz, &input, &results)?;
        let file = format!("{capture}_{}.txt", run.kind);
        let expected = unpacked(&folder.join(format!("{file}.gz")))?;
        let found = fs::read(results.join(&file)).unwrap_or_default();
        if let Some(line) = difference(&expected, &found) {
            lines.push(format!("DIFF  {capture}: line {line} is another"));
        }
        fs::remove_dir_all(&results)?;
    }
    let (same, all) = (captures.len() - lines.len(), captures.len());
    lines.push(format!("{}/{}: {same}/{all} captures the same, byte for byte", run.set, run.kind));
    Ok(lines)
}

/// What the reference was run with.
struct Settings {
    plugins: String,
    toggles: Vec<String>,
}

impl Settings {
    fn read(folder: &Path) -> Result<Self> {
        let text = |name: &str| {
            let path = folder.join(name);
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
        };
        let plugins = text("plugins.txt")?.trim().to_owned();
        Ok(Self { plugins, toggles: toggles(&text("toggles.txt")?) })
    }

    fn run(&self, flowz: &Path, input: &Path, results: &Path) -> Result<()> {
        let mut command = Command::new(flowz);
        // The folder's path ends like one, so that files are named after the capture.
        command.arg("-r").arg(input).arg("-w").arg(results.join(""));
        command.args(["-s", "-q", "--compat", "--sinks", "txt", "--plugins", &self.plugins]);
        self.toggles.iter().for_each(|toggle| {
            command.args(["-o", toggle]);
        });
        // Only what is passed here counts. What is wrong with a capture shows in the files.
        command.env("FLOWZ_NO_CONFIG", "1").stdout(Stdio::null()).stderr(Stdio::null());
        command.status().with_context(|| format!("cannot start {}", flowz.display()))?;
        Ok(())
    }
}

/// `PLUGIN<tab>NAME=VALUE` as settings; the reference's names of the engine and of the text conversion
/// are others.
fn toggles(text: &str) -> Vec<String> {
    let pairs = text.lines().filter_map(|line| line.split_once('\t'));
    let name = |owner| match owner {
        "tranalyzer2" => "core",
        "utils" => "txtSink",
        other => other,
    };
    pairs.map(|(owner, setting)| format!("{}.{setting}", name(owner))).collect()
}

/// The capture of a name.
fn input(folder: &Path, capture: &str) -> Result<PathBuf> {
    let files = fs::read_dir(folder.join("captures"))?.map(|e| e.map(|e| e.path()));
    let files = files.collect::<std::io::Result<Vec<_>>>()?;
    let is_it = |file: &&PathBuf| file.file_stem().is_some_and(|stem| stem == capture);
    files.iter().find(is_it).cloned().with_context(|| format!("there is no capture {capture}"))
}

fn unpacked(path: &Path) -> Result<Vec<u8>> {
    let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    let mut bytes = Vec::new();
    GzDecoder::new(file).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The number of the first line that differs.
fn difference(expected: &[u8], found: &[u8]) -> Option<usize> {
    if expected == found {
        return None;
    }
    let [expected, found] = [expected, found].map(|bytes| bytes.split(|b| *b == b'\n'));
    Some(1 + expected.zip(found).take_while(|(a, b)| a == b).count())
}

#[cfg(test)]
mod tests {
    use super::{difference, toggles};

    #[test]
    fn the_first_line_that_differs() {
        assert_eq!(difference(b"a\nb\n", b"a\nb\n"), None);
        assert_eq!(difference(b"a\nb\n", b"a\nc\n"), Some(2));
        assert_eq!(difference(b"a\nb\n", b"a\nb"), Some(3));
        assert_eq!(difference(b"a\n", b""), Some(1));
    }

    #[test]
    fn names_of_settings() {
        let text = "utils\tSEP_CHR=\",\"\ntranalyzer2\tRELTIME=1\ntxtSink\tTFS_PRI_HDR=0\n\n";
        let expected = ["txtSink.SEP_CHR=\",\"", "core.RELTIME=1", "txtSink.TFS_PRI_HDR=0"];
        assert_eq!(toggles(text), expected);
    }
}
