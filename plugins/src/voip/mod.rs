//! What plugins for calls have in common: media that signalling tells of.

pub(crate) mod media;
