//! Toggles of this sink.

use flowz_api::Toggles;

/// How sound is written.
#[derive(Toggles, Clone, PartialEq, Debug)]
pub(super) struct WavToggles {
    /// Packets that wait for a missing one until its place becomes silence. At the beginning of a source all wait, as the first may be late.
    #[toggle(name = "WAV_WINDOW", default = 64, min = 0, max = 1000)]
    pub(super) window: u16,
    /// Milliseconds that they wait; 0 for any time.
    #[toggle(name = "WAV_WINDOW_MS", default = 2000, min = 0, max = 600_000)]
    pub(super) window_time: u32,
    /// Octets of G.711 are written as they are: WAV files of kind 7 (mu-law) and 6 (A-law) in the place of 16-bit samples.
    #[toggle(name = "WAV_G711", default = false)]
    pub(super) keeps_law: bool,
    /// Silence where packets are missing or nothing was sent. Without, sound stands without gaps behind each other.
    #[toggle(name = "WAV_FILL", default = true)]
    pub(super) fills: bool,
    /// Seconds of the longest silence; a longer one is left out.
    #[toggle(name = "WAV_MAX_GAP", default = 3600, min = 0, max = 1e6)]
    pub(super) longest: u32,
    /// Writes a stereo file for each call too: the caller left, the callee right. Needs the plugin voipCalls.
    #[toggle(name = "WAV_CALLS", default = false)]
    pub(super) calls: bool,
    /// Writes the packets of each source too, as rtpdump does (`.rtp`); of encrypted ones as well.
    #[toggle(name = "WAV_RTPDUMP", default = false)]
    pub(super) dumps: bool,
    /// Most files; of further sources nothing is written, and the list says so.
    #[toggle(name = "WAV_MAX_FILES", default = 100_000, min = 1, max = 1e8)]
    pub(super) most_files: u32,
}
