//! Plugins in C: the example of `core/api/include` is compiled with `cc` and counts as it should; others are
//! refused with a sentence. The object depends on nothing of this build, only on the header.

use std::fs;
use std::process::Command;

use crate::kit::{Scratch, analyse, data, flowz, workspace};

/// Compiles a text with the header to `objects/NAME.so`.
#[track_caller]
fn compile(dir: &Scratch, name: &str, text: &str) {
    let _ = fs::create_dir(dir.path("objects"));
    dir.write(&format!("{name}.c"), text);
    let output = Command::new("cc")
        .args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-pedantic", "-O1", "-shared", "-fPIC"])
        .arg("-I")
        .arg(workspace().join("core/api/include"))
        .arg("-o")
        .arg(dir.path(&format!("objects/{name}.so")))
        .arg(dir.path(&format!("{name}.c")))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The example.
fn payload() -> String {
    fs::read_to_string(workspace().join("core/api/include/payload.c")).unwrap()
}

fn run(dir: &Scratch, more: &[&str]) -> crate::kit::Outcome {
    let objects = dir.path("objects");
    let web = data("web.pcap");
    analyse(&[&["-r", &web, "-p", objects.to_str().unwrap()], more].concat())
}

#[test]
fn the_example_counts() {
    let dir = Scratch::new();
    compile(&dir, "payload", &payload());
    let seen = run(&dir, &["--plugins", "basicFlow,basicStats,payload"]);
    assert_eq!((seen.done.code, seen.done.stderr.as_str()), (0, ""));
    let (flows, packets) = (seen.flow_table(), seen.packet_table());
    let payloads: Vec<_> =
        packets.numbers("flowInd").into_iter().zip(packets.numbers("l7Len")).collect();
    for flow in flows.numbers("flowInd") {
        let of_both = |name: &str| {
            let rows = flows.numbers("flowInd").into_iter().zip(flows.numbers(name));
            rows.filter(|(id, _)| *id == flow).map(|(_, n)| n).collect::<Vec<_>>()
        };
        let mine = payloads.iter().filter(|(id, len)| *id == flow && *len > 0).map(|p| p.1);
        assert_eq!(of_both("payPkts").iter().sum::<u64>(), mine.clone().count() as u64);
        assert_eq!(of_both("payLargest").into_iter().max(), Some(mine.max().unwrap_or(0)));
    }
    assert!(flows.numbers("payPkts").iter().sum::<u64>() > 20);
    assert!(!packets.columns.contains(&"payPkts".to_owned()));
    let line = "U64\tpayPkts\tPackets with payload [packets]\n";
    assert!(seen.headers.contains(line), "{}", seen.headers);
}

#[test]
fn what_is_in_it() {
    let dir = Scratch::new();
    compile(&dir, "payload", &payload());
    let shown = flowz(&dir, &["plugin", "check", "objects/payload.so"]).well().stdout;
    let expected = "\
objects/payload.so fits this flowz
  built with flowz.h, version 1

plugin payload, number 710: Counts packets with payload (example in C)
  on by default: no
  plugins it needs: none
  changes timeouts or directions: no
  flow table:
    payPkts              U64      Packets with payload. [packets]
    payLargest           U16      Most bytes of payload in a packet. [bytes]
";
    assert_eq!(shown, expected);
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
        .replace("    .end = end,\n};", "    .end = end,\n}, \"more\"};")
        .replace("&plugin", "&longer.plugin");
    compile(&dir, "longer", &longer);
    let seen = run(&dir, &["--plugins", "basicFlow,payload"]);
    assert!(seen.flow_table().numbers("payPkts").iter().sum::<u64>() > 20);
}

#[test]
fn what_is_refused() {
    let refused = |from: &str, to: &str, words: &[&str]| {
        let dir = Scratch::new();
        let text = payload();
        assert!(text.contains(from));
        compile(&dir, "other", &text.replace(from, to));
        let done = flowz(&dir, &["plugin", "check", "objects/other.so"]);
        done.fails_with(&[&["other.so' cannot be used: "], words].concat());
    };
    let version = ".version = FLOWZ_C_VERSION";
    refused(version, ".version = 9", &["version 9 of the C interface, this flowz has 1"]);
    refused("version >= FLOWZ_C_VERSION", "version > 1", &["does not work with version 1"]);
    refused("= sizeof(struct flowz_plugin)", "= 8", &["8 bytes: 64 are the least"]);
    refused("\"payload\"", "\"pay load\"", &["'pay load' is no name for a plugin"]);
    refused("\"payPkts\"", "\"pay-pkts\"", &["'pay-pkts' is no name for a column"]);
    refused("FLOWZ_U16", "99", &["column payLargest has type 99"]);
    refused(".number = 710", ".number = 900", &["number 900 is not below 900"]);
    refused("= sizeof(struct state)", "= 70000", &["70000 bytes per flow"]);
}

/// The names of plugins and of the sinks' toggles are taken.
#[test]
fn names_that_are_taken() {
    for name in ["core", "basicFlow", "txtSink"] {
        let dir = Scratch::new();
        compile(&dir, "other", &payload().replace("\"payload\"", &format!("\"{name}\"")));
        let done = flowz(&dir, &["-r", &data("web.pcap"), "-w", "x", "-p", "objects"]);
        let words = [&*format!("two plugins '{name}'"), "one in flowz itself", "other.so'"];
        done.fails_with(&words);
    }
}

/// The numbers that `raw.rs` relies on, by the compiler of C.
#[test]
fn the_layout_is_that_of_the_program() {
    let text = "#include \"flowz.h\"\n#include <stddef.h>\n\
        _Static_assert(sizeof(struct flowz_plugin) == 64, \"\");\n\
        _Static_assert(sizeof(struct flowz_column) == 32, \"\");\n\
        _Static_assert(sizeof(struct flowz_packet) == 80, \"\");\n\
        _Static_assert(sizeof(union flowz_value) == 8, \"\");\n\
        _Static_assert(offsetof(struct flowz_plugin, number) == 24, \"\");\n\
        _Static_assert(offsetof(struct flowz_plugin, column) == 40, \"\");\n\
        _Static_assert(offsetof(struct flowz_plugin, end) == 56, \"\");\n\
        _Static_assert(offsetof(struct flowz_packet, data) == 8, \"\");\n\
        _Static_assert(offsetof(struct flowz_packet, wire) == 40, \"\");\n\
        _Static_assert(offsetof(struct flowz_packet, payload) == 60, \"\");\n\
        _Static_assert(offsetof(struct flowz_packet, direction) == 72, \"\");\n\
        int nothing;\n";
    compile(&Scratch::new(), "layout", text);
}
