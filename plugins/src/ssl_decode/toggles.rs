//! Switches of sslDecode.

use flowz_api::Toggles;

/// What sslDecode keeps and shows.
#[derive(Toggles, Clone, Debug)]
pub(crate) struct Toggles {
    /// Shows versions of records.
    #[toggle(name = "SSL_REC_VER", default = true)]
    pub(crate) record_versions: bool,
    /// Most of them.
    #[toggle(name = "SSL_MAX_REC_VER", default = 3, min = 1, max = 100)]
    pub(crate) max_record_versions: u16,
    /// Shows versions of hellos.
    #[toggle(name = "SSL_HAND_VER", default = true)]
    pub(crate) hello_versions: bool,
    /// Most of them.
    #[toggle(name = "SSL_MAX_HAND_VER", default = 2, min = 1, max = 100)]
    pub(crate) max_hello_versions: u16,
    /// Shows extensions.
    #[toggle(name = "SSL_EXT_LIST", default = true)]
    pub(crate) extensions: bool,
    /// Most of them.
    #[toggle(name = "SSL_MAX_EXT", default = 20, min = 1, max = 1000)]
    pub(crate) max_extensions: u16,
    /// Shows versions of the extension for them.
    #[toggle(name = "SSL_SUPP_VER", default = true)]
    pub(crate) versions: bool,
    /// Most of them.
    #[toggle(name = "SSL_MAX_SUPP_VER", default = 4, min = 1, max = 100)]
    pub(crate) max_versions: u16,
    /// Shows signature algorithms.
    #[toggle(name = "SSL_SIG_ALG", default = true)]
    pub(crate) signatures: bool,
    /// Most of them.
    #[toggle(name = "SSL_MAX_SIG_ALG", default = 15, min = 1, max = 1000)]
    pub(crate) max_signatures: u16,
    /// Shows groups for the exchange of keys.
    #[toggle(name = "SSL_EC", default = true)]
    pub(crate) groups: bool,
    /// Most of them.
    #[toggle(name = "SSL_MAX_EC", default = 6, min = 1, max = 1000)]
    pub(crate) max_groups: u16,
    /// Shows formats of points of elliptic curves.
    #[toggle(name = "SSL_EC_FORMATS", default = true)]
    pub(crate) formats: bool,
    /// Most of them.
    #[toggle(name = "SSL_MAX_EC_FORMATS", default = 6, min = 1, max = 255)]
    pub(crate) max_formats: u16,
    /// Shows protocols of ALPN.
    #[toggle(name = "SSL_ALPN_LIST", default = true)]
    pub(crate) alpn: bool,
    /// Shows protocols with application settings.
    #[toggle(name = "SSL_ALPS_LIST", default = true)]
    pub(crate) alps: bool,
    /// Shows protocols of next protocol negotiation.
    #[toggle(name = "SSL_NPN_LIST", default = true)]
    pub(crate) npn: bool,
    /// Most protocols of each of these lists.
    #[toggle(name = "SSL_MAX_PROTO", default = 6, min = 1, max = 100)]
    pub(crate) max_protocols: u16,
    /// Most bytes of a protocol's name, one more than that.
    #[toggle(name = "SSL_PROTO_LEN", default = 16, min = 2, max = 256)]
    pub(crate) longest_protocol: u16,
    /// Shows cipher suites.
    #[toggle(name = "SSL_CIPHER_LIST", default = true)]
    pub(crate) ciphers: bool,
    /// Most of them.
    #[toggle(name = "SSL_MAX_CIPHER", default = 30, min = 1, max = 1000)]
    pub(crate) max_ciphers: u16,
    /// Reads certificates.
    #[toggle(name = "SSL_ANALYZE_CERT", default = true)]
    pub(crate) certificates: bool,
    /// Most certificates of a direction that are kept. The reference has no such switch.
    #[toggle(name = "SSL_MAX_CERT", default = 8, min = 1, max = 100)]
    pub(crate) max_certificates: u16,
    /// Shows serial numbers of certificates.
    #[toggle(name = "SSL_CERT_SERIAL", default = true)]
    pub(crate) serial: bool,
    /// Shows hashes of certificates: 0 none, 1 SHA-1, 2 MD5.
    #[toggle(name = "SSL_CERT_FINGPRINT", default = 1, min = 0, max = 2)]
    pub(crate) fingerprint: u8,
    /// Shows from when to when certificates are valid.
    #[toggle(name = "SSL_CERT_VALIDITY", default = true)]
    pub(crate) validity: bool,
    /// Shows algorithms of signatures of certificates.
    #[toggle(name = "SSL_CERT_SIG_ALG", default = true)]
    pub(crate) cert_signature: bool,
    /// Shows algorithms of keys.
    #[toggle(name = "SSL_CERT_PUBKEY_ALG", default = true)]
    pub(crate) cert_key: bool,
    /// Shows algorithms by their: 0 short, 1 long names.
    #[toggle(name = "SSL_CERT_ALG_NAME_LONG", default = 0, min = 0, max = 1)]
    pub(crate) long_names: u8,
    /// Shows kinds and lengths of keys.
    #[toggle(name = "SSL_CERT_PUBKEY_TS", default = true)]
    pub(crate) cert_key_size: bool,
    /// Shows subjects of certificates: 0 not, 1 as one text, 2 in columns.
    #[toggle(name = "SSL_CERT_SUBJECT", default = 2, min = 0, max = 2)]
    pub(crate) subject: u8,
    /// Shows issuers of certificates: 0 not, 1 as one text, 2 in columns.
    #[toggle(name = "SSL_CERT_ISSUER", default = 2, min = 0, max = 2)]
    pub(crate) issuer: u8,
    /// Of names in columns: shows common names.
    #[toggle(name = "SSL_CERT_COMMON_NAME", default = true)]
    pub(crate) common_name: bool,
    /// Of names in columns: shows organizations.
    #[toggle(name = "SSL_CERT_ORGANIZATION", default = true)]
    pub(crate) organization: bool,
    /// Of names in columns: shows units of organizations.
    #[toggle(name = "SSL_CERT_ORG_UNIT", default = true)]
    pub(crate) unit: bool,
    /// Of names in columns: shows localities.
    #[toggle(name = "SSL_CERT_LOCALITY", default = true)]
    pub(crate) locality: bool,
    /// Of names in columns: shows states or provinces.
    #[toggle(name = "SSL_CERT_STATE", default = true)]
    pub(crate) state: bool,
    /// Of names in columns: shows countries.
    #[toggle(name = "SSL_CERT_COUNTRY", default = true)]
    pub(crate) country: bool,
    /// Shows JA4 of clients.
    #[toggle(name = "SSL_JA4", default = true)]
    pub(crate) ja4: bool,
    /// Shows the text that JA4 was made of.
    #[toggle(name = "SSL_JA4_R", default = false)]
    pub(crate) ja4_text: bool,
    /// Most bytes of that text.
    #[toggle(name = "SSL_JA4_STR_LEN", default = 254, min = 1, max = 65535)]
    pub(crate) ja4_longest: u16,
    /// Shows JA3 of clients and JA3S of servers.
    #[toggle(name = "SSL_JA3", default = true)]
    pub(crate) ja3: bool,
    /// Shows the text that JA3 was made of.
    #[toggle(name = "SSL_JA3_STR", default = false)]
    pub(crate) ja3_text: bool,
    /// Most bytes of that text.
    #[toggle(name = "SSL_JA3_STR_LEN", default = 1024, min = 1, max = 65535)]
    pub(crate) ja3_longest: u16,
    /// A file with what JA3 and JA4 stand for: in each line one of them, a tab, and words; empty for none. The reference has a
    /// file of its own, and no such switch.
    #[toggle(name = "SSL_FINGERPRINTS", default = "")]
    pub(crate) fingerprints: String,
    /// Longest handshake message that is read, in KiB. The reference has no such switch.
    #[toggle(name = "SSL_MAX_MSG", default = 32, min = 1, max = 16384)]
    pub(crate) longest_message: u16,
    /// Makes a table with a row for each ClientHello. The reference has none.
    #[toggle(name = "SSL_TABLE", default = true)]
    pub(crate) table: bool,
    /// Makes a table with a row for each certificate. The reference has none.
    #[toggle(name = "SSL_CERT_TABLE", default = true)]
    pub(crate) certificate_table: bool,
}

impl Toggles {
    /// Whether columns of subjects are shown, if these are.
    pub(crate) fn subject_column(&self, shown: bool) -> bool {
        self.certificates && self.subject == 2 && shown
    }

    /// Whether columns of issuers are shown, if these are.
    pub(crate) fn issuer_column(&self, shown: bool) -> bool {
        self.certificates && self.issuer == 2 && shown
    }
}
