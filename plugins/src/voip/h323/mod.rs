//! H.323 as it is on the wire: messages of registration and admission (RAS) and call signalling (H.225.0), Q.931 around these, and H.245.
//!
//! The crates that read packed encoding rules want types that a compiler makes of the whole definitions: H.245 alone has 500, of which a dozen
//! are of interest, and a message with one wrong value is lost with all that is in it. Here tables have what is needed to come to the values
//! that are wanted ([`asn1`]), one reader goes along them ([`tree`]), and what was read in front of a wrong value stays.

mod asn1;
pub(crate) mod codecs;
pub(crate) mod control;
mod parts;
mod per;
pub(crate) mod q931;
pub(crate) mod ras;
mod schema;
pub(crate) mod signalling;
pub(crate) mod tpkt;
mod tree;

#[cfg(test)]
mod tests;

/// Identifier of a call or of a conference.
pub(crate) type Guid = [u8; 16];
