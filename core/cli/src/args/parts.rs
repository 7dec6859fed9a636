//! Runs that are parts of a larger one.

use std::path::PathBuf;

use flowz_engine::Shard;

/// Runs that are parts of a larger one.
#[derive(clap::Args, Clone, Debug)]
#[command(next_help_heading = "Parts of a larger run")]
pub(crate) struct PartArgs {
    /// Work on the Ith of N parts of the packets, I from 1 on: those of some pairs of addresses, with both directions of
    /// their conversations; the parts together have the flows of the whole (docs/workers.md)
    #[arg(long, value_name = "I/N", value_parser = shard)]
    pub(crate) shard: Option<Shard>,

    /// At the end of the input write the state of the run to FILE, and no flow that still lives: the next run goes on
    /// with it
    #[arg(long, value_name = "FILE")]
    pub(crate) checkpoint: Option<PathBuf>,

    /// Go on with the state that an earlier run of the same build and settings has written to FILE
    #[arg(long, value_name = "FILE")]
    pub(crate) resume: Option<PathBuf>,
}

impl PartArgs {
    /// Whether the state of the run comes from another one, or goes to one.
    pub(crate) fn is_continued(&self) -> bool {
        self.checkpoint.is_some() || self.resume.is_some()
    }
}

/// `I/N`.
fn shard(text: &str) -> Result<Shard, String> {
    let parts = text.split_once('/');
    let numbers = parts.and_then(|(i, n)| Some((i.parse().ok()?, n.parse().ok()?)));
    let shard = numbers.and_then(|(i, n)| Shard::new(i, n));
    shard.ok_or_else(|| {
        format!("give a part and how many there are, as 1/8 to 8/8, at most {}", Shard::MOST)
    })
}
