//! Plugins that only record, apart from the engine.
//!
//! With several threads the engine does what has to be done in order: flows, timeouts, the plugins that
//! steer. What the others need to know it writes down: a [`Notes`] says, in order, which packet went to
//! which flow and which flows ended. A [`Recorder`] reads the notes, with the packets at hand that they are
//! about, calls the plugins that record, and makes the records. It sees no more and no less than those plugins
//! would have seen in the engine, so the records are the same.
//!
//! Plugins that record may set status bits of flows. The recorder keeps these, because the engine does not hear
//! of them until the end ([`Recorder::status`]).

mod notes;
mod recorder;
mod scribe;

pub use notes::Notes;
pub use recorder::{Packets, Recorder};

pub use scribe::Send;
pub(crate) use scribe::{Passage, Scribe};
