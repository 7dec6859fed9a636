//! t2conf changes files that others change too, and files that cannot be changed: nothing is lost, and it says
//! what is wrong.

use std::fs::{self, File};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use crate::kit::{Done, Scratch, start, t2conf};

/// What would be changed.
const CHANGES: [&[&str]; 4] =
    [&["-D", "core.MPLS=0"], &["-L", "basicFlow"], &["core", "--reset"], &["-C", "other.config"]];

fn ask(dir: &Scratch, args: &[&str]) -> Done {
    Done::from_output(&start(t2conf(), dir, args).output().unwrap())
}

/// All changes fail with these words and leave the file as it is.
#[track_caller]
fn nothing_changes(dir: &Scratch, words: &[&str]) {
    dir.write("other.config", "core.GTP = no\n");
    let names = dir.names();
    let before = fs::read(dir.path("flowz.toml")).ok();
    for args in CHANGES {
        let done = ask(dir, args);
        assert_eq!(done.code, 1, "{args:?}: {done:?}");
        done.says("t2conf: error: ", words);
        assert_eq!(fs::read(dir.path("flowz.toml")).ok(), before, "{args:?}");
    }
    assert_eq!(dir.names(), names, "nothing is left beside it");
}

/// Many at once: every one of them finds its change in the file.
#[test]
fn nobody_loses_a_change() {
    let dir = Scratch::new();
    let toggles = ["GRE", "MPLS", "GTP", "VXLAN", "L2TP", "IPIP", "PBB", "NSH"];
    let changes = toggles.map(|name| format!("core.{name}=0"));
    let mut started: Vec<_> =
        changes.iter().map(|c| start(t2conf(), &dir, &["-D", c]).spawn().unwrap()).collect();
    started.push(start(t2conf(), &dir, &["-L", "basicFlow"]).spawn().unwrap());
    for child in started {
        Done::from_output(&child.wait_with_output().unwrap()).well();
    }
    let text = dir.read("flowz.toml");
    assert_eq!(text.matches(" = false").count(), toggles.len(), "{text}");
    assert!(text.contains("plugins = [\"basicFlow\"]\n"), "{text}");
    assert_eq!(dir.names(), ["flowz.toml"]);
}

/// Who holds the lock is waited for, and what it wrote is built upon.
#[test]
fn who_comes_second_waits() {
    let dir = Scratch::new();
    let folder = File::open(dir.dir()).unwrap();
    folder.lock().unwrap();
    let mut second = start(t2conf(), &dir, &["-D", "core.MPLS=0"]).spawn().unwrap();
    sleep(Duration::from_millis(200));
    assert!(second.try_wait().unwrap().is_none(), "it does not wait");
    dir.write("flowz.toml", "[core]\nGRE = false\n");
    folder.unlock().unwrap();
    Done::from_output(&second.wait_with_output().unwrap()).well();
    assert_eq!(dir.read("flowz.toml"), "[core]\nGRE = false\nMPLS = false\n");
}

/// A pipe has no end and a device no settings; neither is waited for, whether it stands under the name or behind a link.
#[test]
fn pipes_and_devices_are_refused() {
    let dir = Scratch::new();
    assert!(Command::new("mkfifo").arg(dir.path("pipe")).status().unwrap().success());
    for target in ["pipe", "/dev/null", "/dev/zero"] {
        symlink(target, dir.path("flowz.toml")).unwrap();
        let asked = [&["-D", "core.MPLS=0"][..], &["-L", "basicFlow"], &["core", "--reset"], &[]];
        for args in asked {
            let done = Done::from_output(&start(t2conf(), &dir, args).output().unwrap());
            assert_eq!(done.code, 1, "{target} {args:?}: {done:?}");
            done.says("t2conf: error: ", &["'flowz.toml'", "pipe"]);
        }
        fs::remove_file(dir.path("flowz.toml")).unwrap();
    }
    assert_eq!(dir.names(), ["pipe"]);
}

#[test]
fn files_that_are_broken() {
    let broken = |bytes: &[u8], words: &[&str]| {
        let dir = Scratch::new();
        dir.write("flowz.toml", bytes);
        nothing_changes(&dir, words);
    };
    broken(b"[core\n", &["in flowz.toml, line 1: "]);
    broken(b"[core]\nGRE = 1\nGRE = 0\n", &["in flowz.toml, line 3: ", "duplicate key"]);
    broken(b"[core]\nGRE = \n", &["in flowz.toml, line 2: "]);
    broken(b"[core]\nGRE = [1]\n", &["in flowz.toml, line 2: core.GRE is of type array"]);
    broken(b"plugins = 'basicFlow'\n", &["in flowz.toml, line 1: plugins is of type string"]);
    broken(b"core = 1\n", &["in flowz.toml, line 1: ", "a table per plugin is needed"]);
    broken(b"# \xff\n[core]\nMPLS = true\n", &["'flowz.toml'", "UTF-8"]);
}

/// A wrong value of somebody else does not keep one from repairing it.
#[test]
fn wrong_values_can_be_repaired() {
    let dir = Scratch::new();
    dir.write("flowz.toml", "plugins = ['tcpWinn']\n[core]\nGRE = 'red'\nGREE = 1\n");
    ask(&dir, &["-D", "core.GRE=no"]).well();
    ask(&dir, &["-L", "tcpWin"]).well();
    let text = dir.read("flowz.toml");
    assert!(text.ends_with("plugins = [\"tcpWin\"]\n[core]\nGRE = false\nGREE = 1\n"), "{text}");
    let done = ask(&dir, &["core"]);
    done.says("t2conf: error: in flowz.toml, line 5: ", &["no toggle 'GREE'", "'GRE'"]);
}

#[test]
fn places_that_cannot_be_written() {
    let dir = Scratch::new();
    fs::create_dir(dir.path("flowz.toml")).unwrap();
    dir.write("other.config", "core.GTP = no\n");
    for args in CHANGES {
        let done = ask(&dir, args);
        assert_eq!(done.code, 1, "{args:?}");
        done.says("t2conf: error: ", &["'flowz.toml'", "s a directory"]);
    }
    // Nobody may make a file there, not even root.
    for args in CHANGES {
        let done = ask(&dir, &[args, &["--config", "/proc/flowz.toml"]].concat());
        let is_reset = args.contains(&"--reset");
        assert_eq!(
            done.code,
            i32::from(!is_reset),
            "{done:?}: nothing to take out is nothing to do"
        );
        if !is_reset {
            done.says("t2conf: error: cannot write '/proc/flowz.toml'", &[]);
        }
    }
    fs::remove_dir(dir.path("flowz.toml")).unwrap();
    let done = ask(&dir, &["-s", "/proc/list.txt"]);
    done.says("t2conf: error: cannot write '/proc/list.txt'", &[]);
}

#[test]
fn files_and_folders_that_are_read_only() {
    let dir = Scratch::new();
    dir.write("flowz.toml", "[core]\nMPLS = true\nGTP = true\n");
    fs::set_permissions(dir.path("flowz.toml"), fs::Permissions::from_mode(0o444)).unwrap();
    nothing_changes(&dir, &["'flowz.toml' is read-only"]);
    fs::set_permissions(dir.path("flowz.toml"), fs::Permissions::from_mode(0o644)).unwrap();
    fs::set_permissions(dir.dir(), fs::Permissions::from_mode(0o555)).unwrap();
    let can_nevertheless = File::create(dir.path("probe")).is_ok();
    let done = ask(&dir, &["-D", "core.MPLS=0"]);
    fs::set_permissions(dir.dir(), fs::Permissions::from_mode(0o755)).unwrap();
    if can_nevertheless {
        // Root may write everywhere.
        done.well();
    } else {
        done.says("t2conf: error: cannot write 'flowz.toml'", &["Permission denied"]);
        assert_eq!(dir.read("flowz.toml"), "[core]\nMPLS = true\nGTP = true\n");
    }
}
