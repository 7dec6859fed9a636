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

use counts::{Count, Counts, Ended, Ports, Version};
use toggles::Toggles;

inventory::submit! { PluginEntry::new::<ProtoStats>() }

/// The plugin.
#[derive(Merge, Debug, Resume)]
pub(crate) struct ProtoStats {
    #[merge(keep)]
    toggles: Toggles,
    #[merge(keep)]
    compat: bool,
    #[merge(nested)]
    counts: Counts,
}

impl Plugin for ProtoStats {
    const INFO: Info =
        Info::new("protoStats", 1, "Packets and bytes by ethertype, protocol and port")
            .on_by_default();
    const CHECKPOINT: Option<PluginCheckpoint<Self>> = Some(PluginCheckpoint::DERIVED);
    type Toggles = Toggles;
    /// What the flow adds to the run when it ends.
    type Flow = Count;
    type Row<'a> = NoRow<Toggles>;
    type PacketRow<'a> = NoRow<Toggles>;

    fn new(setup: &mut PluginSetup<'_, Toggles>) -> Result<Self, PluginError> {
        let (toggles, compat) = (setup.toggles.clone(), setup.run.compat);
        Ok(Self { toggles, compat, counts: Counts::default() })
    }

    fn on_layer2(&mut self, cx: &mut PacketContext<'_>, flow: &mut Count, _: Option<&mut Count>) {
        flow.packet(cx.packet.wire_len);
    }

    fn on_packet(&mut self, cx: &mut PacketContext<'_>, flow: &mut Count, _: Option<&mut Count>) {
        flow.packet(cx.packet.wire_len);
    }

    fn packet_row<'a>(&'a self, _: &'a PacketContext<'_>, _: &'a Count) -> NoRow<Toggles> {
        NoRow::default()
    }

    fn on_flow_end<'a>(
        &'a mut self,
        cx: &'a mut EndContext<'_>,
        flow: &'a mut Count,
        _: Option<&'a mut Count>,
    ) -> NoRow<Toggles> {
        self.counts.add(ended(cx.key, cx.flow.direction()), *flow);
        NoRow::default()
    }

    fn report(&self, _: &Totals, out: &mut Report) {
        // The reference has these numbers in its file only.
        if !self.compat {
            self.numbers(out);
        }
    }

    fn files(&self) -> Vec<String> {
        vec![self.toggles.suffix.to_string()]
    }

    fn finish(&mut self, cx: &mut FinishContext<'_>) -> Result<(), PluginError> {
        cx.file(&*self.toggles.suffix, file::text(&self.counts, &self.toggles));
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

/// Where a flow of this key and direction counts.
fn ended(key: &FlowKey, direction: Direction) -> Ended {
    let version = match key.net {
        Net::Layer2 => return Ended { ethertype: key.ethertype, ip: None },
        Net::V4 => Version::V4,
        Net::V6 => Version::V6,
    };
    let port = match direction {
        Direction::A => key.dst_port,
        Direction::B => key.src_port,
    };
    Ended { ethertype: key.ethertype, ip: Some((version, key.proto, port)) }
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
