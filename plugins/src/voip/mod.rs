//! What plugins for calls have in common: media that signalling tells of.

pub(crate) mod media;
pub(crate) mod payload_types;
pub(crate) mod sdp;
pub(crate) mod sip;
