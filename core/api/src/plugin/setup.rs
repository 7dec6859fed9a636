//! How a plugin begins and ends a run, and why it may fail.

use std::error::Error;

use super::{Services, Timeouts, TooManyTimeouts};
use crate::flow::FlowId;
use crate::report::Totals;
use crate::row::Row;
use crate::settings::Run;
use crate::table::TableRow;

/// Why a plugin cannot start or go on.
#[derive(Debug, thiserror::Error)]
pub enum PluginError {
    /// See there.
    #[error(transparent)]
    Timeouts(#[from] TooManyTimeouts),
    /// Something in a sentence.
    #[error("{0}")]
    Other(String),
    /// An error of another kind.
    #[error(transparent)]
    Source(Box<dyn Error + Send + Sync>),
}

/// What a plugin gets when it is made. With several threads there may be several instances, all made alike.
#[derive(Debug)]
pub struct PluginSetup<'a, T> {
    /// Its settings.
    pub toggles: &'a T,
    /// Modes of the run.
    pub run: &'a Run,
    /// Where to register timeouts.
    pub timeouts: &'a mut Timeouts,
}

/// What a plugin gets when all flows have ended.
#[derive(Debug)]
pub struct FinishContext<'a> {
    /// Totals of the run.
    pub totals: &'a Totals,
    /// Modes of the run.
    pub run: &'a Run,
    services: &'a mut Services,
    files: Vec<(String, Vec<u8>)>,
    refused: Option<String>,
}

impl<'a> FinishContext<'a> {
    /// For a run with these totals.
    pub fn new(totals: &'a Totals, run: &'a Run, services: &'a mut Services) -> Self {
        Self { totals, run, services, files: Vec::new(), refused: None }
    }

    /// The hook of the plugin with this number among those that are called comes next.
    pub fn begin_plugin(&mut self, plugin: u16) {
        self.services.begin_plugin(plugin);
    }

    /// Adds a row to a table of the plugin's own ([`Plugin::tables`](super::Plugin::tables)), about a flow that has ended; 0 for none.
    pub fn emit_for<R: Row + TableRow>(&mut self, flow: FlowId, row: &R) {
        self.services.emit(row, flow);
    }

    /// Writes a file beside the tables: PREFIX and this suffix, such as `_protocols.txt`. A suffix that leads to
    /// another folder, or that was given already, is a fault of the plugin and ends the run.
    pub fn file(&mut self, suffix: impl Into<String>, contents: impl Into<Vec<u8>>) {
        let suffix = suffix.into();
        let is_there = self.files.iter().any(|(other, _)| *other == suffix);
        let leads_away = suffix.contains(|c: char| c == '/' || c.is_control());
        if suffix.is_empty() || leads_away {
            self.refused = Some(format!("'{}' is no end of a file's name", suffix.escape_debug()));
        } else if is_there {
            self.refused =
                Some(format!("there is a file '{suffix}' of another plugin, or of its own"));
        } else {
            self.files.push((suffix, contents.into()));
        }
    }

    /// Why the plugin whose hook is over cannot have the files that it asked for.
    pub fn take_refusal(&mut self) -> Option<PluginError> {
        self.refused.take().map(PluginError::Other)
    }

    /// Suffixes and contents of the files that were asked for.
    pub fn into_files(self) -> Vec<(String, Vec<u8>)> {
        self.files
    }
}

#[cfg(test)]
mod tests {
    use super::{FinishContext, Services};
    use crate::report::Totals;
    use crate::settings::Run;

    #[test]
    fn files_beside_the_tables_each_once() {
        let (totals, run) = (Totals::default(), Run::default());
        let mut services = Services::new(Vec::new());
        let mut cx = FinishContext::new(&totals, &run, &mut services);
        cx.file("_a.txt", "1");
        assert!(cx.take_refusal().is_none());
        for suffix in ["_a.txt", "", "/../x", "_b/c", "_b\n"] {
            cx.file(suffix, "2");
            assert!(cx.take_refusal().is_some(), "{suffix}");
        }
        assert_eq!(cx.into_files(), [("_a.txt".to_owned(), b"1".to_vec())]);
    }
}
