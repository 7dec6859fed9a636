//! Packets and bytes of the whole capture by ethertype, protocol and port of the server.
//!
//! Packets of flows count, with the bytes that their frames had on the wire. Of each protocol with ports a
//! packet counts for the server's port, whichever way it goes; later fragments count for that of their flow. The counts
//! are in `PREFIX_protocols.txt`; the report tells how many different numbers there were.
//!
//! **Not offered**: `PST_L2ETHFILE`, `PST_PORTFILE` and `PST_PROTOFILE`, because names are those of IANA and IEEE, which are part of the program.

mod counts;
mod file;
mod toggles;

use flowz_api::inventory;
use flowz_api::plugin::FinishContext;
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::report::Part;
use flowz_api::row::NoRow;

use counts::{Counts, Ports, Seen, Version};
use toggles::Toggles;

inventory::submit! { PluginEntry::of::<ProtoStats>() }

/// The plugin.
#[derive(Merge, Debug)]
pub(crate) struct ProtoStats {
    #[merge(keep)]
    toggles: Toggles,
    #[merge(keep)]
    compat: bool,
    #[merge(nested)]
    counts: Counts,
}

/// State of a flow: its ports, which later fragments do not carry.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct State {
    source: u16,
    destination: u16,
}

impl Plugin for ProtoStats {
    const INFO: Info = Info::new("protoStats", 1, "Packets and bytes by ethertype, protocol and port").on_by_default();
    type Toggles = Toggles;
    type Flow = State;
    type Row<'a> = NoRow<Toggles>;
    type PacketRow<'a> = NoRow<Toggles>;

    fn new(setup: &mut PluginSetup<'_, Toggles>) -> Result<Self, PluginError> {
        let (toggles, compat) = (setup.toggles.clone(), setup.run.compat);
        Ok(Self { toggles, compat, counts: Counts::default() })
    }

    fn on_new_flow(&mut self, cx: &mut PacketContext<'_>, flow: &mut State) -> Interest {
        *flow = State { source: cx.key.src_port, destination: cx.key.dst_port };
        Interest::Packets
    }

    fn on_layer2(&mut self, cx: &mut PacketContext<'_>, _: &mut State, _: Option<&mut State>) {
        let (ethertype, bytes) = (cx.key.ethertype, cx.packet.wire_len);
        self.counts.add(Seen { ethertype, ip: None, bytes });
    }

    fn on_packet(&mut self, cx: &mut PacketContext<'_>, flow: &mut State, _: Option<&mut State>) {
        let version = if cx.key.net == Net::V6 { Version::V6 } else { Version::V4 };
        let port = match cx.flow.direction() {
            Direction::A => flow.destination,
            Direction::B => flow.source,
        };
        let ip = Some((version, cx.key.proto, port));
        let (ethertype, bytes) = (cx.key.ethertype, cx.packet.wire_len);
        self.counts.add(Seen { ethertype, ip, bytes });
    }

    fn packet_row<'a>(&'a self, _: &'a PacketContext<'_>, _: &'a State) -> NoRow<Toggles> {
        NoRow::default()
    }

    fn on_flow_end<'a>(
        &'a mut self,
        _: &'a mut EndContext<'_>,
        _: &'a mut State,
        _: Option<&'a mut State>,
    ) -> NoRow<Toggles> {
        NoRow::default()
    }

    fn report(&self, _: &Totals, out: &mut Report) {
        // The reference has these numbers in its file only.
        if !self.compat {
            self.numbers(out);
        }
    }

    fn finish(&mut self, cx: &mut FinishContext<'_>) -> Result<(), PluginError> {
        cx.file(&self.toggles.suffix, file::text(&self.counts, &self.toggles));
        Ok(())
    }
}

impl ProtoStats {
    /// How many different numbers there were.
    fn numbers(&self, out: &mut Report) {
        let (counts, toggles) = (&self.counts, &self.toggles);
        let tables = [
            ("ethertypes", toggles.eth_stat, &counts.ethertypes),
            ("IP protocols", true, &counts.protocols),
            ("TCP ports", true, counts.ports(Ports::Tcp)),
            ("UDP ports", true, counts.ports(Ports::Udp)),
            ("UDP-Lite ports", toggles.udplite_stat, counts.ports(Ports::UdpLite)),
            ("SCTP ports", toggles.sctp_stat, counts.ports(Ports::Sctp)),
        ];
        for (what, shown, table) in tables {
            let count = table.iter().count() as u64;
            if shown && count > 0 {
                out.line(format!("Number of {what}"), [Part::Count(count)]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ProtoStats, Report, Toggles, counts};

    #[test]
    fn lines() {
        let lines = |eth_stat| {
            let toggles = Toggles { eth_stat, ..Toggles::default() };
            let counts = counts::tests::counts();
            let mut report = Report::default();
            ProtoStats { toggles, compat: false, counts }.numbers(&mut report);
            report.lines.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let expected = [
            "Number of ethertypes: 3",
            "Number of IP protocols: 2",
            "Number of TCP ports: 1",
            "Number of UDP ports: 1",
        ];
        assert_eq!(lines(true), expected);
        assert_eq!(lines(false), expected[1..]);
    }
}
