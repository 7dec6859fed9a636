//! How a run is watched.

use flowz_monitor::metrics::listen_address;

/// How a run is watched. SIGUSR1 asks for a report, SIGUSR2 for one each interval until it comes again.
#[derive(clap::Args, Clone, Debug)]
#[command(next_help_heading = "Monitoring")]
pub(crate) struct MonitorArgs {
    /// Write reports of the running program (SIGUSR1: one, SIGUSR2: one each interval until it comes again) into
    /// PREFIX_monitoring.txt, not to standard output
    #[arg(short = 'm', long)]
    pub(crate) monfile: bool,

    /// Seconds of this interval; the same as -o core.MONINTV [default: 1]
    #[arg(short = 'M', long, value_name = "SEC")]
    pub(crate) mon_interval: Option<f64>,

    /// Serve metrics for Prometheus at HOST:PORT, or at :PORT for this machine alone
    #[arg(long, value_name = "HOST:PORT", value_parser = listen_address)]
    pub(crate) metrics: Option<String>,
}

impl MonitorArgs {
    /// The settings that they stand for.
    pub(crate) fn options(&self) -> Vec<String> {
        self.mon_interval.map(|seconds| format!("core.MONINTV={seconds}")).into_iter().collect()
    }
}
