//! Plugins in C: the examples of `core/api/include` are compiled with `cc` and do what they should; others are
//! refused with a sentence. The objects depend on nothing of this build, only on the header: those of
//! versions before, `tests/fixtures/c-version-N`, are as good as today's.

mod rows;
mod versions;

use std::fs;
use std::process::Command;

use crate::kit::{Done, Scratch, analyse, command, data, flowz, program, start, t2conf, workspace};

/// Where the header is.
const HEADER: &str = "core/api/include";

/// Compiles a text with the header to `objects/NAME.so`.
#[track_caller]
fn compile(dir: &Scratch, name: &str, text: &str) {
    compile_with(HEADER, dir, name, text);
}

#[track_caller]
fn compile_with(header: &str, dir: &Scratch, name: &str, text: &str) {
    let _ = fs::create_dir(dir.path("objects"));
    dir.write(&format!("{name}.c"), text);
    let output = Command::new("cc")
        .args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-pedantic", "-O1", "-shared", "-fPIC"])
        .arg("-I")
        .arg(workspace().join(header))
        .arg("-o")
        .arg(dir.path(&format!("objects/{name}.so")))
        .arg(dir.path(&format!("{name}.c")))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The example.
fn payload() -> String {
    source(HEADER, "payload")
}

fn source(folder: &str, name: &str) -> String {
    fs::read_to_string(workspace().join(folder).join(format!("{name}.c"))).unwrap()
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
  built with flowz.h, version 4

plugin payload, number 710: Counts packets with payload (example in C)
  on by default: no
  plugins it needs: none
  changes timeouts: no
  sees all flows: yes
  flow table:
    payPkts              U64      Packets with payload. [packets]
    payLargest           U16      Most bytes of payload in a packet. [bytes]
  toggles:
    PAY_MIN=1            A payload of fewer bytes does not count. (whole number, 1 .. 65535)
";
    assert_eq!(shown, expected);
    compile(&dir, "impatient", &source(HEADER, "impatient"));
    let shown = flowz(&dir, &["plugin", "check", "objects/impatient.so"]).well().stdout;
    assert!(shown.contains("  changes timeouts: yes\n"), "{shown}");
    let toggle = "    IMP_TIMEOUT=1.0      Seconds of silence that end the flow. (number, 0.001 .. 1000000)\n";
    assert!(shown.ends_with(&format!("{toggle}  timeouts: 1 s\n")), "{shown}");
}

/// A toggle comes from all sources, with the errors that others have.
#[test]
fn toggles_are_like_those_of_others() {
    let dir = Scratch::new();
    compile(&dir, "payload", &payload());
    let web = data("web.pcap");
    let args = ["-r", &web, "-w", "x", "-p", "objects", "--plugins", "basicFlow,payload"];
    let report = |variables: &[(&str, &str)], more: &[&str]| {
        let mut command = start(program(), &dir, &[&args[..], more].concat());
        Done::from_output(&command.envs(variables.iter().copied()).output().unwrap())
    };
    let counted = |variables: &[(&str, &str)], more: &[&str]| -> u64 {
        let report = report(variables, more).well().stdout;
        let key = "payload: Number of packets with payload: ";
        let line = report.lines().find_map(|l| l.strip_prefix(key)).unwrap();
        let (n, share) = line.split_once(" [").unwrap();
        let n: u64 = n.parse().unwrap();
        assert_eq!(share, format!("{:.2}%]", 100.0 * n as f64 / 169.0));
        n
    };
    let all = counted(&[], &[]);
    let shown =
        Done::from_output(&start(t2conf(), &dir, &["-p", "objects", "payload"]).output().unwrap());
    let shown = shown.well().stdout;
    let line =
        "PAY_MIN  whole number  1      1        1 .. 65535  default  A payload of fewer bytes";
    assert!(shown.contains(line), "{shown}");
    let set = ["-p", "objects", "payload", "-D", "PAY_MIN=100"];
    Done::from_output(&start(t2conf(), &dir, &set).output().unwrap()).well();
    let of_file = counted(&[], &[]);
    let of_variable = counted(&[("PAY_MIN", "300")], &[]);
    let of_option = counted(&[("PAY_MIN", "300")], &["-o", "payload.PAY_MIN=1000"]);
    let seen = [all, of_file, of_variable, of_option];
    assert!(seen.is_sorted_by(|a, b| a > b) && of_option > 0, "{seen:?}");
    let words = ["wrong setting of payload: 0 is out of range for PAY_MIN: 1 to 65535 are allowed"];
    report(&[], &["-o", "payload.PAY_MIN=0"]).is_refused(&words);
    report(&[], &["-o", "payload.PAY_MAX=0"]).is_refused(&["did you mean 'PAY_MIN'?"]);
}

/// If all flows are hurried from their first packet on, it is as if the engine's timeout were short.
#[test]
fn timeouts_end_flows() {
    let dir = Scratch::new();
    let at_once = source(HEADER, "impatient").replace("packet->payload > 0", "packet->number > 0");
    compile(&dir, "impatient", &at_once);
    let objects = dir.path("objects");
    let zerowin = data("zerowin.pcap");
    let args =
        ["-r", &zerowin, "-p", objects.to_str().unwrap(), "--plugins", "basicFlow,impatient"];
    let flows = |more: &[&str]| -> Vec<_> {
        let table = analyse(&[&args[..], more].concat()).flow_table();
        let columns = ["flowInd", "srcPort", "dstPort"].map(|name| table.numbers(name));
        (0..columns[0].len()).map(|n| columns.each_ref().map(|c| c[n])).collect()
    };
    let hurried = flows(&["-o", "impatient.IMP_TIMEOUT=0.5"]);
    let patient = flows(&["-o", "impatient.IMP_TIMEOUT=182"]);
    assert!(hurried.len() > patient.len(), "{} {}", hurried.len(), patient.len());
    let short = ["-o", "core.FLOW_TIMEOUT=0.5", "-o", "impatient.IMP_TIMEOUT=0.5"];
    assert_eq!(flows(&short), hurried);
}

/// Values of all types arrive, and a plugin may refuse to start.
#[test]
fn values_and_refusals() {
    let dir = Scratch::new();
    let text = "#include \"flowz.h\"\n#include <stdio.h>\n#include <stddef.h>\n\
        static char said[200];\n\
        static const char *start(const struct flowz_start *s) {\n\
        const union flowz_value *v = s->toggle;\n\
        snprintf(said, sizeof said, \"%u: %d %lu %g '%s', timeout %d\", s->toggles, (int)v[0].u,\n\
            (unsigned long)v[1].u, v[2].d, v[3].text, (int)s->timeout(s->run, 3.0));\n\
        return v[0].u ? NULL : said; }\n\
        static void report(const struct flowz_report *r) { r->text(r->run, \"Said\", said); }\n\
        #define T(type, name, standard) {sizeof(struct flowz_toggle), type, name, standard, \"A.\", 0, 0}\n\
        static const struct flowz_toggle toggles[] = { T(FLOWZ_BOOL, \"SAY_B\", \"yes\"),\n\
            T(FLOWZ_WHOLE, \"SAY_W\", \"7\"), T(FLOWZ_NUMBER, \"SAY_N\", \"-1.5\"),\n\
            T(FLOWZ_TEXT, \"SAY_T\", \"a b\") };\n\
        static const struct flowz_plugin plugin = { .size = sizeof(plugin), .version = 2, .name = \"say\",\n\
            .toggles = 4, .toggle = toggles, .start = start, .report = report };\n\
        const struct flowz_plugin *flowz_c_plugin(uint32_t v) { (void)v; return &plugin; }\n";
    compile(&dir, "say", text);
    let said = |more: &[&str]| run(&dir, &[&["--plugins", "say"], more].concat()).done.stdout;
    // Without `steers` there are no timeouts.
    assert!(said(&[]).contains("say: Said: 4: 1 7 -1.5 'a b', timeout -1\n"));
    let options =
        ["-o", "say.SAY_W=0xffffffffffffffff", "-o", "say.SAY_N=2e9", "-o", "say.SAY_T=\\t"];
    let line = "say: Said: 4: 1 18446744073709551615 2e+09 '\t', timeout -1\n";
    assert!(said(&options).contains(line));
    let args = ["-r", &data("web.pcap"), "-w", "x", "-p", "objects", "--plugins", "say"];
    let done = flowz(&dir, &[&args[..], &["-o", "say.SAY_B=off"]].concat());
    done.fails_with(&["plugin say cannot start: 4: 0 7 -1.5 'a b', timeout -1"]);
}

/// A timeout that is none is the plugin's fault; the files are whole.
#[test]
fn a_timeout_that_nobody_has_registered() {
    let dir = Scratch::new();
    let wrong = source(HEADER, "impatient")
        .replace("*packet->timeout = timeout;", "*packet->timeout = 77;");
    compile(&dir, "impatient", &wrong);
    let args = ["-r", &data("web.pcap"), "-w", "x", "-p", "objects", "--plugins", "impatient"];
    // Not `flowz`, which takes every panic for one of the program.
    let output = command(&dir, &args).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    let start = "flowz: error: plugin impatient panicked in on_layer2: it sets the timeout 77, which it \
                 has not registered; this is a fault of the plugin.";
    assert!(said.starts_with(start), "{said}");
    assert!(dir.read("x_flows.txt").starts_with("%dir\tflowInd\timpBefore\n"));
}

/// It ends flows with the packet at hand, if the user allows that.
#[test]
fn it_ends_flows() {
    let dir = Scratch::new();
    let abrupt = source(HEADER, "impatient")
        .replace("    *packet->timeout = timeout;\n", "    *packet->end_flow = 1;\n");
    compile(&dir, "impatient", &abrupt);
    let (objects, web) = (dir.path("objects"), data("web.pcap"));
    let rows = |more: &[&str]| {
        let plugins =
            ["-p", objects.to_str().unwrap(), "--plugins", "basicFlow,basicStats,impatient"];
        let seen = analyse(&[&["-r", &web], &plugins[..], more].concat());
        assert_eq!((seen.done.code, seen.done.stderr.as_str()), (0, ""));
        let ended = seen.done.stdout.contains("Number of flows terminated by force mode");
        (seen.flow_table().rows.len(), ended)
    };
    let (free, forced) = (rows(&[]), rows(&["-o", "core.FORCE_MODE=1"]));
    assert!(!free.1 && forced.1 && forced.0 > free.0 + 10, "{free:?} {forced:?}");
}

#[test]
fn what_is_refused() {
    let refused = |from: &str, to: &str, words: &[&str]| refused(&payload(), from, to, words);
    let version = ".version = FLOWZ_C_VERSION";
    refused(version, ".version = 9", &["version 9 of the C interface, this flowz has 4"]);
    refused("version >= FLOWZ_C_VERSION", "version > 4", &["does not work with version 4"]);
    refused("= sizeof(struct flowz_plugin)", "= 8", &["8 bytes: 64 are the least"]);
    refused("= sizeof(struct flowz_plugin)", "= 4104", &["4104 bytes: 4096 are the most"]);
    refused(version, ".version = 0", &["does not say which version"]);
    refused(
        "Counts packets",
        "Counts\\npackets",
        &["'Counts\\npackets with payload", "no text of one line"],
    );
    refused("\"payload\"", "\"pay load\"", &["'pay load' is no name for a plugin"]);
    refused("\"payPkts\"", "\"pay-pkts\"", &["'pay-pkts' is no name for a column"]);
    refused("FLOWZ_U16", "99", &["column payLargest has type 99"]);
    refused(".number = 710", ".number = 900", &["number 900 is not below 900"]);
    refused("= sizeof(struct state)", "= 70000", &["70000 bytes per flow"]);
    refused("\"PAY_MIN\"", "\"PAY MIN\"", &["'PAY MIN' is no name for a toggle"]);
    refused("FLOWZ_WHOLE", "5", &["toggle PAY_MIN has type 5"]);
    refused(
        "\"PAY_MIN\", \"1\"",
        "\"PAY_MIN\", \"0\"",
        &["own value of PAY_MIN: 0 is out of range"],
    );
    refused("{sizeof(struct flowz_toggle)", "{40", &["40 bytes: 48 are the least"]);
    refused("= sizeof(toggles) / sizeof(toggles[0])", "= 200", &["200 toggles: 128 are the most"]);
    refused(
        "{sizeof(struct flowz_toggle)",
        "{0xffffffff",
        &["4294967295 bytes: 4096 are the most"],
    );
    refused("{sizeof(struct flowz_toggle)", "{49", &["49 bytes: no structure of C has so many"]);
    refused("{sizeof(struct flowz_column)", "{0xfffffff8", &["4294967288 bytes: 4096 are"]);
    refused(".toggle = toggles", ".toggle = NULL", &["its list of toggles is missing"]);
}

/// A source is refused with such words once something in it is replaced.
#[track_caller]
fn refused(source: &str, from: &str, to: &str, words: &[&str]) {
    let dir = Scratch::new();
    assert!(source.contains(from), "{from}");
    compile(&dir, "other", &source.replace(from, to));
    let done = flowz(&dir, &["plugin", "check", "objects/other.so"]);
    done.fails_with(&[&["other.so' cannot be used: "], words].concat());
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
