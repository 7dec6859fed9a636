//! The plugins that come with flowz: one folder and one line each.
//!
//! A plugin sees `flowz_api` and nothing else of the program.
#![forbid(unsafe_code)]

mod basic_flow;
mod basic_stats;
mod conn_stat;
mod descriptive_stats;
mod dhcp_decode;
mod dns_decode;
mod entropy;
mod n_frst_pkts;
mod ntp_decode;
mod pkt_siat_histo;
mod tcp_flags;
mod tcp_states;
mod tcp_win;
mod tftp_decode;

/// Makes the linker keep this crate: registration happens before `main`, in code that nobody calls.
/// Yields the number of plugins in it.
pub fn link() -> usize {
    flowz_api::registry::plugins().len()
}
