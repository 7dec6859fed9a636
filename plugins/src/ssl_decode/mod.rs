//! TLS and SSL in TCP streams: hellos, certificates, alerts, fingerprints (RFC 8446, RFC 5246, RFC 6101).
//!
//! TLS is known by its records, on any port. A connection may begin with it, or with up to 8 KiB of words in clear, as with
//! STARTTLS and behind CONNECT; where the beginning was not captured, records are looked for in 40 KiB. Messages are read
//! over any segments and records. Behind a gap within a record the next record is known; behind others it is looked for.
//!
//! | `sslStat` | what |
//! |---|---|
//! | 00000001 | records of another version than the hellos |
//! | 00000002 | a record that is too long |
//! | 00000004 | a hello, extension or certificate that is malformed |
//! | 00000008 | a certificate that had expired |
//! | 00000010 | a fatal alert |
//! | 00000020 | the extension for secure renegotiation |
//! | 00000040 | a heartbeat though neither side allows any |
//! | 00000080, 00000100 | ciphers, extensions: the list is full |
//! | 00000200, 00000400 | protocols: a list is full, a name was cut |
//! | 00000800 | groups or formats of points: a list is full |
//! | 00004000 | SSL 3.0 |
//! | 00008000 | a key below 2048 bits (RSA, DSA) or 224 bits (elliptic curves) |
//! | 00010000, 00020000 | signature algorithms, versions: the list is full |
//! | 00040000 | bytes of a hello or certificate are missing |
//! | 00080000 | no JA3 (only with `--compat`, see below) |
//! | 00200000, 00400000, 00800000 | the parts of JA4 are there |
//! | 01000000, 02000000 | an insecure, a weak cipher suite is offered or chosen |
//! | 04000000, 08000000 | a secure one, a recommended one (with forward secrecy) |
//! | 10000000 | the text of JA4 was cut |
//! | 20000000, 40000000 | versions of records, of hellos: the list is full |
//!
//! `sslFlags`: 02 as 00000001 above, 04 the random value begins with 0, 08 with a time that is more than five years ahead, 10 the
//! rest of it is 0, 20 compression is offered or chosen. `sslVuln`: 01 BEAST and 10 POODLE (SSL 3.0), 02 BREACH and 04 CRIME
//! (compression), 08 FREAK (a key for export is chosen), 20 HEARTBLEED. `sslProto`: 1 HTTP/1, 2 HTTP/2, 4 HTTP/3, 8 SPDY, 2000 SRTP.
//!
//! Certificates are in clear up to TLS 1.2. With ECH the name of the server is an outer one.
//!
//! **Tables**: `tls` has a row for each ClientHello, written at the end of the connection; `certificates` one for each
//! certificate. Fingerprints: JA3, JA3S, and JA4 of clients. What they stand for may be in a file, `SSL_FINGERPRINTS`.
//!
//! With `--compat` JA3 and JA4 are missing where one of the lists that they are made of is full, and keys of any kind are weak
//! below 1024 bits.
//!
//! **Not offered**: DTLS, OpenVPN and Tor (`SSL_ANALYZE_OVPN`, `SSL_DETECT_TOR`); QUIC (`SSL_ANALYZE_QUIC`) is read by quicDecode.
//! JA4 of servers, which is not free: `sslJA4` is empty for them. Files of certificates (`SSL_SAVE_CERT` and what belongs to
//! it), lists of bad certificates (`SSL_BLIST`). JA4 in the order of the message (`SSL_JA4_O`, `SSL_JA4_RO`).

mod bits;
mod connection;
mod known;
mod lists;
pub(crate) mod messages;
pub(crate) mod records;
mod row;
mod search;
mod seen;
mod state;
mod table;
#[cfg(test)]
mod tests;
mod toggles;

use flowz_api::cell::{Dir, Hex16};
use flowz_api::inventory;
use flowz_api::key::TCP;
use flowz_api::memory;
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::report::Part;
use flowz_api::row::NoRow;
use flowz_api::stream::{Found, Next, StreamEvent, StreamStart};
use flowz_api::table::TableList;

use known::Known;
use records::Head;
use row::FlowRow;
use search::Place;
use seen::Collector;
use state::{State, Tls};
use table::{CertificateRow, HelloRow};
use toggles::Toggles;

inventory::submit! { PluginEntry::new::<SslDecode>() }

/// The plugin.
#[derive(Merge, Debug, Resume)]
pub(crate) struct SslDecode {
    #[merge(keep)]
    toggles: Toggles,
    #[merge(keep)]
    compat: bool,
    #[merge(keep)]
    known: Known,
    #[merge(or)]
    stat: u32,
    #[merge(or)]
    protocols: u32,
    /// Flows by version: SSL 3.0, TLS 1.0 to 1.3, drafts of 1.3.
    #[merge(nested)]
    versions: Counts<6>,
    /// Flows whose JA3 or JA4 is known.
    #[merge(nested)]
    matched: Counts<2>,
}

/// Numbers of which each is a sum.
#[derive(Debug, Checkpoint)]
struct Counts<const N: usize>([u64; N]);

flowz_api::resume_whole!(Counts<6>, Counts<2>);

impl<const N: usize> flowz_api::merge::Merge for Counts<N> {
    fn merge(&mut self, other: Self) {
        for (own, other) in self.0.iter_mut().zip(other.0) {
            *own += other;
        }
    }
}

impl Plugin for SslDecode {
    const INFO: Info =
        Info::new("sslDecode", 315, "Hellos, certificates and fingerprints of TLS and SSL")
            .streams()
            .only(TCP);
    const CHECKPOINT: Option<PluginCheckpoint<Self>> = Some(PluginCheckpoint::DERIVED);
    type Toggles = Toggles;
    type Flow = State;
    type Row<'a> = FlowRow<'a>;
    type PacketRow<'a> = NoRow<Toggles>;

    fn new(setup: &mut PluginSetup<'_, Toggles>) -> Result<Self, PluginError> {
        let toggles = setup.toggles.clone();
        let known = Known::from_file(&toggles.fingerprints).map_err(PluginError::Other)?;
        let (stat, protocols, versions, matched) = (0, 0, Counts([0; 6]), Counts([0; 2]));
        Ok(Self { toggles, compat: setup.run.compat, known, stat, protocols, versions, matched })
    }

    fn bytes_elsewhere(&self) -> usize {
        let t = &self.toggles;
        memory::boxed::<Tls>()
            + memory::list::<u8>(usize::from(t.longest_message) << 10)
            + connection::bytes(t)
            + seen::bytes(t)
    }

    fn tables(list: &mut TableList<'_, Toggles>) {
        if list.toggles().table {
            list.add::<HelloRow<'_>>();
        }
        if list.toggles().certificate_table {
            list.add::<CertificateRow<'_>>();
        }
    }

    fn on_new_flow(&mut self, cx: &mut PacketContext<'_>, _: &mut State) -> Interest {
        if cx.layers.is_tcp() { Interest::Stream } else { Interest::None }
    }

    fn on_stream(
        &mut self,
        cx: &mut StreamContext<'_>,
        event: StreamEvent<'_>,
        flow: &mut State,
        peer: Option<&mut State>,
    ) -> Next {
        match event {
            StreamEvent::Data(data) => self.data(cx, data.bytes, data.time, flow, peer),
            StreamEvent::Gap(gap) => {
                self.rest(cx, gap.rest, flow, peer);
                self.gap(cx, gap.len, flow)
            }
            StreamEvent::End(end) => {
                self.rest(cx, end.rest, flow, peer);
                Next::Take(0)
            }
            StreamEvent::Closed(_) => {
                Self::closed(cx, flow, peer);
                Next::Take(0)
            }
        }
    }

    fn find_message(&self, flow: &State, bytes: &[u8], _: usize) -> Found {
        // What is no TLS yet is looked at with the bytes, and not for ever.
        if flow.tls.is_none() { Found::Anything } else { records::find(bytes) }
    }

    fn packet_row<'a>(&'a self, _: &'a PacketContext<'_>, _: &'a State) -> NoRow<Toggles> {
        NoRow::default()
    }

    fn has_empty_row(&self, flow: &State, peer: Option<&State>) -> bool {
        flow.tls.is_none() && peer.is_none_or(|peer| peer.tls.is_none())
    }

    fn on_flow_end<'a>(
        &'a mut self,
        _: &'a mut EndContext<'_>,
        flow: &'a mut State,
        peer: Option<&'a mut State>,
    ) -> FlowRow<'a> {
        self.count(flow);
        FlowRow::from_state(flow, peer.map(|peer| &*peer), &self.known)
    }

    fn report(&self, totals: &Totals, out: &mut Report) {
        const NAMES: [&str; 6] =
            ["SSL 3.0", "TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3", "TLS 1.3 (draft)"];
        out.aggregated("sslStat", u64::from(self.stat), 8);
        for (name, count) in NAMES.iter().zip(self.versions.0) {
            if count > 0 {
                let parts = [Part::Count(count), Part::Share(count, totals.flows)];
                out.line(format!("Number of {name} flows"), parts);
            }
        }
        out.aggregated("sslProto", u64::from(self.protocols), 8);
        for (name, count) in ["JA3", "JA4"].iter().zip(self.matched.0) {
            if count > 0 {
                out.line(format!("Number of {name} signatures matched"), [Part::Count(count)]);
            }
        }
    }
}

impl SslDecode {
    /// The next bytes.
    fn data(
        &self,
        cx: &mut StreamContext<'_>,
        bytes: &[u8],
        time: Timestamp,
        flow: &mut State,
        peer: Option<&mut State>,
    ) -> Next {
        if let Some(tls) = flow.tls.as_deref_mut() {
            return self.read(cx, bytes, time, tls, peer);
        }
        flow.search.middle |= cx.start == StreamStart::Middle;
        match flow.search.look(bytes) {
            Place::Nowhere => Next::Stop,
            Place::Wait(len) => Next::Take(len),
            Place::Here(at) => {
                let tls = flow.tls.insert(Box::default());
                match self.read(cx, &bytes[at..], time, tls, peer) {
                    Next::Take(len) => Next::Take(at + len),
                    Next::Search(len) => Next::Search(at + len),
                    next @ (Next::TakeAll | Next::Stop) => next,
                }
            }
        }
    }

    /// Reads records.
    fn read(
        &self,
        cx: &mut StreamContext<'_>,
        bytes: &[u8],
        time: Timestamp,
        tls: &mut Tls,
        peer: Option<&mut State>,
    ) -> Next {
        let Tls { reading, seen, connection } = tls;
        let before = connection.certificates;
        let mut collector = Collector {
            toggles: &self.toggles,
            compat: self.compat,
            now: time,
            direction: char::from(letter(cx).0),
            seen,
            connection,
            peer: peer.and_then(|peer| peer.tls.as_deref_mut()),
            certificates: Vec::new(),
        };
        let most = u32::from(self.toggles.longest_message) << 10;
        let next = reading.feed(bytes, most, &mut collector);
        let certificates = collector.certificates;
        if let Next::Search(at) = next {
            seen.stat |=
                if Head::is_too_long(&bytes[at..]) { bits::stat::RECORD_TOO_LONG } else { 0 };
        }
        connection.certificates = before.saturating_add(certificates.len() as u16);
        if self.toggles.certificate_table {
            for (certificate, number) in certificates.iter().zip(before + 1..) {
                let place = (letter(cx), cx.connection + 1, number);
                cx.emit(&CertificateRow::new(time, place, certificate));
            }
        }
        next
    }

    /// Bytes behind which nothing comes, or a gap: perhaps a record that nothing had to follow.
    fn rest(
        &self,
        cx: &mut StreamContext<'_>,
        rest: &[u8],
        flow: &mut State,
        peer: Option<&mut State>,
    ) {
        let is_one = Head::read(rest).is_some_and(|head| rest.len() == 5 + usize::from(head.len));
        if flow.tls.is_none() && flow.search.middle && is_one {
            let now = cx.now;
            let tls = flow.tls.insert(Box::default());
            let _: Next = self.read(cx, rest, now, tls, peer);
        }
    }

    fn gap(&self, cx: &StreamContext<'_>, len: u64, flow: &mut State) -> Next {
        let Some(tls) = flow.tls.as_deref_mut() else {
            flow.search.middle = true;
            return Next::Take(0);
        };
        let Tls { reading, seen, connection } = tls;
        let mut collector = Collector {
            toggles: &self.toggles,
            compat: self.compat,
            now: cx.now,
            direction: char::from(letter(cx).0),
            seen,
            connection,
            peer: None,
            certificates: Vec::new(),
        };
        reading.gap(len, &mut collector)
    }

    /// A connection is over: rows of its hellos are written. The flow may have another one.
    fn closed(cx: &mut StreamContext<'_>, flow: &mut State, peer: Option<&mut State>) {
        flow.search = search::Search::default();
        let Some(tls) = flow.tls.as_deref_mut() else { return };
        let peer = peer.and_then(|peer| peer.tls.as_deref());
        let words = |list: &[u16]| list.iter().map(|word| Hex16(*word)).collect::<Vec<_>>();
        let own = words(&tls.connection.record_versions);
        let other = peer.map(|peer| words(&peer.connection.record_versions)).unwrap_or_default();
        for (exchange, number) in tls.connection.exchanges.iter().zip(1..) {
            let (direction, connection, key) = (letter(cx), cx.connection + 1, cx.key);
            let place = table::Place { direction, connection, number, key };
            let session = crate::tls::fingerprint::hex(&exchange.hello.session);
            let row = HelloRow::new(place, exchange, [&own, &other], &session);
            cx.emit(&row);
        }
        tls.connection.close();
        tls.seen.close();
        tls.reading = records::Reading::default();
    }

    fn count(&mut self, flow: &State) {
        let Some(tls) = &flow.tls else { return };
        let seen = &tls.seen;
        self.stat |= seen.stat;
        self.protocols |= seen.protocols;
        let place = match seen.version {
            version @ 0x0300..=0x0304 => usize::from(version - 0x0300),
            _ => 5,
        };
        self.versions.0[place] += 1;
        let matched = [&seen.ja3.hash, &seen.ja4.hash];
        for (count, hash) in self.matched.0.iter_mut().zip(matched) {
            *count += self.known.words(hash).len() as u64;
        }
    }
}

/// The letter of the direction.
fn letter(cx: &StreamContext<'_>) -> Dir {
    Dir(match cx.direction() {
        Direction::A => b'A',
        Direction::B => b'B',
    })
}
