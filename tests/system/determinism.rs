//! Same input, same settings, same bytes out.

use crate::kit::{Outcome, Scratch, analyse, captures, flowz};

/// Lines of the report that do not tell the time, the process or the path.
pub(crate) fn lasting_report(seen: &Outcome) -> Vec<&str> {
    let lines = seen.done.stdout.lines().skip_while(|line| !line.starts_with("Dump start"));
    lines.filter(|line| !line.contains("Elapsed time") && !line.contains(". Time: ")).collect()
}

#[test]
fn twice_the_same() {
    for path in captures() {
        let args = ["-r", &path, "--plugins", "basicFlow,basicStats,tcpStates,tcpWin"];
        let [one, two] = [(); 2].map(|()| analyse(&args));
        assert!(one.flows == two.flows, "{path}: other flows");
        assert!(one.packets == two.packets, "{path}: other packets");
        assert_eq!(one.lasting_headers(), two.lasting_headers(), "{path}");
        assert_eq!(lasting_report(&one), lasting_report(&two), "{path}");
    }
}

#[test]
fn the_packet_table_does_not_change_the_flows() {
    for path in captures() {
        let dir = Scratch::new();
        flowz(&dir, &["-r", &path, "-w", "x", "-q"]).well();
        assert!(dir.read("x_flows.txt") == analyse(&["-r", &path]).flows, "{path}: other flows");
    }
}
