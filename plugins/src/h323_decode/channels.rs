//! Which media are wanted where: of channels that are opened on one side and accepted on the other (H.245, section 7.3; H.323, section 8.1.7).

use super::calls::{CallId, Origin};
use super::fact::Party;
use crate::voip::bounded::Bounded;
use crate::voip::h323::codecs::{Content, events};
use crate::voip::h323::control::{Channel, Control, Ends};
use crate::voip::media::{Format, Kind, Media, Place};

/// Most channels that are kept.
const MOST: usize = 16_384;
/// Bytes that one takes.
const CHANNEL: usize = 512;

/// Who opened a channel: call, or number of the connection where that is not known; side.
type Opener = (CallId, bool);

/// Channels that are open; the oldest are forgotten if there are too many.
#[derive(Debug)]
pub(crate) struct Channels {
    open: Bounded<(Opener, u16), Content>,
    /// Payload types of telephone-events that a side understands.
    events: Bounded<Opener, u8>,
}

/// Media that a message tells of.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Told {
    /// Of the sender.
    pub(crate) media: Vec<Media>,
    /// Of the other side.
    pub(crate) peer: Vec<Media>,
}

/// Who speaks: the call or else the connection, and the side.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Speaker {
    session: CallId,
    /// The side that is called, or the direction B of a connection without a call.
    is_second: bool,
}

impl Speaker {
    pub(crate) fn new(origin: &Origin, flow: u64, is_reply: bool) -> Self {
        let session = origin.call.unwrap_or(CallId::Numbered(flow, 0));
        let is_second = match origin.party {
            Party::Caller => false,
            Party::Callee => true,
            _ => is_reply,
        };
        Self { session, is_second }
    }

    fn own(self) -> Opener {
        (self.session, self.is_second)
    }

    fn other(self) -> Opener {
        (self.session, !self.is_second)
    }
}

impl Channels {
    /// For what takes no more than a part of the memory.
    pub(crate) fn new(share: usize) -> Self {
        let most = Self::most(share);
        Self { open: Bounded::new(most), events: Bounded::new(most) }
    }

    fn most(share: usize) -> usize {
        (share / CHANNEL).min(MOST)
    }

    /// Most bytes that they take.
    pub(crate) fn bytes(share: usize) -> usize {
        Self::most(share) * CHANNEL
    }

    /// A message of H.245.
    pub(crate) fn message(&mut self, message: &Control, speaker: Speaker) -> Told {
        let mut told = Told::default();
        if let Some(payload_type) = message.events {
            *self.events.entry(speaker.own()) = payload_type;
        }
        if let Some(Channel { number, forward, reverse }) = &message.open {
            if let Some((content, ends)) = forward {
                *self.open.entry((speaker.own(), *number)) = content.clone();
                // Media come to the other side; what that reports of them comes here.
                let ends = Ends { media: None, ..*ends };
                self.add(&mut told.media, content, &ends, speaker.own());
            }
            if let Some((content, ends)) = reverse {
                self.add(&mut told.media, content, ends, speaker.own());
            }
        }
        if let Some(ends) = &message.accepted {
            let opened = (speaker.other(), message.channel);
            let content = self.open.get(&opened).cloned().unwrap_or_default();
            self.add(&mut told.media, &content, ends, speaker.own());
        }
        told
    }

    /// Channels of a fast start: those from the caller are in the forward way, those to it in the reverse one.
    pub(crate) fn fast_start(&self, channels: &[Channel], speaker: Speaker) -> Told {
        let mut told = Told::default();
        for channel in channels {
            if let Some((content, ends)) = &channel.forward {
                let media = ends.media.filter(|_| speaker.is_second);
                self.add(&mut told.media, content, &Ends { media, ..*ends }, speaker.own());
            }
            if let Some((content, ends)) = &channel.reverse {
                let media = ends.media.filter(|_| !speaker.is_second);
                self.add(&mut told.media, content, &Ends { media, ..*ends }, speaker.own());
                // Who is called repeats where the caller wants them.
                if speaker.is_second {
                    let ends = Ends { control: None, ..*ends };
                    self.add(&mut told.peer, content, &ends, speaker.other());
                }
            }
        }
        told
    }

    /// Adds where someone wants media and RTCP.
    fn add(&self, list: &mut Vec<Media>, content: &Content, ends: &Ends, who: Opener) {
        let Ends { media, control, payload_type } = *ends;
        let mut formats: Vec<Format> = content.format.iter().cloned().collect();
        for format in &mut formats {
            format.payload_type = payload_type.unwrap_or(format.payload_type);
        }
        // Telephone-events come along with audio.
        let events_too = self.events.get(&who).filter(|_| content.kind == Kind::Audio);
        let with_events = || formats.iter().cloned().chain(events_too.map(|n| events(*n)));
        let one = |place: Place, port, rtcp_port| Media {
            kind: content.kind,
            address: place.address,
            is_v6: place.is_v6,
            port,
            rtcp_port,
            receives: true,
            sends: true,
            formats: if port == 0 { formats.clone() } else { with_events().collect() },
            is_encrypted: content.is_encrypted,
            ..Media::default()
        };
        let same_host = |a: Place, b: Place| (a.address, a.is_v6) == (b.address, b.is_v6);
        match (media, control) {
            (Some(media), Some(control)) if same_host(media, control) => {
                merge(list, one(media, media.port, control.port));
            }
            (Some(media), None) => {
                merge(list, one(media, media.port, media.port.saturating_add(1)));
            }
            (Some(media), Some(control)) => {
                merge(list, one(media, media.port, 0));
                merge(list, one(control, 0, control.port));
            }
            (None, Some(control)) => merge(list, one(control, 0, control.port)),
            (None, None) => {}
        }
    }
}

/// Adds media; several offers for one place are one with several formats.
fn merge(list: &mut Vec<Media>, media: Media) {
    let place = |media: &Media| (media.address, media.port, media.rtcp_port);
    let known = list.iter_mut().find(|known| place(known) == place(&media));
    let Some(known) = known else { return list.push(media) };
    for format in media.formats {
        if !known.formats.contains(&format) {
            known.formats.push(format);
        }
    }
}
