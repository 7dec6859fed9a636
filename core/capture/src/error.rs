//! Errors: what keeps a run from starting. Each is one sentence that says what, which file, and
//! what to do about it. What goes wrong later is a [`Damage`], not an error.

use std::io;
use std::path::{Path, PathBuf};

use crate::file::compress::CompressionError;
use crate::file::damage::{Damage, display_name};

/// Why an input cannot be opened.
#[derive(thiserror::Error, Debug)]
pub enum CaptureError {
    /// The operating system refuses.
    #[error("cannot open {}: {reason}; check the name and whether you may read it", .file.display())]
    Open {
        /// The file.
        file: PathBuf,
        /// What the system says.
        reason: io::Error,
    },
    /// A compressed file of which nothing comes out.
    #[error("{}: {reason}; there is nothing to read, get the file again", display_name(.file))]
    Compressed {
        /// The file.
        file: PathBuf,
        /// Whether it is cut or corrupt.
        reason: String,
    },
    /// A folder where a file is wanted.
    #[error("{} is a directory; name a capture file in it", .0.display())]
    Directory(PathBuf),
    /// Not one byte is in the file.
    #[error("{} is empty (0 bytes); there is no capture in it, write it again", display_name(.0))]
    Empty(PathBuf),
    /// Known neither as a capture nor as a compressed one.
    #[error(
        "{} is not a capture: it begins with the bytes {}; give a pcap or pcapng file, plain or \
         compressed with gzip, zstd or lz4", display_name(.file), hex(.start)
    )]
    NotACapture {
        /// The file.
        file: PathBuf,
        /// Its first bytes, at most four.
        start: Vec<u8>,
    },
    /// Compressed in a way that is not read.
    #[error(
        "{} is compressed with {program}, which is not read; take that off first, as in \
         `{program} -dc FILE | flowz -r -`", display_name(.file)
    )]
    Compression {
        /// The file.
        file: PathBuf,
        /// The program that takes it off.
        program: &'static str,
    },
    /// A relative of pcap that is known by name only.
    #[error(
        "{} is in the {variant} variant of pcap, which is not read yet; convert it with \
         `editcap -F pcap`", display_name(.file)
    )]
    Variant {
        /// The file.
        file: PathBuf,
        /// Name of the variant.
        variant: &'static str,
    },
    /// A pcap version other than 2.0 to 2.4.
    #[error(
        "{} is a pcap file of version {major}.{minor}, known are 2.0 to 2.4; convert it with \
         `editcap -F pcap`", display_name(.file)
    )]
    Version {
        /// The file.
        file: PathBuf,
        /// Major version.
        major: u16,
        /// Minor version.
        minor: u16,
    },
    /// Nothing can be read because the very beginning is damaged.
    #[error("{0}; there is nothing to read, get the file again")]
    Damaged(Damage),
    /// A list that names no file.
    #[error("the list {} names no file; write one path per line into it", .0.display())]
    EmptyList(PathBuf),
    /// None of several files can be opened.
    #[error("none of the {count} files of {} can be read; the first: {first}", .list.display())]
    NothingReadable {
        /// The list, or the first of the numbered files.
        list: PathBuf,
        /// How many files were tried.
        count: usize,
        /// Why the first one failed.
        first: Box<CaptureError>,
    },
    /// The text of a numbered source is not of the form `EXPR[:SCHR][,STOP]`.
    #[error("`{text}` does not name numbered files: {reason}; write FILE[:CHARACTERS][,LAST]")]
    Numbered {
        /// The text.
        text: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Where a list is wanted there is something else.
    #[error(
        "{} is no list of captures: it holds bytes that are no text; read a capture with -r, write one path per \
         line into a list", display_name(.0)
    )]
    NotAList(PathBuf),
    /// libpcap cannot compile the filter expression.
    #[error("the filter `{text}` is wrong for link type {link}: {reason}; see `man pcap-filter`")]
    Filter {
        /// The expression, with its wrong place marked if that is known.
        text: String,
        /// Name of the link type.
        link: String,
        /// What libpcap says.
        reason: String,
    },
}

/// Bytes as pairs of digits with blanks between them.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
}

impl CaptureError {
    /// Whether the words that name the input or the filter are wrong.
    pub fn is_usage(&self) -> bool {
        matches!(
            self,
            Self::Filter { .. } | Self::Numbered { .. } | Self::NotAList(_) | Self::EmptyList(_)
        )
    }

    /// The error for a file whose first bytes cannot be had: the system refuses, or they are
    /// compressed and damaged.
    pub(crate) fn open(file: &Path, reason: io::Error) -> Self {
        let file = file.to_owned();
        if matches!(reason.get_ref(), Some(inner) if inner.is::<CompressionError>()) {
            return Self::Compressed { file, reason: reason.to_string() };
        }
        Self::Open { file, reason }
    }
}
