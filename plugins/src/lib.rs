//! The plugins that come with flowz: one folder and one line each.
//!
//! A plugin sees `flowz_api` and nothing else of the program.
#![forbid(unsafe_code)]

mod basic_flow;
mod basic_stats;
mod dhcp_decode;
mod dns_decode;
mod ntp_decode;
mod tcp_flags;
mod tcp_states;
mod tcp_win;
mod tftp_decode;

/// Makes the linker keep this crate: registration happens before `main`, in code that nobody calls.
/// Yields the number of plugins in it.
pub fn link() -> usize {
    flowz_api::registry::plugins().len()
}
