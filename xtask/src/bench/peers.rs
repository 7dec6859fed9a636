//! Other flow tools on the same captures, in turns with flowz, and the ratios.
//!
//! Only those that are installed take part. What they do differs: the note behind each name says it.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use super::measure::{self, Sample, Scratch, Series};
use crate::process;

/// Another program.
struct Peer {
    name: &'static str,
    /// What it writes.
    writes: &'static str,
    /// How to find out whether it is there.
    probe: &'static [&'static str],
    /// Its command line: `IN` is the capture, `OUT` a folder that may be written to.
    words: &'static [&'static str],
}

static PEERS: [Peer; 5] = [
    Peer {
        name: "tcpdump",
        writes: "copies the packets to /dev/null",
        probe: &["tcpdump", "--version"],
        words: &["tcpdump", "-r", "IN", "-w", "/dev/null"],
    },
    Peer {
        name: "softflowd",
        writes: "nothing",
        probe: &["softflowd", "-h"],
        words: &["softflowd", "-r", "IN", "-m", "10000000", "-d"],
    },
    Peer {
        name: "nfpcapd",
        writes: "binary flows",
        probe: &["nfpcapd", "-h"],
        words: &["nfpcapd", "-r", "IN", "-w", "OUT"],
    },
    Peer {
        name: "argus",
        writes: "binary flows",
        probe: &["argus", "-h"],
        words: &["argus", "-r", "IN", "-w", "OUT/argus"],
    },
    Peer {
        name: "tcptrace",
        writes: "CSV of TCP connections",
        probe: &["tcptrace", "-version"],
        words: &["tcptrace", "--csv", "-l", "-n", "IN"],
    },
];

impl Peer {
    fn is_there(&self) -> bool {
        // Some end with an error after their help: that they can be started is enough.
        let [program, arguments @ ..] = self.probe else { return false };
        let mut sh = Command::new("sh");
        sh.args(["-c", "command -v \"$0\" >/dev/null", program]);
        process::succeeds(&mut sh) && Command::new(program).args(arguments).output().is_ok()
    }

    fn run(&self, capture: &Path) -> Result<Sample> {
        let scratch = Scratch::new()?;
        let (input, output) = (capture.display().to_string(), scratch.path().display().to_string());
        let word = |w: &&str| w.replace("IN", &input).replace("OUT", &output);
        let words: Vec<_> = self.words.iter().map(word).collect();
        measure::timed(&scratch, &words).map(|(sample, _)| sample)
    }
}

/// All measurements of one capture.
pub(super) struct Comparison {
    name: String,
    packets: u64,
    alone: Vec<Sample>,
    two: Vec<Sample>,
    peers: Vec<(&'static Peer, Vec<Sample>)>,
}

/// Runs flowz with one thread and with two, and all peers, in turns.
pub(super) fn compare(
    flowz: &Path,
    (name, capture): (&str, &Path),
    plugins: &str,
    runs: u32,
) -> Result<Comparison> {
    let there = PEERS.iter().filter(|peer| peer.is_there());
    let mut all = Comparison {
        name: name.to_uppercase(),
        packets: 0,
        alone: Vec::new(),
        two: Vec::new(),
        peers: there.map(|peer| (peer, Vec::new())).collect(),
    };
    for n in 1..=runs {
        for (threads, samples) in [("1", &mut all.alone), ("2", &mut all.two)] {
            let (sample, packets) =
                measure::flowz(flowz, capture, plugins, &["--threads", threads])?;
            all.packets = packets;
            samples.push(sample);
        }
        all.peers.retain_mut(|(peer, samples)| match peer.run(capture) {
            Ok(sample) => {
                samples.push(sample);
                true
            }
            Err(error) => {
                eprintln!("{} is left out: {error:#}", peer.name);
                false
            }
        });
        eprintln!("{name} {n}/{runs}");
    }
    Ok(all)
}

fn cpu(samples: &[Sample]) -> Series {
    Series::from_values(samples.iter().map(|s| s.cpu_seconds).collect())
}

fn peak(samples: &[Sample]) -> String {
    let most = samples.iter().filter_map(|s| s.peak_kib).max();
    most.map_or_else(|| "-".to_owned(), |kib| format!("{:.0}", kib as f64 / 1024.0))
}

impl Comparison {
    /// The lines of a table: flowz first, then each peer with the ratio of flowz's time to its own.
    pub(super) fn table(&self) -> String {
        let per_packet = |samples: &[Sample]| {
            let Series { median, min, max } = cpu(samples);
            let [median, min, max] = [median, min, max].map(|s| s * 1e9 / self.packets as f64);
            format!("{median:.0} ({min:.0} - {max:.0})")
        };
        let wall = |samples: &[Sample]| {
            Series::from_values(samples.iter().map(|s| s.wall_seconds).collect()).median
        };
        let own = cpu(&self.alone).median;
        let row = |name: &str, writes: &str, samples: &[Sample]| {
            let (time, memory, ratio) =
                (per_packet(samples), peak(samples), own / cpu(samples).median);
            format!("| {name} | {writes} | {time} | {memory} | {ratio:.2} |")
        };
        let mut lines = vec![
            format!("{}, {} packets\n", self.name, self.packets),
            "| program | writes | CPU ns per packet, median (smallest - largest) | peak memory, MiB \
             | flowz / program |"
                .to_owned(),
            "|---|---|---:|---:|---:|".to_owned(),
            row("flowz", "text, 88 columns", &self.alone),
        ];
        lines.extend(self.peers.iter().map(|(peer, all)| row(peer.name, peer.writes, all)));
        let (one, two) = (wall(&self.alone), wall(&self.two));
        let ratio = two / one;
        lines.push(format!(
            "\nTime that passes with two threads: {two:.2} s, with one {one:.2} s, ratio {ratio:.2}.\n"
        ));
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::{Comparison, PEERS, Sample};

    #[test]
    fn a_table() {
        let sample =
            |cpu_seconds| Sample { cpu_seconds, wall_seconds: cpu_seconds, peak_kib: Some(2048) };
        let all = Comparison {
            name: "W9".to_owned(),
            packets: 1_000_000,
            alone: vec![sample(0.5)],
            two: vec![sample(0.3)],
            peers: vec![(&PEERS[1], vec![sample(1.0)])],
        };
        let table = all.table();
        assert!(
            table.contains("| flowz | text, 88 columns | 500 (500 - 500) | 2 | 1.00 |"),
            "{table}"
        );
        assert!(
            table.contains("| softflowd | nothing | 1000 (1000 - 1000) | 2 | 0.50 |"),
            "{table}"
        );
        assert!(table.contains("0.30 s, with one 0.50 s, ratio 0.60."), "{table}");
    }
}
