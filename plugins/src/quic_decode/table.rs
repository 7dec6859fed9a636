//! The table of quicDecode: connections.

use flowz_api::Row;
use flowz_api::cell::{Dir, Each, Hex8, Hex16, Hex32, IpText, Label, Text, Time};
use flowz_api::key::FlowKey;
use flowz_api::packet::Timestamp;

use super::id::Id;
use super::state::{Role, Side};
use super::toggles::Toggles;
use crate::tls::extensions::number;

/// A connection.
#[derive(Row, Debug)]
#[row(toggles = Toggles, table = "quic")]
pub(crate) struct ConnectionRow<'a> {
    /// When its first packet came.
    #[col(name = "time")]
    pub(crate) time: Time,
    /// Direction of the client.
    #[col(name = "dir")]
    pub(crate) direction: Dir,
    /// Number of its first packet in the capture.
    #[col(name = "pktNo")]
    pub(crate) number: u64,
    /// The client's address.
    #[col(name = "srcIP")]
    pub(crate) src_ip: IpText,
    /// The client's port.
    #[col(name = "srcPort")]
    pub(crate) src_port: u16,
    /// The server's address.
    #[col(name = "dstIP")]
    pub(crate) dst_ip: IpText,
    /// The server's port.
    #[col(name = "dstPort")]
    pub(crate) dst_port: u16,
    /// Versions of packets, in the order in which they came first: the client's, and those that only the server has.
    #[col(name = "versions")]
    pub(crate) versions: Each<'a, u32, Hex32>,
    /// Versions that the server offered in a negotiation.
    #[col(name = "srvVersions")]
    pub(crate) offered: Each<'a, u32, Hex32>,
    /// The client's first id of the destination.
    #[col(name = "dcid")]
    pub(crate) destination: Label<'a>,
    /// The id that the keys of Initial packets follow from, if they could be opened.
    #[col(name = "keyDCID")]
    pub(crate) keys: Label<'a>,
    /// The client's own id.
    #[col(name = "scid")]
    pub(crate) source: Label<'a>,
    /// The server's own id.
    #[col(name = "srvSCID")]
    pub(crate) server_source: Label<'a>,
    /// The server's own id in a Retry packet.
    #[col(name = "retrySCID")]
    pub(crate) retry_source: Label<'a>,
    /// Length of the token in a Retry packet.
    #[col(name = "retryTokenLen", unit = "bytes")]
    pub(crate) retry_token: Option<u32>,
    /// Longest token in the client's Initial packets.
    #[col(name = "tokenLen", unit = "bytes")]
    pub(crate) token: u32,
    /// Initial packets of client and server.
    #[col(name = "initials_srv")]
    pub(crate) initials: (u32, u32),
    /// 0-RTT packets.
    #[col(name = "zeroRTT")]
    pub(crate) zero_rtt: u32,
    /// Handshake packets of both.
    #[col(name = "handshakes")]
    pub(crate) handshakes: u32,
    /// Packets with a short header of both.
    #[col(name = "shorts")]
    pub(crate) shorts: u32,
    /// Hellos, see above: bits of the client.
    #[col(name = "hello")]
    pub(crate) hello: Hex8,
    /// The same of the server.
    #[col(name = "srvHello")]
    pub(crate) server_hello: Hex8,
    /// Numbers of packets with parts of the client's hello.
    #[col(name = "helloPkts")]
    pub(crate) hello_packets: Each<'a, u64, u64>,
    /// CRYPTO frames of the client since it began, or began anew because the server asked for that.
    #[col(name = "cryptoFrames")]
    pub(crate) frames: u32,
    /// Length of the client's hello with its head.
    #[col(name = "length", unit = "bytes")]
    pub(crate) len: Option<u32>,
    /// Name of the server.
    #[col(name = "serverName")]
    pub(crate) server_name: Text<'a>,
    /// Protocols that are offered.
    #[col(name = "alpn")]
    pub(crate) alpn: Each<'a, Vec<u8>, Text<'a>>,
    /// Versions of TLS that are offered.
    #[col(name = "suppVer")]
    pub(crate) tls_versions: Each<'a, u16, Hex16>,
    /// Cipher suites that are offered.
    #[col(name = "ciphers")]
    pub(crate) ciphers: Each<'a, u16, Hex16>,
    /// Numbers of extensions.
    #[col(name = "extensions")]
    pub(crate) extensions: Each<'a, u16, Hex16>,
    /// Groups for the exchange of keys.
    #[col(name = "groups")]
    pub(crate) groups: Each<'a, u16, Hex16>,
    /// Groups of key shares, and how many bytes they have.
    #[col(name = "shareGroup_len")]
    pub(crate) shares: Each<'a, (u16, u16), (Hex16, u16)>,
    /// Signature algorithms.
    #[col(name = "sigAlgs")]
    pub(crate) signatures: Each<'a, u16, Hex16>,
    /// 1: a key that both share is offered.
    #[col(name = "psk")]
    pub(crate) psk: u8,
    /// 1: data come before the server's answer.
    #[col(name = "earlyData")]
    pub(crate) early_data: u8,
    /// 1: there is an encrypted hello inside, or something that looks like one.
    #[col(name = "ech")]
    pub(crate) encrypted: u8,
    /// Version of TLS that the server chose; empty without an answer.
    #[col(name = "srvVersion")]
    pub(crate) server_version: Option<Hex16>,
    /// 1: the server asks for another key share.
    #[col(name = "helloRetry")]
    pub(crate) retry: u8,
    /// Cipher suite that the server chose.
    #[col(name = "cipher")]
    pub(crate) cipher: Option<Hex16>,
    /// Group of the server's key share.
    #[col(name = "srvShareGroup")]
    pub(crate) server_share: Option<Hex16>,
    /// Error with which the client closed the connection in an Initial packet: 0x100 and the alert of TLS, or see
    /// RFC 9000, section 20.1.
    #[col(name = "error")]
    pub(crate) error: Option<Hex32>,
    /// The same of the server.
    #[col(name = "srvError")]
    pub(crate) server_error: Option<Hex32>,
    /// JA3 of the client.
    #[col(name = "ja3")]
    pub(crate) ja3: Label<'a>,
    /// What it was made of.
    #[col(name = "ja3Text")]
    pub(crate) ja3_text: Label<'a>,
    /// JA3S of the server.
    #[col(name = "ja3s")]
    pub(crate) ja3s: Label<'a>,
    /// What it was made of.
    #[col(name = "ja3sText")]
    pub(crate) ja3s_text: Label<'a>,
    /// JA4 of the client.
    #[col(name = "ja4")]
    pub(crate) ja4: Label<'a>,
    /// What it was made of.
    #[col(name = "ja4Text")]
    pub(crate) ja4_text: Label<'a>,
}

/// Both directions of a connection: which one is the client, and what rows borrow.
#[derive(Debug)]
pub(crate) struct Ends<'a> {
    /// Direction of the client.
    direction: Dir,
    key: FlowKey,
    client: &'a Side,
    server: &'a Side,
    versions: Vec<u32>,
    ids: [String; 5],
}

/// Nothing seen of a direction.
static NOTHING: std::sync::LazyLock<Side> = std::sync::LazyLock::new(Side::default);

impl<'a> Ends<'a> {
    /// From the side of a flow and its peer's; of a flow in that direction and with that key.
    pub(crate) fn new(
        direction: Dir,
        key: &FlowKey,
        own: &'a Side,
        peer: Option<&'a Side>,
    ) -> Self {
        let peer = peer.unwrap_or(&NOTHING);
        let other = Dir(if direction.0 == b'A' { b'B' } else { b'A' });
        let is_server = match (own.role, peer.role) {
            (Role::Server, _) | (_, Role::Client) => true,
            (Role::Client, _) | (_, Role::Server) => false,
            // By ports, where nothing else tells.
            _ => key.src_port < key.dst_port,
        };
        let (direction, key, client, server) = if is_server {
            (other, key.reversed(), peer, own)
        } else {
            (direction, *key, own, peer)
        };
        let mut versions = client.versions.clone();
        let more = server.versions.iter().filter(|version| !client.versions.contains(version));
        versions.extend(more);
        // Of a client that was not seen, the server tells the id.
        let source = if client.has_ids { client.source } else { server.destination };
        let keys = client.keys.as_deref().map_or(Id::default(), |keys| keys.id);
        let retry = server.retry.map_or(Id::default(), |(source, _)| source);
        let ids = [client.first_destination, keys, source, server.source, retry];
        let ids = ids.map(|id| id.hex());
        Self { direction, key, client, server, versions, ids }
    }

    /// The row.
    pub(crate) fn row(&'a self) -> ConnectionRow<'a> {
        let (client, server, key) = (self.client, self.server, &self.key);
        let is_first = |side: &Side| side.number > 0;
        let sides = [client, server].into_iter().filter(|side| is_first(side));
        let (number, time) =
            sides.map(|side| (side.number, side.time)).min().unwrap_or((0, Timestamp(0)));
        let said = client.read.client.as_deref();
        let answer = server.read.server.as_deref();
        let e = said.map(|client| &client.hello.extensions);
        let has = |number: u16| e.is_some_and(|e| e.has(number)).into();
        let share = answer.and_then(|answer| answer.hello.extensions.shares.first());
        let hex = |n: &u16| Hex16(*n);
        let [destination, keys, source, server_source, retry_source] = &self.ids;
        let label = |text: &'a String| Label(text.as_bytes());
        let words = |e: Option<&'a Vec<u16>>| e.map_or(&[][..], |list| &list[..]);
        let code = |error: Option<u64>| error.map(|e| Hex32(u32::try_from(e).unwrap_or(u32::MAX)));
        Self::counts(
            client,
            server,
            ConnectionRow {
                time: time.into(),
                direction: self.direction,
                number,
                src_ip: key.src_ip(),
                src_port: key.src_port,
                dst_ip: key.dst_ip(),
                dst_port: key.dst_port,
                versions: Each(&self.versions, |n| Hex32(*n)),
                offered: Each(&server.offered, |n| Hex32(*n)),
                destination: label(destination),
                keys: label(keys),
                source: label(source),
                server_source: label(server_source),
                retry_source: label(retry_source),
                retry_token: server.retry.map(|(_, len)| len),
                token: client.token_len,
                initials: (0, 0),
                zero_rtt: 0,
                handshakes: 0,
                shorts: 0,
                hello: Hex8(client.bits()),
                server_hello: Hex8(server.bits()),
                hello_packets: Each(&client.hello_packets, |n| *n),
                frames: client.frames,
                len: said.map(|client| client.hello.len),
                server_name: Text(e.and_then(|e| e.server_name.as_deref()).unwrap_or(&[])),
                alpn: Each(e.map_or(&[], |e| &e.alpn), |name| Text(name)),
                tls_versions: Each(words(e.map(|e| &e.versions)), hex),
                ciphers: Each(words(said.map(|client| &client.hello.ciphers)), hex),
                extensions: Each(words(e.map(|e| &e.numbers)), hex),
                groups: Each(words(e.map(|e| &e.groups)), hex),
                shares: Each(e.map_or(&[], |e| &e.shares), |(group, len)| (Hex16(*group), *len)),
                signatures: Each(words(e.map(|e| &e.signatures)), hex),
                psk: has(number::PRE_SHARED_KEY),
                early_data: has(number::EARLY_DATA),
                encrypted: has(number::ENCRYPTED_HELLO),
                server_version: answer.map(|answer| Hex16(answer.hello.chosen_version())),
                retry: answer.is_some_and(|answer| answer.was_retry).into(),
                cipher: answer.map(|answer| Hex16(answer.hello.cipher)),
                server_share: share.map(|(group, _)| Hex16(*group)),
                error: code(client.error),
                server_error: code(server.error),
                ja3: Label(said.map_or(&[], |client| client.ja3.hash.as_bytes())),
                ja3_text: Label(said.map_or(&[], |client| client.ja3.text.as_bytes())),
                ja3s: Label(answer.map_or(&[], |answer| answer.ja3.hash.as_bytes())),
                ja3s_text: Label(answer.map_or(&[], |answer| answer.ja3.text.as_bytes())),
                ja4: Label(said.map_or(&[], |client| client.ja4.hash.as_bytes())),
                ja4_text: Label(said.map_or(&[], |client| client.ja4.text.as_bytes())),
            },
        )
    }

    fn counts<'b>(client: &Side, server: &Side, row: ConnectionRow<'b>) -> ConnectionRow<'b> {
        let (own, other) = (client.counts, server.counts);
        let [initial, zero_rtt, handshakes, _] = own.typed;
        ConnectionRow {
            initials: (initial, other.typed[0]),
            zero_rtt,
            handshakes: handshakes.saturating_add(other.typed[2]),
            shorts: own.short.saturating_add(other.short),
            ..row
        }
    }
}
