//! What an author of a flowz plugin or sink sees, and nothing else: no I/O, no threads, no engine.
//!
//! A plugin is a type that implements [`plugin::Plugin`]; its columns are the fields of a struct
//! with `derive(Row)`, its switches the fields of a struct with `derive(Toggles)`. A sink is a type
//! that implements [`sink::Sink`] and sees [`column::Schema`] and [`record::Record`].
//!
//! The words: a **flow** is one direction (A or B) of a **biflow**, whose halves share one flow
//! number ([`flow::FlowId`], column `flowInd`). A **record** holds all values of one flow; a **row**
//! is one plugin's part of it. A **toggle** is a run-time setting of a plugin.
#![forbid(unsafe_code)]

// The derives name this crate by its outside name, also in here.
extern crate self as flowz_api;

pub mod abi;
pub mod cell;
pub mod cell_writer;
pub mod checkpoint;
pub mod column;
pub mod connections;
pub mod expect;
pub mod fact;
pub mod flow;
pub mod guard;
pub mod host;
pub mod key;
pub mod layers;
pub mod memory;
pub mod merge;
pub mod packet;
pub mod plugin;
pub mod record;
pub mod registry;
pub mod report;
pub mod row;
pub mod settings;
pub mod sink;
pub mod slab;
pub mod status;
pub mod stream;
pub mod table;
pub mod text;
pub mod toggles;
pub mod token;
pub mod tunnel_offsets;
pub mod value;

pub use flowz_checksum as checksum;
pub use flowz_macros::{Checkpoint, Fact, Merge, Resume, Row, Toggles};
pub use inventory;

/// What nearly every plugin needs, for one `use` line.
pub mod prelude {
    pub use crate::cell::{
        Dir, Duration, Hex8, Hex16, Hex32, Hex64, IpText, Label, List, Mac, Seconds, Text, Time,
    };
    pub use crate::checkpoint::PluginCheckpoint;
    pub use crate::flow::{Direction, Flow};
    pub use crate::key::FlowKey;
    pub use crate::layers::{Layers, Net};
    pub use crate::packet::{Packet, Timestamp};
    pub use crate::plugin::{
        EndContext, Info, Interest, PacketContext, Plugin, PluginError, PluginSetup, StreamContext,
        TimeoutId,
    };
    pub use crate::report::{Report, Totals};
    pub use crate::status::{FlowStat, Mark};
    pub use crate::{Checkpoint, Merge, Resume, Row, Toggles};
}
