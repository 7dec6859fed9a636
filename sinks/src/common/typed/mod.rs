//! What sinks with typed values share: names of the parts of compounds, and texts that are always UTF-8.

pub(crate) mod parts;
pub(crate) mod text;
