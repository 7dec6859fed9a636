//! `core.REASSEMBLE`: what is made of fragments in every order, and that the accounts hold.

use crate::kit::{Outcome, analyse, data};

fn run(settings: &[&str]) -> Outcome {
    let capture = data("fragments.pcap");
    let mut args = vec!["-r", capture.as_str(), "-o", "core.REASSEMBLE=1"];
    args.extend(settings.iter().flat_map(|setting| ["-o", *setting]));
    analyse(&args)
}

/// Packets with a computed layer-4 checksum, and whether it is the one in the header.
fn verified(seen: &Outcome) -> Vec<(u64, bool)> {
    let table = seen.packet_table();
    let rows = table.select(["pktNo", "l4HdrChkSum", "l4CalChkSum"]).into_iter();
    let sums = rows.filter(|[_, _, computed]| !matches!(*computed, "" | "0x0000"));
    sums.map(|[packet, sum, computed]| (packet.parse().unwrap(), sum == computed)).collect()
}

#[track_caller]
fn reported(seen: &Outcome, what: &str) -> u64 {
    let line = seen.report(&format!("Number of {what}"));
    line.map_or(0, |line| line.split(' ').next().unwrap().parse().unwrap())
}

/// The packets are those at which tshark has all of the datagram too; `data/scripts/fragments.py --list`
/// tells what they are.
#[test]
fn the_packet_that_completes_a_datagram_shows_all_of_it() {
    let v4 = [3, 6, 9, 13, 22, 25, 28, 32, 83, 90];
    let v6 = [93, 96, 99, 103, 122, 173, 180, 182];
    // Bytes that came last win in one case or the other.
    for (policy, wrong) in [("0", vec![28]), ("1", vec![25, 28]), ("2", vec![28])] {
        let seen = run(&[&format!("core.REASSEMBLE_POLICY={policy}")]);
        let expected = v4.iter().chain(&v6).map(|&packet| (packet, !wrong.contains(&packet)));
        assert_eq!(verified(&seen), expected.collect::<Vec<_>>(), "policy {policy}");
    }
}

#[test]
fn fragments_and_datagrams_add_up() {
    let seen = run(&[]);
    let fates = ["put in their place", "that came twice", "of impossible length"];
    let fates = fates.map(|what| reported(&seen, &format!("fragments {what}")));
    let lost = ["beyond the largest datagram", "that contradict their datagram"];
    let lost = lost.map(|what| reported(&seen, &format!("fragments {what}")));
    let late = reported(&seen, "fragments of datagrams given up");
    assert_eq!((fates, lost, late), ([166, 2, 4], [2, 5], 3));
    assert_eq!(fates.iter().chain(&lost).sum::<u64>() + late, seen.ledger().read);
    let ends = ["reassembled", "given up, overlapping (IPv6)", "given up, with two ends"];
    let ends = ends.map(|what| reported(&seen, &format!("datagrams {what}")));
    assert_eq!(ends, [18, 3, 2]);
    assert_eq!(reported(&seen, "datagrams not finished at the end"), 12);
}

/// 1.82 s of packets, one every 10 ms: four of the datagrams that lack something began a second before.
#[test]
fn time_runs_out_in_packet_time() {
    let seen = run(&["core.REASSEMBLE_TIMEOUT=1"]);
    let ends = ["given up, out of time", "not finished at the end"];
    assert_eq!(ends.map(|what| reported(&seen, &format!("datagrams {what}"))), [4, 8]);
}

/// Whole packets, and fragments without the setting, are counted as ever.
#[test]
fn nothing_else_changes() {
    const ERROR: u64 = 1 << 37;
    let capture = data("fragments.pcap");
    let (off, on) = (analyse(&["-r", &capture]), run(&[]));
    let [before, after] = [&off, &on].map(Outcome::flow_table);
    for (column, name) in before.columns.iter().enumerate() {
        let same = before.rows.iter().zip(&after.rows).all(|(a, b)| a[column] == b[column]);
        let may_differ = ["flowStat", "ipFlags"].contains(&name.as_str());
        assert!(same || may_differ, "{name}");
    }
    let marks = |table: &crate::kit::Table| {
        let status = table.numbers("flowStat").into_iter();
        status.filter(|bits| bits & ERROR != 0).count()
    };
    assert!(marks(&after) > marks(&before));
    let web = data("web.pcap");
    let whole = analyse(&["-r", &web, "-o", "core.REASSEMBLE=1"]);
    assert_eq!(whole.flows, analyse(&["-r", &web]).flows);
}
