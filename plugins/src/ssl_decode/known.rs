//! What fingerprints stand for, from a file of the analyst's.

use std::collections::BTreeMap;

use crate::plain_file;

/// Words for fingerprints.
#[derive(Debug, Default)]
pub(crate) struct Known(BTreeMap<String, String>);

impl Known {
    /// Reads a file with a fingerprint, a tab and words in each line; lines that begin with `#`, and empty ones, are
    /// passed over. The first line with a fingerprint counts.
    pub(crate) fn from_file(path: &str) -> Result<Self, String> {
        if path.is_empty() {
            return Ok(Self::default());
        }
        let wrong = |why: String| format!("cannot read SSL_FINGERPRINTS {path}: {why}");
        let text = plain_file::read(path).map_err(wrong)?;
        let text = String::from_utf8(text).map_err(|_| wrong("it is no text".to_owned()))?;
        let mut all = BTreeMap::new();
        for (n, line) in text.lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let Some((fingerprint, words)) = line.split_once('\t') else {
                let number = n + 1;
                return Err(format!("{path}, line {number}: no tab behind the fingerprint"));
            };
            all.entry(fingerprint.to_owned()).or_insert_with(|| words.to_owned());
        }
        Ok(Self(all))
    }

    /// The words for a fingerprint; none if it is not in the file.
    pub(crate) fn words(&self, fingerprint: &str) -> &[String] {
        self.0.get(fingerprint).map_or(&[], std::slice::from_ref)
    }
}
