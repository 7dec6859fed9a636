//! The end of a direction: its sources for rows, and for other plugins.

use flowz_api::cell::{Each, Hex16, Hex32, List, Text};
use flowz_api::prelude::*;

use super::RtpDecode;
use super::bits;
use super::book::Book;
use super::fact::{RtpSource, RtpSources, UsedType};
use super::report::ReportRow;
use super::row::FlowRow;
use super::sound::{At, PayloadRow};
use super::source::Source;
use super::state::{Live, State};
use super::table::SourceRow;
use crate::voip::media::Kind;

/// What the row of a flow shows.
#[derive(Debug, Default)]
pub(crate) struct Ended {
    all: RtpSources,
    /// Payload types of all sources.
    types: Vec<u8>,
    announced_by: Vec<u64>,
}

impl RtpDecode {
    /// A direction ends: makes its rows and tells others of its sources.
    pub(crate) fn end(&mut self, cx: &mut EndContext<'_>, flow: &mut State, peer: Option<&State>) {
        self.ended = Ended::default();
        let State { stat, live, .. } = flow;
        if let Some(live) = live.as_deref_mut() {
            let other = peer.and_then(|peer| peer.live.as_ref()?.control.round_trip());
            live.control.flush(other, &mut |report| cx.emit(&ReportRow::new(report)));
            self.close(cx, live, stat);
            self.count();
        }
        self.counts.stat |= *stat;
    }

    fn close(&mut self, cx: &mut EndContext<'_>, live: &mut Live, stat: &mut u16) {
        live.look_up(&self.book, cx.key);
        let announcement = live.announcement.filter(|a| a.time <= cx.flow.last);
        let (book, key) = (&self.book, cx.key);
        let sources = live.sources.close(|source| is_announced(source, book, key));
        if let Some(sound) = &mut self.sound {
            let at = At { key, flow: cx.flow.id, direction: cx.flow.direction() };
            let emit = &mut |row: &PayloadRow<'_>| cx.emit(row);
            for source in sources.iter_mut() {
                sound.end(at, source, book, emit);
            }
        }
        let sources = &*sources;
        let conceals = self.toggles.conceals;
        let told =
            |source: &Source| RtpSource::new(source, self.reports.of(source.ssrc, key), conceals);
        let all = RtpSources {
            announced_by: announcement.map_or(0, |a| a.flow),
            is_encrypted: announcement.is_some_and(|a| a.is_encrypted),
            list: sources.iter().map(told).collect(),
        };
        *stat |= sources.iter().fold(0, |bits, source| bits | bits_of(source));
        if *stat & (bits::RTP | bits::RTCP) != 0 {
            *stat |= announcement.map_or(0, |a| a.bits());
            self.ended.announced_by.extend(announcement.map(|a| a.flow));
        }
        if !all.list.is_empty() {
            cx.publish::<Self, RtpSources>(&all);
        }
        if self.toggles.sources_table {
            let direction = cx.flow.direction();
            for source in &all.list {
                cx.emit(&SourceRow::new(source, &all, cx.key, direction));
            }
        }
        for used in all.list.iter().flat_map(|source| &source.types) {
            if !self.ended.types.contains(&used.payload_type) {
                self.ended.types.push(used.payload_type);
            }
        }
        self.ended.all = all;
    }

    fn count(&mut self) {
        let RtpSources { announced_by, list, .. } = &self.ended.all;
        self.counts.sources += list.len() as u64;
        self.counts.announced += if *announced_by > 0 { list.len() as u64 } else { 0 };
        for source in list {
            self.counts.packets += source.packets;
            self.counts.lost += source.lost;
            self.counts.expected += source.expected;
        }
    }
}

/// Whether a source on probation is what was announced for where its packets go.
fn is_announced(source: &Source, book: &Book, key: &FlowKey) -> bool {
    book.to(key).is_some_and(|announced| {
        let has_type = announced.formats.iter().any(|f| f.payload_type == source.last.payload_type);
        has_type && announced.kind != Kind::Other && announced.time <= source.last.time
    })
}

/// Status bits that follow from the packets of a source.
fn bits_of(source: &Source) -> u16 {
    let counts = source.counts;
    let set = |is: bool, bit: u16| if is { bit } else { 0 };
    bits::RTP
        | set(counts.extensions > 0, bits::EXTENSION)
        | set(counts.padded > 0, bits::PADDING)
        | set(counts.markers > 0, bits::MARKER)
        | set(source.lost() > 0, bits::LOSS)
        | set(counts.reordered > 0, bits::BACK)
        | set(source.formats.is_full(), bits::FULL)
}

impl Ended {
    /// The row of the direction.
    pub(crate) fn row<'a>(&'a self, flow: &'a State) -> FlowRow<'a> {
        let list = &self.all.list;
        let sum = |value: fn(&RtpSource) -> u64| list.iter().map(value).sum::<u64>();
        let packets = sum(|source| source.packets);
        let missing = packets - sum(|source| source.in_sequence);
        // The first one with the most packets.
        let main = list.iter().rev().max_by_key(|source| source.packets);
        let types: &[UsedType] = main.map_or(&[], |source| &source.types);
        let live = flow.live.as_deref();
        let control = live.map(|live| &live.control);
        FlowRow {
            stat: Hex16(flow.stat),
            types: List(&self.types),
            sources: Each(list, |source| Hex32(source.ssrc)),
            contributors: Each(live.map_or(&[], |live| &live.contributors), |ssrc| Hex32(*ssrc)),
            packets,
            missing,
            missing_ratio: missing as f32 / packets.max(1) as f32,
            lost: sum(|source| source.lost),
            codecs: Each(types, |used| Text(used.name.as_bytes())),
            jitter: main.and_then(|source| source.jitter).map(|(last, _, _)| last),
            opinion: main.and_then(|source| source.quality).map(|(_, opinion)| opinion),
            announced_by: List(&self.announced_by),
            control: control.map_or(0, |control| control.datagrams),
            sent_packets: control.map_or(0, |control| control.sender_packets),
            sent_octets: control.map_or(0, |control| control.sender_octets),
            fraction: control.map_or(0, |control| control.fraction),
            not_received: control.map_or(0, |control| control.lost.max(0).unsigned_abs()),
            most_jitter: control.map_or(0, |control| control.most_jitter),
            stun: live.map_or(0, |live| live.stun),
            dtls: live.map_or(0, |live| live.dtls),
        }
    }
}
