//! The file of a run, read once for all instances.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use super::file::{self, Rules};
use super::index::Index;
use super::moment;

/// Most bytes of a file.
const MOST: u64 = 4 << 30;

/// Rows and where to find them.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) rules: Rules,
    pub(crate) index: Index,
    /// A file was named.
    pub(crate) is_there: bool,
}

/// What was read last, as long as somebody uses it.
static SHARED: Mutex<Vec<([String; 2], Weak<Source>)>> = Mutex::new(Vec::new());

impl Source {
    /// Reads a file, or takes what another instance has read and still uses.
    pub(crate) fn shared(path: &str, zone: &str) -> Result<Arc<Self>, String> {
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        shared.retain(|(_, source)| source.strong_count() > 0);
        let key = [path, zone].map(str::to_owned);
        let same = shared.iter().find(|(known, _)| *known == key);
        if let Some(source) = same.and_then(|(_, source)| source.upgrade()) {
            return Ok(source);
        }
        let rules = if path.is_empty() { Rules::default() } else { read(path, zone)? };
        let index = Index::new(&rules.rules);
        let source = Arc::new(Self { rules, index, is_there: !path.is_empty() });
        shared.push((key, Arc::downgrade(&source)));
        Ok(source)
    }
}

fn read(path: &str, zone: &str) -> Result<Rules, String> {
    let zone = if zone.is_empty() {
        None
    } else {
        Some(moment::zone(zone).map_err(|reason| format!("LABEL_ZONE: {reason}"))?)
    };
    let failed = |error: std::io::Error| format!("cannot read the labels in {path}: {error}");
    let metadata = fs::metadata(path).map_err(failed)?;
    if !metadata.is_file() || metadata.len() > MOST {
        return Err(format!(
            "cannot read the labels in {path}: a plain file of at most {} GiB is needed",
            MOST >> 30
        ));
    }
    let text = fs::read_to_string(path).map_err(failed)?;
    let is_toml = Path::new(path).extension().is_some_and(|e| e.eq_ignore_ascii_case("toml"));
    file::read(&text, is_toml, zone)
        .map_err(|(line, reason)| format!("{path}, line {line}: {reason}"))
}
