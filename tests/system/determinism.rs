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

/// Rows are text from the beginning where only the sink `txt` gets them and nobody looks at their values; `--where` does.
#[test]
fn text_from_the_beginning_is_that_of_values() {
    let all = ["--plugins", "all"];
    let options: [&[&str]; 6] = [
        &[],
        &all,
        &["--plugins", "all", "--threads", "2"],
        &["--plugins", "all", "--compat"],
        &["--plugins", "all", "-o", "core.TSTAMP_PREC=0"],
        &["--plugins", "all", "-o", "core.SPKTMD_PCNTH=1"],
    ];
    for path in captures() {
        for options in options {
            let args = [&["-r", &path], options].concat();
            let text = analyse(&args);
            let values = analyse(&[&args[..], &["--where", "flowInd >= 0"]].concat());
            assert!(text.flows == values.flows, "{args:?}: other flows");
            assert!(text.packets == values.packets, "{args:?}: other packets");
        }
    }
}
