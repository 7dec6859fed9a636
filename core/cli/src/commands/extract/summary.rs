//! The last line on standard error: what became of the task, for programs.

use std::path::PathBuf;

use anyhow::Error;
use serde_json::{Map, Value, json};

use super::{Args, Figures, Outcome};
use crate::clock::Watch;
use crate::log;

/// What became of the task.
pub(super) struct Summary {
    task: Map<String, Value>,
    watch: Watch,
    figures: Option<Value>,
    pub(super) files: Vec<PathBuf>,
}

impl Summary {
    /// Of a task that begins.
    pub(super) fn new(args: &Args) -> Self {
        let mut task = Map::new();
        task.insert("sensor".to_owned(), json!(args.sensor));
        task.insert("slice".to_owned(), json!(args.slice));
        task.insert("shard".to_owned(), json!(args.parts.shard.map(|shard| shard.to_string())));
        let captures: Vec<_> = args.captures.iter().map(|path| path.to_string_lossy()).collect();
        task.insert("captures".to_owned(), json!(captures));
        Self { task, watch: Watch::start(), figures: None, files: Vec::new() }
    }

    /// All that was counted. Every packet read is in one of the buckets, whose sum is the number of packets.
    pub(super) fn count(&mut self, figures: &Figures) {
        let c = &figures.counters;
        let [a, b] = c.directions;
        let no_flow: Map<_, _> = c
            .without_flow_by_reason()
            .filter(|(_, packets)| *packets > 0)
            .map(|(reason, packets)| (reason.to_owned(), json!(packets)))
            .collect();
        let first = c.first.map(|first| first.0);
        self.figures = Some(json!({
            "packets": c.read.packets,
            "bytes": c.read.bytes,
            "buckets": {
                "in_flows": a.packets + b.packets,
                "no_flow": no_flow,
                "duplicates": c.duplicates,
                "other_shards": c.other_shards,
            },
            "flows_ended": c.flows.all,
            "rows": c.flows.all - c.left_out.unwrap_or(0) - c.without_alarm.unwrap_or(0),
            "flows_alive": figures.alive,
            "first_ns": first,
            "last_ns": first.map(|_| c.last.0),
        }));
    }

    /// Says how it ended.
    pub(super) fn tell(self, outcome: Outcome) {
        let (status, code) = match outcome {
            Outcome::Done => ("done", 0),
            Outcome::Damaged => ("damaged", 3),
            Outcome::Stopped(code) => ("stopped", code),
        };
        self.print(&json!({ "status": status, "exit": code }));
    }

    /// Says why it failed.
    pub(super) fn tell_failure(self, error: &Error) {
        let code = crate::usage::status(error);
        self.print(&json!({ "status": "failed", "exit": code, "error": format!("{error:#}") }));
    }

    fn print(self, how: &Value) {
        let mut line = self.task;
        for part in [Some(how.clone()), self.figures].into_iter().flatten() {
            if let Value::Object(fields) = part {
                line.extend(fields);
            }
        }
        let files: Vec<_> = self.files.iter().map(|path| path.to_string_lossy()).collect();
        line.insert("files".to_owned(), json!(files));
        line.insert("seconds".to_owned(), json!(self.watch.elapsed().as_secs_f64()));
        log::line(&Value::Object(line).to_string());
    }
}
