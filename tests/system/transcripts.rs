//! What the manual shows is what happens: every block of README and `docs/` that is marked as `console` is
//! run, and must answer as it says there.
//!
//! A line that begins with `$ ` is a command, up to where its quotes are closed or its `<< 'END'` has its end; what
//! follows is its answer. All blocks of a page run one after the other in one folder, with the project's captures in
//! `data/`. A block marked `console TOOL` is run where that program or module of Python is there.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use crate::kit::{Scratch, first_plugin, program, start, t2conf, workspace};

/// The tutorial, whose objects are built first.
const FIRST_PLUGIN: &str = "docs/tutorial-first-plugin.md";
const STEPS: [u8; 3] = [1, 2, 3];

/// A command and what it answers.
#[derive(Debug)]
struct Step {
    command: String,
    answer: String,
}

/// The steps of all blocks of a page.
fn steps(page: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut inside = false;
    for line in page.lines() {
        let line = line.strip_prefix("   ").filter(|_| !inside).unwrap_or(line);
        if line.starts_with("```") {
            let tool = line.strip_prefix("```console").map(str::trim);
            inside = tool.is_some_and(|tool| tool.is_empty() || is_there(tool));
            continue;
        }
        if !inside {
            continue;
        }
        match (line.strip_prefix("$ "), steps.last_mut()) {
            (Some(command), _) => {
                steps.push(Step { command: command.to_owned(), answer: String::new() });
            }
            (None, Some(step)) if is_open(&step.command) => {
                step.command += "\n";
                step.command += line;
            }
            (None, Some(step)) => {
                step.answer += line;
                step.answer += "\n";
            }
            (None, None) => panic!("an answer without a command: {line}"),
        }
    }
    steps
}

/// Whether a quote or a text that the shell is to read goes on at the end.
fn is_open(command: &str) -> bool {
    match command.split_once("<< 'END'\n") {
        Some((_, text)) => text != "END" && !text.ends_with("\nEND"),
        None => command.ends_with("<< 'END'") || command.matches('\'').count() % 2 == 1,
    }
}

/// Whether there is a program of this name, or a module of Python.
fn is_there(tool: &str) -> bool {
    let test = format!("command -v {tool} || python3 -c 'import {tool}'");
    let output = Command::new("bash").args(["-c", &test]).output().unwrap();
    if !output.status.success() {
        println!("skipped: there is no {tool} here");
    }
    output.status.success()
}

/// A folder with the captures; `PATH` names the programs.
fn check(page: &str) -> usize {
    let text = fs::read_to_string(workspace().join(page)).unwrap();
    let steps = steps(&text);
    let dir = Scratch::new();
    symlink(workspace().join("data"), dir.path("data")).unwrap();
    if page == FIRST_PLUGIN {
        for step in STEPS {
            fs::create_dir(dir.path(&format!("step{step}"))).unwrap();
            dir.write(&format!("step{step}/my_win.so"), first_plugin(step));
        }
    }
    let folders = [program(), t2conf()].map(|p| p.parent().unwrap().to_str().unwrap());
    let others = std::env::var_os("PATH").unwrap();
    let path = format!("{}:{}:{}", folders[0], folders[1], others.display());
    for Step { command, answer } in &steps {
        let shell = format!("exec 2>&1\n{command}");
        let mut bash = start(Path::new("bash"), &dir, &["-c", &shell]);
        let output = bash.env("PATH", &path).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert_eq!(said, *answer, "{page}: $ {command}");
    }
    steps.len()
}

#[test]
fn the_readme_shows_what_happens() {
    assert!(check("README.md") > 5);
}

#[test]
fn the_manual_shows_what_happens() {
    let mut shown = 0;
    for entry in fs::read_dir(workspace().join("docs")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.rsplit('.').next() == Some("md") {
            shown += check(&format!("docs/{name}"));
        }
    }
    assert!(shown > 3);
}

/// The code in the tutorial is that of the steps.
#[test]
fn the_tutorial_shows_its_sources() {
    let page = fs::read_to_string(workspace().join(FIRST_PLUGIN)).unwrap();
    let path = |step| workspace().join(format!("tests/fixtures/first-plugin/step{step}.rs"));
    let sources = STEPS.map(|step| fs::read_to_string(path(step)).unwrap());
    let blocks = page.split("```rust\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let blocks: Vec<_> = blocks.collect();
    assert!(blocks.len() > 5);
    for block in blocks {
        assert!(sources.iter().any(|source| source.contains(block)), "not in a step:\n{block}");
    }
}

/// The code in the page about timeouts is that of tcpWin.
#[test]
fn the_page_about_timeouts_shows_its_source() {
    let page = fs::read_to_string(workspace().join("docs/tutorial-timeouts.md")).unwrap();
    let source = |name: &str| {
        fs::read_to_string(workspace().join("plugins/src/tcp_win").join(name)).unwrap()
    };
    let sources = ["mod.rs", "toggles.rs"].map(source);
    let blocks = page.split("```rust\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let blocks: Vec<_> = blocks.collect();
    assert!(blocks.len() > 5);
    for block in blocks {
        assert!(sources.iter().any(|source| source.contains(block)), "not in tcpWin:\n{block}");
    }
}

#[test]
fn blocks_are_read() {
    let page = "text\n```\n$ not this\n```\n```console\n$ one 'a\n  b'\nx\n\n$ two\n```\n";
    let steps = steps(page);
    assert_eq!(steps.len(), 2);
    assert_eq!((steps[0].command.as_str(), steps[0].answer.as_str()), ("one 'a\n  b'", "x\n\n"));
}
