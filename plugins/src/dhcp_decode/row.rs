//! Columns of dhcpDecode.

use std::net::Ipv4Addr;

use flowz_api::Row;
use flowz_api::cell::{Each, Hex16, Hex32, Hex64, List, Mac, Text};

use super::message::Summary;
use super::state::{CountedMac, CountedName, Lease, State};
use super::toggles::Toggles;

type Macs<'a, C> = Each<'a, CountedMac, C>;
type Names<'a, C> = Each<'a, CountedName, C>;

/// The flow table's columns.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct FlowRow<'a> {
    /// What was seen and what is wrong.
    #[col(name = "dhcpStat")]
    pub(crate) stat: Hex16,
    /// Message types, each once.
    #[col(name = "dhcpMType", show = t.as_lists())]
    pub(crate) types: List<'a, u8>,
    /// Message types, a bit each.
    #[col(name = "dhcpMType", show = !t.as_lists())]
    pub(crate) type_bits: Hex64,
    /// Types of hardware, a bit each.
    #[col(name = "dhcpHWType")]
    pub(crate) hardware: Hex64,
    /// Hardware addresses of clients.
    #[col(name = "dhcpCHWAdd", show = !t.with_counts)]
    pub(crate) macs: Macs<'a, Mac>,
    /// Hardware addresses of clients and how often they were seen.
    #[col(name = "dhcpCHWAdd_HWCnt", show = t.with_counts)]
    pub(crate) mac_counts: Macs<'a, (Mac, u32)>,
    /// Network mask.
    #[col(name = "dhcpNetmask", show = t.mask_as_address == 1)]
    pub(crate) mask: Ipv4Addr,
    /// Network mask.
    #[col(name = "dhcpNetmask", show = t.mask_as_address == 0)]
    pub(crate) mask_bits: Hex32,
    /// First gateway.
    #[col(name = "dhcpGWIP")]
    pub(crate) gateway: Ipv4Addr,
    /// First name server.
    #[col(name = "dhcpDnsIP")]
    pub(crate) dns: Ipv4Addr,
    /// Numbers of relays, a bit each.
    #[col(name = "dhcpHopCnt")]
    pub(crate) hops: Hex32,
    /// Name of the server.
    #[col(name = "dhcpSrvName")]
    pub(crate) server_name: Text<'a>,
    /// Name of the boot file.
    #[col(name = "dhcpBootFile")]
    pub(crate) boot_file: Text<'a>,
    /// Options of all messages.
    #[col(name = "dhcpOptCnt")]
    pub(crate) option_count: u16,
    /// Options, each once.
    #[col(name = "dhcpOpts", show = t.as_lists())]
    pub(crate) options: List<'a, u8>,
    /// Options, a bit each: 0 to 63, 64 to 127, 128 to 191, 192 to 255.
    #[col(name = "dhcpOpts", show = !t.as_lists())]
    pub(crate) option_bits: (Hex64, Hex64, Hex64, Hex64),
    /// Names of clients.
    #[col(name = "dhcpHosts", show = !t.with_counts)]
    pub(crate) hosts: Names<'a, Text<'a>>,
    /// Names of clients and how often they were seen.
    #[col(name = "dhcpHosts_HCnt", show = t.with_counts)]
    pub(crate) host_counts: Names<'a, (Text<'a>, u16)>,
    /// Domain names.
    #[col(name = "dhcpDomains", show = !t.with_counts)]
    pub(crate) domains: Names<'a, Text<'a>>,
    /// Domain names and how often they were seen.
    #[col(name = "dhcpDomains_DCnt", show = t.with_counts)]
    pub(crate) domain_counts: Names<'a, (Text<'a>, u16)>,
    /// Longest time since a client began.
    #[col(name = "dhcpMaxSecEl", unit = "s")]
    pub(crate) elapsed: u16,
    /// Time of the lease.
    #[col(name = "dhcpLeaseT", unit = "s")]
    pub(crate) lease_time: u32,
    /// Time until renewal.
    #[col(name = "dhcpRenewT", unit = "s")]
    pub(crate) renewal_time: u32,
    /// Time until rebinding.
    #[col(name = "dhcpRebindT", unit = "s")]
    pub(crate) rebinding_time: u32,
    /// Address that was asked for.
    #[col(name = "dhcpReqIP")]
    pub(crate) requested: Ipv4Addr,
    /// Address that the client has.
    #[col(name = "dhcpCliIP")]
    pub(crate) client: Ipv4Addr,
    /// Address that the client gets.
    #[col(name = "dhcpYourIP")]
    pub(crate) yours: Ipv4Addr,
    /// Server to boot from.
    #[col(name = "dhcpNextServer")]
    pub(crate) next_server: Ipv4Addr,
    /// Relay.
    #[col(name = "dhcpRelay")]
    pub(crate) relay: Ipv4Addr,
    /// The server's identifier.
    #[col(name = "dhcpSrvId")]
    pub(crate) server: Ipv4Addr,
    /// Message of a server or client.
    #[col(name = "dhcpMsg")]
    pub(crate) message: Text<'a>,
    /// Number of the flow of the other side; 0 if that is not known or the same.
    #[col(name = "dhcpLFlow")]
    pub(crate) other: u64,
    /// Hardware address to which the source address was given.
    #[col(name = "dhcpSrcMac", show = t.leases)]
    pub(crate) source_owner: Option<Mac>,
    /// Hardware address to which the destination address was given.
    #[col(name = "dhcpDstMac", show = t.leases)]
    pub(crate) destination_owner: Option<Mac>,
}

/// The packet table's columns; empty where the packet has no message, or one of IPv6 without the field.
#[derive(Row, Debug, Default)]
#[row(toggles = Toggles)]
pub(crate) struct PacketRow<'a> {
    /// What was seen so far and what is wrong.
    #[col(name = "dhcpStat")]
    pub(crate) stat: Hex16,
    /// Message type.
    #[col(name = "dhcpMType")]
    pub(crate) kind: Option<u8>,
    /// Number of relays.
    #[col(name = "dhcpHops")]
    pub(crate) hops: Option<u8>,
    /// Type of hardware.
    #[col(name = "dhcpHWType")]
    pub(crate) hardware: Option<u8>,
    /// Transaction number.
    #[col(name = "dhcpTransID")]
    pub(crate) id: Option<Hex32>,
    /// Options in their order.
    #[col(name = "dhcpOpts")]
    pub(crate) options: List<'a, u8>,
    /// Number of the flow of the other side, if that is known.
    #[col(name = "dhcpLFlow")]
    pub(crate) other: Option<u64>,
}

impl<'a> PacketRow<'a> {
    /// The row of a packet.
    pub(crate) fn from_summary(stat: u16, summary: &'a Summary, other: Option<u64>) -> Self {
        Self {
            stat: Hex16(stat),
            kind: summary.kind,
            hops: summary.hops,
            hardware: summary.hardware,
            id: summary.id.map(Hex32),
            options: List(&summary.options),
            other,
        }
    }
}

/// A flow without messages.
static NOTHING: Lease = Lease::NONE;

impl<'a> FlowRow<'a> {
    /// The row of a flow, with the flow of the other side and the owners of its addresses.
    pub(crate) fn from_state(
        flow: &'a State,
        other: Option<u64>,
        owners: [Option<[u8; 6]>; 2],
    ) -> Self {
        let lease = flow.lease.as_deref().unwrap_or(&NOTHING);
        let [lease_time, renewal_time, rebinding_time] = lease.times;
        let [client, yours, next_server, relay] = lease.fixed;
        let [a, b, c, d] = lease.option_bits.map(Hex64);
        Self {
            stat: Hex16(flow.stat),
            types: List(&lease.types),
            type_bits: Hex64(lease.type_bits),
            hardware: Hex64(lease.hardware),
            macs: Each(&lease.macs, |(mac, _)| Mac(*mac)),
            mac_counts: Each(&lease.macs, |(mac, n)| (Mac(*mac), *n)),
            mask: lease.mask,
            mask_bits: Hex32(lease.mask.to_bits()),
            gateway: lease.gateway,
            dns: lease.dns,
            hops: Hex32(lease.hops),
            server_name: Text(&lease.server_name),
            boot_file: Text(&lease.boot_file),
            option_count: lease.option_count,
            options: List(&lease.options),
            option_bits: (a, b, c, d),
            hosts: Each(&lease.hosts, |(name, _)| Text(name)),
            host_counts: Each(&lease.hosts, |(name, n)| (Text(name), *n)),
            domains: Each(&lease.domains, |(name, _)| Text(name)),
            domain_counts: Each(&lease.domains, |(name, n)| (Text(name), *n)),
            elapsed: lease.elapsed,
            lease_time,
            renewal_time,
            rebinding_time,
            requested: lease.requested,
            client,
            yours,
            next_server,
            relay,
            server: lease.server,
            message: Text(&lease.message),
            other: other.unwrap_or(0),
            source_owner: owners[0].map(Mac),
            destination_owner: owners[1].map(Mac),
        }
    }
}
