//! Plugins that only record, apart from the engine.
//!
//! With several threads the engine does what has to be done in order: flows, timeouts, the plugins that
//! steer. What the others need to know it writes down: an [`EventBatch`] says, in order, which packet went to
//! which flow and which flows ended. A [`Lane`] reads the events of its flows, with the packets at hand that they
//! are about, calls the plugins that record and keeps their parts of the records ([`Fragments`]); one
//! more lane, with the plugins that need all flows, reads all events. An [`Assembler`] puts the parts together in
//! the order of the events. Plugins see no more and no less in a lane than they would have seen in the engine,
//! so the records are the same, whatever the number of lanes.

mod assembler;
mod event_writer;
mod events;
mod fragments;
mod lane;

pub use assembler::Assembler;
pub(crate) use assembler::{begin_flow, begin_packet};
pub use events::EventBatch;
pub use fragments::Fragments;
pub use lane::{Lane, LaneError, Packets};

pub use event_writer::SendBatch;
pub(crate) use event_writer::{EventWriter, FlowReference, serve};
pub(crate) use fragments::Segments;
