//! What is said of a moment in plain words, on a screen or on paper.

use std::fmt::Write as _;

use crate::columns::{cells, layout, titles};
use crate::condition::Filter;
use crate::format::{count, percent, rate};
use crate::snapshot::{Snapshot, Source};
use crate::sort::Sort;

/// `45 flows open, 123 seen | 1.2k pkt/s | 12.3Mbit/s | 17 dropped`.
pub(crate) fn figures(snapshot: &Snapshot, source: Source) -> String {
    let totals = &snapshot.totals;
    let mut parts = vec![
        format!("{} flows open, {} seen", snapshot.alive, totals.begun),
        format!("{} pkt/s", rate(totals.packet_rate)),
        format!("{}bit/s", rate(totals.bit_rate)),
    ];
    match totals.dropped {
        Some(dropped) => parts.push(format!("{} dropped", count(dropped))),
        None => {
            let volume = [count(totals.packets), count(totals.bytes)];
            parts.push(format!("{} packets, {} bytes", volume[0], volume[1]));
        }
    }
    if source == Source::Captures && snapshot.is_final {
        parts.remove(0);
        parts.insert(0, format!("{} flows", totals.begun));
    }
    parts.join(" | ")
}

/// `by bytes, 12 of 45 flows, those with dstPort == 443`.
pub(crate) fn choice(snapshot: &Snapshot, sort: Sort, filter: &Filter) -> String {
    let Snapshot { matched, there, gone, .. } = snapshot;
    let mut text = format!("by {sort}");
    let _ = if filter.text().is_empty() {
        write!(text, ", {there} flows")
    } else {
        write!(text, ", {matched} of {there} flows: {}", filter.text())
    };
    if *gone > 0 {
        let _ = write!(text, ", {gone} smaller ones forgotten");
    }
    if snapshot.rows.len() < *matched {
        let _ = write!(text, ", first {}", snapshot.rows.len());
    }
    text
}

/// A moment as a plain table of such a width, with lines in front of it that may be longer.
pub fn table(
    (snapshot, source): (&Snapshot, Source),
    title: &str,
    (sort, filter): (Sort, &Filter),
    width: usize,
) -> String {
    let shares =
        snapshot.shares.iter().map(|share| format!("{} {}", share.name, percent(share.part)));
    let head = [
        format!("{title} | {}", figures(snapshot, source)),
        shares.collect::<Vec<_>>().join(", "),
        choice(snapshot, sort, filter),
    ];
    let columns = layout(width, largest(snapshot));
    let rows = snapshot.rows.iter().map(|row| cells(&columns, row));
    let mut out = String::new();
    for line in head.into_iter().chain([titles(&columns)]).chain(rows) {
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// The largest number of a flow that is shown.
pub(crate) fn largest(snapshot: &Snapshot) -> u64 {
    snapshot.rows.iter().map(|row| row.entry.id.0).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::table;

    use crate::condition::Filter;
    use crate::snapshot::{Snapshot, Source};
    use crate::sort::Sort;
    use crate::test_support::{rows, snapshot};

    #[test]
    fn plain_tables() {
        let snapshot = Snapshot {
            is_final: true,
            gone: 3,
            matched: 55,
            rows: rows().into_iter().take(7).collect(),
            ..(*snapshot(rows(), Source::Captures)).clone()
        };
        let filter = Filter::parse("bytes > 10").unwrap();
        let text =
            |width| table((&snapshot, Source::Captures), "web.pcap", (Sort::Bytes, &filter), width);
        insta::assert_snapshot!("plain_160", text(160));
        insta::assert_snapshot!("plain_80", text(80));
    }
}
