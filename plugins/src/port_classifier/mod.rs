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

use names::Names;
use row::{FlowRow, PacketRow};
use toggles::Toggles;

inventory::submit! { PluginEntry::of::<PortClassifier>() }

/// The plugin.
#[derive(Merge, Debug)]
pub(crate) struct PortClassifier {
    #[merge(keep)]
    names: Names,
}

/// State of a flow: its ports, which later fragments do not carry.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct State {
    source: u16,
    destination: u16,
}

impl Plugin for PortClassifier {
    const INFO: Info = Info::new("portClassifier", 111, "Names the service of a flow by its port").on_by_default();
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
        *flow = State { source: cx.key.src_port, destination: cx.key.dst_port };
        Interest::None
    }

    fn packet_row<'a>(&'a self, cx: &'a PacketContext<'_>, flow: &'a State) -> PacketRow<'a> {
        let port = flow.server(cx.flow.direction());
        let name = Word(self.names.of(cx.key.proto, port).as_bytes());
        PacketRow { port: (!cx.layers.is_layer2()).then_some(port), name }
    }

    fn on_flow_end<'a>(
        &'a mut self,
        cx: &'a mut EndContext<'_>,
        flow: &'a mut State,
        _: Option<&'a mut State>,
    ) -> FlowRow<'a> {
        let port = flow.server(cx.flow.direction());
        FlowRow { port, name: Word(self.names.of(cx.key.proto, port).as_bytes()) }
    }
}

impl State {
    /// Port of the server.
    fn server(self, direction: Direction) -> u16 {
        match direction {
            Direction::A => self.destination,
            Direction::B => self.source,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Direction, State};

    #[test]
    fn both_directions_name_the_server() {
        let request = State { source: 50_000, destination: 443 };
        let reply = State { source: 443, destination: 50_000 };
        assert_eq!([request.server(Direction::A), reply.server(Direction::B)], [443, 443]);
    }
}
