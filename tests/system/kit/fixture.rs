//! The plugins of `tests/fixtures`, built as somebody outside of the project would build them.
//!
//! They are built from a copy beside the test's own products, with the workspace's versions of all
//! dependencies: nothing is fetched, and nothing is left in the sources. A lock keeps processes that
//! want it at the same time apart; only the first one has something to do.

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use super::{profile_folder, workspace};

/// What the copy's manifest says instead of the path.
const API: &str = "../../../core/api";

/// The bytes of the shared object with the plugin that counts.
pub(crate) fn counter() -> &'static [u8] {
    static OBJECT: OnceLock<Vec<u8>> = OnceLock::new();
    OBJECT.get_or_init(|| fs::read(built("counter")).unwrap())
}

/// The bytes of the shared object with the plugin that panics.
pub(crate) fn faulty() -> &'static [u8] {
    static OBJECT: OnceLock<Vec<u8>> = OnceLock::new();
    OBJECT.get_or_init(|| fs::read(built("faulty")).unwrap())
}

fn built(name: &str) -> PathBuf {
    let original = workspace().join("tests/fixtures").join(name);
    let folder = profile_folder().join("fixtures");
    let copy = folder.join(name);
    fs::create_dir_all(copy.join("src")).unwrap();
    let lock = File::create(folder.join(".lock")).unwrap();
    lock.lock().unwrap();
    let manifest = fs::read_to_string(original.join("Cargo.toml")).unwrap();
    assert!(manifest.contains(API), "{manifest}");
    let api = workspace().join("core/api");
    fs::write(copy.join("Cargo.toml"), manifest.replace(API, api.to_str().unwrap())).unwrap();
    // A copy with its time: a file that did not change is not compiled again.
    let source = original.join("src/lib.rs");
    fs::copy(&source, copy.join("src/lib.rs")).unwrap();
    let time = fs::metadata(&source).unwrap().modified().unwrap();
    let options = File::options().write(true).open(copy.join("src/lib.rs")).unwrap();
    options.set_modified(time).unwrap();
    fs::copy(workspace().join("Cargo.lock"), copy.join("Cargo.lock")).unwrap();
    cargo_build(&copy, name)
}

/// Builds a project that makes the object `libNAME.so`.
pub(crate) fn build(project: &Path, name: &str) -> PathBuf {
    let folder = profile_folder().join("fixtures");
    fs::create_dir_all(&folder).unwrap();
    let lock = File::create(folder.join(".lock")).unwrap();
    lock.lock().unwrap();
    cargo_build(project, name)
}

/// All share one target directory, so that the crate for plugins is compiled once.
fn cargo_build(project: &Path, name: &str) -> PathBuf {
    let target = profile_folder().join("fixtures/target");
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--quiet", "--offline", "--manifest-path"])
        .arg(project.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(&target)
        // The toolchain is that of the workspace.
        .current_dir(workspace())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&built.stderr);
    assert!(built.status.success(), "the plugin does not build:\n{said}");
    target.join(format!("debug/lib{name}.so"))
}
