//! Columns of quicDecode.

use flowz_api::Row;
use flowz_api::cell::{Each, Hex8, Hex16, Hex32, Label, Text};

use super::state::State;
use super::toggles::Toggles;

/// Counts of packets.
type Numbers = (u32, u32, u32, u32, u32);
/// Group and length of a key share.
type Share = (Hex16, u16);

/// The flow table's columns. Those of the hello are of the direction's first one: of the client's ClientHello, or of the
/// server's ServerHello.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct FlowRow<'a> {
    /// What was seen, see above.
    #[col(name = "quicStat")]
    pub(crate) stat: Hex8,
    /// The latest version.
    #[col(name = "quicVersion")]
    pub(crate) version: Hex32,
    /// First bytes of all packets, together; some of their bits are encrypted.
    #[col(name = "quicFlags")]
    pub(crate) flags: Hex8,
    /// Types of packets, see above.
    #[col(name = "quicPktTypes")]
    pub(crate) types: Hex8,
    /// The latest id of the destination.
    #[col(name = "quicDCID")]
    pub(crate) destination: Label<'a>,
    /// The latest id of the source.
    #[col(name = "quicSCID")]
    pub(crate) source: Label<'a>,
    /// The client's first id of the destination, of servers that have sent a Retry packet.
    #[col(name = "quicODCID")]
    pub(crate) original: Label<'a>,
    /// Initial, 0-RTT, Handshake and Retry packets, and those with a short header.
    #[col(name = "quicNumI_Z_H_R_S", show = t.hello && !run.compat)]
    pub(crate) numbers: Numbers,
    /// Hellos, see above.
    #[col(name = "quicHello", show = t.hello && !run.compat)]
    pub(crate) hello: Hex8,
    /// Name of the server.
    #[col(name = "quicServerName", show = t.hello && !run.compat)]
    pub(crate) server_name: Text<'a>,
    /// Protocols that are offered.
    #[col(name = "quicALPNList", show = t.hello && !run.compat)]
    pub(crate) alpn: Each<'a, Vec<u8>, Text<'a>>,
    /// Versions of TLS that are offered, or the chosen one.
    #[col(name = "quicSuppVer", show = t.hello && !run.compat)]
    pub(crate) versions: Each<'a, u16, Hex16>,
    /// The server's choice, or the client's first cipher suite.
    #[col(name = "quicCipher", show = t.hello && !run.compat)]
    pub(crate) cipher: Hex16,
    /// Cipher suites that are offered.
    #[col(name = "quicCipherList", show = t.hello && !run.compat)]
    pub(crate) ciphers: Each<'a, u16, Hex16>,
    /// Groups for the exchange of keys.
    #[col(name = "quicECPt", show = t.hello && !run.compat)]
    pub(crate) groups: Each<'a, u16, Hex16>,
    /// Groups of key shares, and how many bytes they have.
    #[col(name = "quicShareGroup_len", show = t.hello && !run.compat)]
    pub(crate) shares: Each<'a, (u16, u16), Share>,
    /// JA3 of clients, JA3S of servers.
    #[col(name = "quicJA3Hash", show = t.hello && !run.compat)]
    pub(crate) ja3: Label<'a>,
    /// JA4 of clients.
    #[col(name = "quicJA4", show = t.hello && !run.compat)]
    pub(crate) ja4: Label<'a>,
}

impl<'a> FlowRow<'a> {
    /// The row of a flow; ids are text already.
    pub(crate) fn new(state: &'a State, ids: [&'a str; 3]) -> Self {
        let [destination, source, original] = ids.map(|id| Label(id.as_bytes()));
        let [initial, zero_rtt, handshake, retry] = state.counts.typed;
        let hex = |n: &u16| Hex16(*n);
        let share = |share: &(u16, u16)| (Hex16(share.0), share.1);
        let hello = state.shown();
        let client = hello.and_then(|hello| hello.client.as_deref());
        let server = hello.and_then(|hello| hello.server.as_deref());
        let e = client.map(|c| &c.hello.extensions).or(server.map(|s| &s.hello.extensions));
        let offered = client.map_or(&[][..], |client| &client.hello.ciphers);
        let chosen = server.map(|server| server.hello.cipher);
        let ja3 = client.map(|c| &c.ja3).or(server.map(|s| &s.ja3));
        Self {
            stat: Hex8(state.stat),
            version: Hex32(state.version),
            flags: Hex8(state.flags),
            types: Hex8(state.types),
            destination,
            source,
            original,
            numbers: (initial, zero_rtt, handshake, retry, state.counts.short),
            hello: Hex8(state.hello),
            server_name: Text(e.and_then(|e| e.server_name.as_deref()).unwrap_or(&[])),
            alpn: Each(e.map_or(&[], |e| &e.alpn), |name| Text(name)),
            versions: Each(e.map_or(&[], |e| &e.versions), hex),
            cipher: Hex16(chosen.or(offered.first().copied()).unwrap_or(0)),
            ciphers: Each(offered, hex),
            groups: Each(e.map_or(&[], |e| &e.groups), hex),
            shares: Each(e.map_or(&[], |e| &e.shares), share),
            ja3: Label(ja3.map_or(&[], |ja3| ja3.hash.as_bytes())),
            ja4: Label(client.map_or(&[], |client| client.ja4.hash.as_bytes())),
        }
    }
}

/// The packet table's columns: those of the first packet in the datagram.
#[derive(Row, Debug, Default)]
#[row(toggles = Toggles)]
pub(crate) struct PacketRow<'a> {
    /// What was seen in the flow so far, see above.
    #[col(name = "quicStat")]
    pub(crate) stat: Hex8,
    /// First byte.
    #[col(name = "quicFlags")]
    pub(crate) flags: Option<Hex8>,
    /// Type, of long headers.
    #[col(name = "quicPktType", show = t.type_names == 1)]
    pub(crate) kind: Label<'a>,
    /// Number of the type: 0 Initial, 1 0-RTT, 2 Handshake, 3 Retry.
    #[col(name = "quicPktType", show = t.type_names == 0)]
    pub(crate) kind_number: Option<u8>,
    /// Version.
    #[col(name = "quicVersion")]
    pub(crate) version: Option<Hex32>,
    /// Id of the destination.
    #[col(name = "quicDCID")]
    pub(crate) destination: Label<'a>,
    /// Id of the source.
    #[col(name = "quicSCID")]
    pub(crate) source: Label<'a>,
    /// The client's first id of the destination, of Retry packets.
    #[col(name = "quicODCID")]
    pub(crate) original: Label<'a>,
    /// Packet number of Initial packets that could be opened.
    #[col(name = "quicPktNum")]
    pub(crate) number: Option<u64>,
}
