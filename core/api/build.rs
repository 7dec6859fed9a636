//! What plugins in shared objects are checked against: see `src/abi.rs`.
#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, reason = "this is how a build script talks to Cargo")]

use std::env;
use std::error::Error;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::Command;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src");
    println!("cargo::rustc-env=FLOWZ_SOURCES={:016x}", sources()?);
    println!("cargo::rustc-env=FLOWZ_COMPILER={}", compiler()?);
    println!("cargo::rustc-env=FLOWZ_TARGET={}", variable("TARGET")?);
    Ok(())
}

fn variable(name: &str) -> Result<String, String> {
    let value = env::var_os(name).and_then(|value| value.into_string().ok());
    value.ok_or_else(|| format!("Cargo did not set {name}"))
}

/// The compiler in one line, with the hash of its commit.
fn compiler() -> Result<String, Box<dyn Error>> {
    let output = Command::new(variable("RUSTC")?).args(["--version", "--verbose"]).output()?;
    let text = String::from_utf8(output.stdout)?;
    Ok(text.lines().next().ok_or("the compiler has no version")?.trim().to_owned())
}

/// A sum (FNV-1a) over the crate's sources: types change while the version stays.
fn sources() -> io::Result<u64> {
    let mut files = Vec::new();
    let mut folders = vec![PathBuf::from("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    let mut sum = 0xcbf2_9ce4_8422_2325;
    for file in files {
        for byte in fs::read(file)? {
            sum = (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    Ok(sum)
}
