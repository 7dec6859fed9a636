//! SIP as it is on the wire (RFC 3261): messages, their fields, addresses in them. No crate is as lenient as captures need: what is
//! malformed is read as far as it makes sense, and the torture messages of RFC 4475 are data like others.

pub(crate) mod address;
pub(crate) mod message;

#[cfg(test)]
mod tests;
