//! Plugins from shared objects: a plugin built outside of the workspace counts as the program's own do,
//! and what is no plugin, or one for another program, is refused with a sentence.

use std::fs;

use flowz_api::abi::{PLUGINS_SYMBOL, SEPARATOR, STAMP, STAMP_SYMBOL};

use crate::kit::{Outcome, Scratch, analyse, counter, data, flowz};

/// A folder with these files.
fn folder(files: &[(&str, &[u8])]) -> Scratch {
    let dir = Scratch::new();
    for (name, bytes) in files {
        dir.write(name, bytes);
    }
    dir
}

fn path(dir: &Scratch) -> &str {
    dir.dir().to_str().unwrap()
}

/// The plugin with all occurrences of one text replaced by another of the same length.
#[track_caller]
fn patched(from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut bytes = counter().to_vec();
    let places = bytes.windows(from.len()).enumerate().filter(|(_, b)| *b == from.as_bytes());
    let places: Vec<_> = places.map(|(at, _)| at).collect();
    assert!(!places.is_empty(), "no '{from}' in the object");
    for at in places {
        bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
    }
    bytes
}

/// A run with these objects fails with these words and writes nothing.
#[track_caller]
fn refused(files: &[(&str, &[u8])], words: &[&str]) {
    let (objects, dir) = (folder(files), Scratch::new());
    let args = ["-r", &data("web.pcap"), "-w", "x", "-p", path(&objects)];
    flowz(&dir, &args).fails_with(words);
    assert!(dir.names().is_empty(), "left behind: {:?}", dir.names());
}

/// Cells that two columns share.
#[track_caller]
fn same(seen: &Outcome, one: &str, other: &str, factor: u64) {
    let table = seen.flow_table();
    let wanted: Vec<_> = table.numbers(other).iter().map(|n| n * factor).collect();
    assert!(wanted.iter().sum::<u64>() > 100);
    assert_eq!(table.numbers(one), wanted);
}

#[test]
fn counts_as_the_own_plugins_do() {
    let objects = folder(&[("counter.so", counter()), ("notes.txt", b"no object")]);
    let web = data("web.pcap");
    let run = |args: &[&str]| {
        let seen = analyse(&[&["-r", &web, "-p", path(&objects)], args].concat());
        assert_eq!((seen.done.code, seen.done.stderr.as_str()), (0, ""));
        seen
    };
    let named = run(&["--plugins", "basicFlow,basicStats,counter"]);
    same(&named, "ctrPkts", "pktsSnt", 1);
    assert_eq!(named.flow_table().columns.last().unwrap(), "ctrPkts", "700 is the last number");
    let packets = named.packet_table();
    assert_eq!(packets.rows.len() as u64, named.ledger().in_flows);
    assert_eq!(
        packets.numbers("ctrPktsSoFar").iter().max(),
        named.flow_table().numbers("ctrPkts").iter().max()
    );
    let line = named.report("counter: Number of packets counted");
    assert_eq!(line, Some(format!("{} [100.00%]", named.ledger().in_flows).as_str()));
    assert!(named.headers.contains("counter, version"), "{}", named.headers);

    let by_default = run(&["-o", "counter.CTR_STEP=3"]);
    same(&by_default, "ctrPkts", "pktsSnt", 3);
    let others = run(&["--plugins", "basicFlow", "-o", "counter.CTR_STEP=3", "-q"]);
    assert!(!others.flow_table().columns.contains(&"ctrPkts".to_owned()));
}

#[test]
fn is_in_the_lists() {
    let objects = folder(&[("counter.so", counter())]);
    let dir = Scratch::new();
    let list = |args: &[&str]| flowz(&dir, &[args, &["-p", path(&objects)]].concat()).well().stdout;
    assert!(list(&["--list-plugins"]).contains("\n700 * counter "));
    let columns = list(&["--columns"]);
    assert!(columns.contains(" ctrPkts ") && columns.contains(" ctrPktsSoFar "), "{columns}");
    assert!(!flowz(&dir, &["--list-plugins"]).well().stdout.contains("counter"));
}

#[test]
fn settings_are_checked() {
    let objects = folder(&[("counter.so", counter())]);
    let dir = Scratch::new();
    let fails = |args: &[&str], words: &[&str]| {
        let input = ["-r", &data("web.pcap"), "-p", path(&objects)];
        flowz(&dir, &[&input, args].concat()).is_refused(words);
    };
    fails(&["-o", "counter.CTR_STEP=0"], &["wrong setting of counter", "0 is out of range"]);
    fails(&["-o", "counter.CTR_STEPS=2"], &["no toggle 'CTR_STEPS'", "'CTR_STEP'"]);
    fails(&["--plugins", "counters"], &["no plugin 'counters'", "'counter'"]);
}

#[test]
fn damaged_objects() {
    refused(&[("empty.so", b"")], &["empty.so' is no shared object"]);
    refused(&[("text.so", b"GROUP ( other.so )")], &["text.so' is no shared object"]);
    let whole = counter();
    for len in [3, 20, 64, 1000, whole.len() / 10, whole.len() - 1] {
        refused(&[("cut.so", &whole[..len])], &["cut.so' is "]);
    }
    refused(&[("head.so", &whole[..64])], &["head.so' is cut: it has 64 bytes"]);
    refused(&[("a.so", whole), ("b.so", b"")], &["b.so' is no shared object"]);
}

#[test]
fn objects_of_other_builds() {
    let rebuild = "build the plugin again with the same compiler and the same flowz-api";
    let [api, compiler, target] = STAMP.split(SEPARATOR).collect::<Vec<_>>()[..] else { panic!() };
    for part in [api, compiler, target] {
        let other = format!("{}?", &part[..part.len() - 1]);
        let stamp = STAMP.replace(part, &other);
        let object = patched(STAMP, &stamp);
        let difference = format!("it was built with {other}, this is {part}; ");
        let words = ["other.so' does not fit this flowz: ", &difference, rebuild];
        refused(&[("other.so", &object)], &words);
    }
}

#[test]
fn objects_of_something_else() {
    for symbol in [STAMP_SYMBOL, PLUGINS_SYMBOL] {
        let other = format!("{}_", &symbol[..symbol.len() - 1]);
        let object = patched(symbol, &other);
        refused(&[("lib.so", &object)], &["lib.so' is not a flowz plugin", symbol]);
    }
}

#[test]
fn names_that_are_taken() {
    let words = ["two plugins 'counter'", "one.so', one in ", "two.so'"];
    refused(&[("two.so", counter()), ("one.so", counter())], &words);
}

#[test]
fn folders_without_objects() {
    let dir = Scratch::new();
    let web = data("web.pcap");
    let done = flowz(&dir, &["-r", &web, "-w", "x", "-p", "nowhere"]);
    done.fails_with(&["plugin folder 'nowhere'", "No such file"]);
    fs::create_dir(dir.path("empty")).unwrap();
    flowz(&dir, &["-r", &web, "-w", "x", "-p", "empty", "-q"]).well();
    fs::create_dir(dir.path("empty/folder.so")).unwrap();
    let done = flowz(&dir, &["-r", &web, "-w", "x", "-p", "empty"]);
    done.fails_with(&["folder.so", "s a directory"]);
}
