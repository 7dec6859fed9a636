//! Puts the bytes of TCP connections in order: for captures, where segments are missing that the receiver did get.
//!
//! [`Conversation`] takes the segments of both directions as they were captured and passes bytes, gaps and ends to an [`Out`]:
//! at once where they are in order, without a copy. What came too early is held, bounded by [`Limits`]. Nothing here looks at a clock:
//! the same segments in the same order yield the same, on whatever thread.
#![forbid(unsafe_code)]

mod conversation;
mod direction;
mod held;
mod history;
mod hole;
mod limits;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod scene;
mod segment;
mod taps;
#[cfg(test)]
mod tests;

pub use conversation::{Conversation, Out, Side};
pub use limits::{Limits, Policy};
pub use segment::{Moment, Segment};
