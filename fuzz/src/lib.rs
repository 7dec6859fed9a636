//! What the fuzz targets share: opening a capture of arbitrary bytes, a sink that reads every
//! record to its end, and engines.
#![forbid(unsafe_code)]

pub mod conversation;
pub mod datagrams;
pub mod modes;
pub mod null;

use std::io::Cursor;
use std::path::Path;

use flowz_capture::{CaptureError, Input, Options};

/// Opens bytes as a capture, whatever they are.
pub fn open(bytes: &[u8]) -> Result<Input, CaptureError> {
    let reader = Cursor::new(bytes.to_vec());
    Input::from_reader(reader, Path::new("fuzz"), &Options::default())
}
