//! The plugins of `tests/fixtures`, built as somebody outside of the project would build them.
//!
//! They are built from a copy beside the test's own products, with the workspace's versions of all
//! dependencies: nothing is fetched, and nothing is left in the sources. A lock keeps processes that
//! want it at the same time apart; only the first one has something to do.

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use super::{Scratch, flowz, profile_folder, workspace};

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

/// The bytes of the shared object with two plugins of a stranger.
pub(crate) fn stranger() -> &'static [u8] {
    static OBJECT: OnceLock<Vec<u8>> = OnceLock::new();
    OBJECT.get_or_init(|| fs::read(built("stranger")).unwrap())
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

/// Projects that `flowz plugin new` writes, one after the other in the same folder, so that building one again
/// leaves nothing behind. Holds the lock of all fixtures.
pub(crate) struct Project {
    folder: PathBuf,
    _lock: File,
}

impl Project {
    /// A new project with a plugin of this name.
    pub(crate) fn new(plugin: &str) -> Self {
        let fixtures = profile_folder().join("fixtures");
        fs::create_dir_all(&fixtures).unwrap();
        let lock = File::create(fixtures.join(".lock")).unwrap();
        lock.lock().unwrap();
        let folder = fixtures.join("new").join(plugin);
        let _ = fs::remove_dir_all(&folder);
        let [sources, into] = [workspace(), &folder].map(|path| path.to_str().unwrap());
        let args = ["plugin", "new", plugin, "--sources", sources, "--folder", into];
        let said = flowz(&Scratch::new(), &args).well().stdout;
        assert!(said.starts_with(&format!("wrote {into}; build it and try it:\n")), "{said}");
        Self { folder, _lock: lock }
    }

    /// Puts one source in the place of those that are there.
    pub(crate) fn with_source(self, source: &Path) -> Self {
        let folder = self.folder.join("src");
        fs::remove_dir_all(&folder).unwrap();
        fs::create_dir(&folder).unwrap();
        // Not a copy: the file has to be newer than what was built before.
        fs::write(folder.join("lib.rs"), fs::read_to_string(source).unwrap()).unwrap();
        self
    }

    /// Builds it and yields the bytes of `libNAME.so`.
    pub(crate) fn object(&self, name: &str) -> Vec<u8> {
        fs::read(cargo_build(&self.folder, name)).unwrap()
    }
}

/// The object of a step of the tutorial.
pub(crate) fn first_plugin(step: u8) -> Vec<u8> {
    let source = workspace().join(format!("tests/fixtures/first-plugin/step{step}.rs"));
    Project::new("myWin").with_source(&source).object("my_win")
}

/// What the compiler says of a plugin that it refuses; nothing if it compiles.
pub(crate) fn compiler_says(source: &str) -> Option<String> {
    let folder = profile_folder().join("fixtures");
    let copy = folder.join("contract");
    fs::create_dir_all(copy.join("src")).unwrap();
    let lock = File::create(folder.join(".lock")).unwrap();
    lock.lock().unwrap();
    let original = workspace().join("tests/fixtures/counter/Cargo.toml");
    let manifest = fs::read_to_string(original).unwrap().replace("counter", "contract");
    let api = workspace().join("core/api");
    fs::write(copy.join("Cargo.toml"), manifest.replace(API, api.to_str().unwrap())).unwrap();
    fs::write(copy.join("src/lib.rs"), source).unwrap();
    fs::copy(workspace().join("Cargo.lock"), copy.join("Cargo.lock")).unwrap();
    let built = cargo(&copy);
    (!built.status.success()).then(|| String::from_utf8_lossy(&built.stderr).into_owned())
}

/// All share one target directory, so that the crate for plugins is compiled once.
fn cargo_build(project: &Path, name: &str) -> PathBuf {
    let built = cargo(project);
    let said = String::from_utf8_lossy(&built.stderr);
    assert!(built.status.success(), "the plugin does not build:\n{said}");
    profile_folder().join(format!("fixtures/target/debug/lib{name}.so"))
}

fn cargo(project: &Path) -> Output {
    let target = profile_folder().join("fixtures/target");
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    Command::new(cargo)
        .args(["build", "--quiet", "--offline", "--manifest-path"])
        .arg(project.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(&target)
        // The toolchain is that of the workspace.
        .current_dir(workspace())
        .output()
        .unwrap()
}
