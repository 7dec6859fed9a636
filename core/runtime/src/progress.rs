//! The progress bar: on a terminal only, on standard error.

use std::io::{self, IsTerminal};

use flowz_capture::Progress;
use indicatif::{HumanCount, ProgressBar, ProgressStyle};

/// Packets between two looks at the clock.
const STEP: u64 = 1 << 16;

/// A bar, or nothing.
pub(crate) struct Bar {
    bar: Option<ProgressBar>,
    next: u64,
}

impl Bar {
    pub(crate) fn new(shown: bool, total: Option<u64>) -> Self {
        let wanted = shown && io::stderr().is_terminal();
        Self { bar: wanted.then(|| styled(total)), next: STEP }
    }

    /// Whether the bar wants to be told how things stand.
    #[inline]
    pub(crate) fn is_due(&self, packets: u64) -> bool {
        packets >= self.next
    }

    /// Tells the bar how things stand.
    #[cold]
    pub(crate) fn update(&mut self, packets: u64, flows: usize, progress: &Progress) {
        self.next = packets + STEP;
        let Some(bar) = &self.bar else {
            self.next = u64::MAX;
            return;
        };
        bar.set_position(progress.bytes);
        let rate = packets as f64 / bar.elapsed().as_secs_f64().max(1e-3);
        bar.set_message(format!(
            "{} packets ({}/s), {} flows alive",
            HumanCount(packets),
            HumanCount(rate as u64),
            HumanCount(flows as u64)
        ));
    }

    pub(crate) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn styled(total: Option<u64>) -> ProgressBar {
    let (bar, template) = match total {
        Some(total) => {
            (ProgressBar::new(total), "{bar:30} {bytes}/{total_bytes}, {msg}, {eta} left")
        }
        None => (ProgressBar::new_spinner(), "{spinner} {bytes}, {msg}"),
    };
    // The templates are literals; a mistake in one would only cost the looks.
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}
