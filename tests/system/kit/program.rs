//! Where the program under test is.
//!
//! Cargo tells an integration test only of programs of its own package, so it is taken from the target
//! directory in which this test was built. `cargo build` of all programs runs in front of the first test,
//! so that nobody tests an old program. nextest starts each test as a process of its own and names the run
//! in its environment: the first process builds while the others wait for a lock, then they see that
//! this run's program is there.

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// What is built: the packages of all programs.
const PROGRAMS: [&str; 4] = ["flowz", "t2conf", "tawk", "tcol"];

/// The program.
pub(crate) fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| match env::var_os("FLOWZ_BIN") {
        Some(named) => {
            let path = super::workspace().join(named);
            assert!(path.is_file(), "FLOWZ_BIN: there is no file {}", path.display());
            path
        }
        None => built(),
    })
}

/// The program that shows and changes settings.
pub(crate) fn t2conf() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| built().with_file_name("t2conf"))
}

/// awk with columns by their names.
pub(crate) fn tawk() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| built().with_file_name("tawk"))
}

/// Tables in columns.
pub(crate) fn tcol() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| built().with_file_name("tcol"))
}

/// The folder of the profile with which this test was built: `target/debug`, say.
pub(crate) fn profile_folder() -> PathBuf {
    let me = env::current_exe().unwrap();
    me.ancestors().nth(2).unwrap().to_owned()
}

fn built() -> PathBuf {
    let folder = profile_folder();
    let lock = File::create(folder.join(".flowz-tests.lock")).unwrap();
    lock.lock().unwrap();
    let stamp = folder.join(".flowz-tests.run");
    let run = env::var_os("NEXTEST_RUN_ID").map(|id| id.to_string_lossy().into_owned());
    let program = folder.join("flowz");
    let done = fs::read_to_string(&stamp).ok();
    if run.is_none() || done != run || !program.is_file() {
        build(&folder);
        if let Some(run) = run {
            fs::write(&stamp, run).unwrap();
        }
    }
    assert!(program.is_file(), "cargo build made no {}", program.display());
    program
}

fn build(folder: &Path) {
    let profile = match folder.file_name().and_then(|name| name.to_str()).unwrap() {
        "debug" => "dev",
        other => other,
    };
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--quiet"])
        .args(PROGRAMS.iter().flat_map(|name| ["--package", name]))
        .args(["--profile", profile])
        .arg("--manifest-path")
        .arg(super::workspace().join("Cargo.toml"))
        .arg("--target-dir")
        .arg(folder.parent().unwrap())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&built.stderr);
    assert!(built.status.success(), "cargo build failed:\n{said}");
}
