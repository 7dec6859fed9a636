//! What a running engine tells: reports on request and by the clock, a page of metrics, and words to the service manager.
//!
//! Nothing here touches the engine while packets go their way. Whoever wants something sets a flag and asks for attention
//! ([`Wake`]); the loop then calls [`Monitor::attend`] between two packets, on the engine's thread, and what is told is a
//! [`Snapshot`] taken there. Readers of metrics wait on other threads, and nobody waits for them.
#![forbid(unsafe_code)]

pub mod clock;
pub mod file;
pub mod memory;
pub mod metrics;
mod monitor;
pub mod report;
pub mod service;
pub mod snapshot;
pub mod ticker;
pub mod words;

use std::sync::Arc;

pub use metrics::{Exchange, MetricsServer, ServeError};
pub use monitor::{Monitor, Setup, StartError};
pub use report::{Reporter, Settings};
pub use snapshot::{Input, Interface, SinkState, Snapshot};

/// Asks the engine's thread for attention; may be called from any thread.
pub type Wake = Arc<dyn Fn() + Send + Sync>;
