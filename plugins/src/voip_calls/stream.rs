//! Streams of RTP of a call, as rtpDecode tells of them.

use super::call::{Call, Party};
use crate::rtp_decode::fact::RtpSource;
use flowz_api::Checkpoint;

/// Most streams of a flow that are kept.
pub(super) const MOST_STREAMS: usize = 16;
/// Longest name of a codec.
const LONGEST_NAME: usize = 32;

/// A stream.
#[derive(Clone, PartialEq, Debug, Checkpoint)]
pub(super) struct Stream {
    codec: String,
    packets: u64,
    expected: u64,
    lost: u64,
    /// Milliseconds of sound in a packet.
    packet_time: Option<f64>,
    /// Milliseconds.
    jitter: Option<f64>,
    /// Mean opinion score.
    opinion: Option<f64>,
    digits: Vec<u8>,
    /// Name of its files with sound; empty if none is written.
    file: String,
}

/// What one side has sent.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Sent {
    /// The codec of most packets.
    pub(super) codec: String,
    pub(super) lost: u64,
    pub(super) expected: u64,
    /// Milliseconds of sound in a packet of the stream with most packets.
    pub(super) packet_time: Option<f64>,
    /// Largest of all streams, in milliseconds.
    pub(super) jitter: Option<f64>,
    /// Smallest of all streams.
    pub(super) opinion: Option<f64>,
    pub(super) digits: Vec<u8>,
    /// Names of files with sound.
    pub(super) files: Vec<String>,
}

impl Stream {
    /// The stream of a source; none if it has no media.
    pub(super) fn new(source: &RtpSource) -> Option<Self> {
        let media = source.types.iter().filter(|used| !used.is_noise && !used.is_event);
        let main = media.max_by_key(|used| used.packets)?;
        let name = match main.name.as_str() {
            "" => format!("type {}", main.payload_type),
            name => name.chars().take(LONGEST_NAME).collect(),
        };
        Some(Self {
            codec: name,
            packets: source.packets,
            expected: source.expected,
            lost: source.lost,
            packet_time: source.packet_time,
            jitter: source.jitter.map(|(last, ..)| last),
            opinion: source.quality.map(|(_, opinion)| opinion),
            digits: source.digits.clone(),
            file: source.file.clone(),
        })
    }
}

impl Call {
    /// What one side has sent, as far as rtpDecode knows.
    pub(super) fn sent(&self, party: Party) -> Sent {
        let flows = self.media.iter().filter(|flow| flow.sender == Some(party) && !flow.is_rtcp);
        let streams: Vec<&Stream> = flows.flat_map(|flow| &flow.streams).collect();
        let main = streams.iter().max_by_key(|stream| stream.packets);
        let all = || streams.iter();
        let files = all().filter(|stream| !stream.file.is_empty());
        Sent {
            codec: main.map(|stream| stream.codec.clone()).unwrap_or_default(),
            packet_time: main.and_then(|stream| stream.packet_time),
            lost: all().map(|stream| stream.lost).sum(),
            expected: all().map(|stream| stream.expected).sum(),
            jitter: all().filter_map(|stream| stream.jitter).reduce(f64::max),
            opinion: all().filter_map(|stream| stream.opinion).reduce(f64::min),
            files: files.map(|stream| stream.file.clone()).collect(),
            digits: all().flat_map(|stream| stream.digits.iter().copied()).collect(),
        }
    }
}
