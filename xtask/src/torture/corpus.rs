//! The captures that trials begin with.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::workspace::Workspace;

use super::random::Random;
use super::records::Records;

/// Larger captures would make few trials of many.
const LARGEST: u64 = 200_000;
/// How often the packets of the ordinary capture are repeated.
const REPEATED: usize = 8;

/// Captures in the order of their paths.
pub(super) struct Corpus(Vec<Vec<u8>>);

impl Corpus {
    /// Those of the project, and of the folder beside it if that is there.
    pub(super) fn gather(workspace: &Workspace) -> Result<Self> {
        let mut paths = captures(&workspace.path("data"))?;
        paths.extend(captures(&workspace.path("data/broken"))?);
        match workspace.shared() {
            Some(shared) => {
                paths.extend(captures(&shared.join("captures"))?);
                paths.extend(captures(&shared.join("more/captures"))?);
            }
            None => println!("torture: no captures of ../shared, which is not here"),
        }
        let read = |path: PathBuf| {
            fs::read(&path).with_context(|| format!("cannot read {}", path.display()))
        };
        Ok(Self(paths.into_iter().map(read).collect::<Result<_>>()?))
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// One of them.
    pub(super) fn pick(&self, random: &mut Random) -> &[u8] {
        random.pick(&self.0).map_or(&[], Vec::as_slice)
    }
}

/// Traffic as it usually is, for the comparison of time and memory.
pub(super) fn ordinary(workspace: &Workspace) -> Result<Vec<u8>> {
    let path = workspace.path("data/many.pcap");
    let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut records = Records::split(&bytes).context("data/many.pcap is no capture")?;
    let once = records.list.clone();
    (1..REPEATED).for_each(|_| records.list.extend_from_slice(&once));
    Ok(records.join())
}

#[cfg(test)]
impl Corpus {
    pub(super) fn of(captures: &[&[u8]]) -> Self {
        Self(captures.iter().map(|bytes| bytes.to_vec()).collect())
    }
}

/// The captures of a folder that are not too large.
fn captures(folder: &Path) -> Result<Vec<PathBuf>> {
    let cannot = || format!("cannot read {}", folder.display());
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(cannot)? {
        let entry = entry.with_context(cannot)?;
        let path = entry.path();
        let kind = path.extension().and_then(|e| e.to_str()).unwrap_or("");
        let is_capture = ["pcap", "pcapng", "cap", "gz"].contains(&kind);
        if is_capture && entry.metadata().with_context(cannot)?.len() <= LARGEST {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Compressed with gzip.
pub(super) fn compress(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    let packed = gzip.write_all(bytes).and_then(|()| gzip.finish());
    packed.unwrap_or_else(|_| bytes.to_vec())
}
