//! Toggles of this sink.

use flowz_api::Toggles;
use flowz_api::toggles::{FileSuffix, Sign};

/// Files and header lines, then how values are written. The reference counts the latter among the
/// settings of its text conversion.
#[derive(Toggles, Clone, PartialEq, Debug)]
pub(super) struct TxtToggles {
    /// Let `-W` split the flow file; 0 keeps it in one piece.
    #[toggle(name = "TFS_SPLIT", default = true)]
    pub(super) split: bool,
    /// Begin the flow file with a line of column names.
    #[toggle(name = "TFS_PRI_HDR", default = true)]
    pub(super) header: bool,
    /// Write the file that describes the columns.
    #[toggle(name = "TFS_HDR_FILE", default = true)]
    pub(super) header_file: bool,
    /// Begin every piece of a split flow file with the column names, not only the first one.
    #[toggle(name = "TFS_PRI_HDR_FW", default = false)]
    pub(super) header_in_pieces: bool,
    /// Compress the flow file with gzip; its name ends in `.gz`. Standard output is compressed too.
    #[toggle(name = "TFS_GZ_COMPRESS", default = false)]
    pub(super) gzip: bool,
    /// End of the flow file's name.
    #[toggle(name = "TFS_FLOWS_TXT_SUFFIX", default = "_flows.txt")]
    pub(super) flows_suffix: FileSuffix,
    /// End of the name of the file that describes the columns.
    #[toggle(name = "TFS_HEADER_SUFFIX", default = "_headers.txt")]
    pub(super) header_suffix: FileSuffix,
    /// Tell the number of rows, the number of columns and the types in front of the column names.
    #[toggle(name = "TFS_EXTENDED_HEADER", default = false)]
    pub(super) extended_header: bool,
    /// Types as names (2) or as the numbers of the reference's types (0 and 1).
    #[toggle(name = "TFS_NC_TYPE", default = 2, min = 0, max = 2)]
    pub(super) types: u8,
    /// A dot for each sequence in a text that is not UTF-8; 0 keeps its bytes. Control characters are
    /// escaped in both cases.
    #[toggle(name = "TFS_SAN_UTF8", default = true)]
    pub(super) only_utf8: bool,
    /// Sign in front of the column names.
    #[toggle(name = "HDR_CHR", default = "%")]
    pub(super) header_sign: Sign,
    /// Separator between the cells of a row.
    #[toggle(name = "SEP_CHR", default = "\t")]
    pub(super) separator: String,
    /// IPv4 addresses: 0 as usual, 1 with three digits for each byte, 2 as one hexadecimal number, 3 as
    /// one decimal number.
    #[toggle(name = "IP4_FORMAT", default = 0, min = 0, max = 3)]
    pub(super) ip4: u8,
    /// IPv6 addresses: 0 as usual, 1 with all groups and digits, 2 as one hexadecimal number, 3 as two
    /// of 64 bits with `_` between them.
    #[toggle(name = "IP6_FORMAT", default = 0, min = 0, max = 3)]
    pub(super) ip6: u8,
    /// Hardware addresses: 0 byte by byte, 1 as a hexadecimal number of 64 bits, 2 as a decimal number.
    #[toggle(name = "MAC_FORMAT", default = 0, min = 0, max = 2)]
    pub(super) mac: u8,
    /// Separator between the bytes of a hardware address.
    #[toggle(name = "MAC_SEP", default = ":")]
    pub(super) mac_separator: String,
    /// Hexadecimal digits above 9 as capitals; not in IPv6 addresses as usual.
    #[toggle(name = "HEX_CAPITAL", default = false)]
    pub(super) capitals: bool,
    /// Moments as date and time of UTC, not as seconds since 1970.
    #[toggle(name = "B2T_TIMESTR", default = false)]
    pub(super) dates: bool,
    /// The address of a flow that has none.
    #[toggle(name = "B2T_NON_IP_STR", default = "-")]
    pub(super) no_address: String,
}

impl TxtToggles {
    /// Whether all values are written as usual.
    pub(super) fn is_plain(&self) -> bool {
        let files = Self {
            only_utf8: self.only_utf8,
            separator: self.separator.clone(),
            ip4: self.ip4,
            ip6: self.ip6,
            mac: self.mac,
            mac_separator: self.mac_separator.clone(),
            capitals: self.capitals,
            dates: self.dates,
            no_address: self.no_address.clone(),
            ..Self::default()
        };
        files == Self::default()
    }
}
