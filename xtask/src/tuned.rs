//! `cargo xtask tuned`: a release program that the compiler has laid out after a profile of its own runs.
//!
//! The program is built with counters in it, run over the captures in `data/`, and built again with what was
//! counted (profile-guided optimization). Both builds must write the same tables. This takes three times as long as a
//! plain build, so it is for packages and for those who analyse much; README and tests use the plain one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process::{self, text_of};
use crate::system;
use crate::workspace::Workspace;

/// Options of the runs over each capture.
const RUNS: [&[&str]; 3] = [&[], &["-s"], &["-s", "--compat"]];

/// Builds it and says where it is.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    system::need_libpcap()?;
    println!("{}", build(workspace)?.display());
    Ok(())
}

/// Builds the tuned program and yields its path.
pub(crate) fn build(workspace: &Workspace) -> Result<PathBuf> {
    let compiler = Compiler::for_workspace(workspace)?;
    let merge = compiler.profdata()?;
    let folder = workspace.target()?.join("tuned");
    let (counts, merged) = (folder.join("counts"), folder.join("counts.profdata"));
    let _ = fs::remove_dir_all(&counts);
    let with = |folder: &Path, flag: String| compiler.build(workspace, folder, &flag);
    let counting =
        with(&folder.join("counting"), format!("-Cprofile-generate={}", counts.display()))?;
    let expected = tables(workspace, &counting, &folder)?;
    process::run(Command::new(merge).arg("merge").arg("-o").arg(&merged).arg(&counts))?;
    let tuned = with(&folder, format!("-Cprofile-use={}", merged.display()))?;
    if tables(workspace, &tuned, &folder)? != expected {
        bail!("the tuned program writes other tables than the one it was tuned with");
    }
    Ok(tuned)
}

/// What is known of the compiler.
#[derive(PartialEq, Eq, Debug)]
struct Compiler {
    host: String,
    sysroot: PathBuf,
}

impl Compiler {
    fn for_workspace(workspace: &Workspace) -> Result<Self> {
        let rustc = |argument: &[&str]| {
            text_of(Command::new("rustc").current_dir(&workspace.root).args(argument))
        };
        let host = host(&rustc(&["-vV"])?).context("rustc does not say what machine it is for")?;
        Ok(Self { host, sysroot: rustc(&["--print", "sysroot"])?.trim().into() })
    }

    /// The program that adds profiles up; a component of the toolchain that is installed if it is not there.
    fn profdata(&self) -> Result<PathBuf> {
        let folder = self.sysroot.join("lib/rustlib").join(&self.host).join("bin");
        let program = folder.join("llvm-profdata");
        if !program.is_file() {
            let mut rustup = Command::new("rustup");
            let added = process::succeeds(rustup.args(["component", "add", "llvm-tools"]));
            if !added || !program.is_file() {
                bail!("llvm-profdata is needed: rustup component add llvm-tools");
            }
        }
        Ok(program)
    }

    /// Builds with a flag, below a folder of its own, and yields the program. With a target named, programs of
    /// the build itself are built without.
    fn build(&self, workspace: &Workspace, folder: &Path, flag: &str) -> Result<PathBuf> {
        let flags = std::env::var_os("RUSTFLAGS").unwrap_or_default();
        let flags = format!("{} {flag}", flags.to_string_lossy());
        let mut cargo = workspace.cargo();
        cargo.args(["build", "--release", "--quiet", "--package", "flowz"]);
        cargo.args(["--target", &self.host, "--target-dir"]).arg(folder);
        process::run(cargo.env("RUSTFLAGS", flags.trim()))?;
        Ok(folder.join(&self.host).join("release/flowz"))
    }
}

/// The machine that `rustc -vV` names.
fn host(said: &str) -> Option<String> {
    said.lines().find_map(|line| line.strip_prefix("host: ")).map(str::to_owned)
}

/// The tables of all captures of the project, one after the other.
fn tables(workspace: &Workspace, program: &Path, folder: &Path) -> Result<Vec<u8>> {
    let mut all = Vec::new();
    let prefix = folder.join("run");
    for capture in captures(&workspace.path("data"))? {
        for options in RUNS {
            let mut flowz = Command::new(program);
            flowz.args(["--no-config", "-q", "--threads", "1"]).args(options);
            process::run(flowz.arg("-r").arg(&capture).arg("-w").arg(&prefix))?;
            for table in ["flows", "packets"] {
                let path = folder.join(format!("run_{table}.txt"));
                all.extend(fs::read(&path).unwrap_or_default());
                let _ = fs::remove_file(&path);
            }
        }
    }
    if all.is_empty() {
        bail!("the runs left no tables in {}", folder.display());
    }
    Ok(all)
}

/// The captures in a folder, sorted.
fn captures(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.to_string_lossy().contains(".pcap") && path.is_file() {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::{captures, host, tables};
    use crate::workspace::Workspace;

    #[test]
    fn the_machine_of_a_compiler() {
        let said = "rustc 1.0 (abc)\nbinary: rustc\nhost: m68k-unknown-linux-gnu\nrelease: 1.0\n";
        assert_eq!(host(said).as_deref(), Some("m68k-unknown-linux-gnu"));
        assert_eq!(host("rustc 1.0"), None);
    }

    #[test]
    fn captures_of_the_project() {
        let all = captures(&Workspace::here().path("data")).unwrap();
        assert!(all.len() > 5 && all.is_sorted(), "{all:?}");
        assert!(all.iter().any(|path| path.ends_with("data/web.pcap")));
        assert!(captures(&Workspace::here().path("nowhere")).is_err());
    }

    #[test]
    fn a_program_that_writes_nothing_is_no_guide() {
        let folder = std::env::temp_dir();
        let said = tables(&Workspace::here(), "/bin/true".as_ref(), &folder).unwrap_err();
        assert!(said.to_string().contains("left no tables"), "{said}");
    }
}
