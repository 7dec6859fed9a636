//! The columns of the packet table that show the packet itself.

use crate::kit::{Outcome, Scratch, analyse, data, flowz};

fn with(settings: &[&str]) -> Outcome {
    let path = data("web.pcap");
    let mut args = vec!["-r", &path];
    for setting in settings {
        args.extend(["-o", setting]);
    }
    analyse(&args)
}

#[test]
fn columns_come_and_go() {
    let usual = with(&[]).packet_table();
    assert_eq!(usual.columns[..2], ["pktNo", "flowInd"]);
    assert_eq!(usual.columns.last().unwrap(), "l7Content");
    let none = with(&["core.SPKTMD_PKTNO=0", "core.SPKTMD_PCNTC=0"]).packet_table();
    assert_eq!(none.columns, usual.columns[1..usual.columns.len() - 1]);
    assert_eq!(none.column("flowInd"), usual.column("flowInd"));
    let hex = with(&["core.SPKTMD_PCNTH=1"]).packet_table();
    assert_eq!(hex.columns[usual.columns.len() - 1..], ["l7HexContent", "l7Content"]);
    assert_eq!(hex.column("l7Content"), usual.column("l7Content"));
    let lengths = usual.numbers("snapL7Len");
    for (bytes, length) in hex.column("l7HexContent").iter().zip(lengths) {
        assert_eq!(bytes.split_terminator(' ').count() as u64, length, "{bytes}");
        assert!(bytes.split_terminator(' ').all(|byte| byte.starts_with("0x")), "{bytes}");
    }
}

#[test]
fn layers_end_alike_and_begin_one_in_the_other() {
    let plain = ["core.SPKTMD_PCNTH=1", "core.SPKTMD_PCNTH_PREF=", "core.SPKTMD_PCNTH_SEP=\"\""];
    let of = |layer: &str, name: &str| {
        let table = with(&[plain[0], plain[1], plain[2], layer]).packet_table();
        table.column(name).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let all = [
        of("core.SPKTMD_PCNTL=0", "hexContent"),
        of("core.SPKTMD_PCNTL=1", "l2HexContent"),
        of("core.SPKTMD_PCNTL=2", "l3HexContent"),
        of("core.SPKTMD_PCNTL=3", "l4HexContent"),
        of("core.SPKTMD_PCNTL=4", "l7HexContent"),
    ];
    let mut longest = 0;
    for (n, whole) in all[0].iter().enumerate() {
        assert!(whole.starts_with(&all[1][n]), "web.pcap has no tunnels: {whole}");
        for layer in &all[2..] {
            assert!(all[1][n].ends_with(&layer[n]), "{n}: {whole}, {}", layer[n]);
        }
        longest = longest.max(all[4][n].len());
    }
    assert!(longest > 1000 && all.iter().is_sorted_by_key(|layer| !layer[0].len()));
}

#[test]
fn moved_bits_are_named_and_unknown_ones_refused() {
    let table = with(&["core.SPKTMD_BOPS=0x01"]).packet_table();
    let usual = with(&[]).packet_table();
    let changed = table
        .column("l7LsbContent")
        .iter()
        .zip(usual.column("l7Content"))
        .filter(|(a, b)| **a != *b)
        .count();
    assert!(changed > 0 && changed < usual.rows.len());
    let dir = Scratch::new();
    let done = flowz(&dir, &["-r", &data("web.pcap"), "-w", "out", "-o", "core.SPKTMD_BOPS=4"]);
    done.is_refused(&["core.SPKTMD_BOPS=0x4", "halves of each byte", "0x30"]);
    assert!(dir.names().is_empty());
}
