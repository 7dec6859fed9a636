//! The row of one packet.

use flowz_api::cell::{Bytes, Hex8, Hex16, Hex32};
use flowz_api::cell_writer::CellWriter;
use flowz_api::row::{Field, Row, Shown};
use flowz_api::settings::Run;

use super::checksum::Sums;
use super::ip::Header;
use super::packet_row::PacketRow;
use super::state::FlowState;
use super::tcp::TcpCells;
use super::toggles::TcpFlagsToggles;
use super::view::PacketView;

/// A packet and its flow, of which a [`PacketRow`] is made. Which parts there are is asked once, not for each
/// column: each kind of packet has code of its own, whose row is never in memory.
#[derive(Debug)]
pub(crate) struct PacketCells<'a> {
    pub(crate) view: &'a PacketView,
    pub(crate) flow: &'a FlowState,
    pub(crate) toggles: &'a TcpFlagsToggles,
}

impl Row for PacketCells<'_> {
    type Toggles = TcpFlagsToggles;

    fn fields(toggles: &TcpFlagsToggles, run: &Run) -> Vec<Field> {
        PacketRow::fields(toggles, run)
    }

    #[inline]
    fn write(&self, shown: Shown, out: &mut impl CellWriter) {
        match (&self.view.ip, &self.view.tcp) {
            (None, _) => PacketRow::default().write(shown, out),
            (Some((header, sums)), None) => self.ip(header, sums).write(shown, out),
            (Some((header, sums)), Some(cells)) => {
                self.tcp(cells, self.ip(header, sums)).write(shown, out);
            }
        }
    }
}

impl<'a> PacketCells<'a> {
    /// The row of an IP packet, without what only TCP has.
    #[inline]
    fn ip(&self, header: &Header, sums: &Sums) -> PacketRow<'a> {
        let view = self.view;
        PacketRow {
            tos: Some(Hex8(header.tos)),
            dscp: Some((header.tos >> 2, header.tos & 3)),
            precedence: Some((header.tos >> 5, header.tos & 3)),
            id: Some(header.id),
            id_gap: Some(header.id_gap),
            fragment: Some(Hex16(header.fragment)),
            ttl: Some(header.ttl),
            l3_sum: Some(Hex16(sums.l3)),
            l3_computed: Some(Hex16(sums.l3_computed)),
            l4_sum: Some(Hex16(sums.l4)),
            l4_computed: Some(Hex16(sums.l4_computed)),
            ip_flags: Some(Hex16(header.flags)),
            hop_len: Some(view.hop.len() as u16),
            hop: Bytes(&view.hop),
            dest_len: Some(view.dest.len() as u16),
            dest: Bytes(&view.dest),
            ip_option_len: Some(view.ip_options.len() as u16),
            ip_options: Bytes(&view.ip_options),
            stat: Some(Hex16(0)),
            option_len: Some(0),
            ..PacketRow::default()
        }
    }

    /// The same with the TCP part.
    #[inline]
    fn tcp(&self, cells: &TcpCells, mut row: PacketRow<'a>) -> PacketRow<'a> {
        let (view, flow) = (self.view, self.flow);
        let numbers = &flow.tcp.sequence;
        let (base, peer_base) =
            if self.toggles.relative { (cells.initial, cells.peer_initial) } else { (0, 0) };
        let seq = cells.seq.wrapping_sub(base);
        let ack = cells.ack.wrapping_sub(peer_base);
        let highest = cells.verdict.highest.wrapping_sub(base);
        (row.seq, row.ack, row.highest) = (Some(seq), Some(ack), Some(highest));
        (row.seq_hex, row.ack_hex) = (Some(Hex32(seq)), Some(Hex32(ack)));
        row.highest_hex = Some(Hex32(highest));
        row.seq_step = Some(cells.verdict.seq_step);
        row.ack_step = Some(cells.verdict.ack_step);
        row.seq_bytes = Some(cells.verdict.seq_bytes);
        row.ack_bytes = Some(cells.verdict.ack_bytes);
        (row.sent, row.acked) = (Some(numbers.sent), Some(numbers.acked));
        (row.bytes, row.flight) = (Some(numbers.bytes), Some(cells.flight));
        row.stat = Some(Hex16(cells.stat));
        (row.flags, row.anomaly) = (Some(Hex16(cells.flags)), Some(Hex16(cells.anomaly)));
        (row.window, row.scale) = (Some(cells.window), Some(cells.scale));
        row.mss = Some(flow.tcp.options.mss);
        (row.timestamp, row.echo) = (Some(flow.tcp.clock.value), Some(flow.tcp.clock.echo));
        let mptcp = cells.mptcp;
        row.mptcp_type = Some(mptcp.last);
        row.mptcp_flags = Some(Hex8(mptcp.flags));
        row.mptcp_address = Some(mptcp.address);
        row.mptcp_dss = Some(Hex8(mptcp.dss));
        row.option_len = Some(view.tcp_option_len);
        row.options = Bytes(&view.tcp_options);
        row
    }
}

#[cfg(test)]
mod tests {
    use flowz_api::record::Record;
    use flowz_api::row::{Row, Shown};

    use super::{FlowState, Header, PacketCells, PacketView, Sums, TcpFlagsToggles};

    /// All cells of a packet without TCP.
    fn cells(view: &PacketView) -> Vec<u8> {
        let (flow, toggles) = (&FlowState::default(), &TcpFlagsToggles::default());
        let mut record = Record::new();
        PacketCells { view, flow, toggles }.put(Shown(u128::MAX), &mut record);
        record.bytes().to_vec()
    }

    #[test]
    fn packets_without_ip_have_no_cells() {
        assert!(cells(&PacketView::default()).iter().all(|byte| *byte == 0));
    }

    #[test]
    fn packets_without_tcp_have_cells_of_ip() {
        let header = Header { tos: 0xb9, ttl: 64, ..Header::default() };
        let ip_options = vec![1, 2];
        let view =
            PacketView { ip: Some((header, Sums::default())), ip_options, ..PacketView::default() };
        let bytes = cells(&view);
        assert_eq!(bytes[..8], [1, 0xb9, 1, 0x2e, 1, 1, 5, 1]);
        let options = [1, 2, 0, 2, 0, 0, 0, 1, 2, 0, 0, 0];
        assert!(bytes.windows(12).any(|part| part == options), "{bytes:?}");
    }
}
