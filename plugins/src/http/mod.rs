//! HTTP as it is on the wire (RFC 9110, 9112): heads, how long bodies are, chunks, codings, and frames of HTTP/2 (RFC 9113). What plugins for HTTP have in common.

pub(crate) mod chunks;
pub(crate) mod coding;
pub(crate) mod fields;
pub(crate) mod frames;
pub(crate) mod framing;
pub(crate) mod head;
pub(crate) mod multipart;
pub(crate) mod search;
#[cfg(test)]
mod tests;
