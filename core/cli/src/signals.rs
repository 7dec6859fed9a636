//! Signals. SIGINT and SIGTERM end the input, so that the run is completed with what was read; a second one ends the
//! program at once. SIGHUP does the same, or completes the files of a period where there are periods.

use std::fs;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use flowz_runtime::Attention;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGUSR2};
use signal_hook::flag;

/// Those that end the run, with their names.
const SIGNALS: [(i32, &str); 3] =
    [(SIGINT, "SIGINT"), (SIGTERM, "SIGTERM"), (SIGHUP, "SIGHUP (the terminal was closed)")];

/// Exit status of a program that a signal has ended: this and the signal's number.
const ENDED_BY_SIGNAL: u8 = 128;

/// Orders that came as signals.
#[derive(Clone, Default, Debug)]
pub(crate) struct Signals {
    /// Becomes true with the first signal that ends the run.
    pub(crate) stop: Arc<AtomicBool>,
    /// Asked for when there is an order to be carried out while the run goes on.
    pub(crate) attention: Attention,
    number: Arc<AtomicUsize>,
    orders: [Arc<AtomicBool>; 3],
}

/// What a signal orders while the run goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Order {
    /// SIGHUP: complete the files, read the settings again.
    Renew,
    /// SIGUSR1: report now.
    Report,
    /// SIGUSR2: begin or stop to report by the clock.
    Periodic,
}

impl Order {
    const ALL: [(i32, Self); 3] =
        [(SIGHUP, Self::Renew), (SIGUSR1, Self::Report), (SIGUSR2, Self::Periodic)];
}

impl Signals {
    /// From now on signals that end the run are minded, but for those that whoever started the program wants to be
    /// ignored (`nohup`).
    pub(crate) fn mind(&self) -> io::Result<()> {
        self.mind_ends(false)
    }

    /// The same for a run that carries out orders while it goes on. With `renews` SIGHUP is one, and ends nothing.
    pub(crate) fn mind_orders(&self, renews: bool) -> io::Result<()> {
        self.mind_ends(renews)?;
        for ((signal, order), flag) in Order::ALL.into_iter().zip(&self.orders) {
            if order == Order::Renew && !renews {
                continue;
            }
            // In this order: who is asked for attention must find the order.
            flag::register(signal, Arc::clone(flag))?;
            flag::register(signal, self.attention.flag())?;
        }
        Ok(())
    }

    /// The same for a program that has the terminal: also a second signal leaves it the time to give that back.
    #[cfg(feature = "top")]
    pub(crate) fn mind_softly(&self) -> io::Result<()> {
        let ignored = ignored();
        for (signal, _) in SIGNALS.into_iter().filter(|(signal, _)| !is_in(ignored, *signal)) {
            flag::register_usize(signal, Arc::clone(&self.number), signal as usize)?;
            flag::register(signal, Arc::clone(&self.stop))?;
        }
        Ok(())
    }

    fn mind_ends(&self, renews: bool) -> io::Result<()> {
        let ignored = ignored();
        let ends = |signal: i32| !(is_in(ignored, signal) || renews && signal == SIGHUP);
        for (signal, _) in SIGNALS.into_iter().filter(|(signal, _)| ends(*signal)) {
            // In this order: the first signal must not yet see the order.
            let status = i32::from(ENDED_BY_SIGNAL) + signal;
            flag::register_conditional_shutdown(signal, status, Arc::clone(&self.stop))?;
            flag::register_usize(signal, Arc::clone(&self.number), signal as usize)?;
            flag::register(signal, Arc::clone(&self.stop))?;
        }
        Ok(())
    }

    /// The orders that came since the last call.
    pub(crate) fn orders(&self) -> impl Iterator<Item = Order> {
        let all = Order::ALL.into_iter().zip(&self.orders);
        all.filter(|(_, flag)| flag.swap(false, Ordering::AcqRel)).map(|((_, order), _)| order)
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
    use super::{Order, SIGNALS, Signals, is_in};
    use std::sync::atomic::Ordering;

    #[test]
    fn sets_of_signals() {
        assert!(is_in(0x1001, 1) && is_in(0x1001, 13) && !is_in(0x1001, 2));
    }

    #[test]
    fn nothing_received() {
        assert_eq!(Signals::default().received(), None);
        assert_eq!(Signals::default().orders().count(), 0);
        assert!(SIGNALS.iter().all(|(number, name)| *number < 64 && name.starts_with("SIG")));
    }

    #[test]
    fn an_order_is_carried_out_once() {
        let signals = Signals::default();
        signals.orders[1].store(true, Ordering::Relaxed);
        assert_eq!(signals.orders().collect::<Vec<_>>(), [Order::Report]);
        assert_eq!(signals.orders().count(), 0);
    }
}
