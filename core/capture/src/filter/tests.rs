//! The machine instruction by instruction, and whole expressions against libpcap's own machine.

use ::pcap::{Capture, Linktype};
use flowz_api::packet::LinkType;

use super::instruction::RawInstruction;
use super::vm::Program;
use super::*;

fn op(code: u16, jt: u8, jf: u8, k: u32) -> RawInstruction {
    RawInstruction { code, jt, jf, k }
}

fn k(code: u16, k: u32) -> RawInstruction {
    op(code, 0, 0, k)
}

/// Return A.
const RET_A: RawInstruction = RawInstruction { code: 0x16, jt: 0, jf: 0, k: 0 };

/// Runs instructions followed by "return A" on four captured of 60 bytes.
fn run(ops: &[RawInstruction]) -> u32 {
    let ops = [ops, &[RET_A]].concat();
    Program::new(Some(ops)).unwrap().run(60, &[0x81, 0x45, 0x03, 0xff])
}

#[test]
fn loads() {
    assert_eq!(run(&[k(0x20, 0)]), 0x8145_03ff);
    assert_eq!(run(&[k(0x28, 2)]), 0x03ff);
    assert_eq!(run(&[k(0x30, 3)]), 0xff);
    assert_eq!(run(&[k(0x01, 1), k(0x50, 1)]), 0x03);
    assert_eq!(run(&[k(0x01, 1), k(0x48, 1)]), 0x03ff);
    assert_eq!(run(&[k(0x01, 0), k(0x40, 0)]), 0x8145_03ff);
    assert_eq!(run(&[k(0x00, 9)]), 9);
    assert_eq!(run(&[k(0x80, 0)]), 60);
    assert_eq!(run(&[k(0x81, 0), k(0x87, 0)]), 60);
    assert_eq!(run(&[k(0xb1, 1), k(0x87, 0)]), 20);
}

#[test]
fn loads_out_of_range_refuse_the_packet() {
    for load in [k(0x20, 1), k(0x28, 3), k(0x30, 4), k(0x30, u32::MAX), k(0xb1, 4)] {
        assert_eq!(run(&[load, k(0x00, 1)]), 0);
    }
    for indexed in [k(0x40, 0), k(0x48, 2), k(0x50, 3), k(0x50, u32::MAX)] {
        assert_eq!(run(&[k(0x01, 1), indexed, k(0x00, 1)]), 0);
    }
}

#[test]
fn scratch_memory_and_transfers() {
    assert_eq!(run(&[k(0x00, 7), k(0x02, 15), k(0x00, 0), k(0x60, 15)]), 7);
    assert_eq!(run(&[k(0x01, 8), k(0x03, 0), k(0x61, 0), k(0x87, 0)]), 8);
    assert_eq!(run(&[k(0x00, 5), k(0x07, 0), k(0x00, 0), k(0x87, 0)]), 5);
    assert_eq!(run(&[k(0x60, 3)]), 0);
}

#[test]
fn arithmetic() {
    for (code, a, b, expected) in [
        (0x04, u32::MAX, 2, 1),
        (0x14, 1, 2, u32::MAX),
        (0x24, 1 << 31, 2, 0),
        (0x34, 7, 2, 3),
        (0x94, 7, 4, 3),
        (0x44, 5, 2, 7),
        (0x54, 6, 3, 2),
        (0xa4, 6, 3, 5),
        (0x64, 1, 31, 1 << 31),
        (0x64, 1, 32, 0),
        (0x74, 1 << 31, 31, 1),
        (0x74, 1, 99, 0),
    ] {
        assert_eq!(run(&[k(0x00, a), k(code, b)]), expected, "{code:#x} with k");
        let by_x = run(&[k(0x00, a), k(0x01, b), k(code | 8, 0)]);
        assert_eq!(by_x, expected, "{code:#x} with X");
    }
    assert_eq!(run(&[k(0x00, 1), k(0x84, 0)]), u32::MAX);
}

#[test]
fn division_by_zero_refuses() {
    for code in [0x34, 0x94] {
        assert_eq!(run(&[k(0x00, 1), k(0x01, 0), k(code | 8, 0), k(0x00, 1)]), 0);
        assert_eq!(Program::new(Some(vec![k(code, 0), RET_A])), None);
    }
}

#[test]
fn jumps() {
    // A compared with the operand 5: less, equal, greater.
    for (code, outcomes) in [(0x15, [0, 1, 0]), (0x25, [0, 0, 1]), (0x35, [0, 1, 1])] {
        for (a, expected) in [4, 5, 6].into_iter().zip(outcomes) {
            let branch =
                |set, code| run(&[k(0x01, 5), set, op(code, 1, 0, 5), k(0x06, 0), k(0x06, 1)]);
            assert_eq!(branch(k(0x00, a), code), expected, "{code:#x} {a} with k");
            assert_eq!(branch(k(0x00, a), code | 8), expected, "{code:#x} {a} with X");
        }
    }
    let bits = |a| run(&[k(0x00, a), op(0x45, 0, 1, 6), k(0x06, 1), k(0x06, 2)]);
    assert_eq!((bits(2), bits(9)), (1, 2));
    assert_eq!(run(&[k(0x05, 1), k(0x06, 1), k(0x06, 2)]), 2);
}

#[test]
fn endless_loops_end() {
    assert_eq!(run(&[k(0x05, u32::MAX)]), 0);
}

#[test]
fn programs_that_cannot_be_run_are_refused() {
    let refused = |ops: &[RawInstruction]| Program::new(Some(ops.to_vec())).is_none();
    assert!(refused(&[]));
    assert!(refused(&[k(0x00, 1)]), "does not return");
    assert!(refused(&[op(0x15, 1, 0, 0), RET_A]), "jumps behind the end");
    assert!(refused(&[op(0x15, 0, 200, 0), RET_A]), "jumps behind the end");
    assert!(refused(&[k(0x05, (-2_i32).cast_unsigned()), RET_A]), "jumps in front of the start");
    assert!(refused(&[k(0x02, 16), RET_A]), "no such memory");
    for code in [0xff, 0x18, 0x26, 0x17, 0x8c, 0xb4, 0x55, 0xa1, 0x100] {
        assert!(refused(&[k(code, 0), RET_A]), "{code:#x}");
    }
    assert_eq!(RawInstruction::parse("40 0 0 12"), Some(k(0x28, 12)));
    for line in ["", "1 2 3", "1 2 3 4 5", "1 2 3 x", "1 300 0 0"] {
        assert_eq!(RawInstruction::parse(line), None, "{line}");
    }
}

/// An Ethernet frame with an IPv4 header of 20 bytes and TCP from port 1024 to 80.
fn frame() -> Vec<u8> {
    let mut frame = vec![2; 12];
    frame.extend([8, 0, 0x45, 0, 0, 40, 0, 1, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]);
    frame.extend([4, 0, 0, 80, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, 2, 0, 0, 0, 0, 0, 0]);
    frame
}

#[test]
fn expressions_as_libpcap_runs_them() {
    let dead = Capture::dead(Linktype(1)).unwrap();
    let vlan = [&frame()[..12], &[0x81, 0, 0, 5], &frame()[12..]].concat();
    let mut udp = frame();
    udp[23] = 17;
    let samples = [frame(), vlan, udp, frame()[..30].to_vec(), vec![], vec![0xff; 70]];
    for text in [
        "",
        "ip",
        "tcp",
        "udp",
        "tcp port 80",
        "not tcp",
        "host 10.0.0.1 and dst port 80",
        "tcp[tcpflags] & tcp-syn != 0",
        "vlan 5 and tcp",
        "ip6",
        "arp or ip",
        "less 40",
        "greater 50",
        "ip[8] * 2 = 128",
        "ip[8] / ip[9] = 10",
        "ether[0] % 3 = 2",
        "ip protochain 6",
        "ip6 protochain 17",
        "ether broadcast",
        "src net 10.0.0.0/8",
        "len - 4 = 50",
        "1 = 0",
    ] {
        let filter = Filter::new(text, LinkType::ETHERNET).unwrap();
        let theirs = dead.compile(text, false).unwrap();
        for (number, data) in samples.iter().enumerate() {
            let ours = filter.accepts(u32::try_from(data.len()).unwrap(), data);
            assert_eq!(ours, theirs.filter(data), "`{text}` on sample {number}");
        }
    }
}

#[test]
fn the_length_is_that_on_the_wire() {
    let filter = Filter::new("greater 1000", LinkType::ETHERNET).unwrap();
    assert!(filter.accepts(1500, &frame()));
    assert!(!filter.accepts(54, &frame()));
}

#[test]
fn a_wrong_expression_gives_the_words_of_libpcap() {
    let error = Filter::new("tcp prot 80", LinkType::ETHERNET).unwrap_err().to_string();
    assert!(
        error.starts_with("the filter `tcp >>prot<< 80` is wrong for link type EN10MB: "),
        "{error}"
    );
    assert!(error.contains("syntax error"), "{error}");
}

#[test]
fn each_link_type_has_its_program() {
    let mut filter = Filter::new("tcp port 80", LinkType::ETHERNET).unwrap();
    assert!(filter.accepts(54, &frame()));
    assert!(!filter.accepts(40, &frame()[14..]));
    assert!(!filter.is_for(LinkType::RAW));
    filter.select(LinkType::RAW).unwrap();
    assert!(filter.accepts(40, &frame()[14..]));
    filter.select(LinkType::ETHERNET).unwrap();
    assert!(filter.accepts(54, &frame()));
    let mut filter = Filter::new("ether host 02:02:02:02:02:02", LinkType::ETHERNET).unwrap();
    assert!(filter.select(LinkType::RAW).is_err());
    assert!(!filter.accepts(40, &frame()[14..]));
    assert!(filter.select(LinkType::RAW).is_ok(), "the reason is given once");
}
