//! Columns of sslDecode.

use std::sync::LazyLock;

use flowz_api::Row;
use flowz_api::cell::{Bytes, Each, Hex8, Hex16, Hex32, Hex64, Label, Text, Time};

use super::known::Known;
use super::seen::Seen;
use super::state::{State, Tls};
use super::table::moment;
use super::toggles::Toggles;
use crate::tls::certificate::Certificate;

/// One value of each certificate.
type OfEach<'a, C> = Each<'a, Certificate, C>;

/// The flow table's columns. Lists are those of the direction's first hello.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct FlowRow<'a> {
    /// What was seen and what is wrong, see above.
    #[col(name = "sslStat")]
    pub(crate) stat: Hex32,
    /// Protocols inside, see above.
    #[col(name = "sslProto")]
    pub(crate) protocols: Hex32,
    /// What is odd, see above.
    #[col(name = "sslFlags")]
    pub(crate) flags: Hex8,
    /// The client's highest version, or the server's choice; of records where there is no hello.
    #[col(name = "sslVersion")]
    pub(crate) version: Hex16,
    /// Number of versions of records.
    #[col(name = "sslNumRecVer", show = t.record_versions)]
    pub(crate) record_version_count: u16,
    /// Versions of records.
    #[col(name = "sslRecVer", show = t.record_versions)]
    pub(crate) record_versions: Each<'a, u16, Hex16>,
    /// Number of versions of hellos.
    #[col(name = "sslNumHandVer", show = t.hello_versions)]
    pub(crate) hello_version_count: u16,
    /// Versions of hellos.
    #[col(name = "sslHandVer", show = t.hello_versions)]
    pub(crate) hello_versions: Each<'a, u16, Hex16>,
    /// Known weaknesses, see above.
    #[col(name = "sslVuln")]
    pub(crate) vulnerable: Hex8,
    /// Alerts in clear: 1 << place in the list of RFC 8446, section 6, with those of RFC 5246.
    #[col(name = "sslAlert")]
    pub(crate) alerts: Hex64,
    /// The server's choice, or the client's first cipher suite.
    #[col(name = "sslCipher")]
    pub(crate) cipher: Hex16,
    /// Number of extensions.
    #[col(name = "sslNumExt", show = t.extensions)]
    pub(crate) extension_count: u16,
    /// Their numbers.
    #[col(name = "sslExtList", show = t.extensions)]
    pub(crate) extensions: Each<'a, u16, Hex16>,
    /// Number of versions in the extension for them.
    #[col(name = "sslNumSuppVer", show = t.versions)]
    pub(crate) version_count: u16,
    /// These versions.
    #[col(name = "sslSuppVer", show = t.versions)]
    pub(crate) versions: Each<'a, u16, Hex16>,
    /// Number of signature algorithms.
    #[col(name = "sslNumSigAlg", show = t.signatures)]
    pub(crate) signature_count: u16,
    /// Signature algorithms.
    #[col(name = "sslSigAlg", show = t.signatures)]
    pub(crate) signatures: Each<'a, u16, Hex16>,
    /// Number of groups for the exchange of keys.
    #[col(name = "sslNumECPt", show = t.groups)]
    pub(crate) group_count: u16,
    /// Groups for the exchange of keys.
    #[col(name = "sslECPt", show = t.groups)]
    pub(crate) groups: Each<'a, u16, Hex16>,
    /// Number of formats of points of elliptic curves.
    #[col(name = "sslNumECFormats", show = t.formats)]
    pub(crate) format_count: u8,
    /// Formats of points of elliptic curves.
    #[col(name = "sslECFormats", show = t.formats)]
    pub(crate) formats: Bytes<'a>,
    /// Number of protocols of ALPN.
    #[col(name = "sslNumALPN", show = t.alpn)]
    pub(crate) alpn_count: u16,
    /// Protocols of ALPN.
    #[col(name = "sslALPNList", show = t.alpn)]
    pub(crate) alpn: Each<'a, Vec<u8>, Text<'a>>,
    /// Number of protocols with application settings.
    #[col(name = "sslNumALPS", show = t.alps)]
    pub(crate) alps_count: u16,
    /// Protocols with application settings.
    #[col(name = "sslALPSList", show = t.alps)]
    pub(crate) alps: Each<'a, Vec<u8>, Text<'a>>,
    /// Number of protocols of next protocol negotiation.
    #[col(name = "sslNumNPN", show = t.npn)]
    pub(crate) npn_count: u16,
    /// Protocols of next protocol negotiation.
    #[col(name = "sslNPNList", show = t.npn)]
    pub(crate) npn: Each<'a, Vec<u8>, Text<'a>>,
    /// Number of cipher suites.
    #[col(name = "sslNumCipher", show = t.ciphers)]
    pub(crate) cipher_count: u16,
    /// Cipher suites.
    #[col(name = "sslCipherList", show = t.ciphers)]
    pub(crate) ciphers: Each<'a, u16, Hex16>,
    /// Records that change ciphers, with alerts, with handshake messages, with data, and with heartbeats.
    #[col(name = "sslNumCC_A_H_AD_HB")]
    pub(crate) counts: (u16, u16, u16, u64, u64),
    /// Length of the session's number.
    #[col(name = "sslSessIdLen")]
    pub(crate) session_len: u8,
    /// What the random value of the first hello begins with, taken for a time.
    #[col(name = "sslGMTTime")]
    pub(crate) times: Each<'a, u32, Time>,
    /// Name of the server, in both directions.
    #[col(name = "sslServerName")]
    pub(crate) server_names: Each<'a, Vec<u8>, Text<'a>>,
    /// Versions of certificates.
    #[col(name = "sslCertVersion", show = t.certificates)]
    pub(crate) cert_versions: OfEach<'a, u8>,
    /// Their serial numbers.
    #[col(name = "sslCertSerial", show = t.certificates && t.serial)]
    pub(crate) serials: OfEach<'a, Label<'a>>,
    /// Their SHA-1.
    #[col(name = "sslCertSha1FP", show = t.certificates && t.fingerprint == 1)]
    pub(crate) sha1: OfEach<'a, Label<'a>>,
    /// Their MD5.
    #[col(name = "sslCertMd5FP", show = t.certificates && t.fingerprint == 2)]
    pub(crate) md5: OfEach<'a, Label<'a>>,
    /// From when to when they are valid, and the seconds between.
    #[col(name = "sslCNotValidBefore_after_lifetime", show = t.certificates && t.validity)]
    pub(crate) validity: OfEach<'a, (Time, Time, u64)>,
    /// How they are signed.
    #[col(name = "sslCSigAlg", show = t.certificates && t.cert_signature && t.long_names == 0)]
    pub(crate) signature_names: OfEach<'a, Text<'a>>,
    /// How they are signed.
    #[col(name = "sslCSigAlg", show = t.certificates && t.cert_signature && t.long_names == 1)]
    pub(crate) signature_long_names: OfEach<'a, Text<'a>>,
    /// Algorithms of their keys.
    #[col(name = "sslCKeyAlg", show = t.certificates && t.cert_key && t.long_names == 0)]
    pub(crate) key_names: OfEach<'a, Text<'a>>,
    /// Algorithms of their keys.
    #[col(name = "sslCKeyAlg", show = t.certificates && t.cert_key && t.long_names == 1)]
    pub(crate) key_long_names: OfEach<'a, Text<'a>>,
    /// Kinds and bits of their keys.
    #[col(name = "sslCPKeyType_Size", show = t.certificates && t.cert_key_size)]
    pub(crate) key_sizes: OfEach<'a, (Label<'a>, u16)>,
    /// Subjects of certificates (RFC 4514).
    #[col(name = "sslCSubject", show = t.certificates && t.subject == 1)]
    pub(crate) subject_text: OfEach<'a, Text<'a>>,
    /// Subjects' common names; empty if there are none.
    #[col(name = "sslCSubjectCommonName", show = t.subject_column(t.common_name))]
    pub(crate) subject_common_name: OfEach<'a, Text<'a>>,
    /// Subjects' organizations; empty if there are none.
    #[col(name = "sslCSubjectOrgName", show = t.subject_column(t.organization))]
    pub(crate) subject_organization: OfEach<'a, Text<'a>>,
    /// Subjects' units of organizations; empty if there are none.
    #[col(name = "sslCSubjectOrgUnit", show = t.subject_column(t.unit))]
    pub(crate) subject_unit: OfEach<'a, Text<'a>>,
    /// Subjects' localities; empty if there are none.
    #[col(name = "sslCSubjectLocality", show = t.subject_column(t.locality))]
    pub(crate) subject_locality: OfEach<'a, Text<'a>>,
    /// Subjects' states or provinces; empty if there are none.
    #[col(name = "sslCSubjectState", show = t.subject_column(t.state))]
    pub(crate) subject_state: OfEach<'a, Text<'a>>,
    /// Subjects' countries; empty if there are none.
    #[col(name = "sslCSubjectCountry", show = t.subject_column(t.country))]
    pub(crate) subject_country: OfEach<'a, Label<'a>>,
    /// Issuers of certificates (RFC 4514).
    #[col(name = "sslCIssuer", show = t.certificates && t.issuer == 1)]
    pub(crate) issuer_text: OfEach<'a, Text<'a>>,
    /// Issuers' common names; empty if there are none.
    #[col(name = "sslCIssuerCommonName", show = t.issuer_column(t.common_name))]
    pub(crate) issuer_common_name: OfEach<'a, Text<'a>>,
    /// Issuers' organizations; empty if there are none.
    #[col(name = "sslCIssuerOrgName", show = t.issuer_column(t.organization))]
    pub(crate) issuer_organization: OfEach<'a, Text<'a>>,
    /// Issuers' units of organizations; empty if there are none.
    #[col(name = "sslCIssuerOrgUnit", show = t.issuer_column(t.unit))]
    pub(crate) issuer_unit: OfEach<'a, Text<'a>>,
    /// Issuers' localities; empty if there are none.
    #[col(name = "sslCIssuerLocality", show = t.issuer_column(t.locality))]
    pub(crate) issuer_locality: OfEach<'a, Text<'a>>,
    /// Issuers' states or provinces; empty if there are none.
    #[col(name = "sslCIssuerState", show = t.issuer_column(t.state))]
    pub(crate) issuer_state: OfEach<'a, Text<'a>>,
    /// Issuers' countries; empty if there are none.
    #[col(name = "sslCIssuerCountry", show = t.issuer_column(t.country))]
    pub(crate) issuer_country: OfEach<'a, Label<'a>>,
    /// JA3 of a client, JA3S of a server.
    #[col(name = "sslJA3Hash", show = t.ja3)]
    pub(crate) ja3: Each<'a, String, Label<'a>>,
    /// What it was made of.
    #[col(name = "sslJA3Str", show = t.ja3 && t.ja3_text)]
    pub(crate) ja3_text: Each<'a, String, Label<'a>>,
    /// What it stands for, by `SSL_FINGERPRINTS`.
    #[col(name = "sslJA3Desc", show = t.ja3)]
    pub(crate) ja3_words: Each<'a, String, Text<'a>>,
    /// JA4 of a client.
    #[col(name = "sslJA4", show = t.ja4)]
    pub(crate) ja4: Each<'a, String, Label<'a>>,
    /// What it was made of.
    #[col(name = "sslJA4_r", show = t.ja4 && t.ja4_text)]
    pub(crate) ja4_text: Each<'a, String, Label<'a>>,
    /// What it stands for, by `SSL_FINGERPRINTS`.
    #[col(name = "sslJA4Desc", show = t.ja4)]
    pub(crate) ja4_words: Each<'a, String, Text<'a>>,
}

impl<'a> FlowRow<'a> {
    /// The row of a flow with this peer.
    pub(crate) fn from_state(flow: &'a State, peer: Option<&'a State>, known: &'a Known) -> Self {
        let seen = flow.tls.as_deref().map_or(&*NOTHING, |tls| &tls.seen);
        let peer = peer.and_then(|peer| peer.tls.as_deref());
        Self::from_seen(seen, peer, known)
    }

    fn from_seen(seen: &'a Seen, peer: Option<&'a Tls>, known: &'a Known) -> Self {
        let (lists, counts) = (&seen.lists, &seen.lists.counts);
        let hex = |n: &u16| Hex16(*n);
        let [changes, alerts, handshakes, data, beats] = seen.counts;
        let short = |count: u64| u16::try_from(count).unwrap_or(u16::MAX);
        let name = seen.server_name.as_ref().or(peer.and_then(|p| p.seen.server_name.as_ref()));
        let all = &seen.certificates[..];
        macro_rules! part {
            ($who:ident, $part:literal, $cell:ident) => {
                named(all, |c| c.$who.get($part), |c| $cell(c.$who.get($part).as_bytes()))
            };
        }
        Self {
            stat: Hex32(seen.stat),
            protocols: Hex32(seen.protocols),
            flags: Hex8(seen.flags),
            version: Hex16(seen.version),
            record_version_count: seen.versions[0],
            record_versions: Each(&seen.record_versions, hex),
            hello_version_count: seen.versions[1],
            hello_versions: Each(&seen.hello_versions, hex),
            vulnerable: Hex8(seen.vulnerable),
            alerts: Hex64(seen.alerts),
            cipher: Hex16(seen.cipher),
            extension_count: counts.extensions,
            extensions: Each(&lists.extensions, hex),
            version_count: counts.versions,
            versions: Each(&lists.versions, hex),
            signature_count: counts.signatures,
            signatures: Each(&lists.signatures, hex),
            group_count: counts.groups,
            groups: Each(&lists.groups, hex),
            format_count: counts.formats,
            formats: Bytes(&lists.formats),
            alpn_count: counts.alpn,
            alpn: Each(&lists.alpn, |name| Text(name)),
            alps_count: counts.alps,
            alps: Each(&lists.alps, |name| Text(name)),
            npn_count: counts.npn,
            npn: Each(&lists.npn, |name| Text(name)),
            cipher_count: counts.ciphers,
            ciphers: Each(&lists.ciphers, hex),
            counts: (short(changes), short(alerts), short(handshakes), data, beats),
            session_len: seen.session_len,
            times: Each(seen.time.as_slice(), |time| moment((*time).into())),
            server_names: Each(name.map_or(&[], std::slice::from_ref), |name| Text(name)),
            cert_versions: Each(all, |c| c.version),
            serials: Each(all, |c| Label(c.serial.as_bytes())),
            sha1: Each(all, |c| Label(c.sha1.as_bytes())),
            md5: Each(all, |c| Label(c.md5.as_bytes())),
            validity: Each(all, validity),
            signature_names: Each(all, |c| Text(c.signature.short().as_bytes())),
            signature_long_names: Each(all, |c| Text(c.signature.long().as_bytes())),
            key_names: Each(all, |c| Text(c.key.short().as_bytes())),
            key_long_names: Each(all, |c| Text(c.key.long().as_bytes())),
            key_sizes: Each(all, |c| (Label(c.key_kind.as_bytes()), c.key_bits)),
            subject_text: Each(all, |c| Text(c.subject_text.as_bytes())),
            subject_common_name: part!(subject, "CN", Text),
            subject_organization: part!(subject, "O", Text),
            subject_unit: part!(subject, "OU", Text),
            subject_locality: part!(subject, "L", Text),
            subject_state: part!(subject, "ST", Text),
            subject_country: part!(subject, "C", Label),
            issuer_text: Each(all, |c| Text(c.issuer_text.as_bytes())),
            issuer_common_name: part!(issuer, "CN", Text),
            issuer_organization: part!(issuer, "O", Text),
            issuer_unit: part!(issuer, "OU", Text),
            issuer_locality: part!(issuer, "L", Text),
            issuer_state: part!(issuer, "ST", Text),
            issuer_country: part!(issuer, "C", Label),
            ja3: text(&seen.ja3.hash),
            ja3_text: text(&seen.ja3.text),
            ja3_words: Each(known.words(&seen.ja3.hash), |words| Text(words.as_bytes())),
            ja4: text(&seen.ja4.hash),
            ja4_text: text(&seen.ja4.text),
            ja4_words: Each(known.words(&seen.ja4.hash), |words| Text(words.as_bytes())),
        }
    }
}

/// A text, or nothing if it is empty.
fn text(text: &String) -> Each<'_, String, Label<'_>> {
    let text = if text.is_empty() { &[] } else { std::slice::from_ref(text) };
    Each(text, |text| Label(text.as_bytes()))
}

/// A value of each certificate, nothing if all of them are empty.
fn named<'a, C>(
    all: &'a [Certificate],
    get: fn(&Certificate) -> &str,
    cell: fn(&'a Certificate) -> C,
) -> OfEach<'a, C> {
    let any = all.iter().any(|certificate| !get(certificate).is_empty());
    Each(if any { all } else { &[] }, cell)
}

/// From when to when a certificate is valid, and the seconds between.
fn validity(certificate: &Certificate) -> (Time, Time, u64) {
    let Certificate { not_before, not_after, .. } = *certificate;
    let lifetime = not_after.saturating_sub(not_before).max(0);
    (moment(not_before), moment(not_after), lifetime as u64)
}

/// A flow without TLS.
static NOTHING: LazyLock<Seen> = LazyLock::new(Seen::default);
