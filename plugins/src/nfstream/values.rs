//! The values of a row of nfstream.

use flowz_api::cell::List;
use flowz_api::key::{FlowKey, TCP, UDP};
use flowz_api::layers::Net;

use super::row::RecordRow;
use super::state::{End, Part, Record};

const VERSION_4: u8 = 4;
const VERSION_6: u8 = 6;

/// Bytes of a direction, or of both.
fn bytes(part: &Part) -> u64 {
    u64::try_from(part.sizes.sum()).unwrap_or(u64::MAX)
}

impl<'a> RecordRow<'a> {
    /// The row of a record; the key is that of its first packet.
    #[expect(clippy::too_many_lines, reason = "one line a column")]
    pub(super) fn new(key: &FlowKey, of: &'a Record, end: End) -> Self {
        let (all, [forward, backward]) = (&of.all, &of.ways);
        let has_ports = matches!(key.proto, TCP | UDP);
        let port = |port: u16| if has_ports { port } else { 0 };
        let macs = of.link.macs;
        let bits = |part: &Part| part.flags;
        let [all_fin, all_syn, all_rst, all_psh, all_ack, all_urg, all_ece, all_cwr] = bits(all);
        let [
            forward_fin,
            forward_syn,
            forward_rst,
            forward_psh,
            forward_ack,
            forward_urg,
            forward_ece,
            forward_cwr,
        ] = bits(forward);
        let [
            backward_fin,
            backward_syn,
            backward_rst,
            backward_psh,
            backward_ack,
            backward_urg,
            backward_ece,
            backward_cwr,
        ] = bits(backward);
        Self {
            expiration_id: end as u8,
            src: key.src_ip(),
            src_mac: macs.map(|(source, _)| source),
            src_port: port(key.src_port),
            dst: key.dst_ip(),
            dst_mac: macs.map(|(_, destination)| destination),
            dst_port: port(key.dst_port),
            protocol: key.proto,
            ip_version: if key.net == Net::V6 { VERSION_6 } else { VERSION_4 },
            vlan_id: of.link.vlan,
            tunnel_id: of.link.tunnel,
            all_first: all.first.unwrap_or(0),
            all_last: all.last.unwrap_or(0),
            all_duration: all.duration(),
            all_packets: all.sizes.count(),
            all_bytes: bytes(all),
            forward_first: forward.first.unwrap_or(0),
            forward_last: forward.last.unwrap_or(0),
            forward_duration: forward.duration(),
            forward_packets: forward.sizes.count(),
            forward_bytes: bytes(forward),
            backward_first: backward.first,
            backward_last: backward.last,
            backward_duration: backward.duration(),
            backward_packets: backward.sizes.count(),
            backward_bytes: bytes(backward),
            all_size_min: all.sizes.min().unwrap_or(0),
            all_size_mean: all.sizes.mean().unwrap_or(0.0),
            all_size_deviation: all.sizes.deviation(),
            all_size_max: all.sizes.max().unwrap_or(0),
            forward_size_min: forward.sizes.min().unwrap_or(0),
            forward_size_mean: forward.sizes.mean().unwrap_or(0.0),
            forward_size_deviation: forward.sizes.deviation(),
            forward_size_max: forward.sizes.max().unwrap_or(0),
            backward_size_min: backward.sizes.min(),
            backward_size_mean: backward.sizes.mean(),
            backward_size_deviation: backward.sizes.deviation(),
            backward_size_max: backward.sizes.max(),
            all_gap_min: all.gaps.min(),
            all_gap_mean: all.gaps.mean(),
            all_gap_deviation: all.gaps.deviation(),
            all_gap_max: all.gaps.max(),
            forward_gap_min: forward.gaps.min(),
            forward_gap_mean: forward.gaps.mean(),
            forward_gap_deviation: forward.gaps.deviation(),
            forward_gap_max: forward.gaps.max(),
            backward_gap_min: backward.gaps.min(),
            backward_gap_mean: backward.gaps.mean(),
            backward_gap_deviation: backward.gaps.deviation(),
            backward_gap_max: backward.gaps.max(),
            all_syn,
            all_cwr,
            all_ece,
            all_urg,
            all_ack,
            all_psh,
            all_rst,
            all_fin,
            forward_syn,
            forward_cwr,
            forward_ece,
            forward_urg,
            forward_ack,
            forward_psh,
            forward_rst,
            forward_fin,
            backward_syn,
            backward_cwr,
            backward_ece,
            backward_urg,
            backward_ack,
            backward_psh,
            backward_rst,
            backward_fin,
            directions: List(&of.packets.directions),
            sizes: List(&of.packets.sizes),
            gaps: List(&of.packets.gaps),
        }
    }
}
