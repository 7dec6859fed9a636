//! Rows on their way into messages; those of both directions may meet.

use flowz_api::column::{Column, Schema};
use flowz_api::record::Record;

use super::encode::{Setting, record};
use super::message::{MOST, Message, Packer, header_length};
use super::row::{Held, Row};
use super::template::{Family, Template, place};

/// Most bytes of texts of a row that no message holds, tried one after the other.
const SHORTER: [usize; 5] = [4096, 1024, 256, 64, 0];

/// Columns that it looks at.
#[derive(Debug)]
struct Places {
    direction: Option<usize>,
    number: Option<usize>,
    source: Option<usize>,
    last: Option<usize>,
}

/// Makes messages of rows.
#[derive(Debug)]
pub(super) struct Exporter {
    templates: Vec<Template>,
    places: Places,
    packer: Packer,
    version: u8,
    /// Most rows of IPv4 and most others in a message, and how many there are.
    most: [u16; 2],
    used: [u16; 2],
    /// The row at hand, and that of direction A whose B may come.
    row: Row,
    first: Row,
    /// Whether there is such a one, and for how many flushes it has waited.
    waiting: Option<u32>,
    is_biflow: bool,
    record: Vec<u8>,
    /// Rows whose texts were cut.
    pub(super) shortened: u64,
}

impl Exporter {
    /// For rows of a table with these templates; `most` are the most bytes of a message.
    pub(super) fn new(
        schema: &Schema,
        templates: Vec<Template>,
        (version, most_bytes): (u8, usize),
        most: [u16; 2],
        is_biflow: bool,
    ) -> Self {
        let find =
            |name: &str| schema.columns.iter().position(|column: &Column| column.name == name);
        let places = Places {
            direction: find("dir"),
            number: find("flowInd"),
            source: find("srcIP"),
            last: find("timeLast"),
        };
        Self {
            templates,
            places,
            packer: Packer::new(version, most_bytes),
            version,
            most,
            used: [0; 2],
            row: Row::default(),
            first: Row::default(),
            waiting: None,
            is_biflow,
            record: Vec::new(),
            shortened: 0,
        }
    }

    /// Takes in a row; messages that are complete go to `emit`.
    pub(super) fn row(&mut self, schema: &Schema, record: &Record, emit: &mut dyn FnMut(Message)) {
        self.row.read(schema, record);
        if !self.is_biflow {
            return self.push(emit, false, 1);
        }
        let is_first = self.is_first();
        if self.waiting.is_some() {
            if !is_first && self.number(&self.row) == self.number(&self.first) {
                self.waiting = None;
                std::mem::swap(&mut self.row, &mut self.first);
                return self.push(emit, true, 2);
            }
            self.push_waiting(emit);
        }
        if is_first {
            std::mem::swap(&mut self.row, &mut self.first);
            self.waiting = Some(0);
        } else {
            self.push(emit, false, 1);
        }
    }

    /// Whether the row at hand is of direction A.
    fn is_first(&self) -> bool {
        match self.places.direction.map(|place| self.row.held(place)) {
            Some(Held::Text(begin, end)) => self.row.text(begin, end) == b"A",
            _ => false,
        }
    }

    fn number(&self, row: &Row) -> Option<Held> {
        self.places.number.map(|place| row.held(place))
    }

    /// The row that has waited goes alone.
    fn push_waiting(&mut self, emit: &mut dyn FnMut(Message)) {
        if self.waiting.take().is_some() {
            std::mem::swap(&mut self.row, &mut self.first);
            self.push(emit, false, 1);
            std::mem::swap(&mut self.row, &mut self.first);
        }
    }

    /// Puts the row at hand, perhaps with that of the other direction, into a message.
    fn push(&mut self, emit: &mut dyn FnMut(Message), is_biflow: bool, rows: u64) {
        let family = match self.places.source.map(|place| self.row.held(place)) {
            Some(Held::Ip4(_)) => Family::Ip4,
            Some(Held::Ip6(_)) => Family::Ip6,
            _ => Family::Other,
        };
        let kind = usize::from(family != Family::Ip4);
        if self.used[kind] >= self.most[kind] {
            self.complete(emit);
        }
        let last = match self.places.last.map(|place| self.row.held(place)) {
            Some(Held::Time(seconds, _)) => seconds as u32,
            _ => 0,
        };
        self.begin(last);
        self.encode(place(family, is_biflow));
        let set = self.templates[place(family, is_biflow)].id;
        if !self.packer.has_room(set, self.record.len()) {
            self.complete(emit);
            self.begin(last);
            // Uptimes count from the time of the message.
            self.encode(place(family, is_biflow));
        }
        self.packer.push(set, &self.record, rows);
        if self.version != 9 {
            self.packer.set_export(self.packer.export().max(last));
        }
        self.used[kind] += 1;
    }

    /// The time of a message is that of its first row.
    fn begin(&mut self, last: u32) {
        if self.packer.is_empty() {
            self.packer.set_export(last);
        }
    }

    /// Makes the record; of a row that no message holds, with shorter texts.
    fn encode(&mut self, template: usize) {
        let room = MOST - header_length(self.version) - 8;
        let template = &self.templates[template];
        for most_text in [usize::MAX].into_iter().chain(SHORTER) {
            let setting = Setting { export: self.packer.export(), most_text };
            self.record.clear();
            record(&mut self.record, template, (&self.row, &self.first), setting);
            if self.record.len() <= room {
                self.shortened += u64::from(most_text != usize::MAX);
                return;
            }
        }
    }

    fn complete(&mut self, emit: &mut dyn FnMut(Message)) {
        self.used = [0; 2];
        if let Some(message) = self.packer.take() {
            emit(message);
        }
    }

    /// A reader waits for what is there. A row of direction A still waits for its B the first time.
    pub(super) fn flush(&mut self, emit: &mut dyn FnMut(Message)) {
        match &mut self.waiting {
            Some(0) => self.waiting = Some(1),
            _ => self.push_waiting(emit),
        }
        self.complete(emit);
    }

    /// No more rows come, or a file ends: all that waits goes.
    pub(super) fn finish(&mut self, emit: &mut dyn FnMut(Message)) {
        self.push_waiting(emit);
        self.complete(emit);
    }

    /// A file begins: its records are counted from 0.
    pub(super) fn begin_anew(&mut self) {
        self.packer.begin_anew();
    }
}
