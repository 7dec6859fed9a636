//! The captures that are counted: small ones, the same bytes wherever they are made.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::bench::measure::Scratch;
use crate::bench::workload::{Generator, mix};
use crate::workspace::Workspace;

/// Captures of the project, taken one behind the other until there are enough packets. A fixed list: a new
/// capture must not change the figures.
const OWN: [&str; 6] =
    ["many.pcap", "loss.pcap", "web.pcap", "zerowin.pcap", "fragments.pcap", "rare.pcap"];
const OWN_PACKETS: u64 = 20_000;

/// Name and words for the generator.
const GENERATED: [(&str, &[&str]); 4] = [
    ("w1", &["mix", "-x", "0.02"]),
    ("w2", &["many", "-x", "0.005"]),
    ("w3", &["elephant", "-x", "0.01"]),
    ("w4", &["synflood", "-f", "0.005"]),
];

/// One capture, in a folder for the files of this run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Capture {
    pub(super) name: &'static str,
    /// Its file's name.
    pub(super) file: String,
    pub(super) packets: u64,
    /// Tells another capture of that name from this one.
    pub(super) checksum: u64,
    /// Whether every clone can make it.
    pub(super) everywhere: bool,
}

/// Makes all captures that can be made here.
pub(super) fn make(workspace: &Workspace, scratch: &Scratch) -> Result<Vec<Capture>> {
    let own: Vec<PathBuf> = OWN.iter().map(|name| workspace.path("data").join(name)).collect();
    mix::repeat(&own, (OWN_PACKETS, 1), &scratch.path().join("data.pcap"))?;
    let mut all = vec![describe(scratch, "data", true)?];
    match Generator::build(workspace, scratch.path())? {
        Some(generator) => {
            for (name, words) in GENERATED {
                generator.make(words, &scratch.path().join(format!("{name}.pcap")))?;
                all.push(describe(scratch, name, false)?);
            }
        }
        None => println!("the generator in ../shared is not here: its captures are not counted"),
    }
    Ok(all)
}

/// A capture without packets; yields its file's name.
pub(super) fn make_empty(scratch: &Scratch) -> Result<&'static str> {
    const NAME: &str = "empty.pcap";
    fs::write(scratch.path().join(NAME), mix::head()).context("cannot write a capture")?;
    Ok(NAME)
}

fn describe(scratch: &Scratch, name: &'static str, everywhere: bool) -> Result<Capture> {
    let file = format!("{name}.pcap");
    let bytes =
        fs::read(scratch.path().join(&file)).with_context(|| format!("cannot read {file}"))?;
    let packets = mix::packets(&bytes);
    Ok(Capture { name, file, packets, checksum: checksum(&bytes), everywhere })
}

/// FNV-1a of 64 bits.
fn checksum(bytes: &[u8]) -> u64 {
    let step = |sum: u64, byte: &u8| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, step)
}

#[cfg(test)]
mod tests {
    use super::{OWN_PACKETS, checksum, make};
    use crate::bench::measure::Scratch;
    use crate::workspace::Workspace;

    #[test]
    fn checksums() {
        // Values of the algorithm's authors.
        assert_eq!(checksum(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(checksum(b"foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn a_clone_alone_has_a_capture() {
        let scratch = Scratch::new().unwrap();
        // A folder beside which there is nothing, but with the project's captures.
        let root = scratch.path().join("a/b");
        std::fs::create_dir_all(&root).unwrap();
        std::os::unix::fs::symlink(Workspace::here().path("data"), root.join("data")).unwrap();
        let all = make(&Workspace { root }, &scratch).unwrap();
        assert_eq!(all.len(), 1, "{all:?}");
        assert!(all[0].packets >= OWN_PACKETS && all[0].everywhere, "{all:?}");
    }
}
