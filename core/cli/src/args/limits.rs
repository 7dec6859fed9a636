//! Threads and memory.

use flowz_engine::limits::Limits;

/// Threads and memory.
#[derive(clap::Args, Clone, Debug)]
#[command(next_help_heading = "Limits")]
pub(crate) struct LimitArgs {
    /// Threads to use; the output is the same for any number [default: one per processor]
    #[arg(long, value_name = "N", value_parser = threads)]
    pub(crate) threads: Option<usize>,

    /// Most flows alive at once; the oldest leave early
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(2..))]
    pub(crate) max_flows: Option<u64>,

    /// Most memory in bytes (K, M, G) for what grows with the input: flows with their lists in full, fragments, windows,
    /// what plugins keep; the oldest flows leave early. The program itself takes some 10M, with more threads 40M
    #[arg(long, value_name = "BYTES", value_parser = bytes)]
    pub(crate) max_mem: Option<u64>,
}

/// One part of so many of the memory is for each window, `--reorder` and `--dedup`.
const WINDOW: u64 = 8;

impl LimitArgs {
    /// Most bytes for one window.
    pub(crate) fn window_memory(&self) -> Option<u64> {
        Some(self.max_mem? / WINDOW)
    }

    /// The limits for the engine, beside so many windows.
    pub(crate) fn for_engine(&self, windows: u64) -> Limits {
        let max_mem = self.max_mem.map(|all| all - windows * (all / WINDOW));
        Limits { max_flows: self.max_flows, max_mem }
    }
}

/// What is said of numbers in front of their range.
pub(crate) const OUT_OF_RANGE: &str = "out of range";

/// A number of threads.
fn threads(text: &str) -> Result<usize, String> {
    const MOST: usize = 1024;
    match text.parse() {
        Ok(n @ 1..=MOST) => Ok(n),
        _ => Err(format!("give a whole number from 1 to {MOST}")),
    }
}

/// A number of bytes with an optional K, M or G (powers of 1000).
pub(crate) fn bytes(text: &str) -> Result<u64, String> {
    let (number, factor) = match text.char_indices().last() {
        Some((at, 'k' | 'K')) => (&text[..at], 1e3),
        Some((at, 'm' | 'M')) => (&text[..at], 1e6),
        Some((at, 'g' | 'G')) => (&text[..at], 1e9),
        _ => (text, 1.0),
    };
    let value: f64 = number.parse().map_err(|_| "a number is needed, as in 500M".to_owned())?;
    let value = value * factor;
    let range = 1.0..1e18;
    let beyond = || format!("{OUT_OF_RANGE}: from 1 to less than 1e18");
    range.contains(&value).then_some(value as u64).ok_or_else(beyond)
}

#[cfg(test)]
mod tests {
    use super::{LimitArgs, bytes};

    #[test]
    fn windows_have_a_part_of_the_memory() {
        let args = LimitArgs { threads: None, max_flows: None, max_mem: Some(800) };
        assert_eq!(args.window_memory(), Some(100));
        assert_eq!([0, 1, 2].map(|n| args.for_engine(n).max_mem), [800, 700, 600].map(Some));
    }

    #[test]
    fn sizes() {
        assert_eq!(bytes("2G"), Ok(2_000_000_000));
        assert_eq!(bytes("1.5k"), Ok(1500));
        assert_eq!(bytes("1e5"), Ok(100_000));
        assert!(bytes("-1").is_err() && bytes("").is_err() && bytes("M").is_err());
    }
}
