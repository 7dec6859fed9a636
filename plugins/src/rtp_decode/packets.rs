//! What becomes of a packet.

use flowz_api::cell::Hex32;
use flowz_api::prelude::*;

use super::RtpDecode;
use super::bits;
use super::fact::RtpFound;
use super::formats::Known;
use super::learning::At;
use super::report::{Report, ReportRow, kinds};
use super::sequence::Place;
use super::signalling::is_signalling;
use super::sound::{self, Caught};
use super::source::Arrived;
use super::sources::Outcome;
use super::state::State;
use crate::voip::datagram::{Datagram, datagram};
use crate::voip::media::{H323Media, SipMedia};
use crate::voip::rtcp::Compound;
use crate::voip::rtp::{Kind, Packet, kind};

/// Segments with data behind which a TCP connection is given up that is no signalling.
const SEGMENTS: u16 = 8;
impl RtpDecode {
    /// A segment of TCP: only what signalling in it announces is of interest.
    pub(crate) fn segment(&mut self, cx: &PacketContext<'_>, flow: &mut State) {
        self.hear(cx, flow);
        let bytes = cx.layers.payload(cx.packet.data);
        if flow.is_signalling || bytes.is_empty() {
            return;
        }
        flow.is_signalling = is_signalling(bytes);
        flow.others = flow.others.saturating_add(1);
        flow.is_given_up = !flow.is_signalling && flow.others >= SEGMENTS;
    }

    /// A packet of UDP.
    pub(crate) fn datagram(
        &mut self,
        cx: &mut PacketContext<'_>,
        flow: &mut State,
        peer: Option<&mut State>,
    ) {
        let Some(datagram) = datagram(cx) else {
            self.hear(cx, flow);
            return;
        };
        let is_ours = match kind(datagram.bytes) {
            Kind::Rtp => self.rtp(cx, datagram, flow),
            Kind::Rtcp => self.rtcp(cx, datagram, flow, peer),
            Kind::Stun => {
                self.counts.stun += 1;
                flow.stat |= bits::STUN;
                let live = flow.live();
                live.stun = live.stun.saturating_add(1);
                true
            }
            Kind::Dtls => {
                self.counts.dtls += 1;
                flow.stat |= bits::DTLS;
                let live = flow.live();
                live.dtls = live.dtls.saturating_add(1);
                true
            }
            Kind::Other => {
                self.hear(cx, flow);
                flow.is_signalling |= is_signalling(datagram.bytes);
                false
            }
        };
        if !is_ours && !flow.is_signalling && !flow.has_media() {
            flow.others = flow.others.saturating_add(1);
            flow.is_given_up = flow.others >= self.toggles.tries;
        }
    }

    /// Tells others that the flow has RTP, once.
    pub(crate) fn tell(&mut self, cx: &mut PacketContext<'_>, flow: &mut State) {
        if flow.is_told || flow.stat & bits::RTP == 0 {
            return;
        }
        flow.is_told = true;
        let ssrc = self.latest.ssrc.map_or(0, |Hex32(ssrc)| ssrc);
        cx.publish_for_flow::<Self, RtpFound>(&RtpFound { ssrc });
    }

    /// Media that signalling announces with this packet.
    fn hear(&mut self, cx: &PacketContext<'_>, flow: &mut State) {
        let sip = cx.fact::<Self, SipMedia>();
        let h323 = cx.fact::<Self, H323Media>();
        let of_sip = sip.as_ref().map(|media| &media.list);
        for list in of_sip.into_iter().chain(h323.as_ref().map(|media| &media.list)) {
            self.book.announce(cx.flow.id.0, cx.packet.ts, list);
            flow.is_signalling = true;
        }
        if let Some(media) = &sip {
            self.book.announce_keys(&media.call_id, &media.list);
        }
    }

    /// What may be RTP; whether it is.
    fn rtp(
        &mut self,
        cx: &mut PacketContext<'_>,
        datagram: Datagram<'_>,
        flow: &mut State,
    ) -> bool {
        let Some(packet) = Packet::read(datagram.bytes, datagram.len) else {
            flow.stat |= if flow.has_media() { bits::MALFORMED } else { 0 };
            return false;
        };
        let arrived = Arrived::new(&packet, cx.number, cx.packet.ts);
        let (limits, known) = (self.toggles.limits(), Known { book: &self.book, key: cx.key });
        let live = flow.live();
        live.look_up(&self.book, cx.key);
        let before = live.sources.last_timestamp(packet.ssrc);
        let outcome = live.sources.add(packet.ssrc, &arrived, known, limits);
        if let Some(sound) = &mut self.sound {
            let caught = Caught { arrived: &arrived, datagram, packet: &packet };
            let at = sound::At { key: cx.key, flow: cx.flow.id, direction: cx.flow.direction() };
            let places = (&mut live.sources, &self.book);
            sound.packet(at, &caught, outcome, places, &mut |row| cx.emit(row));
        }
        let has_room = match outcome {
            Outcome::Maybe => return true,
            Outcome::Noise => return false,
            Outcome::Beyond => false,
            Outcome::Of(Place::Far) => true,
            Outcome::Of(_) | Outcome::Begins => live.contribute(&packet),
        };
        flow.note(&packet);
        flow.stat |= match outcome {
            Outcome::Of(Place::Late) => bits::BACK,
            Outcome::Of(Place::Restart) => bits::RESTART,
            _ => 0,
        };
        flow.stat |= if has_room { 0 } else { bits::FULL };
        self.latest.kind = Some(packet.payload_type);
        self.latest.sequence = Some(packet.sequence);
        self.latest.timestamp = Some(packet.timestamp);
        self.latest.difference = before.map(|before| packet.timestamp.wrapping_sub(before) as i32);
        self.latest.ssrc = Some(Hex32(packet.ssrc));
        true
    }

    /// What may be RTCP; whether it is.
    fn rtcp(
        &mut self,
        cx: &mut PacketContext<'_>,
        datagram: Datagram<'_>,
        flow: &mut State,
        peer: Option<&mut State>,
    ) -> bool {
        let is_known = flow.has_media() || peer.as_ref().is_some_and(|peer| peer.has_media());
        let all = Compound::read(datagram.bytes, datagram.len);
        let Some(all) = all.filter(|all| is_known || all.begins_with_report()) else {
            flow.stat |= if is_known { bits::MALFORMED } else { 0 };
            return false;
        };
        flow.stat |= bits::RTCP;
        self.counts.control += 1;
        let is_reply = cx.flow.direction() == Direction::B;
        let at = At { number: cx.number, time: cx.packet.ts, key: *cx.key, is_reply };
        let live = flow.live();
        live.look_up(&self.book, cx.key);
        live.control.datagrams = live.control.datagrams.saturating_add(1);
        let other = peer.and_then(|peer| peer.live.as_deref_mut());
        let mut other = other.map(|live| &mut live.control);
        let mut rows = Vec::new();
        for packet in all.clone() {
            if self.latest.kind.is_none() {
                self.latest.kind = Some(packet.kind);
                self.latest.ssrc = packet.ssrc().map(Hex32);
            }
            self.learn(&packet, at, (&mut live.control, other.as_deref()), &mut rows);
        }
        if !self.toggles.reports_table {
            return true;
        }
        let names = kinds(all);
        for row in rows {
            let report = Report { kinds: names.clone(), ..row };
            let show = &mut |report: &Report| cx.emit(&ReportRow::new(report));
            live.control.push(report, other.as_deref(), show);
        }
        if let (Some(other), Some(own)) = (&mut other, live.control.round_trip()) {
            other.flush(Some(own), &mut |report| cx.emit(&ReportRow::new(report)));
        }
        true
    }
}
