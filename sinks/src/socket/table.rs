//! Rows of the flow table, in batches for the courier.

use std::mem;
use std::sync::Arc;
use std::time::Duration;

use flowz_api::column::Schema;
use flowz_api::record::Record;
use flowz_api::sink::{Delivery, DeliveryLog, Executor, SinkError};

use super::batch::Batch;
use super::carrier::SocketCarrier;
use super::{SINK, io_error};
use crate::common::delivery::{Courier, Route};
use crate::common::format::buffer::Buffer;
use crate::common::json::JsonRow;
use crate::common::socket::MOST_DATAGRAM;
use crate::common::tables::Rows;
use crate::txt::TextRow;

/// Bytes of a batch.
const BATCH: usize = 64 << 10;

/// Most bytes that wait in front of the socket.
const QUEUE: usize = 8 << 20;

/// How a record becomes a line.
#[derive(Debug)]
pub(super) enum Lines {
    /// As in txt.
    Text(Box<TextRow>),
    /// An object.
    Json(JsonRow),
}

/// The table.
#[derive(Debug)]
pub(super) struct SocketTable {
    lines: Lines,
    line: Buffer,
    batch: Batch,
    is_stream: bool,
    courier: Courier<SocketCarrier>,
    log: Option<Arc<dyn DeliveryLog>>,
}

impl SocketTable {
    /// A table whose rows go to a carrier.
    pub(super) fn new(
        lines: Lines,
        carrier: SocketCarrier,
        patience: Duration,
        log: Option<Arc<dyn DeliveryLog>>,
    ) -> Result<Self, SinkError> {
        let is_stream = carrier.is_stream;
        let courier = Courier::start(carrier, Route { sink: SINK, patience, queue: QUEUE })?;
        let (line, batch) = (Buffer::with_capacity(4096), Batch::default());
        Ok(Self { lines, line, batch, is_stream, courier, log })
    }

    fn send(&mut self) {
        let bytes = self.batch.len();
        if bytes > 0 {
            self.courier.send(self.batch.take(), bytes);
        }
    }
}

impl Rows for SocketTable {
    fn row(&mut self, schema: &Schema, record: &Record) -> Result<(), SinkError> {
        self.line.clear();
        match &mut self.lines {
            Lines::Text(row) => row.write(&mut self.line, schema, record),
            Lines::Json(row) => {
                row.write(&mut self.line, record);
                self.line.push(b'\n');
            }
        }
        // A row that no datagram holds is lost alone.
        let is_alone = !self.is_stream && self.line.len() > MOST_DATAGRAM;
        if is_alone {
            self.send();
        }
        self.batch.push(self.line.as_slice());
        if is_alone || self.batch.len() >= BATCH {
            self.send();
        }
        Ok(())
    }

    fn size(&self) -> u64 {
        0
    }

    fn use_executor(&mut self, _: &Arc<dyn Executor>) {}

    fn flush(&mut self) -> Result<(), SinkError> {
        self.send();
        Ok(())
    }

    fn prepare(&mut self) -> Result<(), SinkError> {
        self.flush()
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        self.flush()?;
        let Some(delivery) = self.courier.finish()? else { return Ok(()) };
        match mem::take(&mut self.log) {
            Some(log) => log.note(delivery),
            None => complete(delivery)?,
        }
        Ok(())
    }
}

/// Where nobody keeps a log, lost rows are a failure.
fn complete(delivery: Delivery) -> Result<(), SinkError> {
    match delivery.why {
        Some(why) if delivery.lost > 0 => Err(io_error(why)),
        _ => Ok(()),
    }
}
