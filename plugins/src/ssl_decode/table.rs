//! Tables of sslDecode: hellos, certificates.

use flowz_api::Row;
use flowz_api::cell::{Dir, Each, Hex16, IpText, Label, List, Text, Time};
use flowz_api::key::FlowKey;
use flowz_api::packet::{NANOS, Timestamp};

use super::connection::{Answer, Exchange};
use super::toggles::Toggles;
use crate::tls::certificate::Certificate;

/// A ClientHello, and what comes of it.
#[derive(Row, Debug)]
#[row(toggles = Toggles, table = "tls")]
pub(crate) struct HelloRow<'a> {
    /// When the last byte of the hello came.
    #[col(name = "time")]
    pub(crate) time: Time,
    /// Direction of the client.
    #[col(name = "dir")]
    pub(crate) direction: Dir,
    /// Number of the connection in the flow, from 1.
    #[col(name = "conn")]
    pub(crate) connection: u32,
    /// Number of the hello in the connection, from 1; behind a request for another key share comes a second one.
    #[col(name = "hello")]
    pub(crate) number: u32,
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
    /// Versions of the client's records.
    #[col(name = "recVer")]
    pub(crate) record_versions: List<'a, Hex16>,
    /// Versions of the server's records.
    #[col(name = "srvRecVer")]
    pub(crate) server_record_versions: List<'a, Hex16>,
    /// Version of the hello; not above TLS 1.2.
    #[col(name = "version")]
    pub(crate) version: Hex16,
    /// Length of the message with its head.
    #[col(name = "length", unit = "bytes")]
    pub(crate) len: u32,
    /// Versions that are offered in the extension for them.
    #[col(name = "suppVer")]
    pub(crate) versions: Each<'a, u16, Hex16>,
    /// Name of the server.
    #[col(name = "serverName")]
    pub(crate) server_name: Text<'a>,
    /// Protocols that are offered.
    #[col(name = "alpn")]
    pub(crate) alpn: Each<'a, Vec<u8>, Text<'a>>,
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
    /// Number of the session.
    #[col(name = "sessionId")]
    pub(crate) session: Label<'a>,
    /// 1: a key that both share is offered.
    #[col(name = "psk")]
    pub(crate) psk: u8,
    /// 1: data come before the server's answer.
    #[col(name = "earlyData")]
    pub(crate) early_data: u8,
    /// 1: there is an encrypted hello inside, or something that looks like one.
    #[col(name = "ech")]
    pub(crate) encrypted: u8,
    /// Version that the server chose; empty without an answer.
    #[col(name = "srvVersion")]
    pub(crate) server_version: Option<Hex16>,
    /// 1: the answer asks for another key share.
    #[col(name = "helloRetry")]
    pub(crate) retry: u8,
    /// Cipher suite that the server chose.
    #[col(name = "cipher")]
    pub(crate) cipher: Option<Hex16>,
    /// Protocol that the server chose, if that is not encrypted.
    #[col(name = "srvAlpn")]
    pub(crate) server_alpn: Text<'a>,
    /// Group of the server's key share.
    #[col(name = "srvShareGroup")]
    pub(crate) server_share: Option<Hex16>,
    /// Numbers of the extensions of the answer.
    #[col(name = "srvExtensions")]
    pub(crate) server_extensions: Each<'a, u16, Hex16>,
    /// 1: a session is resumed.
    #[col(name = "resumed")]
    pub(crate) resumed: u8,
    /// Alerts in clear: direction, level, description.
    #[col(name = "alerts")]
    pub(crate) alerts: Each<'a, String, Label<'a>>,
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
    /// 1: the server asks for a certificate.
    #[col(name = "certRequest")]
    pub(crate) wants_certificate: u8,
    /// Certificates of the server in clear.
    #[col(name = "srvCerts")]
    pub(crate) server_certificates: u16,
    /// Certificates of the client in clear.
    #[col(name = "certs")]
    pub(crate) certificates: u16,
}

/// Where a row is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    pub(crate) direction: Dir,
    /// From 1.
    pub(crate) connection: u32,
    pub(crate) number: u32,
    pub(crate) key: &'a FlowKey,
}

impl<'a> HelloRow<'a> {
    /// The row of a hello; versions of records are those of client and server, `session` is in hexadecimal.
    pub(crate) fn new(
        place: Place<'_>,
        exchange: &'a Exchange,
        [records, server_records]: [&'a [Hex16]; 2],
        session: &'a str,
    ) -> Self {
        let (hello, key) = (&exchange.hello, place.key);
        let e = &hello.extensions;
        let answer = exchange.answer.as_ref();
        let hex = |n: &u16| Hex16(*n);
        let server = answer.map(|answer| &answer.hello);
        let share = server.and_then(|s| s.extensions.shares.first());
        let text = |pick: fn(&Answer) -> &str| Label(answer.map_or("", pick).as_bytes());
        let number = crate::tls::extensions::number::PRE_SHARED_KEY;
        Self {
            time: exchange.time.into(),
            direction: place.direction,
            connection: place.connection,
            number: place.number,
            src_ip: key.src_ip(),
            src_port: key.src_port,
            dst_ip: key.dst_ip(),
            dst_port: key.dst_port,
            record_versions: List(records),
            server_record_versions: List(server_records),
            version: Hex16(hello.version),
            len: hello.len,
            versions: Each(&e.versions, hex),
            server_name: Text(e.server_name.as_deref().unwrap_or(&[])),
            alpn: Each(&e.alpn, |name| Text(name)),
            ciphers: Each(&hello.ciphers, hex),
            extensions: Each(&e.numbers, hex),
            groups: Each(&e.groups, hex),
            shares: Each(&e.shares, |(group, len)| (Hex16(*group), *len)),
            signatures: Each(&e.signatures, hex),
            session: Label(session.as_bytes()),
            psk: e.has(number).into(),
            early_data: e.has(crate::tls::extensions::number::EARLY_DATA).into(),
            encrypted: hello.is_encrypted().into(),
            server_version: server.map(|s| Hex16(s.chosen_version())),
            retry: exchange.was_retried.into(),
            cipher: server.map(|s| Hex16(s.cipher)),
            server_alpn: Text(server.and_then(|s| s.extensions.alpn.first()).map_or(&[], |a| a)),
            server_share: share.map(|(group, _)| Hex16(*group)),
            server_extensions: Each(server.map_or(&[], |s| &s.extensions.numbers), hex),
            resumed: exchange.is_resumed().into(),
            alerts: Each(&exchange.alerts, |alert| Label(alert.as_bytes())),
            ja3: Label(exchange.ja3.hash.as_bytes()),
            ja3_text: Label(exchange.ja3.text.as_bytes()),
            ja3s: text(|answer| &answer.ja3.hash),
            ja3s_text: text(|answer| &answer.ja3.text),
            ja4: Label(exchange.ja4.hash.as_bytes()),
            ja4_text: Label(exchange.ja4.text.as_bytes()),
            wants_certificate: exchange.wants_certificate.into(),
            server_certificates: exchange.certificates[0],
            certificates: exchange.certificates[1],
        }
    }
}

/// A certificate that was sent in clear.
#[derive(Row, Debug)]
#[row(toggles = Toggles, table = "certificates")]
pub(crate) struct CertificateRow<'a> {
    /// When its last byte came.
    #[col(name = "time")]
    pub(crate) time: Time,
    /// Direction.
    #[col(name = "dir")]
    pub(crate) direction: Dir,
    /// Number of the connection in the flow, from 1.
    #[col(name = "conn")]
    pub(crate) connection: u32,
    /// Number of the certificate in its direction, from 1: the first one is the sender's own.
    #[col(name = "number")]
    pub(crate) number: u16,
    /// Whom it is for (RFC 4514).
    #[col(name = "subject")]
    pub(crate) subject: Text<'a>,
    /// Who says so.
    #[col(name = "issuer")]
    pub(crate) issuer: Text<'a>,
    /// Serial number.
    #[col(name = "serial")]
    pub(crate) serial: Label<'a>,
    /// Valid from then.
    #[col(name = "notBefore")]
    pub(crate) not_before: Time,
    /// Valid until then.
    #[col(name = "notAfter")]
    pub(crate) not_after: Time,
    /// Kind and bits of the key.
    #[col(name = "keyType_size")]
    pub(crate) key: (Label<'a>, u16),
    /// How it is signed.
    #[col(name = "sigAlg")]
    pub(crate) signature: Text<'a>,
    /// Length.
    #[col(name = "length", unit = "bytes")]
    pub(crate) len: u32,
    /// SHA-1 of the certificate.
    #[col(name = "sha1")]
    pub(crate) sha1: Label<'a>,
    /// SHA-256 of the certificate.
    #[col(name = "sha256")]
    pub(crate) sha256: Label<'a>,
}

impl<'a> CertificateRow<'a> {
    /// The row of a certificate.
    pub(crate) fn new(
        time: Timestamp,
        (direction, connection, number): (Dir, u32, u16),
        certificate: &'a Certificate,
    ) -> Self {
        Self {
            time: time.into(),
            direction,
            connection,
            number,
            subject: Text(certificate.subject_text.as_bytes()),
            issuer: Text(certificate.issuer_text.as_bytes()),
            serial: Label(certificate.serial.as_bytes()),
            not_before: moment(certificate.not_before),
            not_after: moment(certificate.not_after),
            key: (Label(certificate.key_kind.as_bytes()), certificate.key_bits),
            signature: Text(certificate.signature.short().as_bytes()),
            len: certificate.len,
            sha1: Label(certificate.sha1.as_bytes()),
            sha256: Label(certificate.sha256.as_bytes()),
        }
    }
}

/// A moment that is given in seconds since 1970; at most the year 9999, which is later than a `Timestamp` can be.
pub(crate) fn moment(seconds: i64) -> Time {
    match u64::try_from(seconds) {
        Ok(seconds) => Time { seconds, nanos: 0 },
        Err(_) => Timestamp(seconds.saturating_mul(NANOS)).into(),
    }
}
