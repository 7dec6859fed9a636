//! Reviewed tables of every plugin: what it writes for a few small captures, and what each of its
//! toggles changes.
//!
//! Plugins and toggles come from the registry: a new plugin has its snapshots as soon as it is
//! registered (run with `INSTA_UPDATE=always` and read them), and a snapshot without plugin is an
//! error. The files are in `tests/snapshots/`, named PLUGIN-CASE and PLUGIN-toggles.

mod change;
mod flips;
mod layout;

use flowz_api::registry::{PluginEntry, plugins};

use crate::kit::{Outcome, analyse, data, golden, golden_names};

pub(crate) use flips::values;

/// A capture, or a part of it, that is small enough to be looked at.
struct Case {
    name: &'static str,
    capture: &'static str,
    filter: &'static str,
    /// Whether the packet table is looked at too.
    packets: bool,
}

const fn case(name: &'static str, capture: &'static str, filter: &'static str) -> Case {
    Case { name, capture, filter, packets: true }
}

const CASES: [Case; 6] = [
    // ARP, neighbor discovery, two name lookups, a page over IPv4 and one over IPv6.
    case("web", "web.pcap", "arp or icmp6 or port 60462 or port 57144 or port 44660 or port 54344"),
    // Two zero windows and a reset; one pause and a reset.
    case("zerowin", "zerowin.pcap", "port 40007 or port 40008"),
    // Fragments out of order, twice, without the first; overlapping ones; parts of a TCP header.
    case("frag", "frag.pcap", "host 10.1.0.66 or host 2001:db8:1::66"),
    // Connections used again, half-closed ones, steps back in time.
    case("backwards", "backwards.pcap", "portrange 7005-7201 or port 6201 or port 6203"),
    // What is seldom seen: a row for each packet and no need for both tables.
    Case { name: "rare", capture: "rare.pcap", filter: "", packets: false },
    // Retransmissions, gaps, duplicate ACKs.
    Case { name: "loss", capture: "loss.pcap", filter: "", packets: false },
];

impl Case {
    /// What one plugin makes of it.
    fn run(&self, plugin: &str, settings: &[String]) -> Outcome {
        let path = data(self.capture);
        let mut args = vec!["-r", &path, "--plugins", plugin];
        for setting in settings {
            args.extend(["-o", setting]);
        }
        args.extend([self.filter].iter().filter(|filter| !filter.is_empty()));
        let seen = analyse(&args);
        assert_eq!(seen.done.code, 0, "{}", seen.done.stderr);
        seen
    }
}

fn registered() -> Vec<PluginEntry> {
    assert!(flowz_plugins::link() > 0);
    plugins()
}

#[test]
fn default_tables() {
    for entry in registered() {
        for case in &CASES {
            let plugin = entry.info.name;
            let seen = case.run(plugin, &[]);
            let mut text = layout::table("flows", &seen.flow_table(), false);
            if case.packets {
                text += &layout::table("packets", &seen.packet_table(), plugin == "basicFlow");
            }
            text += &layout::report(plugin, &seen.done.stdout);
            golden(&format!("{plugin}-{}", case.name), &text);
        }
    }
}

#[test]
fn flipped_toggles() {
    for entry in registered() {
        let plugin = entry.info.name;
        let settings = flips::settings(&entry);
        if settings.is_empty() {
            continue;
        }
        let defaults: Vec<_> = CASES.iter().map(|case| case.run(plugin, &[])).collect();
        let mut text = String::new();
        for group in settings {
            text += &(group.join(" ") + "\n");
            for (case, default) in CASES.iter().zip(&defaults) {
                let flipped = case.run(plugin, &group);
                text += &change::between(case.name, plugin, default, &flipped);
            }
        }
        golden(&format!("{plugin}-toggles"), &text);
    }
}

#[test]
fn every_snapshot_belongs_to_a_plugin() {
    let mut expected = vec!["tutorial".to_owned()];
    for entry in registered() {
        let plugin = entry.info.name;
        expected.extend(CASES.iter().map(|case| format!("{plugin}-{}", case.name)));
        if !flips::settings(&entry).is_empty() {
            expected.push(format!("{plugin}-toggles"));
        }
    }
    expected.sort();
    assert_eq!(golden_names(), expected);
}
