//! What was built with a header of another version goes on working.

use super::{HEADER, compile, compile_with, payload, run, source};
use crate::kit::{Scratch, analyse, data, flowz};

/// Where the first header is.
const FIRST: &str = "tests/fixtures/c-version-1";
/// And the second.
const SECOND: &str = "tests/fixtures/c-version-2";
/// And the third.
const THIRD: &str = "tests/fixtures/c-version-3";

/// What `flowz plugin check` says of the example of a version, and the flow table that it makes.
fn of_version(header: &str) -> (String, String) {
    let dir = Scratch::new();
    compile_with(header, &dir, "payload", &source(header, "payload"));
    let shown = flowz(&dir, &["plugin", "check", "objects/payload.so"]).well().stdout;
    let seen = run(&dir, &["--plugins", "basicFlow,payload"]);
    assert_eq!((seen.done.code, seen.done.stderr.as_str()), (0, ""));
    assert!(seen.flow_table().numbers("payPkts").iter().sum::<u64>() > 20);
    (shown, seen.flows)
}

#[test]
fn an_object_of_the_first_version() {
    let (shown, flows) = of_version(FIRST);
    assert!(shown.contains("  built with flowz.h, version 1\n"), "{shown}");
    assert!(!shown.contains("toggles:"), "{shown}");
    assert_eq!(flows, of_version(HEADER).1);
}

#[test]
fn an_object_of_the_second_version() {
    let (shown, flows) = of_version(SECOND);
    let (shown_today, flows_today) = of_version(HEADER);
    assert!(shown.contains("  built with flowz.h, version 2\n"), "{shown}");
    assert_eq!(shown.replace("version 2", "version 4"), shown_today);
    assert_eq!(flows, flows_today);
}

#[test]
fn objects_of_the_third_version() {
    let (shown, flows) = of_version(THIRD);
    let (shown_today, flows_today) = of_version(HEADER);
    assert_eq!(shown.replace("version 3", "version 4"), shown_today);
    assert_eq!(flows, flows_today);
    let greeted = |header| {
        let dir = Scratch::new();
        compile_with(header, &dir, "greeting", &source(header, "greeting"));
        let seen = run(&dir, &["--plugins", "basicFlow,greeting"]);
        assert_eq!((seen.done.code, seen.done.stderr.as_str()), (0, ""));
        (seen.flows, seen.packets)
    };
    assert_eq!(greeted(THIRD), greeted(HEADER));
}

/// Timeouts of the second version, with a packet table, in which it has no columns.
#[test]
fn an_object_of_the_second_version_that_steers() {
    let zerowin = data("zerowin.pcap");
    let with = |header| {
        let dir = Scratch::new();
        compile_with(header, &dir, "impatient", &source(header, "impatient"));
        let objects = dir.path("objects");
        let plugins = ["-p", objects.to_str().unwrap(), "--plugins", "basicFlow,impatient"];
        let seen =
            analyse(&[&["-r", &zerowin, "-o", "impatient.IMP_TIMEOUT=0.5"], &plugins[..]].concat());
        assert_eq!((seen.done.code, seen.done.stderr.as_str()), (0, ""));
        assert!(!seen.packets.contains("impBefore"));
        (seen.flows, seen.packets)
    };
    assert_eq!(with(SECOND), with(HEADER));
}

/// A later header may have appended members: what this program does not know is behind what it reads.
#[test]
fn a_plugin_with_a_longer_structure() {
    let dir = Scratch::new();
    let longer = payload()
        .replace(
            "static const struct flowz_plugin plugin = {",
            "static const struct { struct flowz_plugin plugin; char more[24]; } longer = {{",
        )
        .replace("sizeof(struct flowz_plugin)", "sizeof(struct flowz_plugin) + 24")
        .replace("    .report = report,\n};", "    .report = report,\n}, \"more\"};")
        .replace("&plugin", "&longer.plugin");
    compile(&dir, "longer", &longer);
    let seen = run(&dir, &["--plugins", "basicFlow,payload"]);
    assert!(seen.flow_table().numbers("payPkts").iter().sum::<u64>() > 20);
}

/// The numbers that `ffi/raw` relies on, by the compiler of C. Those of the first version never change.
#[test]
fn the_layout_is_that_of_the_program() {
    let start = "#include \"flowz.h\"\n#include <stddef.h>\nint nothing;\n";
    let assert = |what: &str, number: u32| format!("_Static_assert({what} == {number}, \"\");\n");
    let size = |name: &str, number| assert(&format!("sizeof({name})"), number);
    let at = |name: &str, member: &str, number| {
        assert(&format!("offsetof(struct flowz_{name}, {member})"), number)
    };
    let first = [
        size("struct flowz_column", 32),
        size("union flowz_value", 8),
        at("plugin", "number", 24),
        at("plugin", "column", 40),
        at("plugin", "end", 56),
        at("packet", "data", 8),
        at("packet", "wire", 40),
        at("packet", "payload", 60),
        at("packet", "direction", 72),
    ];
    // Of the version before, its sizes: what was appended begins there.
    let second_size = [size("struct flowz_plugin", 96), size("struct flowz_packet", 96)];
    let third_size = [size("struct flowz_packet", 96)];
    let fourth = [size("struct flowz_packet", 104), at("packet", "end_flow", 96)];
    let second = [
        size("struct flowz_toggle", 48),
        size("struct flowz_start", 32),
        size("struct flowz_report", 64),
        at("plugin", "toggle", 72),
        at("plugin", "report", 88),
        at("packet", "timeout", 80),
        at("packet", "peer_timeout", 88),
        at("toggle", "min", 32),
        at("start", "timeout", 24),
        at("report", "text", 56),
    ];
    let third = [
        size("struct flowz_plugin", 120),
        size("struct flowz_address", 17),
        size("struct flowz_list", 16),
        at("plugin", "packet_columns", 96),
        at("plugin", "packet_column", 104),
        at("plugin", "packet_row", 112),
        at("address", "bytes", 1),
        at("list", "items", 8),
        assert("FLOWZ_F64", 10),
        assert("FLOWZ_F32", 11),
        assert("FLOWZ_MAC", 15),
        assert("FLOWZ_LIST", 256),
        assert("FLOWZ_MOST", 65_535),
    ];
    let all = |parts: &[&[String]]| start.to_owned() + &parts.concat().concat();
    compile(&Scratch::new(), "layout", &all(&[&first, &second, &third, &fourth]));
    compile_with(FIRST, &Scratch::new(), "old", &all(&[&first]));
    compile_with(SECOND, &Scratch::new(), "old", &all(&[&first, &second, &second_size]));
    compile_with(THIRD, &Scratch::new(), "old", &all(&[&first, &second, &third, &third_size]));
}
