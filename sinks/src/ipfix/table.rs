//! The flow table on its way to a collector, or into a file (RFC 5655).

use std::sync::Arc;
use std::time::Duration;

use flowz_api::column::Schema;
use flowz_api::record::Record;
use flowz_api::sink::{Delivery, DeliveryLog, Executor, SinkError};

use super::SINK;
use super::carrier::Collector;
use super::export::Exporter;
use super::message::{Header, Message};
use crate::common::delivery::{Courier, Route};
use crate::common::rotating_file::{BLOCK, RotatingFile};
use crate::common::tables::Rows;

/// Most bytes that wait in front of the socket.
const QUEUE: usize = 8 << 20;

/// What is said of rows that were cut.
fn shortened(rows: u64) -> Option<String> {
    (rows > 0).then(|| {
        format!("rows whose texts were cut, because no message is long enough for them: {rows}")
    })
}

/// Messages for a collector.
#[derive(Debug)]
pub(super) struct Sent {
    exporter: Exporter,
    courier: Courier<Collector>,
    log: Option<Arc<dyn DeliveryLog>>,
}

impl Sent {
    /// Begins with the work.
    pub(super) fn new(
        exporter: Exporter,
        collector: Collector,
        patience: Duration,
        log: Option<Arc<dyn DeliveryLog>>,
    ) -> Result<Self, SinkError> {
        let courier = Courier::start(collector, Route { sink: SINK, patience, queue: QUEUE })?;
        Ok(Self { exporter, courier, log })
    }
}

/// Leaves a message to the courier.
fn send(courier: &Courier<Collector>, message: Message) {
    let bytes = message.bytes.len();
    courier.send(message, bytes);
}

impl Rows for Sent {
    fn row(&mut self, schema: &Schema, record: &Record) -> Result<(), SinkError> {
        let Self { exporter, courier, .. } = self;
        exporter.row(schema, record, &mut |message| send(courier, message));
        Ok(())
    }

    fn size(&self) -> u64 {
        0
    }

    fn use_executor(&mut self, _: &Arc<dyn Executor>) {}

    fn flush(&mut self) -> Result<(), SinkError> {
        let Self { exporter, courier, .. } = self;
        exporter.flush(&mut |message| send(courier, message));
        Ok(())
    }

    fn prepare(&mut self) -> Result<(), SinkError> {
        let Self { exporter, courier, .. } = self;
        exporter.finish(&mut |message| send(courier, message));
        Ok(())
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        self.prepare()?;
        let Some(mut delivery) = self.courier.finish()? else { return Ok(()) };
        delivery.why = delivery.why.or_else(|| shortened(self.exporter.shortened));
        match self.log.take() {
            Some(log) => log.note(delivery),
            // Where nobody keeps a log, lost rows are a failure.
            None if delivery.lost > 0 => {
                let why = delivery.why.unwrap_or_default();
                return Err(SinkError::Other(why.into()));
            }
            None => {}
        }
        Ok(())
    }
}

/// Messages for a file.
#[derive(Debug)]
pub(super) struct Filed {
    exporter: Exporter,
    header: Header,
    templates: Vec<Message>,
    file: RotatingFile,
    block: Vec<u8>,
    /// Records that the file has, and whether it has its templates.
    records: u32,
    has_templates: bool,
    rows: u64,
    log: Option<Arc<dyn DeliveryLog>>,
}

impl Filed {
    /// A file without messages.
    pub(super) fn new(
        exporter: Exporter,
        header: Header,
        templates: Vec<Message>,
        file: RotatingFile,
        log: Option<Arc<dyn DeliveryLog>>,
    ) -> Self {
        let (block, records, has_templates, rows) = (Vec::with_capacity(2 * BLOCK), 0, false, 0);
        Self { exporter, header, templates, file, block, records, has_templates, rows, log }
    }

    /// Appends messages, those with templates in front of the first one.
    fn append(&mut self, messages: Vec<Message>) {
        for mut message in messages {
            self.describe(message.export);
            message.stamp(self.header, self.records, message.export);
            self.records = self.records.wrapping_add(message.records);
            self.put(&message);
        }
    }

    /// The templates, if the file does not have them yet.
    fn describe(&mut self, export: u32) {
        if std::mem::replace(&mut self.has_templates, true) {
            return;
        }
        for mut message in self.templates.clone() {
            message.stamp(self.header, self.records, export);
            self.records = self.records.wrapping_add(message.records);
            self.put(&message);
        }
    }

    fn put(&mut self, message: &Message) {
        self.file.count_header(message.bytes.len());
        self.block.extend_from_slice(&message.bytes);
    }

    fn write(&mut self) -> Result<(), SinkError> {
        let used = self.block.len();
        self.block = self.file.write_block(std::mem::take(&mut self.block), used)?;
        self.block.clear();
        Ok(())
    }

    /// All rows so far are in messages.
    fn complete(&mut self) {
        let mut messages = Vec::new();
        self.exporter.finish(&mut |message| messages.push(message));
        self.append(messages);
        self.describe(0);
    }
}

impl Rows for Filed {
    fn row(&mut self, schema: &Schema, record: &Record) -> Result<(), SinkError> {
        let mut messages = Vec::new();
        self.exporter.row(schema, record, &mut |message| messages.push(message));
        self.append(messages);
        self.rows += 1;
        // Bytes are counted with their messages.
        let last = self.file.count_row(0);
        if last {
            self.complete();
        }
        if last || self.block.len() >= BLOCK {
            self.write()?;
        }
        if last {
            self.file.rotate()?;
            self.exporter.begin_anew();
            (self.records, self.has_templates) = (0, false);
        }
        Ok(())
    }

    fn size(&self) -> u64 {
        self.file.size()
    }

    fn use_executor(&mut self, executor: &Arc<dyn Executor>) {
        self.file.use_executor(executor);
    }

    fn flush(&mut self) -> Result<(), SinkError> {
        let mut messages = Vec::new();
        self.exporter.flush(&mut |message| messages.push(message));
        self.append(messages);
        self.write()
    }

    fn prepare(&mut self) -> Result<(), SinkError> {
        self.complete();
        self.write()?;
        self.file.prepare()
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        self.prepare()?;
        self.file.finish()?;
        if let (Some(log), Some(why)) = (self.log.take(), shortened(self.exporter.shortened)) {
            log.note(Delivery { delivered: self.rows, why: Some(why), ..Delivery::new(SINK) });
        }
        Ok(())
    }
}
