//! Names the service of a flow by its port: the destination port of the client's direction, which is the
//! source port of the server's.
//!
//! Names are those of IANA's registry of service names and port numbers, one for each port: `http` for
//! TCP 80, `domain` for UDP 53. A port says which service is expected there, not which protocol is spoken.
//! UDP-Lite has the ports of UDP (RFC 3828, section 7). SCTP has a registry of its own, and where that is
//! empty the name is that of TCP's; DCCP's ports are only its own. Flows without ports have 0 and
//! `PBC_UNKNOWN`.
//!
//! A list of one's own replaces the registry's: `PBC_CLASSFILE` names a file with one service a line,
//! `PORT<tab>PROTOCOL<tab>NAME`, where the protocol is `tcp`, `udp`, `sctp` or `dccp`; what follows behind
//! another tab is not looked at, and neither are lines that begin with `#`. The first line of a port counts.

mod customary;
mod names;
mod row;
mod toggles;

use flowz_api::inventory;
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;

use names::{NameId, Names};
use row::{FlowRow, PacketRow};
use toggles::Toggles;

inventory::submit! { PluginEntry::new::<PortClassifier>() }

/// The plugin.
#[derive(Merge, Debug, Resume)]
pub(crate) struct PortClassifier {
    #[merge(names)]
    names: Names,
}

/// State of a flow: port of the server and its name, which packets need not carry.
#[derive(Clone, Copy, Debug, Default, Checkpoint)]
pub(crate) struct State {
    port: u16,
    name: NameId,
}

impl Plugin for PortClassifier {
    const INFO: Info =
        Info::new("portClassifier", 111, "Names the service of a flow by its port").on_by_default();
    const CHECKPOINT: Option<PluginCheckpoint<Self>> = Some(PluginCheckpoint::DERIVED);
    type Toggles = Toggles;
    type Flow = State;
    type Row<'a> = FlowRow<'a>;
    type PacketRow<'a> = PacketRow<'a>;

    fn new(setup: &mut PluginSetup<'_, Toggles>) -> Result<Self, PluginError> {
        let toggles = setup.toggles;
        let names = Names::new(&toggles.classfile, &toggles.unknown, setup.run.compat);
        Ok(Self { names: names.map_err(PluginError::Other)? })
    }

    fn on_new_flow(&mut self, cx: &mut PacketContext<'_>, flow: &mut State) -> Interest {
        let port = server(cx.key, cx.flow.direction());
        *flow = State { port, name: self.names.id(cx.key.proto, port) };
        Interest::None
    }

    fn packet_row<'a>(&'a self, cx: &'a PacketContext<'_>, flow: &'a State) -> PacketRow<'a> {
        let port = (!cx.layers.is_layer2()).then_some(flow.port);
        PacketRow { port, name: Label(self.names.name(flow.name).as_bytes()) }
    }

    fn on_flow_end<'a>(
        &'a mut self,
        _: &'a mut EndContext<'_>,
        flow: &'a mut State,
        _: Option<&'a mut State>,
    ) -> FlowRow<'a> {
        FlowRow { port: flow.port, name: Label(self.names.name(flow.name).as_bytes()) }
    }
}

/// Port of the server.
fn server(key: &FlowKey, direction: Direction) -> u16 {
    match direction {
        Direction::A => key.dst_port,
        Direction::B => key.src_port,
    }
}

#[cfg(test)]
mod tests {
    use super::{Direction, FlowKey, State, server};

    #[test]
    fn state_stays_small() {
        assert_eq!(size_of::<State>(), 8);
    }

    #[test]
    fn both_directions_name_the_server() {
        let request = FlowKey { src_port: 50_000, dst_port: 443, ..FlowKey::default() };
        let reply = FlowKey { src_port: 443, dst_port: 50_000, ..FlowKey::default() };
        assert_eq!([server(&request, Direction::A), server(&reply, Direction::B)], [443, 443]);
    }
}
