//! The captures of the benchmarks: made by the shared generator, the same bytes each time.

mod mix;

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
    let source = workspace.shared().map(|s| s.join("tools/workload/gen.c")).filter(|s| s.is_file());
    let Some(source) = source else {
        bail!(
            "{} is missing, and so is the generator in ../shared: set FLOWZ_BENCH_DIR to the \
             folder of the captures",
            file.display()
        );
    };
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let generator = folder.join("gen");
    let mut cc = Command::new("cc");
    process::run(cc.arg("-O3").arg("-o").arg(&generator).arg(&source).arg("-lm"))?;
    eprintln!("making {}", file.display());
    let unfinished = file.with_extension("part");
    process::run(Command::new(&generator).arg(kind).arg(&unfinished))?;
    fs::rename(&unfinished, file).with_context(|| format!("cannot make {}", file.display()))
}

fn warm(file: &Path) -> std::io::Result<u64> {
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
