//! Switches of quicDecode.

use flowz_api::Toggles;

/// What quicDecode reads and shows.
#[derive(Toggles, Clone, Debug)]
pub(crate) struct Toggles {
    /// Shows types in the packet table by their: 0 numbers, 1 names.
    #[toggle(name = "QUIC_SPKT_TYPE_STR", default = 1, min = 0, max = 1)]
    pub(crate) type_names: u8,
    /// Opens Initial packets and reads the hellos in them.
    #[toggle(name = "QUIC_DECODE_TLS", default = true)]
    pub(crate) decode: bool,
    /// Shows columns of the hello and numbers of packets; never with `--compat`. The reference has none.
    #[toggle(name = "QUIC_HELLO", default = true)]
    pub(crate) hello: bool,
    /// Longest handshake message that is read, in KiB. The reference has no such switch.
    #[toggle(name = "QUIC_MAX_MSG", default = 16, min = 1, max = 64)]
    pub(crate) longest_message: u16,
    /// Makes a table with a row for each connection. The reference has none.
    #[toggle(name = "QUIC_TABLE", default = true)]
    pub(crate) table: bool,
}

impl Toggles {
    /// The longest message in bytes.
    pub(crate) fn most(&self) -> usize {
        usize::from(self.longest_message) << 10
    }
}
