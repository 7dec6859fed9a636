//! Runs plugins: loads those in shared objects, starts those that take part, calls their hooks, does what hooks ask
//! for, and names the one that panics or gives up.
#![deny(unsafe_code)]

mod elf;
mod ffi;
mod interests;
#[allow(unsafe_code, reason = "calls functions that it finds by name in foreign files")]
pub mod loader;
pub mod panics;
pub mod placement;
pub mod plugin_set;
pub mod start;
pub mod streams;
