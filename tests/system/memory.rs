//! `--max-mem`: whatever grows with the input stays within it. The program is given little more address space than that and
//! what it takes for a capture of one packet, so that any growth elsewhere ends it.

use std::process::Command;

use crate::kit::{Scratch, analyse, command, program, raw_ip_capture};

/// Kilobytes of address space beyond the program's own: twice the limit of memory, for there are gaps, and tables are
/// moved when they grow.
const SPACE: u32 = 16_000;

/// A UDP packet without data.
fn udp(source: u32, extension_headers: &[u8]) -> Vec<u8> {
    let next = |n: usize| extension_headers.get(n).copied().unwrap_or(17);
    let length = 8 * extension_headers.len() as u16 + 8;
    let mut packet = vec![0x60, 0, 0, 0];
    packet.extend(length.to_be_bytes());
    packet.extend([next(0), 64, 0x20]);
    packet.extend([0; 11]);
    packet.extend(source.to_be_bytes());
    packet.extend([0x20; 16]);
    for (n, kind) in (1..).zip(extension_headers) {
        packet.extend(if *kind == 60 {
            [next(n), 0, 1, 4, 0, 0, 0, 0]
        } else {
            [next(n), 0, 0, 0, 0, 0, 0, 0]
        });
    }
    packet.extend([4, 0, 0, 53, 0, 8, 0, 0]);
    packet
}

/// The first fragment of a datagram of its own.
fn fragment(id: u32) -> Vec<u8> {
    let mut packet = vec![0x45, 0, 0, 36];
    packet.extend((id as u16).to_be_bytes());
    packet.extend([0x20, 0, 64, 17, 0, 0, 10, 0]);
    packet.extend(((id >> 16) as u16).to_be_bytes());
    packet.extend([10, 1, 0, 1, 4, 0, 0, 53, 0, 90, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    packet
}

/// A datagram with so many bytes of data that no other has.
fn large(n: u32) -> Vec<u8> {
    let mut packet = udp(0, &[]);
    packet[4..6].copy_from_slice(&1400_u16.to_be_bytes());
    packet.extend(n.to_be_bytes());
    packet.extend([7; 1388]);
    packet
}

/// Kilobytes of address space that the program takes for itself with these settings, up to 2 MB more.
fn own_space(args: &[&str]) -> u32 {
    let dir = Scratch::new();
    dir.write("x.pcap", raw_ip_capture(&[udp(0, &[])]));
    let spaces = (16_000..200_000).step_by(2000);
    spaces.into_iter().find(|space| fits(&dir, *space, args)).expect("a packet needs no 200 MB")
}

/// Whether the run goes well in so many kilobytes of address space.
fn fits(dir: &Scratch, space: u32, args: &[&str]) -> bool {
    let env: Vec<_> = command(dir, &[])
        .get_envs()
        .map(|(k, v)| (k.to_owned(), v.map(ToOwned::to_owned)))
        .collect();
    let mut shell = Command::new("bash");
    shell.args(["-c", &format!("ulimit -v {space}; exec \"$@\""), "bash"]);
    shell.arg(program()).args(["-r", "x.pcap", "-w", "t", "-q", "--threads", "1"]).args(args);
    for (name, value) in env {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    let output = shell.current_dir(dir.dir()).output().unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(!words.contains("error: "), "{args:?}: {words}");
    output.status.success()
}

/// With the limit it fits, without it does not.
fn is_bounded(packets: &[Vec<u8>], args: &[&str]) {
    let dir = Scratch::new();
    dir.write("x.pcap", raw_ip_capture(packets));
    let space = own_space(args) + SPACE;
    assert!(!fits(&dir, space, args), "{args:?}: nothing to be bounded");
    assert!(fits(&dir, space, &[args, &["--max-mem", "8M"]].concat()), "{args:?}");
}

/// No flow ends by itself.
const SILENT: [&str; 2] = ["-o", "core.FLOW_TIMEOUT=1000000"];

#[test]
fn many_flows() {
    let packets: Vec<_> = (0..60_000).map(|n| udp(n, &[])).collect();
    is_bounded(&packets, &SILENT);
}

#[test]
fn many_header_chains() {
    let stack = |n: u32| {
        (0..16).map(move |bit| if n >> bit & 1 == 0 { 60 } else { 43 }).collect::<Vec<_>>()
    };
    let packets: Vec<_> = (0..60_000).map(|n| udp(n, &stack(n))).collect();
    is_bounded(&packets, &[&["--plugins", "basicFlow"][..], &SILENT].concat());
}

#[test]
fn many_addresses_that_are_not_forgotten() {
    let packets: Vec<_> = (0..150_000).map(|n| udp(n, &[])).collect();
    is_bounded(&packets, &["--plugins", "connStat", "-o", "connStat.CS_HSDRM=0"]);
}

#[test]
fn many_fragments() {
    let packets: Vec<_> = (0..150_000).map(fragment).collect();
    is_bounded(&packets, &SILENT);
}

#[test]
fn fragments_to_be_put_together() {
    let packets: Vec<_> = (0..150_000).map(fragment).collect();
    let settings = ["-o", "core.REASSEMBLE=1", "-o", "core.REASSEMBLE_TIMEOUT=86400"];
    is_bounded(&packets, &[&settings[..], &["-o", "core.REASSEMBLE_MEM=1000"]].concat());
}

#[test]
fn long_windows() {
    let packets: Vec<_> = (0..40_000).map(large).collect();
    is_bounded(&packets, &["--dedup", "1000000p"]);
    is_bounded(&packets, &["--reorder", "86400"]);
}

/// Pairs of sizes and times come with packets: flows of many packets leave early, and no packet is lost.
#[test]
fn many_pairs() {
    let dir = Scratch::new();
    let packets: Vec<_> = (0..6000).map(|n| udp(n % 3, &[])).collect();
    dir.write("x.pcap", raw_ip_capture(&packets));
    let path = dir.path("x.pcap").display().to_string();
    let early = |plugins: &str| {
        let seen = analyse(&["-r", &path, "--plugins", plugins, "--max-mem", "100K"]);
        let ledger = seen.ledger();
        assert!(ledger.adds_up() && ledger.in_flows == 6000, "{ledger:?}");
        seen.report("Number of flows terminated by autopilot").is_some()
    };
    assert!(!early("basicFlow") && early("basicFlow,pktSIATHisto"));
}

/// Who is out of memory loses no table of an earlier run, and what is left goes with the next run of the same prefix.
#[test]
fn out_of_memory() {
    let dir = Scratch::new();
    let packets: Vec<_> = (0..60_000).map(|n| udp(n, &[])).collect();
    dir.write("x.pcap", raw_ip_capture(&packets));
    dir.write("t_flows.txt", "earlier\n");
    assert!(!fits(&dir, own_space(&SILENT) + SPACE, &SILENT), "there is enough memory");
    assert_eq!(dir.read("t_flows.txt"), "earlier\n");
    dir.write("x.pcap", raw_ip_capture(&packets[..1]));
    assert!(fits(&dir, 1_000_000, &[]));
    assert_eq!(dir.read("t_flows.txt").lines().count(), 2);
    assert!(
        !dir.names().iter().any(|name| name.to_string_lossy().contains(".tmp")),
        "{:?}",
        dir.names()
    );
}
