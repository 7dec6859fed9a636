//! What plugins on protocols of text lines share: lines of a stream, bounded lists of texts.

pub(crate) mod kept;
pub(crate) mod line;
