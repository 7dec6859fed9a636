//! Switches of rtpDecode.

use flowz_api::Toggles;
use flowz_api::packet::NANOS;

use super::sources::Limits;

/// What rtpDecode keeps and shows.
#[derive(Toggles, Clone, Debug)]
pub(crate) struct Toggles {
    /// Makes a table with a row for each source. The reference has none.
    #[toggle(name = "RTP_TABLE", default = true)]
    pub(crate) sources_table: bool,
    /// Makes a table with a row for each report of RTCP. The reference has none.
    #[toggle(name = "RTCP_TABLE", default = true)]
    pub(crate) reports_table: bool,
    /// Most sources in each direction of a flow.
    #[toggle(name = "RTP_MAX_SOURCES", default = 16, min = 1, max = 256)]
    pub(crate) most_sources: u16,
    /// Seconds of silence behind which a packet begins another source with the same SSRC; 0: never, a pause is a pause.
    #[toggle(name = "RTP_TIMEOUT", default = 0.0, min = 0.0, max = 1e6)]
    pub(crate) silence: f32,
    /// Datagrams that are neither RTP nor RTCP, STUN or DTLS, behind which a flow is given up if it has had no source.
    #[toggle(name = "RTP_TRIES", default = 32, min = 1, max = 65535)]
    pub(crate) tries: u16,
    /// G.711 is played with concealment of loss (ITU-T G.711, appendix I): matters for R factor and opinion score.
    #[toggle(name = "RTP_PLC", default = true)]
    pub(crate) conceals: bool,
    /// Sources whose sound the sink wav gets: their SSRCs between commas, in hexadecimal behind 0x, else decimal; all if it is empty. `--ssrc`
    /// sets it.
    #[toggle(name = "RTP_SSRC", default = "")]
    pub(crate) wanted: String,
    /// Names of files with sound, without what tells their format: text with `{ssrc}` (eight hexadecimal digits), `{flow}`, `{dir}`, `{src}`,
    /// `{sport}`, `{dst}`, `{dport}` and `{packet}` (number of the first one). A name that another source has, gets that number behind it.
    #[toggle(name = "RTP_FILE", default = "{ssrc}")]
    pub(crate) file: String,
}

impl Toggles {
    /// Limits of sources.
    pub(crate) fn limits(&self) -> Limits {
        let silence = (f64::from(self.silence) * NANOS as f64) as i64;
        Limits { sources: self.most_sources.into(), silence }
    }
}
