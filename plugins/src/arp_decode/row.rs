//! Columns of arpDecode.

use std::net::Ipv4Addr;

use flowz_api::Row;
use flowz_api::cell::{Hex8, Hex16, List, Mac};

use super::toggles::Toggles;

/// The flow table's columns.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct FlowRow<'a> {
    /// What was seen: 01 ARP, 02 gratuitous, 04 probe, 08 announcement, 20 list full, 80 address has moved.
    #[col(name = "arpStat")]
    pub(crate) stat: Hex8,
    /// Type of hardware in the first message.
    #[col(name = "arpHwType")]
    pub(crate) hardware: u16,
    /// Operations below 16, one bit each.
    #[col(name = "arpOpcode")]
    pub(crate) operations: Hex16,
    /// Number of different pairs of addresses.
    #[col(name = "arpIpMacCnt")]
    pub(crate) count: u16,
    /// Hardware address, address, messages that bound them; 0 where another flow did so.
    #[col(name = "arpMac_Ip_Cnt", unit = "packets")]
    pub(crate) pairs: List<'a, (Mac, Ipv4Addr, u16)>,
}

/// The packet table's columns; empty where the packet is not ARP or they were not captured.
#[derive(Row, Debug, Default)]
#[row(toggles = Toggles)]
pub(crate) struct PacketRow {
    /// What was seen so far.
    #[col(name = "arpStat")]
    pub(crate) stat: Hex8,
    /// Type of hardware.
    #[col(name = "arpHwType")]
    pub(crate) hardware: Option<u16>,
    /// Ethertype of the protocol whose addresses are looked for.
    #[col(name = "arpProtoType")]
    pub(crate) protocol: Option<Hex16>,
    /// Length of hardware addresses.
    #[col(name = "arpHwSize", unit = "bytes")]
    pub(crate) hardware_size: Option<u8>,
    /// Length of protocol addresses.
    #[col(name = "arpProtoSize", unit = "bytes")]
    pub(crate) protocol_size: Option<u8>,
    /// Operation.
    #[col(name = "arpOpcode")]
    pub(crate) operation: Option<u16>,
    /// Hardware address of the sender.
    #[col(name = "arpSenderMAC")]
    pub(crate) sender_mac: Option<Mac>,
    /// Address of the sender.
    #[col(name = "arpSenderIP")]
    pub(crate) sender_ip: Option<Ipv4Addr>,
    /// Hardware address of the target.
    #[col(name = "arpTargetMAC")]
    pub(crate) target_mac: Option<Mac>,
    /// Address of the target.
    #[col(name = "arpTargetIP")]
    pub(crate) target_ip: Option<Ipv4Addr>,
}
