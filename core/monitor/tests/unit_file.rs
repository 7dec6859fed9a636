//! The unit file of the manual.
#![allow(clippy::print_stdout, reason = "a test that skips something says so")]
#![allow(clippy::unwrap_used, reason = "all of this is tests: a panic is how they fail")]

use std::fs;
use std::path::Path;
use std::process::Command;

fn unit() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/systemd/flowz@.service");
    fs::read_to_string(path).unwrap()
}

#[test]
fn the_manager_hears_of_the_program() {
    let unit = unit();
    for line in ["Type=notify", "ExecReload=/bin/kill -HUP $MAINPID", "NoNewPrivileges=yes"] {
        assert!(unit.lines().any(|found| found == line), "{line}");
    }
    assert!(unit.contains("\nWatchdogSec=") && unit.contains("\nAmbientCapabilities=CAP_NET_RAW"));
}

#[test]
fn systemd_understands_it() {
    if Command::new("systemd-analyze").arg("--version").output().is_err() {
        println!("skipped: there is no systemd-analyze");
        return;
    }
    let folder = std::env::temp_dir().join(format!("flowz-unit-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    // The program is not installed where tests run.
    let text = unit().replace("ExecStart=/usr/local/bin/flowz", "ExecStart=/bin/true");
    let file = folder.join("flowz@eth0.service");
    fs::write(&file, text).unwrap();
    let outcome = Command::new("systemd-analyze").args(["verify", "--man=no"]).arg(&file).output();
    fs::remove_dir_all(Path::new(&folder)).unwrap();
    let outcome = outcome.unwrap();
    let said = String::from_utf8_lossy(&outcome.stderr).into_owned();
    assert!(outcome.status.success() && said.is_empty(), "{said}");
}
