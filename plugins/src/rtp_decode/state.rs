//! What rtpDecode knows of one direction of a flow.

use flowz_api::Checkpoint;
use flowz_api::key::FlowKey;
use flowz_api::memory;
use flowz_api::packet::Timestamp;

use super::bits;
use super::book::{Announced, Book};
use super::control::Control;
use super::sources::Sources;
use crate::voip::media::Kind;
use crate::voip::rtp::Packet;

/// Most contributing sources that are kept.
const MOST_CONTRIBUTORS: usize = 16;

/// State of a flow.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct State {
    pub(crate) stat: u16,
    /// Datagrams that are nothing of ours.
    pub(crate) others: u16,
    /// It is not looked at any more.
    pub(crate) is_given_up: bool,
    /// Signalling that may announce media.
    pub(crate) is_signalling: bool,
    /// Others were told that there is RTP.
    pub(crate) is_told: bool,
    pub(crate) live: Option<Box<Live>>,
}

/// What is there where there are media.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct Live {
    pub(crate) sources: Sources,
    pub(crate) control: Control,
    pub(crate) contributors: Vec<u32>,
    pub(crate) stun: u32,
    pub(crate) dtls: u32,
    pub(crate) announcement: Option<Announcement>,
    /// Edition of the book in which nothing was found.
    edition: Option<u64>,
}

/// What is kept of an announcement.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Checkpoint)]
pub(crate) struct Announcement {
    /// Number of the flow in which it was, and when.
    pub(crate) flow: u64,
    pub(crate) time: Timestamp,
    pub(crate) is_encrypted: bool,
    pub(crate) kind: Kind,
}

impl State {
    /// What is there of media, from now on.
    pub(crate) fn live(&mut self) -> &mut Live {
        self.live.get_or_insert_default()
    }

    /// Whether RTP or RTCP was found.
    pub(crate) fn has_media(&self) -> bool {
        self.stat & (bits::RTP | bits::RTCP) != 0
    }

    /// Bits of a packet of a source.
    pub(crate) fn note(&mut self, packet: &Packet<'_>) {
        let set = |is: bool, bit: u16| if is { bit } else { 0 };
        self.stat |= bits::RTP
            | set(packet.has_extension, bits::EXTENSION)
            | set(packet.has_padding, bits::PADDING)
            | set(packet.marker, bits::MARKER);
    }
}

impl Live {
    /// Most bytes that it holds, besides sources.
    pub(crate) fn bytes() -> usize {
        memory::boxed::<Self>() + memory::list::<u32>(MOST_CONTRIBUTORS) + Control::bytes()
    }

    /// Looks for what was announced, where that may have become known.
    pub(crate) fn look_up(&mut self, book: &Book, key: &FlowKey) {
        let edition = Some(book.edition());
        if self.announcement.is_none() && self.edition != edition {
            self.edition = edition;
            self.announcement = book.of(key).map(Announcement::new);
        }
    }

    /// Keeps the contributing sources of a packet; whether there was room.
    pub(crate) fn contribute(&mut self, packet: &Packet<'_>) -> bool {
        packet.contributors().all(|ssrc| {
            let is_known = self.contributors.contains(&ssrc);
            let has_room = self.contributors.len() < MOST_CONTRIBUTORS;
            if !is_known && has_room {
                self.contributors.push(ssrc);
            }
            is_known || has_room
        })
    }
}

impl Announcement {
    fn new(announced: &Announced) -> Self {
        let Announced { flow, time, is_encrypted, kind, .. } = *announced;
        Self { flow, time, is_encrypted, kind }
    }

    /// Bits of a flow that was announced so.
    pub(crate) fn bits(&self) -> u16 {
        let kind = match self.kind {
            Kind::Audio => bits::AUDIO,
            Kind::Video => bits::VIDEO,
            Kind::Other => 0,
        };
        bits::ANNOUNCED | kind | if self.is_encrypted { bits::ENCRYPTED } else { 0 }
    }
}
