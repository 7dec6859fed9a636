//! The two-file test: a capture cut at any packet into two files and read with `-R` gives the tables
//! of the whole one, byte for byte. (pcapng files are read whole elsewhere; cutting them needs more
//! than copying records.)

use proptest::prelude::any;
use proptest::sample::Index;

use crate::kit::{Outcome, Pcap, Scratch, analyse, captures, flowz, runner};

/// A capture and what the program makes of it as a whole.
struct Whole {
    path: String,
    capture: Pcap,
    seen: Outcome,
}

fn wholes() -> Vec<Whole> {
    let classic = captures().into_iter().filter(|path| !path.ends_with(".pcapng"));
    let whole = |path: String| {
        let (capture, seen) = (Pcap::read(&path), analyse(&["-r", &path]));
        Whole { path, capture, seen }
    };
    classic.map(whole).collect()
}

impl Whole {
    /// Cuts the capture in front of these packets and compares.
    #[track_caller]
    fn check(&self, cuts: &[usize]) {
        let dir = Scratch::new();
        let mut names = Vec::new();
        let mut start = 0;
        for (number, &end) in cuts.iter().chain([&self.capture.len()]).enumerate() {
            let name = format!("{number}.pcap");
            dir.write(&name, self.capture.part(start..end));
            names.push(name);
            start = end;
        }
        dir.write("list", names.join("\n"));
        flowz(&dir, &["-R", "list", "-w", "x", "-s", "-q"]).well();
        let Self { path, seen, .. } = self;
        assert!(dir.read("x_flows.txt") == seen.flows, "{path} cut at {cuts:?}: other flows");
        assert!(dir.read("x_packets.txt") == seen.packets, "{path} cut at {cuts:?}: other packets");
    }
}

#[test]
fn any_capture_cut_anywhere() {
    let wholes = wholes();
    let outcome = runner(24).run(&(0..wholes.len(), any::<Index>()), |(which, cut)| {
        let whole = &wholes[which];
        whole.check(&[cut.index(whole.capture.len() + 1)]);
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn the_smallest_capture_cut_everywhere() {
    let wholes = wholes();
    let smallest = wholes.iter().min_by_key(|whole| whole.capture.len()).unwrap();
    (0..=smallest.capture.len()).for_each(|cut| smallest.check(&[cut]));
}

#[test]
fn one_packet_per_file() {
    let wholes = wholes();
    let smallest = wholes.iter().min_by_key(|whole| whole.capture.len()).unwrap();
    smallest.check(&(1..smallest.capture.len()).collect::<Vec<_>>());
}
