//! What sinks with typed values share: names of the parts of compounds, texts that are always UTF-8, and rows as JSON.

pub(crate) mod json;
pub(crate) mod parts;
pub(crate) mod text;
