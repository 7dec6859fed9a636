//! Lines of the end report: typed parts, formatted in one place.
//!
//! Conventions of the reference: numbers of 1024 and more are followed by a
//! human form, shares are percentages with two digits.

use std::fmt;

/// Totals of the run that plugins put their own counts in relation to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Totals {
    /// Packets read.
    pub packets: u64,
    /// Captured bytes of packets that belong to flows.
    pub flow_bytes: u64,
    /// TCP packets.
    pub tcp_packets: u64,
    /// Flows (directions) that ended.
    pub flows: u64,
}

/// A number and its noun, `1 row` or `2 rows`: words for one thing, and for none or several.
pub fn counted(n: u64, one: &str, several: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { several })
}

/// How a line is meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Severity {
    /// A result.
    #[default]
    Plain,
    /// A remark on what the capture holds.
    Info,
    /// Something odd in the capture.
    Warning,
}

/// One line.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Line {
    /// The plugin it is from; empty for the engine's own.
    pub plugin: &'static str,
    /// What it tells.
    pub key: String,
    /// The parts of its value.
    pub parts: Vec<Part>,
    /// How it is meant.
    pub severity: Severity,
}

/// A part of a line's value.
#[derive(Clone, PartialEq, Debug)]
pub enum Part {
    /// As it is.
    Text(String),
    /// A number with its human form.
    Count(u64),
    /// A share of a total, as ` [12.34%]`.
    Share(u64, u64),
    /// A bit field of so many hexadecimal digits.
    Hex(u64, usize),
    /// Bits per second with the human form: `1310310 (1.31 Mb/s)`.
    BitRate(u64),
    /// A number with two digits behind the point and the human form of its whole part.
    Ratio(f64),
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Count(n) => write!(f, "{n}{}", Human(*n, "")),
            Self::Share(n, total) => write!(f, " [{:.2}%]", percent(*n, *total)),
            Self::Hex(bits, digits) => write!(f, "0x{bits:0digits$x}"),
            Self::BitRate(n) => write!(f, "{n}{}", Human(*n, "b/s")),
            Self::Ratio(x) => write!(f, "{x:.2}{}", Human(*x as u64, "")),
        }
    }
}

/// 100·n/total, 0 of nothing.
pub fn percent(n: u64, total: u64) -> f64 {
    if total == 0 { 0.0 } else { 100.0 * n as f64 / total as f64 }
}

/// ` (4.63 K)` behind numbers of 1024 and more; the unit comes from the power of two, the value is
/// divided by powers of 1000. With a unit of its own the suffix follows: ` (1.31 Mb/s)`.
#[derive(Clone, Copy, Debug)]
pub struct Human(pub u64, pub &'static str);

impl fmt::Display for Human {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [&str; 7] = ["", "K", "M", "G", "T", "P", "E"];
        let Some(power) = self.0.checked_ilog2().map(|l| l / 10).filter(|p| *p > 0) else {
            return Ok(());
        };
        let value = self.0 as f64 / 1000f64.powi(power as i32);
        write!(f, " ({value:.2} {}{})", UNITS[power as usize], self.1)
    }
}

/// The lines of a report in their order.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// All lines.
    pub lines: Vec<Line>,
    plugin: &'static str,
}

impl Report {
    /// The next lines are from this plugin.
    pub fn section(&mut self, plugin: &'static str) {
        self.plugin = plugin;
    }

    /// Adds a line `key: parts`.
    pub fn line(&mut self, key: impl Into<String>, parts: impl IntoIterator<Item = Part>) {
        self.lines.push(Line {
            plugin: self.plugin,
            key: key.into(),
            parts: parts.into_iter().collect(),
            severity: Severity::Plain,
        });
    }

    /// Adds a remark or warning.
    pub fn remark(&mut self, severity: Severity, text: impl Into<String>) {
        let key = text.into();
        self.lines.push(Line { plugin: self.plugin, key, parts: Vec::new(), severity });
    }

    /// Adds `Aggregated NAME=0x..` unless no bit is set.
    pub fn aggregated(&mut self, name: &str, bits: u64, digits: usize) {
        if bits != 0 {
            self.line(format!("Aggregated {name}="), [Part::Hex(bits, digits)]);
        }
    }
}

/// `key: value`, or `key=value` where the key ends so; without plugin name and colours.
impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.key)?;
        if !self.parts.is_empty() && !self.key.ends_with('=') {
            f.write_str(": ")?;
        }
        self.parts.iter().try_for_each(|p| p.fmt(f))
    }
}

#[cfg(test)]
mod tests {
    use super::{Part, Report, counted};

    #[test]
    fn one_or_several() {
        let rows = |n| counted(n, "row is", "rows are");
        assert_eq!([rows(0), rows(1), rows(2)], ["0 rows are", "1 row is", "2 rows are"]);
    }

    #[test]
    fn human_forms() {
        let shown = |p: Part| p.to_string();
        assert_eq!(shown(Part::Count(1023)), "1023");
        assert_eq!(shown(Part::Count(1024)), "1024 (1.02 K)");
        assert_eq!(shown(Part::Count(1_000_000)), "1000000 (1000.00 K)");
        assert_eq!(shown(Part::BitRate(1_310_310)), "1310310 (1.31 Mb/s)");
        assert_eq!(shown(Part::Ratio(1213.05)), "1213.05 (1.21 K)");
        assert_eq!(shown(Part::Share(1, 3)), " [33.33%]");
        assert_eq!(shown(Part::Share(1, 0)), " [0.00%]");
    }

    #[test]
    fn lines() {
        let mut report = Report::default();
        report.section("tcpFlags");
        report.aggregated("ipFlags", 0x44, 4);
        report.aggregated("nothing", 0, 4);
        report.line("Number of flows", [Part::Count(7), Part::Share(7, 14)]);
        let text: Vec<_> = report.lines.iter().map(ToString::to_string).collect();
        assert_eq!(text, ["Aggregated ipFlags=0x0044", "Number of flows: 7 [50.00%]"]);
    }
}
