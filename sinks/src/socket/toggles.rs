//! Toggles of this sink.

use flowz_api::Toggles;

/// Where rows go, and in which form.
#[derive(Toggles, Clone, PartialEq, Debug)]
pub(super) struct SocketToggles {
    /// Host that gets the rows, by name or address; `unix:PATH` is a socket of this machine.
    #[toggle(name = "SERVADD", default = "127.0.0.1")]
    pub(super) address: String,
    /// Its port.
    #[toggle(name = "DPORT", default = 6666, min = 1, max = 65535)]
    pub(super) port: u16,
    /// TCP (1) or UDP (0), a datagram for each row; for a socket of this machine a stream (1) or datagrams (0).
    #[toggle(name = "SOCKTYPE", default = true)]
    pub(super) is_stream: bool,
    /// Rows as lines of txt (1) or as JSON (2). The binary form of the reference (0) is not built.
    #[toggle(name = "CONTENTTYPE", default = 1, min = 1, max = 2)]
    pub(super) content: u8,
    /// Compress the stream with gzip; each connection is a gzip file of its own.
    #[toggle(name = "GZ_COMPRESS", default = false)]
    pub(super) gzip: bool,
    /// Begin each connection with lines about the run, `%` in front: time, versions, machine, command line. Only with lines of txt.
    #[toggle(name = "HOST_INFO", default = false)]
    pub(super) host_info: bool,
    /// Begin each connection with a line of the columns' names, `%` in front. Only with lines of txt.
    #[toggle(name = "SKT_HEADER", default = true)]
    pub(super) header: bool,
    /// Seconds for which rows are kept and tried again while nobody takes them; then they are lost.
    #[toggle(name = "SKT_PATIENCE", default = 60, min = 0, max = 86400)]
    pub(super) patience: u32,
}
