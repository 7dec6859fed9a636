//! A report for people, with the lines of the end report.

use std::fmt::{Display, Write as _};
use std::time::Duration;

use flowz_api::packet::Timestamp;
use flowz_api::report::{Part, Report, Severity, counted};
use flowz_engine::end_reason::EndReason;
use flowz_engine::report::{self, InputFacts};

use super::Settings;
use crate::snapshot::Snapshot;
use crate::words::{NINE, duration, in_words};

/// Said where plugins are missing.
pub(super) const ELSEWHERE: &str =
    "Lines of plugins that work on other threads are left out (--threads 1 has all)";

/// The report.
pub(super) fn text(s: &Snapshot, settings: &Settings, plugins: &Report) -> String {
    let mut out = String::new();
    let kind = if settings.differences { "D" } else { "A" };
    let Settings { program, process, .. } = settings;
    rule(&mut out, '=');
    line(
        &mut out,
        format!("USR1 {kind} type report: {program}. PID: {process}, SID: {}", s.sensor),
    );
    rule(&mut out, '=');
    times(s, &mut out);
    section(&mut out, |report| state(s, report));
    let c = &s.counters;
    section(&mut out, |report| {
        let Snapshot { input, .. } = s;
        let (moved, late) = (input.moved, input.late);
        let facts = InputFacts { file_bytes: input.bytes, moved, late, ..InputFacts::default() };
        report::packets(c, &facts, s.compat, report);
    });
    rule(&mut out, '-');
    lines(&mut out, plugins);
    rule(&mut out, '-');
    section(&mut out, |report| report::protocols(c, s.compat, report));
    rule(&mut out, '~');
    section(&mut out, |report| flows(s, report));
    rule(&mut out, '~');
    section(&mut out, |report| {
        report::rates(c, report);
        report::bandwidths(c, report);
        sinks(s, report);
        report.aggregated("flowStat", c.status.bits(), 16);
    });
    rule(&mut out, '=');
    out
}

/// Dates and durations, and how long it will take.
fn times(s: &Snapshot, out: &mut String) {
    line(out, format!("Date: {}", in_words(s.moment.wall, NINE)));
    if let Some(time) = s.packet_time() {
        line(out, format!("Dump time: {}", in_words(time, s.digits)));
        line(out, format!("Dump duration: {}", duration(s.duration(), s.digits)));
    }
    line(out, format!("Elapsed time: {}", nanos(s.moment.elapsed)));
    let Some(total) = s.input.total.filter(|total| *total > 0) else { return };
    let share = s.input.bytes as f64 / total as f64;
    line(out, format!("Percentage completed: {:.2}%", 100.0 * share));
    let Some(remaining) = remaining(s.moment.elapsed, share) else { return };
    let end = Timestamp(s.moment.wall.0.saturating_add(in_nanos(remaining)));
    line(out, format!("Remaining time: {}", nanos(remaining)));
    line(out, format!("ETF: {}", in_words(end, NINE)));
}

fn nanos(time: Duration) -> String {
    duration(in_nanos(time), NINE)
}

fn in_nanos(time: Duration) -> i64 {
    i64::try_from(time.as_nanos()).unwrap_or(i64::MAX)
}

/// The time that the rest takes if it goes on as before; nobody knows at the very beginning.
fn remaining(elapsed: Duration, share: f64) -> Option<Duration> {
    if share <= 0.0 {
        return None;
    }
    let rest = elapsed.as_secs_f64() * (1.0 / share - 1.0);
    Duration::try_from_secs_f64(rest.max(0.0)).ok()
}

/// Interfaces, the flow table and memory.
fn state(s: &Snapshot, out: &mut Report) {
    for interface in &s.input.interfaces {
        let name = &interface.name;
        let counts = [
            ("Number of packets received", interface.received),
            ("Number of packets dropped by kernel", interface.dropped),
            ("Number of packets dropped by interface", interface.interface_dropped),
        ];
        for (key, n) in counts {
            out.line(
                format!("{key} on {name}"),
                [Part::Count(n), Part::Share(n, interface.received)],
            );
        }
    }
    let mut fill = vec![Part::Count(s.open)];
    fill.extend(s.limit.map(|limit| Part::Share(s.open, limit)));
    out.line("Fill size of main hash map", fill);
    out.line("Max number of flows in memory", [Part::Count(s.counters.max_live as u64)]);
    let memory = [("Memory usage", s.memory.resident), ("Max memory usage", s.memory.peak)];
    for (key, bytes) in memory {
        let megabytes = bytes.map(|bytes| Part::Text(format!("{:.2} MB", bytes as f64 / 1e6)));
        if let Some(part) = megabytes {
            out.line(key, [part]);
        }
    }
}

/// Flows that began, and those that ended, by reason.
fn flows(s: &Snapshot, out: &mut Report) {
    let f = s.counters.flows;
    let all = f.a + f.b;
    let counts = [
        ("Number of processed      flows", all),
        ("Number of processed A    flows", f.a),
        ("Number of processed B    flows", f.b),
    ];
    for (key, n) in counts.into_iter().filter(|(_, n)| *n > 0) {
        out.line(key, [Part::Count(n), Part::Share(n, all)]);
    }
    out.line("Number of ended          flows", [Part::Count(f.all)]);
    for (reason, n) in EndReason::ALL.iter().zip(f.ended).filter(|(_, n)| *n > 0) {
        let reason = reason.word().replace('_', " ");
        out.line(
            format!("Number of ended flows, {reason}"),
            [Part::Count(n), Part::Share(n, f.all)],
        );
    }
    if s.alarms > 0 {
        let (alarms, flows) = (counted(s.alarms, "alarm", "alarms"), counted(all, "flow", "flows"));
        out.remark(Severity::Warning, format!("{alarms} in {flows}"));
    }
}

/// What sinks have done.
fn sinks(s: &Snapshot, out: &mut Report) {
    for sink in &s.sinks {
        let mut parts = format!("{}", sink.rows);
        if sink.dropped > 0 {
            let _ = write!(parts, ", {} dropped", sink.dropped);
        }
        if sink.errors > 0 {
            let _ = write!(parts, ", {} errors", sink.errors);
        }
        if let Some(queue) = sink.queue {
            let _ = write!(parts, ", {} of {} bytes wait", queue.bytes, queue.limit);
        }
        out.line(format!("Rows of {}", sink.name), [Part::Text(parts)]);
    }
}

fn section(out: &mut String, fill: impl FnOnce(&mut Report)) {
    let mut report = Report::default();
    fill(&mut report);
    lines(out, &report);
}

fn lines(out: &mut String, report: &Report) {
    for one in &report.lines {
        let tag = match one.severity {
            Severity::Plain if one.plugin.is_empty() => String::new(),
            Severity::Plain => format!("{}: ", one.plugin),
            Severity::Info => "[INF] ".to_owned(),
            Severity::Warning => "[WRN] ".to_owned(),
        };
        line(out, format_args!("{tag}{one}"));
    }
}

fn rule(out: &mut String, sign: char) {
    line(out, sign.to_string().repeat(80));
}

fn line(out: &mut String, text: impl Display) {
    let _ = writeln!(out, "{text}");
}

#[cfg(test)]
mod tests {
    use super::remaining;
    use std::time::Duration;

    #[test]
    fn what_is_left() {
        let second = Duration::from_secs(1);
        assert_eq!(remaining(second, 0.25), Some(3 * second));
        assert_eq!(remaining(second, 1.0), Some(Duration::ZERO));
        assert_eq!(remaining(second, 1.5), Some(Duration::ZERO), "a file that grows");
        assert_eq!(remaining(Duration::ZERO, 0.0), None);
        assert_eq!(remaining(Duration::MAX, 1e-300), None);
    }
}
