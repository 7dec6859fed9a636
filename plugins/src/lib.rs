//! The plugins that come with flowz: one folder and one line each.
//!
//! A plugin sees `flowz_api`, names of `flowz_assigned`, places of `flowz_places`, drawings of `flowz_plot`, and nothing else of the program.
#![forbid(unsafe_code)]

mod arp_decode;
mod basic_flow;
mod basic_stats;
mod biflow;
mod bounded_map;
mod cic;
mod conn_stat;
mod connections;
mod descriptive_stats;
mod dhcp_decode;
mod dns_decode;
mod entropy;
mod flow_label;
mod ftp_decode;
mod geoip;
mod h323_decode;
mod http;
mod http_sniffer;
mod icmp_decode;
mod ip_length;
mod irc_decode;
mod lines;
mod mac_recorder;
mod n_frst_pkts;
mod netai;
mod nfstream;
mod ntp_decode;
#[doc(hidden)]
pub mod parsers;
mod pkt_siat_histo;
mod place;
mod plain_file;
mod pop_decode;
mod port_classifier;
mod proto_stats;
mod quic_decode;
mod rtp_decode;
mod running_hash;
mod samples;
mod segments;
mod sessions;
mod sip_decode;
#[cfg(test)]
mod slow;
mod smtp_decode;
mod ssh_decode;
mod ssl_decode;
mod tcp_flags;
mod tcp_states;
mod tcp_stream;
mod tcp_trace;
mod tcp_win;

mod telnet_decode;
mod text;
mod tftp_decode;
mod tls;
mod tstat;
mod voip;
mod voip_calls;
mod xplot;

/// Makes the linker keep this crate: registration happens before `main`, in code that nobody calls.
/// Yields the number of plugins in it.
pub fn link() -> usize {
    flowz_api::registry::plugins().len()
}
