//! What is to be read, and how: the choices of the command line as values.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use crate::file::numbered::Numbered;

/// Where packets come from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Source {
    /// One capture file; a pipe or device file will do.
    File(PathBuf),
    /// Standard input.
    Stdin,
    /// Several capture files, one after the other; `-` is standard input.
    Files(Vec<PathBuf>),
    /// A text file that names one capture per line; `-` is standard input.
    ///
    /// Empty lines and lines that begin with `#` are passed over, the line end may be CR LF, and blanks around
    /// a path do not count unless there is a file with them. A relative path means a file under the current directory or, if there is none, under the
    /// folder of the list.
    List(PathBuf),
    /// Files whose names are numbered consecutively.
    Numbered(Numbered),
}

/// How a source is read.
#[derive(Clone, Default, Debug)]
pub struct Options {
    /// Expression in the language of `pcap-filter`; packets for which it is false are dropped.
    pub filter: Option<String>,
    /// For numbered files: wait for the next file instead of ending, and look for it in this
    /// interval. A file is read until it has no more bytes *and* the next one exists, so files
    /// that are still being written can be followed. The last file asked for ends at its end.
    pub follow: Option<Duration>,
    /// Ends the input when it becomes true: at the next read, also while it waits for a pipe or for the next
    /// file to appear. What is cut off by that is no damage.
    pub stop: Option<Arc<AtomicBool>>,
    /// Lengths and times as the reference takes them from a file, also where they are wrong.
    pub compat: bool,
}
