//! Signals that end the program: the first one ends the input, so that the run is completed with what was read;
//! a second one ends the program at once.

use std::fs;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;

/// Those that are minded, with their names.
const SIGNALS: [(i32, &str); 3] =
    [(SIGINT, "SIGINT"), (SIGTERM, "SIGTERM"), (SIGHUP, "SIGHUP (the terminal was closed)")];

/// Exit status of a program that a signal has ended: this and the signal's number.
const ENDED_BY_SIGNAL: u8 = 128;

/// The order to stop, and who gave it.
#[derive(Default, Debug)]
pub(crate) struct Signals {
    /// Becomes true with the first signal.
    pub(crate) stop: Arc<AtomicBool>,
    number: Arc<AtomicUsize>,
}

impl Signals {
    /// From now on signals are minded, but for those that whoever started the program wants to be ignored
    /// (`nohup`).
    pub(crate) fn mind(&self) -> io::Result<()> {
        let ignored = ignored();
        for (signal, _) in SIGNALS.into_iter().filter(|(signal, _)| !is_in(ignored, *signal)) {
            // In this order: the first signal must not yet see the order.
            let status = i32::from(ENDED_BY_SIGNAL) + signal;
            flag::register_conditional_shutdown(signal, status, Arc::clone(&self.stop))?;
            flag::register_usize(signal, Arc::clone(&self.number), signal as usize)?;
            flag::register(signal, Arc::clone(&self.stop))?;
        }
        Ok(())
    }

    /// The signal that has ended the input: its name and the exit status.
    pub(crate) fn received(&self) -> Option<(&'static str, u8)> {
        let number = self.number.load(Ordering::Relaxed) as i32;
        let (_, name) = SIGNALS.into_iter().find(|(signal, _)| *signal == number)?;
        Some((name, ENDED_BY_SIGNAL + number as u8))
    }
}

/// The set of signals that are ignored, where the system tells it.
fn ignored() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

/// Whether a set holds a signal: number 1 is the lowest bit.
fn is_in(set: u64, signal: i32) -> bool {
    set >> (signal - 1) & 1 == 1
}

#[cfg(test)]
mod tests {
    use super::{SIGNALS, Signals, is_in};

    #[test]
    fn sets_of_signals() {
        assert!(is_in(0x1001, 1) && is_in(0x1001, 13) && !is_in(0x1001, 2));
    }

    #[test]
    fn nothing_received() {
        assert_eq!(Signals::default().received(), None);
        assert!(SIGNALS.iter().all(|(number, name)| *number < 64 && name.starts_with("SIG")));
    }
}
