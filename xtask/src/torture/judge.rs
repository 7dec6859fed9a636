//! What must hold, whatever the input is.
//!
//! The program ends with a status of its own, and says in one sentence why if that is 1 or 2; all packets are in the ledger;
//! files do not depend on the number of threads; time, memory and output stay within factors of what ordinary traffic takes.

use std::fmt;

use anyhow::{Result, bail};

use super::run::{Bench, Outcome};

/// Times more processor time for each byte, and for each packet, than ordinary traffic, with all plugins and sinks.
const TIME: f64 = 10.0;
/// Seconds that a run may always take: starting, warming up, and a clock of hundredths.
const START: f64 = 0.3;
/// Times more memory for each byte of the input, and KiB that a run may always take.
const MEMORY: f64 = 10.0;
const ALWAYS: f64 = 64_000.0;
/// Times more output for each byte, and bytes that there may always be.
const OUTPUT: f64 = 20.0;
const HEADERS: f64 = 500_000.0;

/// What may be too much, in the order of the shares.
pub(super) const ALLOWED: [&str; 4] = ["time", "time of packets", "memory", "output"];

/// What ordinary traffic takes for each byte of the input, and for each packet, with everything that can be asked for.
pub(super) struct Ordinary {
    seconds: f64,
    seconds_of_packet: f64,
    kib: f64,
    output: f64,
}

impl Ordinary {
    /// Runs the program over ordinary traffic.
    pub(super) fn measure(bench: &Bench, capture: &[u8]) -> Result<Self> {
        let all = ["-s", "--plugins", "all", "--sinks", "all"].map(str::to_owned);
        let seen = bench.run(capture, &all, 1)?;
        if seen.code != 0 {
            bail!("ordinary traffic cannot be read: {}", seen.stderr);
        }
        let bytes = capture.len() as f64;
        Ok(Self {
            seconds: seen.seconds / bytes,
            seconds_of_packet: seen.seconds / packets(&seen),
            kib: seen.peak / bytes,
            output: written(&seen) / bytes,
        })
    }

    /// Time for these bytes and for the packets in them, memory and output of a run, as parts of what is allowed.
    pub(super) fn shares(&self, seen: &Outcome, bytes: usize) -> [f64; 4] {
        let bytes = bytes as f64;
        [
            seen.seconds / (START + TIME * self.seconds * bytes),
            seen.seconds / (START + TIME * self.seconds_of_packet * packets(seen)),
            seen.peak / (ALWAYS + MEMORY * self.kib * bytes),
            written(seen) / (HEADERS + OUTPUT * self.output * bytes),
        ]
    }
}

impl fmt::Display for Ordinary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let micros = self.seconds * 1e9;
        write!(
            f,
            "ordinary: {micros:.0} us and {:.0} bytes of output for each 1000 bytes",
            self.output * 1e3
        )
    }
}

/// Packets that were read, at least one.
fn packets(seen: &Outcome) -> f64 {
    seen.ledger.map_or(1, |ledger| ledger.read.max(1)) as f64
}

fn written(seen: &Outcome) -> f64 {
    seen.files.values().map(Vec::len).sum::<usize>() as f64
}

/// What is wrong with a trial: one run on one thread, one on several.
pub(super) fn judge(one: &Outcome, several: &Outcome, shares: [f64; 4]) -> Vec<String> {
    let mut faults: Vec<_> = [one, several].into_iter().filter_map(single).collect();
    if one.code != several.code {
        faults.push(format!("exit status {} on one thread, else {}", one.code, several.code));
    }
    if one.ledger != several.ledger {
        faults.push("another ledger on several threads".to_owned());
    }
    let names = one.files.keys().chain(several.files.keys());
    let differs = |name: &&String| one.files.get(*name) != several.files.get(*name);
    if let Some(name) = names.into_iter().find(differs) {
        faults.push(format!("{name} is another one on several threads"));
    }
    for (what, share) in ALLOWED.iter().zip(shares) {
        if share > 1.0 {
            faults.push(format!("{what} is {share:.1} times what is allowed"));
        }
    }
    faults
}

/// What is wrong with a run by itself.
fn single(seen: &Outcome) -> Option<String> {
    let lines = seen.stderr.trim_end().lines().count();
    if let Some(name) = seen.files.keys().find(|name| name.contains(".tmp")) {
        return Some(format!("{name} was left behind"));
    }
    match seen.code {
        _ if seen.stderr.contains("panicked") => Some("it panicked".to_owned()),
        0 | 3 => match seen.ledger {
            None => Some("there is no ledger".to_owned()),
            Some(ledger) if ledger.read != ledger.counted => Some(format!("{ledger:?}")),
            Some(_) => None,
        },
        1 | 2 if seen.stderr.contains("flowz: error: ") && lines <= 2 => None,
        1 | 2 => Some("it failed without a sentence".to_owned()),
        code => Some(format!("exit status {code}")),
    }
}

#[cfg(test)]
mod tests {
    use super::{Ordinary, judge};
    use crate::torture::run::{Ledger, Outcome};

    fn good() -> Outcome {
        let ledger = Some(Ledger { read: 2, counted: 2 });
        let files = [("t_flows.txt".to_owned(), b"x".to_vec())].into();
        Outcome { ledger, files, ..Outcome::default() }
    }

    #[test]
    fn faults() {
        let few = [0.5; 4];
        assert!(judge(&good(), &good(), few).is_empty());
        let refused =
            || Outcome { code: 2, stderr: "flowz: error: no\n".into(), ..Outcome::default() };
        assert!(judge(&refused(), &refused(), few).is_empty());
        for bad in [
            Outcome { code: 137, ..good() },
            Outcome { code: 101, ..good() },
            Outcome { code: 1, ..good() },
            Outcome { ledger: None, ..good() },
            Outcome { ledger: Some(Ledger { read: 3, counted: 2 }), ..good() },
            Outcome { files: [].into(), ..good() },
            Outcome { files: [(".t.tmp1".to_owned(), Vec::new())].into(), ..good() },
            Outcome { stderr: "thread 'main' panicked".into(), ..good() },
        ] {
            assert!(!judge(&good(), &bad, few).is_empty(), "{bad:?}");
        }
        assert_eq!(
            judge(&good(), &good(), [0.5, 3.0, 2.0, 0.5]),
            ["time of packets is 3.0 times what is allowed", "memory is 2.0 times what is allowed"]
        );
    }

    /// Two packets in a second where ordinary ones take 0.01 s each; a byte may take as long as it does.
    #[test]
    fn packets_have_a_share_of_their_own() {
        let ordinary = Ordinary { seconds: 0.001, seconds_of_packet: 0.01, kib: 1.0, output: 1.0 };
        let seen = Outcome { seconds: 1.0, ..good() };
        let [bytes, packets, ..] = ordinary.shares(&seen, 1000);
        assert!(bytes < 0.1 && (packets - 2.0).abs() < 1e-9, "{bytes} {packets}");
    }
}
