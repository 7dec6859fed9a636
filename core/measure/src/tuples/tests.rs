use std::convert::Infallible;

use flowz_api::packet::{NANOS, Timestamp};

use super::{Block, COLUMNS, End, Rules, Tuples, rows, write};
use crate::flows::{FlowFile, Ip, Key};
use crate::stat::Cut;

const SIXTY: End = End::Silence(60 * NANOS);

fn ip(port: u16, bytes: u32) -> Ip {
    let address = |last| [10, 0, 0, last].into();
    let key = Key {
        src: address(1),
        dst: address(2),
        protocol: 17,
        has_ports: true,
        src_port: port,
        dst_port: 53,
    };
    Ip { key, bytes }
}

fn rules(cut: Cut, end: End) -> Rules {
    Rules { cut, end, whole_life: true, with_active: false }
}

/// The tables of packets of so many bytes: second and port.
fn blocks(rules: Rules, packets: &[(i64, u16)]) -> (Vec<Block>, u64) {
    let (mut tuples, mut blocks) = (Tuples::new(rules), Vec::new());
    let mut keep = |block: &Block| {
        blocks.push(block.clone());
        Ok::<_, Infallible>(())
    };
    for (second, port) in packets {
        let found = (*port > 0).then(|| ip(*port, 100));
        tuples.add(Timestamp(second * NANOS), found.as_ref(), &mut keep).unwrap();
    }
    tuples.end(&mut keep).unwrap();
    (blocks, tuples.left_out())
}

/// Number of the interval, and port, packets, flows, first and last second of each flow that has ended.
fn ended(blocks: &[Block]) -> Vec<(u64, u16, u64, u64, i64, i64)> {
    let flow = |(number, flow): (u64, &crate::flows::Flow)| {
        let (first, last) = (flow.first.seconds(), flow.last.seconds());
        (number, flow.key.src_port, flow.packets, flow.flows, first, last)
    };
    blocks.iter().flat_map(|b| b.expired.iter().map(|f| (b.number, f)).map(flow)).collect()
}

#[test]
fn a_flow_is_where_its_silence_became_too_long() {
    let hundred = rules(Cut::FromFirst(100 * NANOS), SIXTY);
    // The interval ends at 1100: the silence after 1039 is longer than 60 s by then, that after 1040 is not.
    let (tables, _) = blocks(hundred, &[(1000, 1), (1039, 2), (1040, 3), (1250, 9)]);
    assert_eq!(
        ended(&tables),
        [
            (1, 1, 1, 1, 1000, 1000),
            (1, 2, 1, 1, 1039, 1039),
            (2, 3, 1, 1, 1040, 1040),
            (3, 9, 1, 1, 1250, 1250)
        ]
    );
    assert_eq!(tables[1].counts.packets, 0);
    assert_eq!(tables[0].start, Timestamp(1000 * NANOS));
}

#[test]
fn flows_of_one_key_are_one_row_of_a_table() {
    let whole = rules(Cut::Whole, SIXTY);
    let (tables, _) = blocks(whole, &[(0, 1), (60, 1), (121, 1), (122, 0)]);
    assert_eq!(ended(&tables), [(1, 1, 3, 2, 0, 121)]);
    assert_eq!((tables[0].start.0, tables[0].length), (0, 122 * NANOS));
    assert_eq!((tables[0].counts.packets, tables[0].counts.ip_packets), (4, 3));
}

#[test]
fn counters_of_a_life_or_of_an_interval() {
    let packets = [(5, 1), (15, 1), (25, 1), (26, 1), (95, 2)];
    let life = rules(Cut::Aligned(10 * NANOS), SIXTY);
    let (tables, _) = blocks(life, &packets);
    // 26 + 60 = 86: interval 9 from 80 on.
    assert_eq!(ended(&tables), [(9, 1, 4, 1, 5, 26), (10, 2, 1, 1, 95, 95)]);
    assert_eq!((tables.len(), tables[0].start.0), (10, 0));
    let part = Rules { whole_life: false, with_active: true, ..life };
    let (tables, _) = blocks(part, &packets);
    assert_eq!(ended(&tables), [(9, 1, 0, 1, 26, 26), (10, 2, 1, 1, 95, 95)]);
    let active = |n: usize| {
        let flows = tables[n].active.as_deref().unwrap().iter();
        flows.map(|f| (f.packets, f.first.seconds(), f.last.seconds())).collect::<Vec<_>>()
    };
    assert_eq!((active(0), active(2)), (vec![(1, 5, 5)], vec![(2, 25, 26)]));
    assert_eq!((active(3), active(8), active(9)), (vec![(0, 26, 26)], vec![], vec![]));
}

#[test]
fn flows_end_with_intervals() {
    let (tables, _) =
        blocks(rules(Cut::FromFirst(10 * NANOS), End::Interval), &[(0, 1), (9, 1), (10, 1)]);
    assert_eq!(ended(&tables), [(1, 1, 2, 1, 0, 9), (2, 1, 1, 1, 10, 10)]);
}

#[test]
fn quiet_intervals_are_bounded() {
    let second = rules(Cut::FromFirst(NANOS), End::Silence(20_000 * NANOS));
    let (tables, left_out) = blocks(second, &[(0, 1), (4_000_000_000, 2)]);
    assert_eq!(
        tables.len(),
        3 + 10_001,
        "of the first packet, the end of its flow, the last packet"
    );
    // Numbers go on, and the flow is where it ended: at 20000 s.
    let numbers: Vec<_> = ended(&tables).iter().map(|flow| (flow.0, flow.1)).collect();
    assert_eq!(numbers, [(20_001, 1), (4_000_000_001, 2)]);
    assert_eq!(tables.len() as u64 + left_out, 4_000_000_001);
    // In total: of four gaps of 4999 quiet intervals each, the first two and a bit have room.
    let packets: Vec<_> = (0..5).map(|n| (n * 5_000, 0)).collect();
    let (tables, left_out) = blocks(second, &packets);
    assert_eq!((tables.len(), left_out), (5 + 10_004, 4 * 4_999 - 10_004));
    assert_eq!(tables.last().map(|table| table.number), Some(20_001));
    // Times at both ends of what there is.
    let nanos = rules(Cut::Aligned(i64::MAX), SIXTY);
    let (tables, _) = blocks(nanos, &[(i64::MIN / NANOS, 1), (i64::MAX / NANOS, 1)]);
    assert_eq!(ended(&tables).len(), 2);
}

#[test]
fn late_packets_count_in_the_interval_at_hand() {
    let (tables, _) = blocks(rules(Cut::FromFirst(10 * NANOS), SIXTY), &[(0, 1), (25, 2), (5, 1)]);
    assert_eq!(ended(&tables), [(3, 1, 2, 1, 0, 5), (3, 2, 1, 1, 25, 25)]);
    assert_eq!(tables[2].counts.packets, 2);
}

#[test]
fn a_table_as_text_is_read_again() {
    let with_active = Rules { with_active: true, ..rules(Cut::FromFirst(10 * NANOS), SIXTY) };
    let (tables, _) = blocks(with_active, &[(1, 7), (2, 7), (80, 8)]);
    let mut text = Vec::new();
    write(&mut text, &tables[6], "x").unwrap();
    let text = String::from_utf8(text).unwrap();
    assert!(
        text.starts_with(
            "# crl_flow output version: 1.0 (text format)\n# generated by: x\n# begin trace interval: 61.000000\n\
             # trace interval duration: 10.000000 s\n# Layer 2 PDUs: 0\n"
        ),
        "{text}"
    );
    let row =
        "10.0.0.1\t10.0.0.2\t17\t1\t7\t53\t2\t200\t1\t1.000000\t2.000000\n# end of text table\n";
    assert!(text.contains(row), "{text}");
    assert!(text.contains("# begin Tuple Table ID: 1[0] (active flows)\n#src\t"), "{text}");
    assert!(text.ends_with("# end of text table\n# end trace interval\n"));
    let mut file = FlowFile::new(text.as_bytes()).unwrap();
    assert_eq!(file.next_flow().unwrap().unwrap(), tables[6].expired[0]);
    assert_eq!(file.next_flow().unwrap(), None);
    assert!(rows(&tables[6]).all(|row| row.len() == COLUMNS.len()));
}
