//! A label for each flow by a file of rows: a window of time, addresses or prefixes, ports, protocol, and the label of what they describe.
//!
//! `--labels FILE` turns the plugin on. The file is CSV with the names of its columns in the first line, or TOML (`FILE.toml`) with a table
//! `[[rule]]` for each row; see [labels.md](labels.md). A row asks of a conversation, in the direction in which it began, so a flow and its peer
//! have the same label. Unless it says `forward`, its two sides may stand in either direction.
//!
//! **The first row that matches gives the label.** If a later one that matches has another label, `labelConflict` has its line, and the report
//! says which lines contradict each other and for how many flows, and which rows match no flow at all: mostly a wrong time zone or a typing error.
//!
//! **Time.** A window has its start and not its end, and by `LABEL_TIME` a conversation counts that begins in it, that overlaps it, or that
//! lies in it. Rows are found by prefix, port and time, so that a hundred thousand of them cost little more than ten.

mod fields;
pub(crate) mod file;
pub(crate) mod index;
mod moment;
mod row;
pub(crate) mod rule;
mod source;
mod tally;
mod toggles;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use flowz_api::inventory;
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::report::Severity;
use flowz_api::row::NoRow;

use crate::place::address;
use row::FlowRow;
use rule::{Conversation, When};
use source::Source;
use tally::Tally;
use toggles::Toggles;

inventory::submit! { PluginEntry::new::<FlowLabel>() }

/// The plugin.
#[derive(Merge, Debug, Resume)]
pub(crate) struct FlowLabel {
    #[merge(keep)]
    source: Arc<Source>,
    #[merge(keep)]
    default: String,
    #[merge(keep)]
    when: When,
    /// Rows that may match the flow at hand.
    #[merge(keep)]
    candidates: Vec<u32>,
    #[merge(nested)]
    tally: Tally,
}

impl Plugin for FlowLabel {
    const INFO: Info =
        Info::new("flowLabel", 898, "Labels flows by a file of times, addresses and ports");
    const CHECKPOINT: Option<PluginCheckpoint<Self>> = Some(PluginCheckpoint::DERIVED);
    type Toggles = Toggles;
    type Flow = ();
    type Row<'a> = FlowRow<'a>;
    type PacketRow<'a> = NoRow<Toggles>;

    fn new(setup: &mut PluginSetup<'_, Toggles>) -> Result<Self, PluginError> {
        let toggles = setup.toggles;
        let source = Source::shared(&toggles.file, &toggles.zone).map_err(PluginError::Other)?;
        let of_file = source.rules.default.clone().unwrap_or_default();
        let default = if toggles.default.is_empty() { of_file } else { toggles.default.clone() };
        let when = match toggles.time {
            0 => When::Begins,
            1 => When::Overlaps,
            _ => When::Whole,
        };
        let tally = Tally::new(source.rules.rules.len());
        Ok(Self { source, default, when, candidates: Vec::new(), tally })
    }

    fn on_new_flow(&mut self, _: &mut PacketContext<'_>, (): &mut ()) -> Interest {
        Interest::None
    }

    fn packet_row<'a>(&'a self, _: &'a PacketContext<'_>, (): &'a ()) -> NoRow<Toggles> {
        NoRow::default()
    }

    fn on_flow_end<'a>(
        &'a mut self,
        cx: &'a mut EndContext<'_>,
        (): &'a mut (),
        _: Option<&'a mut ()>,
    ) -> FlowRow<'a> {
        let conversation = conversation(cx);
        let rules = &self.source.rules;
        self.source.index.candidates(&conversation, &mut self.candidates);
        let (mut first, mut other) = (None, None);
        for &number in &self.candidates {
            let Some(rule) = rules.rules.get(number as usize) else { continue };
            if !rule.matches(&conversation, self.when) {
                continue;
            }
            self.tally.note_match(number);
            match first {
                None => first = Some((number, rule.label)),
                Some((_, label)) if other.is_none() && label != rule.label => {
                    other = Some((number, rule.line));
                }
                Some(_) => {}
            }
        }
        self.tally.note_flow(first.map(|(number, _)| number), other.map(|(number, _)| number));
        let label = first.and_then(|(_, label)| rules.labels.get(label as usize));
        FlowRow {
            label: Text(label.unwrap_or(&self.default).as_bytes()),
            label_conflict: other.map_or(0, |(_, line)| line),
        }
    }

    fn report(&self, _: &Totals, out: &mut Report) {
        if self.source.is_there {
            self.tally.report(&self.source.rules, out);
        } else {
            out.remark(
                Severity::Info,
                "Labels: no file, so all flows have the default; --labels=FILE names one",
            );
        }
    }
}

/// The conversation of a flow that ends, in the direction in which it began.
fn conversation(cx: &EndContext<'_>) -> Conversation {
    let peer = cx.peer.unwrap_or(cx.flow);
    let key = cx.key;
    let ends = [(address(key.src_ip()), key.src_port), (address(key.dst_ip()), key.dst_port)];
    let [src, dst] = match cx.flow.direction() {
        Direction::A => ends,
        Direction::B => [ends[1], ends[0]],
    };
    let (first, last) = (cx.flow.first.min(peer.first), cx.flow.last.max(peer.last));
    Conversation { first: first.0, last: last.0, src, dst, proto: key.proto }
}
