//! The captures of the benchmarks: made by the shared generator, the same bytes each time.

pub(super) mod mix;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;
use crate::workspace::Workspace;

/// Names with the generator's word for them.
const KINDS: [(&str, &str); 4] =
    [("w1", "mix"), ("w2", "many"), ("w3", "elephant"), ("w4", "synflood")];

/// The real captures of the shared folder, one behind the other.
const MIX: &str = "w5";

/// The capture of a workload in `folder`; made if it is not there. It is read once, so that every run
/// finds it in the page cache.
pub(super) fn capture(workspace: &Workspace, folder: &Path, name: &str) -> Result<PathBuf> {
    let kind = KINDS.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind);
    if kind.is_none() && name != MIX {
        bail!("there is no workload '{name}': w1 to w5 are known");
    }
    let file = folder.join(format!("{name}.pcap"));
    if !file.is_file() {
        match kind {
            Some(kind) => make(workspace, folder, kind, &file)?,
            None => mix::make(workspace, folder, &file)?,
        }
    }
    warm(&file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(file)
}

/// Compiles the generator and lets it write the file.
fn make(workspace: &Workspace, folder: &Path, kind: &str, file: &Path) -> Result<()> {
    let Some(generator) = Generator::build(workspace, folder)? else {
        bail!(
            "{} is missing, and so is the generator in ../shared: set FLOWZ_BENCH_DIR to the \
             folder of the captures",
            file.display()
        );
    };
    generator.make(&[kind], file)
}

/// The shared generator, compiled.
pub(super) struct Generator(PathBuf);

impl Generator {
    /// Compiles it into a folder; none if its source is not here.
    pub(super) fn build(workspace: &Workspace, folder: &Path) -> Result<Option<Self>> {
        let source = workspace.shared().map(|s| s.join("tools/workload/gen.c"));
        let Some(source) = source.filter(|s| s.is_file()) else { return Ok(None) };
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let program = folder.join("gen");
        let mut cc = Command::new("cc");
        process::run(cc.arg("-O3").arg("-o").arg(&program).arg(&source).arg("-lm"))?;
        Ok(Some(Self(program)))
    }

    /// Writes a capture; `words` are its kind and options. Complete or absent.
    pub(super) fn make(&self, words: &[&str], file: &Path) -> Result<()> {
        eprintln!("making {}", file.display());
        let unfinished = file.with_extension("part");
        let [kind, options @ ..] = words else { bail!("no kind of capture is named") };
        process::run(Command::new(&self.0).arg(kind).arg(&unfinished).args(options))?;
        fs::rename(&unfinished, file).with_context(|| format!("cannot make {}", file.display()))
    }
}

/// Reads a file, so that it is in the page cache.
pub(super) fn warm(file: &Path) -> std::io::Result<u64> {
    std::io::copy(&mut fs::File::open(file)?, &mut std::io::sink())
}

#[cfg(test)]
mod tests {
    use super::capture;
    use crate::workspace::Workspace;

    #[test]
    fn unknown_workloads_are_refused() {
        let error = capture(&Workspace::here(), "nowhere".as_ref(), "w9").unwrap_err();
        assert!(error.to_string().starts_with("there is no workload 'w9'"));
    }
}
