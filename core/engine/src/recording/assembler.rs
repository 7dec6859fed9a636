//! Puts the parts of records together, in the order of the events.

use std::mem::take;
use std::slice::Iter;

use flowz_api::cell::Dir;
use flowz_api::flow::{Flow, FlowId};
use flowz_api::record::Record;
use flowz_api::settings::Run;
use flowz_api::sink::SinkError;
use flowz_host::placement::Place;

use super::events::{EndEvent, Event, LaneEvents, PacketEvent, Rare};
use super::fragments::{Emitted, Segments};
use super::{EventBatch, Fragments, Packets};
use crate::output::{Output, RowStyles};
use crate::packet_bytes::PacketBytes;
use crate::table::NIL;

/// Puts records together and hands them to the sinks.
pub struct Assembler {
    /// Where records go.
    pub output: Output,
    segments: Segments,
    packet_bytes: PacketBytes,
    record: Record,
    packet_mode: bool,
    shows_number: bool,
    styles: RowStyles,
    /// The first step that is not complete.
    limit: u32,
}

/// What one place has made of a batch, and how far it is read.
struct Part<'a> {
    lengths: Iter<'a, u32>,
    bytes: &'a [u8],
    emitted: Iter<'a, Emitted>,
    emitted_bytes: &'a [u8],
    alarms: Iter<'a, (u32, u32)>,
}

impl<'a> Part<'a> {
    fn new(fragments: &'a Fragments, limit: &mut u32) -> Self {
        *limit = fragments.failed_at.unwrap_or(u32::MAX).min(*limit);
        Self {
            lengths: fragments.lengths.iter(),
            bytes: fragments.bytes.bytes(),
            emitted: fragments.emitted.iter(),
            emitted_bytes: &fragments.emitted_bytes,
            alarms: fragments.alarms.iter(),
        }
    }

    /// The next segment.
    #[inline]
    fn segment(&mut self) -> &'a [u8] {
        let length = self.lengths.next().map_or(0, |length| *length as usize);
        split_off(&mut self.bytes, length)
    }

    /// The next thing that was emitted at this step, with its bytes.
    fn emitted(&mut self, step: u32) -> Option<(&'a Emitted, &'a [u8])> {
        let next = self.emitted.as_slice().first().filter(|next| next.step == step)?;
        self.emitted.next();
        Some((next, split_off(&mut self.emitted_bytes, next.emission.len as usize)))
    }

    /// How many plugins have raised an alarm on the flow that ends at this step.
    #[inline]
    fn alarms(&mut self, step: u32) -> u32 {
        match self.alarms.as_slice().first() {
            Some((at, plugins)) if *at == step => {
                self.alarms.next();
                *plugins
            }
            _ => 0,
        }
    }

    /// Whether nothing was emitted at this step.
    #[inline]
    fn is_silent(&self, step: u32) -> bool {
        self.emitted.as_slice().first().is_none_or(|next| next.step != step)
    }
}

#[inline]
fn split_off<'a>(bytes: &mut &'a [u8], length: usize) -> &'a [u8] {
    let (head, rest) = bytes.split_at_checked(length).unwrap_or((bytes, &[]));
    *bytes = rest;
    head
}

/// The parts of a batch: of the front, of the lane with all flows, of the lanes.
struct Parts<'a> {
    front: Part<'a>,
    whole: Option<Part<'a>>,
    lanes: Vec<Part<'a>>,
}

impl<'a> Parts<'a> {
    #[inline]
    fn part_mut(&mut self, place: Place, lane: usize) -> Option<&mut Part<'a>> {
        match place {
            Place::Front => Some(&mut self.front),
            Place::Whole => self.whole.as_mut(),
            Place::Lane => self.lanes.get_mut(lane),
        }
    }
}

impl Assembler {
    pub(crate) fn new(
        run: &Run,
        segments: Segments,
        packet_bytes: PacketBytes,
        output: Output,
    ) -> Self {
        let styles = output.styles();
        Self {
            output,
            styles,
            segments,
            packet_bytes,
            record: Record::new(),
            packet_mode: run.packet_mode,
            shows_number: run.core.spktmd_pktno,
            limit: u32::MAX,
        }
    }

    /// What it was made from.
    pub(crate) fn into_parts(self) -> (PacketBytes, Output) {
        (self.packet_bytes, self.output)
    }

    /// Hands all records of a batch to the sinks, up to the step at which a lane has failed. `lanes` and `whole` are what the lanes have made of it, as far as there are
    /// lanes; `packets` holds the packets that it is about.
    pub fn assemble<'a>(
        &mut self,
        batch: &'a EventBatch,
        lanes: impl Iterator<Item = &'a Fragments>,
        whole: Option<&'a Fragments>,
        packets: &impl Packets,
    ) -> Result<(), SinkError> {
        if let Some(at) = batch.period_ended {
            self.output.rotate(at)?;
        }
        let mut limit = u32::MAX;
        let mut parts = Parts {
            front: Part::new(&batch.front, &mut limit),
            whole: whole.map(|whole| Part::new(whole, &mut limit)),
            lanes: lanes.map(|lane| Part::new(lane, &mut limit)).collect(),
        };
        self.limit = limit;
        let mut events: Vec<_> = batch.lanes.iter().map(LaneEvents::iter).collect();
        for lane in batch.order.iter().map(|lane| usize::from(*lane)) {
            match events[lane].next() {
                None => {}
                Some((Event::Packet(event), rare)) => {
                    self.packet((event, rare), lane, &mut parts, packets)?;
                }
                Some((Event::End(event), _)) => self.end(event, lane, &mut parts)?,
            }
        }
        Ok(())
    }

    fn packet(
        &mut self,
        (event, rare): (&PacketEvent, Option<&Rare>),
        lane: usize,
        parts: &mut Parts<'_>,
        packets: &impl Packets,
    ) -> Result<(), SinkError> {
        if event.step >= self.limit {
            return Ok(());
        }
        self.emitted(event.step, lane, parts)?;
        if !self.packet_mode {
            return Ok(());
        }
        let mut record = take(&mut self.record);
        record.set_style(self.styles.packets);
        begin_packet(&mut record, self.shows_number.then_some(event.number), event.flows[0].id);
        self.segments(&mut record, lane, parts);
        let (packet, layers) = packets.packet(event.index);
        let changed = if let Some(Rare::Packet(rare)) = rare { Some(&rare.layers) } else { None };
        self.packet_bytes.put(changed.unwrap_or(layers), packet.data, &mut record);
        let outcome = self.output.packet(&record);
        self.record = record;
        outcome
    }

    fn end(
        &mut self,
        event: &EndEvent,
        lane: usize,
        parts: &mut Parts<'_>,
    ) -> Result<(), SinkError> {
        self.flow(event.letter, &event.flow, (event.step, lane), parts)?;
        if event.peer == NIL {
            return Ok(());
        }
        self.flow(b'B', &event.other, (event.step + 1, lane), parts)
    }

    fn flow(
        &mut self,
        letter: u8,
        flow: &Flow,
        (step, lane): (u32, usize),
        parts: &mut Parts<'_>,
    ) -> Result<(), SinkError> {
        if step >= self.limit {
            return Ok(());
        }
        self.emitted(step, lane, parts)?;
        let mut record = take(&mut self.record);
        record.set_style(self.styles.flows);
        begin_flow(&mut record, letter, flow.id);
        self.segments(&mut record, lane, parts);
        let places = [Place::Front, Place::Whole, Place::Lane];
        let alarms = places.map(|place| parts.part_mut(place, lane).map_or(0, |p| p.alarms(step)));
        let outcome = self.output.flow(&mut record, (letter, flow), alarms.iter().sum());
        self.record = record;
        outcome
    }

    /// Appends the segments of a record.
    #[inline]
    fn segments(&self, record: &mut Record, lane: usize, parts: &mut Parts<'_>) {
        for place in &self.segments.places {
            if let Some(part) = parts.part_mut(*place, lane) {
                record.raw(part.segment());
            }
        }
    }

    /// Hands on what was emitted at a step: plugin by plugin, as a single thread would have done it.
    #[inline]
    fn emitted(&mut self, step: u32, lane: usize, parts: &mut Parts<'_>) -> Result<(), SinkError> {
        let places = [Place::Front, Place::Whole, Place::Lane];
        let silent = |place| parts.part_mut(place, lane).is_none_or(|part| part.is_silent(step));
        if places.into_iter().all(silent) {
            return Ok(());
        }
        let mut all = Vec::new();
        for place in places {
            let Some(part) = parts.part_mut(place, lane) else { continue };
            all.extend(std::iter::from_fn(|| part.emitted(step)));
        }
        all.sort_by_key(|(emitted, _)| emitted.emission.plugin);
        for (Emitted { emission, .. }, bytes) in all {
            self.output.emit(emission.plugin, emission, bytes)?;
        }
        Ok(())
    }
}

/// A record of the packet table begins.
pub(crate) fn begin_packet(record: &mut Record, number: Option<u64>, flow: FlowId) {
    record.clear();
    if let Some(number) = number {
        record.put(&number);
    }
    record.put(&flow.0);
}

/// A record of the flow table begins: of flow A or B.
#[inline]
pub(crate) fn begin_flow(record: &mut Record, letter: u8, id: FlowId) {
    record.clear();
    record.put(&Dir(letter));
    record.put(&id.0);
}
