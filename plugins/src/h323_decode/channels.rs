//! Which media are wanted where: of channels that are opened on one side and accepted on the other (H.245, section 7.3; H.323, section 8.1.7).

use super::calls::{CallId, Origin};
use super::fact::Party;
use crate::voip::bounded::Bounded;
use crate::voip::h323::codecs::{Content, events};
use crate::voip::h323::control::{Channel, Control, Ends};
use crate::voip::media::{Format, Kind, Media, Place};
use flowz_api::Checkpoint;

/// Most channels that are kept.
const MOST: usize = 16_384;
/// Bytes that one takes.
const CHANNEL: usize = 512;

/// Who opened a channel: call, or number of the connection where that is not known; side.
type Opener = (CallId, bool);

/// Channels that are open; the oldest are forgotten if there are too many.
#[derive(Debug, Checkpoint)]
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

#[cfg(test)]
mod tests {
    use super::{Channels, Speaker, Told};
    use crate::h323_decode::calls::{CallId, Origin};
    use crate::h323_decode::fact::Party;
    use crate::voip::h323::codecs::Content;
    use crate::voip::h323::control::{Channel, Control, Ends};
    use crate::voip::media::{Kind, Place};
    use crate::voip::payload_types;

    fn place(host: u8, port: u16) -> Place {
        Place { address: [host; 16], is_v6: true, port }
    }

    fn content(payload_type: u8) -> Content {
        let format = Some(payload_types::format(payload_type));
        Content { kind: Kind::Audio, format, is_encrypted: false }
    }

    fn speaker(call: u8, party: Party) -> Speaker {
        let call = Some(CallId::Named([call; 16]));
        Speaker::new(&Origin { call, party }, 1, false)
    }

    fn open(number: u16, payload_type: u8, control: Place) -> Control {
        let ends = Ends { control: Some(control), ..Ends::default() };
        let forward = Some((content(payload_type), ends));
        let channel = Channel { number, forward, reverse: None };
        Control { open: Some(channel), channel: number, ..Control::default() }
    }

    fn accept(number: u16, ends: Ends) -> Control {
        Control { accepted: Some(ends), channel: number, ..Control::default() }
    }

    fn shown(told: &Told) -> Vec<String> {
        told.media.iter().map(crate::voip::media::Media::in_words).collect()
    }

    #[test]
    fn who_accepts_has_the_format_of_who_opens() {
        let mut channels = Channels::new(usize::MAX);
        let (caller, callee) = (speaker(1, Party::Caller), speaker(1, Party::Callee));
        let table = Control { events: Some(101), ..Control::default() };
        assert_eq!(channels.message(&table, callee), Told::default());
        let told = channels.message(&open(5, 8, place(1, 5001)), caller);
        assert_eq!(shown(&told), ["audio rtcp [101:101:101:101:101:101:101:101]:5001 PCMA"]);
        // The same number on the other side is another channel, and so it is in another call.
        channels.message(&open(5, 0, place(2, 6001)), callee);
        channels.message(&open(5, 18, place(2, 6001)), speaker(2, Party::Caller));
        let ends =
            Ends { media: Some(place(2, 6000)), control: Some(place(2, 6003)), payload_type: None };
        let told = channels.message(&accept(5, ends), callee);
        assert_eq!(
            shown(&told),
            ["audio [202:202:202:202:202:202:202:202]:6000 PCMA,TELEPHONE-EVENT"]
        );
        assert_eq!(told.media[0].rtcp_port, 6003);
        let ends = Ends { media: Some(place(1, 5000)), control: None, payload_type: Some(99) };
        let told = channels.message(&accept(5, ends), caller);
        assert_eq!(told.media[0].formats[0].payload_type, 99);
        assert_eq!(
            (told.media[0].formats[0].name.as_str(), told.media[0].rtcp_port),
            ("PCMU", 5001)
        );
        // RTCP at another host; nobody opened it.
        let ends =
            Ends { media: Some(place(1, 5000)), control: Some(place(3, 7)), payload_type: None };
        let told = channels.message(&accept(77, ends), caller);
        let [media, control] = &told.media[..] else { panic!("{told:?}") };
        assert_eq!((media.port, media.rtcp_port, media.formats.len()), (5000, 0, 0));
        assert_eq!((control.port, control.rtcp_port), (0, 7));
    }

    #[test]
    fn a_fast_start_has_both_ways() {
        let channels = Channels::new(usize::MAX);
        let ends = |media, control| Ends {
            media: Some(media),
            control: Some(control),
            payload_type: None,
        };
        let there = |number, kind, ends| {
            let forward = Some((content(kind), ends));
            Channel { number, forward, reverse: None }
        };
        let back = |number, kind, ends| {
            let reverse = Some((content(kind), ends));
            Channel { number, forward: None, reverse }
        };
        // Two formats are offered for one place; where the other side wants media is not the caller's to say.
        let offer = [
            there(1, 8, ends(place(9, 9), place(1, 5001))),
            back(2, 8, ends(place(1, 5000), place(1, 5001))),
            back(3, 0, ends(place(1, 5000), place(1, 5001))),
        ];
        let told = channels.fast_start(&offer, speaker(1, Party::Caller));
        let [control, media] = &told.media[..] else { panic!("{told:?}") };
        assert_eq!((control.port, control.rtcp_port), (0, 5001));
        assert_eq!((media.port, media.formats.len(), told.peer.len()), (5000, 2, 0));
        let answer = [
            there(1, 8, ends(place(2, 6000), place(2, 6001))),
            back(2, 8, ends(place(1, 5000), place(2, 6001))),
        ];
        let told = channels.fast_start(&answer, speaker(1, Party::Callee));
        assert_eq!((told.media[0].port, told.media[0].address), (6000, [2; 16]));
        assert_eq!((told.peer[0].port, told.peer[0].address), (5000, [1; 16]));
        assert!(told.media.iter().all(|media| media.address == [2; 16]));
    }

    #[test]
    fn bounded() {
        let mut channels = Channels::new(2 * super::CHANNEL);
        for number in 1..100 {
            channels.message(&open(number, 8, place(1, 5001)), speaker(1, Party::Caller));
        }
        let known = (1..100).filter(|number| {
            let ends = Ends { media: Some(place(2, 6000)), ..Ends::default() };
            let told = channels.message(&accept(*number, ends), speaker(1, Party::Callee));
            !told.media[0].formats.is_empty()
        });
        assert_eq!(known.collect::<Vec<_>>(), [98, 99]);
    }
}
