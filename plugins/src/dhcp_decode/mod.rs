//! What DHCP hands out: UDP packets from or to the ports 67 and 68 over IPv4 (RFC 2131, RFC 2132) and 546 and 547
//! over IPv6 (RFC 8415).
//!
//! | `dhcpStat` | what |
//! |---|---|
//! | 0001 | a port of DHCP |
//! | 0002, 0004 | requests, replies (IPv4) |
//! | 0008 | the client wants replies by broadcast |
//! | 0010 | the client identifier holds another Ethernet address than the header |
//! | 0020 | options in the place of server name or boot file, which are then not shown but read |
//! | 0040 | seconds in the wrong byte order (0300 is 3) |
//! | 0080 | hardware that is not Ethernet |
//! | 0100 | a list of options or message types is full |
//! | 0200 | a list of names or hardware addresses is full |
//! | 0800 | a message type that is not assigned |
//! | 1000 | too short |
//! | 2000 | no magic cookie: BOOTP without options |
//! | 4000 | options that go on behind the end |
//! | 8000 | neither request nor reply |
//!
//! Addresses, times and texts are the latest ones that were told, lists have each value once. Of IPv6 message
//! types, the hardware address in the client's identifier, the client's domain name and the hops of relays are
//! shown; what relays carry is looked into.
//!
//! **The other side.** Requests are often sent to the broadcast address, and replies are then another flow.
//! `dhcpLFlow` is the number of the flow with the other side of the same transaction (transaction number and
//! hardware address of the client) where that is not the flow itself; the latest 65,536 transactions are known, with
//! `--max-mem` as many as fit into a sixteenth of the memory. So one
//! instance of the plugin sees all flows.
//!
//! **Direction**: a flow that begins with a reply goes from server to client, one that begins with a request from
//! client to server.
//!
//! With `--compat` flows are linked by the first request behind an offer to the same client, a pad ends the
//! options as one that goes on behind the end, server name and boot file are shown as they are, messages of
//! relays are not looked into, and the packet table has the options of the flow so far, with 0 in place of the
//! last one; addresses of the fixed part are those of the latest message, also if it has none.
//!
//! **Not offered**: `DHCP_FM_DEBUG`: it prints what the reference does inside.

mod counts;
mod links;
mod message;
mod row;
mod state;
#[cfg(test)]
mod tests;
mod toggles;
mod v4;
mod v6;

use std::net::Ipv4Addr;

use flowz_api::inventory;
use flowz_api::key::UDP;
use flowz_api::plugin::{FindDirection, NewFlow};
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;

use counts::Counts;
use links::Links;
use message::{Reading, Summary};
use row::{FlowRow, PacketRow};
use state::{Lease, State, stat};
use toggles::Toggles;

const V4_PORTS: [u16; 2] = [67, 68];
const V6_PORTS: [u16; 2] = [546, 547];

inventory::submit! { PluginEntry::new::<DhcpDecode>() }

/// The plugin.
#[derive(Merge, Debug, Resume)]
pub(crate) struct DhcpDecode {
    #[merge(keep)]
    toggles: Toggles,
    #[merge(keep)]
    compat: bool,
    #[merge(nested)]
    counts: Counts,
    #[merge(state)]
    links: Links,
    /// The message of the packet whose hook has just run, and the flow of the other side as the packet table shows it.
    #[merge(keep)]
    latest: Summary,
    #[merge(keep)]
    other: Option<u64>,
}

impl Plugin for DhcpDecode {
    const INFO: Info =
        Info::new("dhcpDecode", 250, "Addresses, names and options of DHCP for IPv4 and IPv6")
            .sees_all_flows();
    const FIND_DIRECTION: Option<FindDirection<Self>> = Some(find_direction);
    const CHECKPOINT: Option<PluginCheckpoint<Self>> = Some(PluginCheckpoint::DERIVED);
    type Toggles = Toggles;
    type Flow = State;
    type Row<'a> = FlowRow<'a>;
    type PacketRow<'a> = PacketRow<'a>;

    fn new(setup: &mut PluginSetup<'_, Toggles>) -> Result<Self, PluginError> {
        Ok(Self {
            toggles: setup.toggles.clone(),
            compat: setup.run.compat,
            counts: Counts::default(),
            links: Links::new(setup.run.compat, setup.run.share()),
            latest: Summary::default(),
            other: None,
        })
    }

    fn bytes_elsewhere(&self) -> usize {
        Lease::bytes(&self.toggles)
    }

    fn bytes_of_run(&self) -> usize {
        self.links.bytes()
    }

    fn on_new_flow(&mut self, cx: &mut PacketContext<'_>, flow: &mut State) -> Interest {
        flow.stat = if is_dhcp(cx.layers) { stat::DHCP } else { 0 };
        Interest::when(flow.stat != 0)
    }

    fn on_packet(&mut self, cx: &mut PacketContext<'_>, flow: &mut State, _: Option<&mut State>) {
        self.latest = Summary::default();
        if flow.stat == 0 {
            return;
        }
        let (id, is_v6) = (cx.flow.id.0, cx.layers.net == Net::V6);
        if let Some((payload, length)) = payload(cx) {
            self.message(flow, payload, length, is_v6);
            self.links.add(&self.latest, is_v6, id);
        }
        self.other = self.links.other(id);
    }

    fn packet_row<'a>(&'a self, _: &'a PacketContext<'_>, flow: &'a State) -> PacketRow<'a> {
        if flow.stat == 0 {
            return PacketRow::default();
        }
        PacketRow::from_summary(flow.stat, &self.latest, self.other)
    }

    fn on_flow_end<'a>(
        &'a mut self,
        cx: &'a mut EndContext<'_>,
        flow: &'a mut State,
        _: Option<&'a mut State>,
    ) -> FlowRow<'a> {
        self.counts.stat |= flow.stat;
        let other = if flow.stat == 0 { None } else { self.links.other(cx.flow.id.0) };
        let owners = if self.toggles.leases {
            [cx.key.src_ip(), cx.key.dst_ip()].map(|address| self.owner(address))
        } else {
            [None; 2]
        };
        FlowRow::from_state(flow, other, owners)
    }

    fn report(&self, totals: &Totals, out: &mut Report) {
        self.counts.report(totals, out);
    }
}

impl DhcpDecode {
    /// Takes in a message.
    fn message(&mut self, flow: &mut State, payload: &[u8], length: usize, is_v6: bool) {
        let reading = Reading { toggles: &self.toggles, compat: self.compat };
        let lease = flow.lease.get_or_insert_with(|| Box::new(Lease::NONE));
        let read = if is_v6 { v6::read } else { v4::read };
        self.latest = read(payload, length, lease, reading);
        flow.stat |= self.latest.stat;
        self.counts.add(&self.latest, is_v6);
        if self.compat && self.latest.is_message {
            // The reference shows all options of the flow in place of the packet's, with 0 as the last one.
            self.latest.options.clone_from(&lease.options);
            if let Some(last) = self.latest.options.last_mut() {
                *last = 0;
            }
        }
    }

    /// To whom an address was given.
    fn owner(&self, address: IpText) -> Option<[u8; 6]> {
        match address {
            IpText::V4(octets) => self.links.owner(Ipv4Addr::from(octets)),
            _ => None,
        }
    }
}

/// Whether a packet is DHCP of its version of IP.
fn is_dhcp(l: &Layers) -> bool {
    let ports = match l.net {
        Net::Layer2 => return false,
        Net::V4 => V4_PORTS,
        Net::V6 => V6_PORTS,
    };
    l.l4_proto == UDP && (ports.contains(&l.src_port) || ports.contains(&l.dst_port))
}

/// Payload and length of a datagram that is here: none in later fragments, all of one whose last fragment this is.
fn payload<'a>(cx: &PacketContext<'a>) -> Option<(&'a [u8], usize)> {
    const HEADER: usize = 8;
    let l = cx.layers;
    if let Some(datagram) = cx.datagram {
        return datagram.bytes.get(HEADER..).map(|payload| (payload, payload.len()));
    }
    if !l.is_first_fragment() || l.is_fragment() && cx.run.core.reassemble {
        return None;
    }
    // More of a fragmented datagram is to come.
    let length = if l.is_fragment() { usize::MAX } else { l.l7_len as usize };
    Some((l.payload(cx.packet.data), length))
}

/// Where a flow goes, by its first packet: messages of IPv4 say whether they are replies.
fn find_direction(_: &Toggles, new: &NewFlow<'_>) -> Option<Direction> {
    let l = new.layers;
    if !is_dhcp(l) || l.net != Net::V4 || !l.is_first_fragment() {
        return None;
    }
    match l.payload(new.packet.data).first()? {
        1 => Some(Direction::A),
        2 => Some(Direction::B),
        _ => None,
    }
}
