//! A snapshot as a page of metrics.

use std::fmt;
use std::time::Duration;

use flowz_api::packet::Timestamp;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, MetricEncoder, NoLabelSet, prometheus_text};
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::Registry;

use super::families::{Family, Value, families};
use crate::memory::Memory;
use crate::snapshot::{Input, Interface, Queue, SinkState, Snapshot};

/// What kind of text the page is.
pub const CONTENT_TYPE: &str = prometheus_text::CONTENT_TYPE;

/// Names of all metrics that there are, as series have them. Which ones a page has depends on the input and the sinks.
pub fn names() -> Vec<String> {
    let mut snapshot = Snapshot {
        limit: Some(1),
        memory: Memory { resident: Some(1), peak: Some(1) },
        sinks: vec![SinkState { queue: Some(Queue::default()), ..SinkState::default() }],
        input: Input { total: Some(1), ..Input::default() },
        ..Snapshot::default()
    };
    snapshot.counters.first = Some(Timestamp::default());
    let mut all = families(&snapshot, Duration::ZERO, "");
    snapshot.input.interfaces = vec![Interface::default()];
    all.extend(families(&snapshot, Duration::ZERO, ""));
    let name = |family: &Family| {
        let end = if family.is_counter { "_total" } else { "" };
        format!("{}{end}", family.name)
    };
    let mut names: Vec<_> = all.iter().map(name).collect();
    names.sort();
    names.dedup();
    names
}

/// The page of a snapshot that is so old.
pub fn page(snapshot: &Snapshot, age: Duration, version: &str) -> String {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(Families(families(snapshot, age, version))));
    let mut page = String::new();
    // Text has room for whatever is written.
    let _ = prometheus_text::encode(&mut page, &registry);
    page
}

#[derive(Debug)]
struct Families(Vec<Family>);

impl Collector for Families {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        for family in &self.0 {
            let kind = if family.is_counter { MetricType::Counter } else { MetricType::Gauge };
            let mut metric = encoder.encode_descriptor(family.name, family.help, None, kind)?;
            for (labels, value) in &family.values {
                if labels.is_empty() {
                    encode(&mut metric, *value, family.is_counter)?;
                } else {
                    encode(&mut metric.encode_family(labels)?, *value, family.is_counter)?;
                }
            }
        }
        Ok(())
    }
}

fn encode(metric: &mut MetricEncoder<'_>, value: Value, is_counter: bool) -> fmt::Result {
    match value {
        Value::Whole(n) if is_counter => metric.encode_counter::<NoLabelSet, u64, f64>(&n, None),
        Value::Real(x) if is_counter => metric.encode_counter::<NoLabelSet, f64, f64>(&x, None),
        Value::Whole(n) => metric.encode_gauge(&n),
        Value::Real(x) => metric.encode_gauge(&x),
    }
}

#[cfg(test)]
mod tests {
    use super::{names, page};
    use crate::snapshot::tests::{live_sample, sample};
    use crate::snapshot::{Interface, Snapshot};
    use std::collections::{BTreeMap, BTreeSet};
    use std::time::Duration;

    fn shown(snapshot: &Snapshot) -> String {
        page(snapshot, Duration::from_millis(250), "0.1.0")
    }

    #[test]
    fn lines_of_the_page() {
        let page = shown(&live_sample(1));
        for block in [
            "# HELP flowz_packets_total Packets read\n# TYPE flowz_packets_total counter\nflowz_packets_total 1000\n",
            "# TYPE flowz_flows_open gauge\nflowz_flows_open 40\n",
            "\nflowz_build_info{version=\"0.1.0\",sensor=\"666\"} 1\n",
            "\nflowz_start_time_seconds 1700000095.25\n",
            "\nflowz_snapshot_age_seconds 0.25\n",
            "\nflowz_flows_ended_total{reason=\"timeout\"} 60\n",
            "\nflowz_kernel_dropped_packets_total{interface=\"eth0\"} 90\n",
            "\nflowz_packets_without_flow_total{reason=\"unsupported_link_type\"} 4\n",
            "\nflowz_sink_rows_total{sink=\"txt\"} 80\n",
            "\nflowz_sink_queue_bytes{sink=\"txt\"} 300\n",
            "\nflowz_memory_bytes 8388608\n",
            "\nflowz_protocol_bytes_total{protocol=\"tcp\"} 450000\n",
        ] {
            assert!(page.contains(block), "{block} is not in {page}");
        }
        assert!(!page.contains("flowz_input_size_bytes"), "an interface has no end");
        assert!(shown(&sample(1)).contains("\nflowz_input_size_bytes 4000\n"));
    }

    /// A line's metric with its labels, and its value.
    fn series(line: &str) -> (&str, f64) {
        let (series, value) = line.rsplit_once(' ').unwrap();
        (series, value.parse().unwrap())
    }

    /// The rules that Prometheus' own checker has: names, help and type in front of values, no series twice.
    #[test]
    fn rules_of_the_format() {
        for snapshot in [live_sample(3), sample(1), Snapshot::default()] {
            let page = shown(&snapshot);
            let (mut types, mut helps, mut seen) =
                (BTreeMap::new(), BTreeSet::new(), BTreeSet::new());
            for line in page.lines() {
                if let Some(help) = line.strip_prefix("# HELP ") {
                    let (name, text) = help.split_once(' ').unwrap();
                    assert!(helps.insert(name) && !text.is_empty(), "{line}");
                } else if let Some(kind) = line.strip_prefix("# TYPE ") {
                    let (name, kind) = kind.split_once(' ').unwrap();
                    assert!(types.insert(name, kind).is_none() && helps.contains(name), "{line}");
                    assert_eq!(name.ends_with("_total"), kind == "counter", "{line}");
                    let is_name = |c: char| c.is_ascii_lowercase() || c == '_' || c == '2';
                    assert!(name.starts_with("flowz_") && name.chars().all(is_name), "{line}");
                } else {
                    let (series, value) = series(line);
                    let name = series.split('{').next().unwrap();
                    assert!(types.contains_key(name) && seen.insert(series), "{line}");
                    assert!(value >= 0.0, "{line}");
                }
            }
            assert!(page.ends_with('\n') && seen.len() > 20);
            let with_values: BTreeSet<_> =
                seen.iter().map(|series| series.split('{').next().unwrap()).collect();
            assert_eq!(with_values, types.keys().copied().collect());
        }
    }

    #[test]
    fn all_names() {
        let shown = [shown(&live_sample(1)), shown(&sample(1))].concat();
        let types =
            shown.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next());
        let types: BTreeSet<_> = types.collect();
        assert_eq!(names(), types.into_iter().collect::<Vec<_>>());
    }

    #[test]
    fn strange_and_equal_names() {
        let mut snapshot = live_sample(1);
        snapshot.input.interfaces.push(snapshot.input.interfaces[0].clone());
        let name = "a\"b\\c\nd".to_owned();
        snapshot.input.interfaces.push(Interface { name, dropped: 5, ..Interface::default() });
        let page = shown(&snapshot);
        let dropped = "\nflowz_kernel_dropped_packets_total{interface=";
        assert!(page.contains(&format!("{dropped}\"eth0\"}} 180\n")), "{page}");
        assert!(page.contains(&format!("{dropped}\"a\\\"b\\\\c\\nd\"}} 5\n")), "{page}");
    }
}
