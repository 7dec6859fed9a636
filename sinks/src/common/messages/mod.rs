//! What sinks that send a message for each row share.
//!
//! A row becomes a JSON object and waits in a batch until that is full or has waited for a while; then a [`Courier`](super::delivery::Courier)
//! has it. Each message keeps the number of its table, its place in the table and the addresses between which the flow is, so that a
//! server can have conversations in one place and tell a message that comes again from another one.

mod batch;
mod outbox;
mod writer;

pub(crate) use batch::{Batch, Fate, Message};
pub(crate) use outbox::{Limits, Outbox};

use flowz_api::sink::{SinkError, SinkSetup};
use flowz_api::table::{Table, TableKind};

/// The tables of a run that are wanted: their numbers and names.
pub(crate) fn wanted<'a>(setup: &SinkSetup<'a>) -> impl Iterator<Item = (usize, &'a Table)> {
    let only_requested = setup.destination.only_requested;
    let is_wanted = move |table: &Table| !only_requested || table.kind != TableKind::Plugin;
    let tables: &'a [Table] = setup.tables;
    tables.iter().enumerate().filter(move |(_, table)| is_wanted(table))
}

/// Why a run cannot begin or go on with a server.
pub(crate) fn refused(why: String) -> SinkError {
    SinkError::Other(why.into())
}

/// PREFIX.NAME, which topics and subjects are called; refused if the prefix has other characters than both Kafka and NATS take.
pub(crate) fn name(prefix: &str, toggle: &str, table: &str) -> Result<String, SinkError> {
    let is_good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let has_empty_part = prefix.split('.').any(str::is_empty);
    if has_empty_part || !prefix.chars().all(is_good) || prefix.len() > 150 {
        return Err(SinkError::Settings(format!(
            "{toggle}={prefix:?}: a prefix has at most 150 letters, digits, '-' and '_', with single points between them"
        )));
    }
    Ok(format!("{prefix}.{table}"))
}

#[cfg(test)]
mod tests;
