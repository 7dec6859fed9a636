//! A sum over the sources whose types are in a checkpoint: one of another build means something else.

use std::fs;
use std::path::{Path, PathBuf};

/// Folders with such types, from here.
const SOURCES: [&str; 6] = [
    "../api/src",
    "../engine/src",
    "../host/src",
    "../stream/src",
    "../macros/src",
    "../../plugins/src",
];

fn main() {
    let mut files = Vec::new();
    for folder in SOURCES {
        println!("cargo::rerun-if-changed={folder}");
        list(Path::new(folder), &mut files);
    }
    files.sort();
    let mut sum = 0xcbf2_9ce4_8422_2325_u64;
    for file in &files {
        let bytes = fs::read(file).unwrap_or_default();
        let name = file.to_string_lossy();
        for byte in name.bytes().chain(bytes) {
            sum = (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    println!("cargo::rustc-env=FLOWZ_STATE_SOURCES={sum:016x}");
}

/// All files with Rust in a folder.
fn list(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            list(&path, files);
        } else if path.extension().is_some_and(|end| end == "rs") {
            files.push(path);
        }
    }
}
