//! What a flow keeps of its messages.

use std::net::Ipv4Addr;

use flowz_api::Checkpoint;
use flowz_api::memory;

use super::toggles::Toggles;

/// Bits of `dhcpStat`.
pub(crate) mod stat {
    /// DHCP.
    pub(crate) const DHCP: u16 = 0x0001;
    /// A request.
    pub(crate) const REQUEST: u16 = 0x0002;
    /// A reply.
    pub(crate) const REPLY: u16 = 0x0004;
    /// Replies are to be sent to the broadcast address.
    pub(crate) const BROADCAST: u16 = 0x0008;
    /// The client identifier holds another hardware address.
    pub(crate) const OTHER_CLIENT: u16 = 0x0010;
    /// Options in the fields for server name or boot file.
    pub(crate) const OVERLOAD: u16 = 0x0020;
    /// Seconds in the wrong byte order.
    pub(crate) const LITTLE_ENDIAN: u16 = 0x0040;
    /// Hardware that is not Ethernet.
    pub(crate) const NOT_ETHERNET: u16 = 0x0080;
    /// A list of options or message types is full.
    pub(crate) const LIST_FULL: u16 = 0x0100;
    /// A list of names or addresses is full.
    pub(crate) const NAMES_FULL: u16 = 0x0200;
    /// A message type that is not assigned.
    pub(crate) const UNKNOWN_TYPE: u16 = 0x0800;
    /// Too short.
    pub(crate) const LENGTH: u16 = 0x1000;
    /// No magic cookie.
    pub(crate) const MAGIC: u16 = 0x2000;
    /// An option goes on behind the end.
    pub(crate) const OPTIONS: u16 = 0x4000;
    /// Neither request nor reply.
    pub(crate) const MALFORMED: u16 = 0x8000;
}

/// State of a flow.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct State {
    pub(crate) stat: u16,
    pub(crate) lease: Option<Box<Lease>>,
}

/// A hardware address, and how often it was seen.
pub(crate) type CountedMac = ([u8; 6], u32);
/// A name, and how often it was seen.
pub(crate) type CountedName = (Vec<u8>, u16);

/// All that messages tell.
#[derive(Debug, Checkpoint)]
pub(crate) struct Lease {
    pub(crate) types: Vec<u8>,
    pub(crate) type_bits: u64,
    pub(crate) options: Vec<u8>,
    pub(crate) option_bits: [u64; 4],
    /// All options of all messages.
    pub(crate) option_count: u16,
    /// Bits 1 << type.
    pub(crate) hardware: u64,
    /// Bits 1 << hops.
    pub(crate) hops: u32,
    pub(crate) macs: Vec<CountedMac>,
    pub(crate) hosts: Vec<CountedName>,
    pub(crate) domains: Vec<CountedName>,
    pub(crate) server_name: Vec<u8>,
    pub(crate) boot_file: Vec<u8>,
    pub(crate) message: Vec<u8>,
    /// Most seconds since the client began.
    pub(crate) elapsed: u16,
    /// Seconds of the lease, until renewal and rebinding.
    pub(crate) times: [u32; 3],
    pub(crate) mask: Ipv4Addr,
    pub(crate) gateway: Ipv4Addr,
    pub(crate) dns: Ipv4Addr,
    pub(crate) requested: Ipv4Addr,
    pub(crate) server: Ipv4Addr,
    /// Addresses of the fixed part: client, yours, next server, relay.
    pub(crate) fixed: [Ipv4Addr; 4],
}

impl Lease {
    /// Most bytes of it with all lists, where no text is longer than an option of DHCP for IPv4.
    pub(crate) fn bytes(t: &Toggles) -> usize {
        const TEXT: usize = 255;
        let names = usize::from(t.max_names);
        let named = memory::list::<CountedName>(names) + names * memory::list::<u8>(TEXT);
        memory::boxed::<Self>()
            + memory::list::<u8>(t.max_types.into())
            + memory::list::<u8>(t.max_options.into())
            + memory::list::<CountedMac>(names)
            + 2 * named
            + 3 * memory::list::<u8>(TEXT)
    }

    /// Nothing told.
    pub(crate) const NONE: Self = Self {
        types: Vec::new(),
        type_bits: 0,
        options: Vec::new(),
        option_bits: [0; 4],
        option_count: 0,
        hardware: 0,
        hops: 0,
        macs: Vec::new(),
        hosts: Vec::new(),
        domains: Vec::new(),
        server_name: Vec::new(),
        boot_file: Vec::new(),
        message: Vec::new(),
        elapsed: 0,
        times: [0; 3],
        mask: Ipv4Addr::UNSPECIFIED,
        gateway: Ipv4Addr::UNSPECIFIED,
        dns: Ipv4Addr::UNSPECIFIED,
        requested: Ipv4Addr::UNSPECIFIED,
        server: Ipv4Addr::UNSPECIFIED,
        fixed: [Ipv4Addr::UNSPECIFIED; 4],
    };

    /// Notes a message type; yields the bits for it.
    pub(crate) fn add_type(&mut self, kind: u8, t: &Toggles) -> u16 {
        self.type_bits |= 1_u64.checked_shl(kind.into()).unwrap_or(0);
        distinct(&mut self.types, kind, t.max_types)
    }

    /// Notes an option; yields the bits for it.
    pub(crate) fn add_option(&mut self, code: u8, t: &Toggles) -> u16 {
        self.option_count = self.option_count.saturating_add(1);
        self.option_bits[usize::from(code >> 6)] |= 1 << (code & 63);
        distinct(&mut self.options, code, t.max_options)
    }

    /// Notes a type of hardware; the reference shifts by its lower six bits.
    pub(crate) fn add_hardware(&mut self, kind: u16, compat: bool) -> u16 {
        const ETHERNET: u16 = 1;
        let bit = 1_u64.checked_shl(kind.into()).unwrap_or(0);
        self.hardware |= if compat { 1_u64.wrapping_shl(kind.into()) } else { bit };
        if kind == ETHERNET { 0 } else { stat::NOT_ETHERNET }
    }

    /// Notes a number of hops; the reference shifts by its lower five bits.
    pub(crate) fn add_hops(&mut self, hops: u8, compat: bool) {
        let bit = 1_u32.checked_shl(hops.into()).unwrap_or(0);
        self.hops |= if compat { 1_u32.wrapping_shl(hops.into()) } else { bit };
    }

    /// Notes a client's hardware address; yields the bits for it.
    pub(crate) fn add_mac(&mut self, mac: [u8; 6], t: &Toggles) -> u16 {
        if let Some((_, count)) = self.macs.iter_mut().find(|(known, _)| *known == mac) {
            *count = count.saturating_add(1);
        } else if self.macs.len() < usize::from(t.max_names) {
            self.macs.push((mac, 1));
        } else {
            return stat::NAMES_FULL;
        }
        0
    }
}

/// Appends a number that is not there yet.
fn distinct(list: &mut Vec<u8>, number: u8, limit: u8) -> u16 {
    if list.contains(&number) {
        return 0;
    }
    if list.len() >= usize::from(limit) {
        return stat::LIST_FULL;
    }
    list.push(number);
    0
}

/// Notes a name; yields the bits for it.
pub(crate) fn add_name(list: &mut Vec<CountedName>, name: &[u8], t: &Toggles) -> u16 {
    if let Some((_, count)) = list.iter_mut().find(|(known, _)| *known == name) {
        *count = count.saturating_add(1);
    } else if list.len() < usize::from(t.max_names) {
        list.push((name.to_vec(), 1));
    } else {
        return stat::NAMES_FULL;
    }
    0
}
