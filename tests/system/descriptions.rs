//! Toggles of the header descriptions.

use crate::kit::{Outcome, analyse, data};

fn with(option: &str) -> Outcome {
    analyse(&["-r", &data("rare.pcap"), "-o", option])
}

#[test]
fn without_descriptions_their_columns_and_line_are_gone() {
    let (usual, without) = (with("core.T2_PRI_HDRDESC=1"), with("core.T2_PRI_HDRDESC=0"));
    let gone = |before: Vec<String>, after: &[String]| -> Vec<String> {
        before.into_iter().filter(|name| !after.contains(name)).collect()
    };
    let flows = gone(usual.flow_table().columns, &without.flow_table().columns);
    assert_eq!(flows, ["numHdrDesc", "numHdrs", "hdrDesc"]);
    let packets = gone(usual.packet_table().columns, &without.packet_table().columns);
    assert_eq!(packets, ["numHdrs", "hdrDesc"]);
    assert!(usual.report("Headers count").is_some() && without.report("Headers count").is_none());
}

#[test]
fn repeated_tags_are_written_once_or_each() {
    let tags = |outcome: &Outcome| {
        let table = outcome.flow_table();
        let find = |text: &str| table.column("hdrDesc").iter().filter(|d| d.contains(text)).count();
        (find("vlan{3}"), find("vlan:vlan:vlan"))
    };
    assert_eq!(tags(&with("core.T2_HDRDESC_AGGR=1")), (1, 0));
    assert_eq!(tags(&with("core.T2_HDRDESC_AGGR=0")), (0, 1));
}

#[test]
fn descriptions_that_find_no_room_are_cut_and_marked() {
    const OVERRUN: u64 = 1 << 48;
    let table = with("core.T2_HDRDESC_LEN=24").flow_table();
    let rows = table.column("hdrDesc").into_iter().zip(table.numbers("flowStat"));
    let mut cut = 0;
    for (text, status) in rows {
        assert!(text.split(';').all(|one| one.len() < 24), "{text}");
        assert_eq!(text.contains("..."), status & OVERRUN != 0, "{text}");
        cut += u64::from(status & OVERRUN != 0);
    }
    assert!(cut > 3, "{cut}");
}
