//! Columns of sshDecode.

use flowz_api::Row;
use flowz_api::cell::{Each, Hex16, Label, Text};

use super::Side;
use super::toggles::Toggles;

/// One text, or none.
type Words<'a> = Each<'a, Vec<u8>, Label<'a>>;

/// The flow table's columns.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct FlowRow<'a> {
    /// What was seen and what is wrong, see above.
    #[col(name = "sshStat")]
    pub(crate) stat: Hex16,
    /// Identification of this side.
    #[col(name = "sshVersion")]
    pub(crate) version: Each<'a, Vec<u8>, Text<'a>>,
    /// Type of the host key that this side shows.
    #[col(name = "sshHostKeyType")]
    pub(crate) key_type: Words<'a>,
    /// MD5 of that host key.
    #[col(name = "sshFingerprint", show = t.fingerprint > 0)]
    pub(crate) fingerprint: Words<'a>,
    /// Random number of this side's offer, in hexadecimal.
    #[col(name = "sshCookie")]
    pub(crate) cookie: Words<'a>,
    /// Key exchange that both agree on.
    #[col(name = "sshKEX", show = t.algorithms || t.lists)]
    pub(crate) kex: Words<'a>,
    /// Algorithm of the host key that both agree on.
    #[col(name = "sshSrvHKeyAlgo", show = t.algorithms || t.lists)]
    pub(crate) host_key: Words<'a>,
    /// Encryption to the server.
    #[col(name = "sshEncCS", show = t.algorithms || t.lists)]
    pub(crate) encryption_to_server: Words<'a>,
    /// Encryption to the client.
    #[col(name = "sshEncSC", show = t.algorithms || t.lists)]
    pub(crate) encryption_to_client: Words<'a>,
    /// Message authentication to the server.
    #[col(name = "sshMacCS", show = t.algorithms || t.lists)]
    pub(crate) mac_to_server: Words<'a>,
    /// Message authentication to the client.
    #[col(name = "sshMacSC", show = t.algorithms || t.lists)]
    pub(crate) mac_to_client: Words<'a>,
    /// Compression to the server.
    #[col(name = "sshCompCS", show = t.algorithms || t.lists)]
    pub(crate) compression_to_server: Words<'a>,
    /// Compression to the client.
    #[col(name = "sshCompSC", show = t.algorithms || t.lists)]
    pub(crate) compression_to_client: Words<'a>,
    /// Language to the server.
    #[col(name = "sshLangCS", show = t.algorithms || t.lists)]
    pub(crate) language_to_server: Words<'a>,
    /// Language to the client.
    #[col(name = "sshLangSC", show = t.algorithms || t.lists)]
    pub(crate) language_to_client: Words<'a>,
    /// HASSH of this side's offer: MD5 of its algorithms for key exchange, encryption, authentication and compression.
    #[col(name = "sshHassh", show = t.hassh)]
    pub(crate) hassh: Words<'a>,
    /// What the list `SSH_HASSH_NAME` says of that HASSH.
    #[col(name = "sshHasshDesc", show = t.hassh)]
    pub(crate) hassh_name: Each<'a, Vec<u8>, Text<'a>>,
    /// The text that the HASSH is made of.
    #[col(name = "sshHasshStr", show = t.hassh_text)]
    pub(crate) hassh_text: Words<'a>,
}

/// The packet table's columns.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct PacketRow {
    /// What was seen so far and what is wrong.
    #[col(name = "sshStat")]
    pub(crate) stat: Hex16,
}

/// A side that says nothing.
static NOTHING: Side = Side::NOTHING;

impl<'a> FlowRow<'a> {
    /// The row of a direction with these bits.
    pub(super) fn new(stat: u16, side: Option<&'a Side>) -> Self {
        let side = side.unwrap_or(&NOTHING);
        let words =
            |text: &'a Option<Vec<u8>>| -> Words<'a> { Each(text.as_slice(), |text| Label(text)) };
        let [kex, host_key, c1, c2, m1, m2, z1, z2, l1, l2] = &side.algorithms;
        Self {
            stat: Hex16(stat),
            version: Each(side.version.as_slice(), |text| Text(text)),
            key_type: words(&side.key_type),
            fingerprint: words(&side.fingerprint),
            cookie: words(&side.cookie),
            kex: words(kex),
            host_key: words(host_key),
            encryption_to_server: words(c1),
            encryption_to_client: words(c2),
            mac_to_server: words(m1),
            mac_to_client: words(m2),
            compression_to_server: words(z1),
            compression_to_client: words(z2),
            language_to_server: words(l1),
            language_to_client: words(l2),
            hassh: words(&side.hassh),
            hassh_name: Each(side.hassh_name.as_slice(), |text| Text(text)),
            hassh_text: words(&side.hassh_text),
        }
    }
}
