//! What a capture says: names of finished files, and counts at its end.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};
use flowz_capture::Interface;
use flowz_live::Statistics;

use crate::output::print;

/// Where names of finished files are told.
pub(super) enum Told {
    Nowhere,
    Stdout,
    Stderr,
    File(File, PathBuf),
}

impl Told {
    /// Opens what is named.
    pub(super) fn open(names: Option<&Path>) -> Result<Self> {
        match names.and_then(Path::to_str) {
            Some("-" | "stdout") => Ok(Self::Stdout),
            Some("stderr") => Ok(Self::Stderr),
            _ => match names {
                None => Ok(Self::Nowhere),
                Some(path) => {
                    let failed = |e| anyhow!("cannot create '{}': {e}", path.display());
                    Ok(Self::File(File::create(path).map_err(failed)?, path.to_owned()))
                }
            },
        }
    }

    /// Tells a name.
    pub(super) fn tell(&mut self, finished: &Path) -> Result<()> {
        let line = format!("{}\n", finished.display());
        match self {
            Self::Nowhere => Ok(()),
            Self::Stdout => print(line.as_bytes()),
            Self::Stderr => {
                // Nobody is left to tell if standard error is closed.
                let _ = io::stderr().write_all(line.as_bytes());
                Ok(())
            }
            Self::File(file, path) => file
                .write_all(line.as_bytes())
                .map_err(|error| anyhow!("cannot write '{}': {error}", path.display())),
        }
    }
}

/// What a capture has come to.
pub(super) struct Ended {
    pub(super) interfaces: Vec<Interface>,
    /// Packets of each that were written.
    pub(super) counts: Vec<u64>,
    pub(super) statistics: Vec<Statistics>,
}

impl Ended {
    /// Counts on standard error.
    pub(super) fn tell(&self) {
        let _ = io::stderr().write_all(self.text().as_bytes());
    }

    fn text(&self) -> String {
        let mut text = format!("Packets captured: {}\n", self.counts.iter().sum::<u64>());
        let each = self.interfaces.iter().zip(&self.counts).zip(&self.statistics);
        for ((interface, count), statistics) in each {
            let Statistics { dropped, dropped_by_interface, .. } = statistics;
            let all = (count + dropped).max(1);
            let share = if *dropped == 0 { 100.0 } else { *count as f64 * 100.0 / all as f64 };
            let name = String::from_utf8_lossy(&interface.name);
            let _ = writeln!(
                text,
                "Packets received/dropped on interface '{name}': {count}/{dropped} \
                 (pcap:{dropped}/ps_ifdrop:{dropped_by_interface}) ({share:.1}%)"
            );
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::Ended;
    use flowz_capture::Interface;
    use flowz_live::Statistics;

    #[test]
    fn counts() {
        let interface =
            |name: &str| Interface { name: name.as_bytes().into(), ..Interface::default() };
        let dropped = Statistics { received: 40, dropped: 10, dropped_by_interface: 3 };
        let ended = Ended {
            interfaces: vec![interface("lo"), interface("eth0")],
            counts: vec![0, 30],
            statistics: vec![Statistics::default(), dropped],
        };
        assert_eq!(
            ended.text(),
            "Packets captured: 30\n\
             Packets received/dropped on interface 'lo': 0/0 (pcap:0/ps_ifdrop:0) (100.0%)\n\
             Packets received/dropped on interface 'eth0': 30/10 (pcap:10/ps_ifdrop:3) (75.0%)\n"
        );
    }
}
