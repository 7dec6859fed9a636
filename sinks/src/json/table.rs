//! One table: an object a line, in blocks.

use std::sync::Arc;

use flowz_api::column::Schema;
use flowz_api::record::Record;
use flowz_api::sink::{Executor, SinkError};

use crate::common::format::buffer::Buffer;
use crate::common::json::JsonRow;
use crate::common::rotating_file::{BLOCK, RotatingFile};
use crate::common::tables::Rows;

/// Room for the row that fills the block.
const ROOM: usize = 128 << 10;

/// Rows and where they go.
#[derive(Debug)]
pub(super) struct JsonTable {
    row: JsonRow,
    block: Buffer,
    file: RotatingFile,
    root: Option<Root>,
}

/// What makes a file one JSON text.
#[derive(Debug)]
struct Root {
    /// `{"flows":[`.
    begin: Vec<u8>,
    /// The file has a row.
    has_rows: bool,
    /// Its end is written.
    is_closed: bool,
}

impl JsonTable {
    /// A table; with a name, each of its files is an object in which the rows are called so.
    pub(super) fn new(file: RotatingFile, row: JsonRow, root: Option<&str>) -> Self {
        let root = root.map(|name| Root {
            begin: format!("{{\"{name}\":[\n").into_bytes(),
            has_rows: false,
            is_closed: false,
        });
        let block = Buffer::with_capacity(BLOCK + ROOM);
        let mut table = Self { row, block, file, root };
        table.begin();
        table
    }

    /// What a file begins with.
    fn begin(&mut self) {
        let Some(root) = &mut self.root else { return };
        (root.has_rows, root.is_closed) = (false, false);
        self.block.extend(&root.begin);
        self.file.count_header(root.begin.len());
    }

    /// What a file ends with.
    fn end(&mut self) {
        const END: &[u8] = b"]}\n";
        let Some(root) = &mut self.root else { return };
        if !std::mem::replace(&mut root.is_closed, true) {
            self.block.extend(END);
            self.file.count_header(END.len());
        }
    }

    fn write(&mut self) -> Result<(), SinkError> {
        let (block, used) = self.block.take();
        let next = self.file.write_block(block, used)?;
        self.block.renew(next, BLOCK + ROOM);
        Ok(())
    }
}

impl Rows for JsonTable {
    fn row(&mut self, _: &Schema, record: &Record) -> Result<(), SinkError> {
        let before = self.block.len();
        if let Some(root) = &mut self.root
            && std::mem::replace(&mut root.has_rows, true)
        {
            // In front of a row, so that a file that ends behind any line only lacks its end.
            self.block.push(b',');
        }
        self.row.write(&mut self.block, record);
        self.block.push(b'\n');
        let last = self.file.count_row(self.block.len() - before);
        if last {
            self.end();
        }
        if last || self.block.len() >= BLOCK {
            self.write()?;
        }
        if last {
            self.file.rotate()?;
            self.begin();
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
        if self.block.is_empty() { Ok(()) } else { self.write() }
    }

    fn prepare(&mut self) -> Result<(), SinkError> {
        self.end();
        self.write()?;
        self.file.prepare()
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        self.prepare()?;
        self.file.finish()
    }
}
