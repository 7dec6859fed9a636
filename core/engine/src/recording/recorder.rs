//! Reads notes, calls the plugins that record, makes the records.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::slice::Iter;

use flowz_api::flow::Flow;
use flowz_api::key::FlowKey;
use flowz_api::layers::Layers;
use flowz_api::packet::Packet;
use flowz_api::plugin::{Datagram, EndContext, PacketContext, Timeouts};
use flowz_api::settings::Run;
use flowz_api::sink::SinkError;
use flowz_api::slab::FlowIndex;
use flowz_api::status::FlowStat;

use super::Notes;
use super::notes::{EndNote, Note, PacketNote, Rare, Step};
use crate::blame::PluginPanic;
use crate::crew::{Crew, Group};
use crate::decoding::Decoder;
use crate::keys::full_key;
use crate::records::Records;
use crate::table::NIL;

/// Packets that notes are about.
pub trait Packets {
    /// The packet of this number in its batch, with what the decoder found.
    fn packet(&self, index: u32) -> (Packet<'_>, &Layers);
}

/// The plugins that record, with their states, and the way to the sinks.
pub struct Recorder {
    run: Run,
    timeouts: Timeouts,
    decoder: Decoder,
    team: Team,
    /// Status bits that plugins have set, by slot, as far as any have.
    marks: Vec<FlowStat>,
    /// All status bits of flows that ended.
    status: FlowStat,
}

/// The plugins, and where their rows go.
struct Team {
    /// In front of each group of plugins that steer, and behind the last one.
    crews: Vec<Crew<true>>,
    groups: Vec<Group>,
    records: Box<Records>,
    /// Lists of interest by slot, one for each crew.
    interests: Vec<u16>,
}

/// What is still to be read of notes.
struct Rest<'a> {
    rare: Iter<'a, Rare>,
    steps: Iter<'a, Step>,
    lengths: Iter<'a, u32>,
    rows: &'a [u8],
}

impl<'a> Rest<'a> {
    fn of(notes: &'a Notes) -> Self {
        let (rare, steps) = (notes.rare.iter(), notes.steps.iter());
        Self { rare, steps, lengths: notes.lengths.iter(), rows: &notes.rows }
    }

    /// The next row of a group of plugins that steer.
    fn row(&mut self) -> &'a [u8] {
        let length = self.lengths.next().map_or(0, |length| *length as usize);
        let (row, rows) = self.rows.split_at_checked(length).unwrap_or((self.rows, &[]));
        self.rows = rows;
        row
    }
}

/// A flow that ends.
struct Ending<'a> {
    letter: u8,
    key: &'a FlowKey,
    slots: (u32, u32),
    flow: &'a Flow,
    peer: Option<&'a Flow>,
}

impl Recorder {
    pub(crate) fn new(
        run: Run,
        timeouts: Timeouts,
        decoder: Decoder,
        (crews, groups): (Vec<Crew<true>>, Vec<Group>),
        records: Box<Records>,
    ) -> Self {
        let team = Team { crews, groups, records, interests: Vec::new() };
        Self { run, timeouts, decoder, team, marks: Vec::new(), status: FlowStat::empty() }
    }

    /// Does what notes ask for. `packets` holds what they are about; it is not asked if they are of ends only.
    ///
    /// # Errors
    ///
    /// A panic of a plugin. From then on the recorder is good for [`Self::finish`] only. Panics of others go on.
    pub fn process(
        &mut self,
        notes: &Notes,
        packets: &impl Packets,
    ) -> Result<Result<(), SinkError>, PluginPanic> {
        let done = catch_unwind(AssertUnwindSafe(|| self.work(notes, packets)));
        done.map_err(|payload| {
            let culprit = self.team.crews.iter().find_map(|crew| crew.culprit(&*payload));
            culprit.unwrap_or_else(|| resume_unwind(payload))
        })
    }

    /// Hands the last records over.
    pub fn finish(&mut self) -> Result<(), SinkError> {
        self.team.records.output.finish()
    }

    /// All status bits of flows that ended, without the direction.
    pub(crate) fn status(&self) -> FlowStat {
        self.status
    }

    /// The plugins.
    pub(crate) fn into_crews(self) -> (Vec<Crew<true>>, Vec<Group>) {
        (self.team.crews, self.team.groups)
    }

    fn work(&mut self, notes: &Notes, packets: &impl Packets) -> Result<(), SinkError> {
        self.run.start = notes.start;
        let mut rest = Rest::of(notes);
        for note in &notes.list {
            match note {
                Note::End(note) => self.end(note, &mut rest)?,
                Note::Packet(note) => {
                    let (packet, layers) = packets.packet(note.index);
                    // Its time as the engine saw it: `core.TSTAMP_PREC` may take something away.
                    let packet = Packet { ts: note.flows[0].last, ..packet };
                    let rare = if note.is_rare { rest.rare.next() } else { None };
                    match rare {
                        None => {
                            let key = full_key(layers, packet.data);
                            self.packet(note, &packet, (layers, &key), None, &mut rest)?;
                        }
                        Some(Rare { layers, key, .. }) => {
                            self.packet(note, &packet, (layers, key), rare, &mut rest)?;
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// Shows a packet to the plugins.
    #[inline]
    fn packet(
        &mut self,
        note: &PacketNote,
        packet: &Packet<'_>,
        (layers, key): (&Layers, &FlowKey),
        rare: Option<&Rare>,
        rest: &mut Rest<'_>,
    ) -> Result<(), SinkError> {
        let own = FlowIndex(note.own);
        let other = (note.peer != NIL).then_some(FlowIndex(note.peer));
        if note.is_new {
            self.begin(note.own);
        }
        let marks = [self.mark(note.own), self.mark(note.peer)];
        let [mut flow, mut peer] = marked(note, marks);
        let landmarks;
        let mut cx = PacketContext {
            packet,
            layers,
            number: note.number,
            key,
            flow: &mut flow,
            peer: other.is_some().then_some(&mut peer),
            landmarks: None,
            previous: note.previous,
            datagram: None,
            related: None,
            run: &self.run,
            timeouts: &self.timeouts,
        };
        if let Some(rare) = rare {
            cx.related = rare.related;
            cx.datagram =
                rare.datagram.as_ref().map(|(proto, bytes)| Datagram { proto: *proto, bytes });
        }
        if note.is_new {
            landmarks = self.decoder.landmarks(packet, layers);
            cx.landmarks = landmarks.as_ref();
            self.team.ask(&cx, own);
        }
        let before = note.flows.map(|flow| flow.status);
        let [own_status, peer_status] = self.team.show(&mut cx, (own, other), before, rest)?;
        self.remember(own, flow.status - own_status, marks[0]);
        if let Some(other) = other {
            self.remember(other, peer.status - peer_status, marks[1]);
        }
        Ok(())
    }

    /// A flow begins in a slot.
    fn begin(&mut self, at: u32) {
        if let Some(marks) = self.marks.get_mut(at as usize) {
            *marks = FlowStat::empty();
        }
    }

    /// What plugins have set in the flow of a slot.
    #[inline]
    fn mark(&self, at: u32) -> FlowStat {
        self.marks.get(at as usize).copied().unwrap_or_default()
    }

    /// Keeps the bits that plugins have set in the flow of a slot, if there are more than were known.
    #[inline]
    fn remember(&mut self, at: FlowIndex, set: FlowStat, known: FlowStat) {
        if !known.contains(set) {
            self.keep(at.0 as usize, set);
        }
    }

    #[cold]
    fn keep(&mut self, at: usize, set: FlowStat) {
        if at >= self.marks.len() {
            self.marks.resize(at + 1, FlowStat::empty());
        }
        self.marks[at] |= set;
    }

    /// Makes the records of a flow and of its opposite.
    fn end(&mut self, note: &EndNote, rest: &mut Rest<'_>) -> Result<(), SinkError> {
        let (mut flow, mut other) = (note.flow, note.other);
        flow.status |= self.mark(note.own);
        other.status |= self.mark(note.peer);
        let is_lone = note.peer == NIL;
        let peer = if is_lone { None } else { Some(&other) };
        let (slots, key) = ((note.own, note.peer), &note.key);
        self.end_one(&Ending { letter: b'A', key, slots, flow: &flow, peer }, rest)?;
        if is_lone {
            return Ok(());
        }
        let (slots, key) = ((note.peer, note.own), &note.key.reversed());
        self.end_one(&Ending { letter: b'B', key, slots, flow: &other, peer: Some(&flow) }, rest)
    }

    fn end_one(&mut self, ending: &Ending<'_>, rest: &mut Rest<'_>) -> Result<(), SinkError> {
        let Ending { letter, key, slots, flow, peer } = *ending;
        let cx = EndContext { key, flow, peer, run: &self.run };
        let (own, other) = (FlowIndex(slots.0), peer.map(|_| FlowIndex(slots.1)));
        self.status |= flow.status - FlowStat::INVERTED;
        self.team.end(letter, &cx, (own, other), rest)
    }
}

impl Team {
    /// A flow begins: asks all whether they want its packets.
    fn ask(&mut self, cx: &PacketContext<'_>, own: FlowIndex) {
        let place = own.0 as usize * self.crews.len();
        let end = place + self.crews.len();
        if self.interests.len() < end {
            self.interests.resize(end, 0);
        }
        for (crew, list) in self.crews.iter_mut().zip(&mut self.interests[place..end]) {
            *list = crew.ask(cx, own);
        }
    }

    /// Shows all a packet, each crew with what the groups in front of it have done. `status` are the bits of the flow and of
    /// its opposite without those that recording plugins have set; yields the same for the last crew.
    #[inline]
    fn show(
        &mut self,
        cx: &mut PacketContext<'_>,
        (own, other): (FlowIndex, Option<FlowIndex>),
        mut status: [FlowStat; 2],
        rest: &mut Rest<'_>,
    ) -> Result<[FlowStat; 2], SinkError> {
        let packet_mode = cx.run.packet_mode;
        let place = own.0 as usize * self.crews.len();
        if packet_mode {
            self.records.begin_packet(cx);
        }
        for (n, crew) in self.crews.iter_mut().enumerate() {
            if packet_mode {
                crew.packet_rows(crew.all(), cx, own, other, &mut self.records.record);
            } else {
                crew.packet(self.interests[place + n], cx, own, other);
            }
            let Some(group) = self.groups.get(n) else { break };
            if packet_mode {
                self.records.record.raw(rest.row());
            }
            if group.is_watched
                && let Some(step) = rest.steps.next()
            {
                steer(cx, status, step);
                status = step.status;
            }
        }
        if packet_mode {
            self.records.end_packet(cx.layers, cx.packet.data)?;
        }
        Ok(status)
    }

    /// A flow ends: makes its record.
    fn end(
        &mut self,
        letter: u8,
        cx: &EndContext<'_>,
        (own, other): (FlowIndex, Option<FlowIndex>),
        rest: &mut Rest<'_>,
    ) -> Result<(), SinkError> {
        self.records.begin_flow(letter, cx.flow.id);
        for (n, crew) in self.crews.iter_mut().enumerate() {
            crew.terminate(crew.all(), cx, own, other, &mut self.records.record);
            if n < self.groups.len() {
                self.records.record.raw(rest.row());
            }
        }
        self.records.end_flow()
    }
}

/// The flow of a note and its opposite, with the bits that plugins which record have set in them.
#[inline]
fn marked(note: &PacketNote, marks: [FlowStat; 2]) -> [Flow; 2] {
    let [mut flow, mut other] = note.flows();
    flow.status |= marks[0];
    other.status |= marks[1];
    [flow, other]
}

/// Shows the flow and its opposite as a group of plugins that steer has left them; `before` are the status bits
/// that it saw.
#[inline]
fn steer(cx: &mut PacketContext<'_>, before: [FlowStat; 2], step: &Step) {
    let set = cx.flow.status - before[0];
    (cx.flow.timeout, cx.flow.status) = (step.timeouts[0], step.status[0] | set);
    if let Some(peer) = cx.peer.as_deref_mut() {
        let set = peer.status - before[1];
        (peer.timeout, peer.status) = (step.timeouts[1], step.status[1] | set);
    }
}
