//! Plugins of a stranger, built outside of the project, with a table, a file, a dependency and an expectation: they
//! work through `-p` with any number of threads.

use std::fs;

use crate::kit::{Outcome, Scratch, analyse, data, flowz, stranger};

fn objects() -> Scratch {
    let dir = Scratch::new();
    dir.write("stranger.so", stranger());
    dir
}

fn run(objects: &Scratch, args: &[&str]) -> Outcome {
    let (web, folder) = (data("web.pcap"), objects.dir().to_str().unwrap());
    let seen = analyse(&[&["-r", &web, "-p", folder, "--no-config"], args].concat());
    assert_eq!((seen.done.code, seen.done.stderr.as_str()), (0, ""));
    seen
}

const ALL: [&str; 2] = ["--plugins", "basicFlow,readers,lookups"];

#[test]
fn all_that_the_contract_offers() {
    let objects = objects();
    let seen = run(&objects, &ALL);
    let flows = seen.flow_table();
    let last: Vec<_> = flows.columns.iter().rev().take(3).map(String::as_str).collect();
    assert_eq!(last, ["lookups_Bytes", "lookedUpFor", "lookedUpIn"], "readers come last");
    // Both flows know the other's number.
    let (numbers, parents) = (flows.numbers("flowInd"), flows.numbers("lookedUpIn"));
    let children = flows.column("lookedUpFor");
    let mut met = 0;
    for (number, parent) in numbers.iter().zip(&parents).filter(|(_, parent)| **parent > 0) {
        let of_parent = numbers.iter().zip(&children).filter(|(other, _)| *other == parent);
        let mut named = of_parent.flat_map(|(_, list)| list.split(';'));
        assert!(named.any(|child| child == number.to_string()), "{number} of {parent}");
        met += 1;
    }
    assert!(met > 1, "{parents:?}");
    let file = |name: &str| &seen.others.iter().find(|(other, _)| other == name).unwrap().1;
    let text = |name: &str| String::from_utf8(file(name).clone()).unwrap();
    let rows = text("t_lookups.txt");
    assert!(rows.starts_with("%flowInd\ttime\tid\tlength\n"), "{rows}");
    let lookups = rows.lines().count() - 1;
    assert!(lookups > 3);
    let headers = text("t_lookups_headers.txt");
    assert!(headers.ends_with("4\tU32\tlength\tBytes of the message [bytes]\n"), "{headers}");
    let lengths = rows.lines().skip(1).map(|row| row.rsplit('\t').next().unwrap());
    let bytes: usize = lengths.map(|length| length.parse::<usize>().unwrap()).sum();
    assert_eq!(file("t_files/lookups/_.._messages.bin").len(), bytes, "a safe name");
    assert_eq!(text("t_lookups_total.txt").split(' ').next(), Some(lookups.to_string().as_str()));
    let told = seen.report("readers: Bytes of lookups").unwrap();
    assert_eq!(told.split(' ').next(), Some(bytes.to_string().as_str()));
    let expected = seen.report("lookups: Flows expected, met, too late, dropped").unwrap();
    assert!(expected.starts_with(&format!("{lookups}, {met}, ")), "{expected}");
    assert_eq!(seen.report("Files of plugins").unwrap(), format!("1, {bytes} bytes"));
}

#[test]
fn the_same_with_any_number_of_threads() {
    let objects = objects();
    for more in [&[][..], &["--compat"], &["--sinks", "csv,txt"]] {
        let with = |threads: &str| run(&objects, &[&ALL, more, &["--threads", threads]].concat());
        let alone = with("1");
        for threads in ["2", "8"] {
            let several = with(threads);
            assert_eq!((&several.flows, &several.packets), (&alone.flows, &alone.packets));
            let files = |seen: &Outcome| {
                let lasting = seen.others.iter().filter(|(name, _)| !name.contains("headers"));
                lasting.cloned().collect::<Vec<_>>()
            };
            assert!(files(&several) == files(&alone), "{threads} threads, {more:?}");
        }
    }
}

/// Whoever has no columns in the packet table is shown no more packets where there is one.
#[test]
fn the_same_with_a_packet_table() {
    let objects = objects();
    let (web, folder) = (data("web.pcap"), objects.dir().to_str().unwrap());
    let tables = |more: &[&str]| {
        let dir = Scratch::new();
        let args = ["-r", &web, "-w", "t", "-p", folder, "--no-config"];
        flowz(&dir, &[&args[..], &ALL, more].concat()).well();
        ["t_flows.txt", "t_lookups.txt"].map(|name| dir.read(name))
    };
    let without = tables(&["--threads", "1"]);
    for threads in ["1", "2"] {
        assert_eq!(tables(&["-s", "--threads", threads]), without, "{threads} threads");
    }
}

#[test]
fn refusals() {
    let (objects, dir) = (objects(), Scratch::new());
    let (web, folder) = (data("web.pcap"), objects.dir().to_str().unwrap());
    let args = ["-r", &web, "-w", "x", "-p", folder, "--plugins", "basicFlow,readers"];
    flowz(&dir, &args).is_refused(&["plugin readers needs lookups"]);
    assert!(dir.names().is_empty());
    // A file in the place of the folder for contents: counted, and the rest is there.
    fs::write(dir.path("x_files"), "mine").unwrap();
    let args = ["-r", &web, "-w", "x", "-p", folder, "--plugins", "lookups"];
    let done = flowz(&dir, &args);
    assert_eq!(done.code, 0, "{}", done.stderr);
    assert!(done.stdout.contains("that could not be written"), "{}", done.stdout);
    assert!(dir.read("x_lookups.txt").lines().count() > 3);
}
