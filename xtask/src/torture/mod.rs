//! `cargo xtask torture`: captures changed at random, read with settings at random, on one thread and on several.
//!
//! A trial takes a capture of the project (or of ../shared), changes it, and runs the program over it twice. What must hold
//! stands in `judge.rs`. Everything but the clock comes from the seed and the trial's number, so `--only N` repeats trial N;
//! its input, settings and a command line are kept too.

mod corpus;
mod judge;
mod mutate;
mod options;
mod random;
mod records;
mod run;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::system;
use crate::workspace::Workspace;

use corpus::Corpus;
use judge::{ALLOWED, Ordinary, judge};
use options::Choices;
use random::Random;
use run::{Bench, Outcome};

/// Options of `torture`.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// How long to go on
    #[arg(long, default_value_t = 1.0)]
    minutes: f64,
    /// Other seeds make other trials
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Make the trial of this number and no other
    #[arg(long, value_name = "NUMBER")]
    only: Option<u64>,
    /// Try this program, not a release build
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
}

/// What a trial runs.
struct Trial {
    input: Vec<u8>,
    /// Bytes of the input before it was compressed.
    bytes: usize,
    /// Words of the command line, without threads.
    options: Vec<String>,
    /// How many threads the second run has.
    threads: u64,
}

/// Makes trials until the time is up, and fails if one of them did.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    system::need_libpcap()?;
    let program = match &args.program {
        Some(program) => fs::canonicalize(program)
            .with_context(|| format!("there is no program {}", program.display()))?,
        None => workspace.build_flowz()?,
    };
    let corpus = Corpus::gather(workspace)?;
    let choices = Choices::gather();
    let bench = Bench::new(program)?;
    let ordinary = Ordinary::measure(&bench, &corpus::ordinary(workspace)?)?;
    println!("torture: {} captures, {}, seed {}; {ordinary}", corpus.len(), choices, args.seed);
    let trial = |number| Trial::make(args.seed, number, &corpus, &choices);
    let kept = workspace.target()?.join("torture");
    let mut tally = Tally::default();
    if let Some(number) = args.only {
        tally.count(number, &trial(number), &bench, &ordinary, &kept)?;
    } else {
        let end = now() + Duration::from_secs_f64(args.minutes * 60.0);
        let mut number = 0;
        while now() < end {
            tally.count(number, &trial(number), &bench, &ordinary, &kept)?;
            number += 1;
        }
    }
    tally.tell()
}

/// The clock decides how many trials there are, and nothing else.
#[expect(clippy::disallowed_methods, reason = "the run lasts as long as its caller wants")]
fn now() -> Instant {
    Instant::now()
}

impl Trial {
    fn make(seed: u64, number: u64, corpus: &Corpus, choices: &Choices) -> Self {
        let mut random = Random::new(seed, number);
        let plain = mutate::mutate(corpus, &mut random);
        let bytes = plain.len();
        let input = if random.one_in(12) { corpus::compress(&plain) } else { plain };
        let options = choices.draw(&mut random);
        Self { input, bytes, options, threads: 2 + random.below(4) }
    }
}

/// What the trials have shown.
#[derive(Default)]
struct Tally {
    trials: u64,
    failed: Vec<u64>,
    /// Runs by exit status 0 to 3.
    statuses: [u64; 4],
    packets: u64,
    bytes: usize,
    /// The largest share of each that is [`ALLOWED`].
    worst: [(f64, u64); ALLOWED.len()],
}

impl Tally {
    /// Makes a trial; one that fails is told and kept.
    fn count(
        &mut self,
        number: u64,
        trial: &Trial,
        bench: &Bench,
        ordinary: &Ordinary,
        kept: &Path,
    ) -> Result<()> {
        let one = bench.run(&trial.input, &trial.options, 1)?;
        let several = bench.run(&trial.input, &trial.options, trial.threads)?;
        self.trials += 1;
        self.bytes += trial.bytes;
        self.packets += one.ledger.map_or(0, |ledger| ledger.read);
        if let Some(count) = self.statuses.get_mut(one.code as usize) {
            *count += 1;
        }
        let shares = ordinary.shares(&one, trial.bytes);
        for (worst, share) in self.worst.iter_mut().zip(shares) {
            if share > worst.0 {
                *worst = (share, number);
            }
        }
        let faults = judge(&one, &several, shares);
        if !faults.is_empty() {
            self.failed.push(number);
            println!("trial {number}: {}", faults.join("; "));
            keep(kept, number, trial, bench, [&one, &several])?;
        }
        Ok(())
    }

    /// Says what was seen; fails if a trial did.
    fn tell(&self) -> Result<()> {
        let [whole, failed, refused, damaged] = self.statuses;
        println!(
            "torture: {} trials, {} packets, {} KB; {whole} read, {damaged} damaged, {failed} unreadable, {refused} refused",
            self.trials,
            self.packets,
            self.bytes / 1000
        );
        let worst = ALLOWED.iter().zip(self.worst);
        let worst =
            worst.map(|(name, (share, n))| format!("{name} {:.0} % (trial {n})", share * 100.0));
        println!("torture: most of what is allowed: {}", worst.collect::<Vec<_>>().join(", "));
        if self.failed.is_empty() {
            return Ok(());
        }
        bail!("{} trials failed: {:?}", self.failed.len(), self.failed)
    }
}

/// Writes the input and how to repeat the trial.
fn keep(
    folder: &Path,
    number: u64,
    trial: &Trial,
    bench: &Bench,
    outcomes: [&Outcome; 2],
) -> Result<()> {
    let failed = || format!("cannot write into {}", folder.display());
    fs::create_dir_all(folder).with_context(failed)?;
    let input = folder.join(format!("trial-{number}.pcap"));
    fs::write(&input, &trial.input).with_context(failed)?;
    let command = bench.words(&input, &folder.join("t"), &trial.options).join(" ");
    let said = outcomes.map(|outcome| format!("exit status {}\n{}", outcome.code, outcome.stderr));
    let text = format!(
        "{command} --threads 1\n{}\n{command} --threads {}\n{}",
        said[0], trial.threads, said[1]
    );
    fs::write(input.with_extension("txt"), text).with_context(failed)?;
    println!("  {command} --threads 1, or {}", trial.threads);
    Ok(())
}
