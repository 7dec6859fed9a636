//! What hooks ask for beside the state that they change: marks on flows, facts, rows of tables of their own,
//! files, flows that will come, the end of the run. Hooks ask through their contexts; the engine does it when
//! the hook, or all hooks of the packet, are done.

use std::any::type_name;

use super::{Interest, PluginError};
use crate::checkpoint::{Checkpoint, LoadError, Reader, Writer};
use crate::expect::{Announcement, Expectation};
use crate::fact::{FactId, Facts, Published};
use crate::flow::FlowId;
use crate::host::Occupied;
use crate::record::Record;
use crate::row::Row;
use crate::slab::FlowIndex;
use crate::status::{FlowStat, Mark};
use crate::table::{OwnTable, TableRow};

/// Stands where there is no slot.
const NO_SLOT: FlowIndex = FlowIndex(u32::MAX);

/// Requests of the plugins that work on the same packets. For engines; plugins use the methods of their contexts.
#[derive(Debug)]
pub struct Services {
    /// Slots of the flow at hand and of its peer; [`NO_SLOT`] where there is none.
    slots: [FlowIndex; 2],
    /// Number of the plugin at work among those that are called here.
    plugin: u16,
    /// Tables of these plugins.
    tables: Vec<Vec<OwnTable>>,
    /// There is something to be done behind the hooks.
    is_dirty: bool,
    marks: Marks,
    /// Facts that are known.
    pub facts: Facts,
    requests: Requests,
    /// Memory for a row.
    row: Record,
}

/// What is to be done behind the hooks.
#[derive(Debug, Default)]
pub struct Requests {
    /// Other interests in flows, by plugin.
    pub interests: Vec<InterestRequest>,
    /// Flows that will come, by plugin.
    pub expectations: Vec<(u16, Expectation, Announcement)>,
    /// Rows and parts of files, in order.
    pub emissions: Emissions,
    /// The flow of the packet ends, and its peer.
    pub ends_flow: bool,
    /// Why the run cannot go on, by plugin; the first reason counts.
    pub failure: Option<(u16, PluginError)>,
}

/// Another interest in a flow.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InterestRequest {
    /// Number of the plugin; [`STREAMS`](Self::STREAMS): the service that puts streams in order.
    pub plugin: u16,
    /// The flow.
    pub at: FlowIndex,
    /// Its peer, if there is one.
    pub peer: Option<FlowIndex>,
    /// Number of both.
    pub flow: FlowId,
    /// The interest from now on.
    pub interest: Interest,
}

impl InterestRequest {
    /// Stands in the place of a plugin's number.
    pub const STREAMS: u16 = u16::MAX;
}

/// Rows of plugins' own tables and parts of files, one behind the other.
#[derive(Debug, Default)]
pub struct Emissions {
    /// All bytes.
    pub bytes: Vec<u8>,
    /// What they are.
    pub list: Vec<Emission>,
}

/// A row or a part of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Emission {
    /// Number of the plugin among those that are called together.
    pub plugin: u16,
    /// Bytes of it.
    pub len: u32,
    /// What the bytes are.
    pub kind: EmissionKind,
}

/// What emitted bytes are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EmissionKind {
    /// A record of the plugin's table of this number, without its first column.
    Row {
        /// Number of the table among those of the plugin.
        table: u16,
        /// The flow at hand.
        flow: FlowId,
    },
    /// What a file of this name goes on with.
    File {
        /// The file's name, as the plugin gave it.
        name: Box<str>,
    },
}

/// Marks on flows, by slot, as far as there are any.
#[derive(Debug, Default)]
struct Marks {
    by_slot: Vec<Mark>,
    all: Mark,
    /// Plugins that have raised an alarm, a bit for each; all beyond share the last one.
    alarms: Vec<u128>,
}

impl Marks {
    #[inline]
    fn in_slot(&self, at: FlowIndex) -> Mark {
        if self.all.is_empty() {
            return Mark::empty();
        }
        self.by_slot.get(at.0 as usize).copied().unwrap_or_default()
    }

    fn add(&mut self, at: FlowIndex, mark: Mark) {
        let at = at.0 as usize;
        if at >= self.by_slot.len() {
            self.by_slot.resize(at + 1, Mark::empty());
        }
        self.by_slot[at] |= mark;
        self.all |= mark;
    }

    fn forget(&mut self, at: FlowIndex) {
        if let Some(marks) = self.by_slot.get_mut(at.0 as usize) {
            *marks = Mark::empty();
        }
        if let Some(alarms) = self.alarms.get_mut(at.0 as usize) {
            *alarms = 0;
        }
    }

    fn raise(&mut self, at: FlowIndex, plugin: u16) {
        let at = at.0 as usize;
        if at >= self.alarms.len() {
            self.alarms.resize(at + 1, 0);
        }
        self.alarms[at] |= 1 << u32::from(plugin).min(u128::BITS - 1);
    }
}

/// For the next run.
impl Services {
    /// Writes marks, alarms and facts of the flows in these slots.
    pub fn save(&self, slots: &[Occupied], out: &mut Writer<'_>) {
        self.marks.all.save(out);
        for (at, _) in slots {
            self.marks.in_slot(*at).save(out);
            self.marks.alarms.get(at.0 as usize).copied().unwrap_or(0).save(out);
        }
        self.facts.save(slots, out);
    }

    /// Takes them over.
    pub fn resume(&mut self, slots: &[Occupied], from: &mut Reader<'_>) -> Result<(), LoadError> {
        let all = Mark::load(from)?;
        for (at, _) in slots {
            let (mark, alarms) = <(Mark, u128)>::load(from)?;
            if !mark.is_empty() {
                self.marks.add(*at, mark);
            }
            if alarms != 0 {
                self.marks.raise(*at, 0);
                if let Some(raised) = self.marks.alarms.get_mut(at.0 as usize) {
                    *raised = alarms;
                }
            }
        }
        self.marks.all = all;
        self.facts.resume(slots, from)
    }
}

impl Services {
    /// For plugins with these tables, in the order in which they are called.
    pub fn new(tables: Vec<Vec<OwnTable>>) -> Self {
        Self {
            slots: [NO_SLOT; 2],
            plugin: 0,
            tables,
            is_dirty: false,
            marks: Marks::default(),
            facts: Facts::default(),
            requests: Requests::default(),
            row: Record::new(),
        }
    }

    /// A flow begins in a slot: what was known of the one that was there before is forgotten.
    #[inline]
    pub fn begin_flow(&mut self, at: FlowIndex) {
        if !self.marks.all.is_empty() {
            self.marks.forget(at);
        }
        self.facts.begin(at);
    }

    /// The hooks that follow are about the flow in a slot, and its peer.
    #[inline]
    pub fn begin_hooks(&mut self, own: FlowIndex, peer: Option<FlowIndex>) {
        self.slots = [own, peer.unwrap_or(NO_SLOT)];
    }

    /// The hook that follows is that of this plugin.
    #[inline]
    pub fn begin_plugin(&mut self, number: u16) {
        self.plugin = number;
    }

    /// Whether something is to be done behind the hooks.
    #[inline]
    pub fn is_dirty(&self) -> bool {
        self.is_dirty
    }

    /// The hooks of a packet, or of the end of one direction, are over. Yields what is to be done.
    #[cold]
    pub fn end_hooks(&mut self) -> &mut Requests {
        self.is_dirty = false;
        self.facts.next();
        &mut self.requests
    }

    /// Whether a plugin wanted the flow of the packet to end; told once.
    pub fn take_end(&mut self) -> bool {
        std::mem::take(&mut self.requests.ends_flow)
    }

    /// Whether a plugin cannot go on.
    pub fn has_failed(&self) -> bool {
        self.requests.failure.is_some()
    }

    /// What was emitted since it was taken last.
    pub fn emissions(&mut self) -> &mut Emissions {
        &mut self.requests.emissions
    }

    /// A fact that was published elsewhere, about the packet or end at hand.
    pub fn bring(&mut self, fact: Published) {
        self.is_dirty = true;
        // What was published is small enough.
        drop(self.facts.publish(fact));
    }

    /// All marks of all flows so far.
    pub fn all_marks(&self) -> Mark {
        self.marks.all
    }

    /// How many plugins have raised an alarm on the flow at hand.
    #[inline]
    pub fn alarms(&self) -> u32 {
        self.marks.alarms.get(self.slots[0].0 as usize).map_or(0, |plugins| plugins.count_ones())
    }

    /// Adds what plugins elsewhere have marked.
    pub fn add_marks(&mut self, other: &Self) {
        self.marks.all |= other.marks.all;
    }

    /// A message of a plugin that cannot go on.
    pub(crate) fn fail(&mut self, error: PluginError) {
        self.is_dirty = true;
        self.requests.failure.get_or_insert((self.plugin, error));
    }

    /// The status of the flow at hand with its marks.
    #[inline]
    pub(crate) fn marked(&self, status: FlowStat) -> FlowStat {
        let marks = self.marks.in_slot(self.slots[0]);
        if marks.is_empty() { status } else { status | marks.status() }
    }

    /// Marks are not looked at when the hooks are over, so this is not dirty.
    pub(crate) fn mark(&mut self, peer: bool, mark: Mark) {
        let at = self.slots[usize::from(peer)];
        if at != NO_SLOT {
            self.marks.add(at, mark);
            if mark.contains(Mark::ALARM) {
                self.marks.raise(at, self.plugin);
            }
        }
    }

    pub(crate) fn set_interest(&mut self, peer: bool, flow: FlowId, interest: Interest) {
        let at = self.slots[usize::from(peer)];
        if at != NO_SLOT {
            let peer = Some(self.slots[usize::from(!peer)]).filter(|slot| *slot != NO_SLOT);
            self.request(InterestRequest { plugin: self.plugin, at, peer, flow, interest });
        }
    }

    /// Asks for another interest in a flow.
    pub fn request(&mut self, request: InterestRequest) {
        self.is_dirty = true;
        self.requests.interests.push(request);
    }

    pub(crate) fn publish(&mut self, id: FactId, put: impl FnOnce(&mut Record), keep: bool) {
        let mut values = Record::new();
        put(&mut values);
        let flow = keep.then_some(self.slots[0]);
        self.is_dirty = true;
        let fact = Published { id, values: values.bytes().into(), flow };
        if let Err(error) = self.facts.publish(fact) {
            self.fail(error);
        }
    }

    pub(crate) fn end_flow(&mut self) {
        self.is_dirty = true;
        self.requests.ends_flow = true;
    }

    /// Slot of the peer of the flow at hand, if there is one.
    pub fn peer_slot(&self) -> Option<FlowIndex> {
        Some(self.slots[1]).filter(|slot| *slot != NO_SLOT)
    }

    pub(crate) fn own_slot(&self) -> FlowIndex {
        self.slots[0]
    }

    pub(crate) fn expect(&mut self, wanted: Expectation, by: FlowId) {
        self.is_dirty = true;
        let announcement = Announcement { by, tag: wanted.tag, slot: self.own_slot() };
        self.requests.expectations.push((self.plugin, wanted, announcement));
    }

    pub(crate) fn emit<R: Row + TableRow>(&mut self, row: &R, flow: FlowId) {
        let tables = self.tables.get(usize::from(self.plugin)).map_or(&[][..], Vec::as_slice);
        let Some(table) = tables.iter().position(|table| table.name == R::TABLE) else {
            return self.fail(PluginError::Other(format!("it has no table '{}'", R::TABLE)));
        };
        if tables[table].row != type_name::<R>() {
            let (table, row) = (R::TABLE, type_name::<R>());
            let why = format!("the rows of its table '{table}' are not those of {row}");
            return self.fail(PluginError::Other(why));
        }
        let mut record = std::mem::take(&mut self.row);
        record.clear();
        row.put(tables[table].shown, &mut record);
        let kind = EmissionKind::Row { table: table as u16, flow };
        self.push(record.bytes(), kind);
        self.row = record;
    }

    pub(crate) fn append(&mut self, name: &str, bytes: &[u8]) {
        self.push(bytes, EmissionKind::File { name: name.into() });
    }

    fn push(&mut self, bytes: &[u8], kind: EmissionKind) {
        let Ok(len) = u32::try_from(bytes.len()) else { return };
        self.is_dirty = true;
        let emissions = &mut self.requests.emissions;
        emissions.bytes.extend_from_slice(bytes);
        emissions.list.push(Emission { plugin: self.plugin, len, kind });
    }
}

impl Emissions {
    /// Whether there are none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Forgets all and keeps the memory.
    pub fn clear(&mut self) {
        self.list.clear();
        self.bytes.clear();
    }

    /// Each with its bytes.
    pub fn iter(&self) -> impl Iterator<Item = (&Emission, &[u8])> {
        let mut rest = self.bytes.as_slice();
        self.list.iter().map(move |emission| {
            let (bytes, behind) =
                rest.split_at_checked(emission.len as usize).unwrap_or((rest, &[]));
            rest = behind;
            (emission, bytes)
        })
    }
}
