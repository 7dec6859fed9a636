//! Brings batches through a socket.

use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;

use super::batch::Batch;
use crate::common::delivery::{Carrier, Refusal};
use crate::common::socket::{
    CLOSE, Channel, MOST_DATAGRAM, Place, Stop, doubt, hand_over, hand_over_datagram,
};

/// What is sent to whom.
#[derive(Debug)]
pub(super) struct SocketCarrier {
    pub(super) place: Place,
    pub(super) is_stream: bool,
    pub(super) gzip: bool,
    /// What each connection begins with.
    pub(super) prelude: Vec<u8>,
    link: Option<Link>,
    /// Connections that broke, so that nobody knows which of the last rows were read.
    breaks: u32,
}

/// An open socket.
#[derive(Debug)]
struct Link {
    channel: Channel,
    gzip: Option<GzEncoder<Vec<u8>>>,
    /// Bytes that were packed, and how many of them were handed over.
    packed: Vec<u8>,
    at: usize,
    /// A row was handed over in part.
    is_in_row: bool,
}

impl SocketCarrier {
    /// Without a connection.
    pub(super) fn new(place: Place, is_stream: bool, gzip: bool, prelude: Vec<u8>) -> Self {
        Self { place, is_stream, gzip, prelude, link: None, breaks: 0 }
    }

    /// Connects; does nothing if there is a connection.
    pub(super) fn connect(&mut self) -> io::Result<()> {
        if self.link.is_some() {
            return Ok(());
        }
        let channel = Channel::connect(&self.place, self.is_stream)?;
        let gzip = self.gzip.then(|| GzEncoder::new(Vec::new(), Compression::default()));
        let mut link = Link { channel, gzip, packed: Vec::new(), at: 0, is_in_row: false };
        if !self.prelude.is_empty() {
            link.begin(&self.prelude)?;
        }
        self.link = Some(link);
        Ok(())
    }

    /// A connection that is good for this batch.
    fn link(&mut self, batch: &mut Batch) -> Result<&mut Link, Refusal> {
        if let Some(link) = &mut self.link {
            // Another batch was given up while a part of it was on its way.
            let is_cut = link.is_busy() && !batch.is_in_row() && !batch.is_packed;
            match link.channel.is_open() {
                Ok(true) if !is_cut => {}
                // The other end has closed in order, and has read all.
                Ok(_) => self.link = None,
                Err(_) => {
                    self.breaks += 1;
                    self.link = None;
                }
            }
        }
        if self.link.is_none() {
            batch.begin_anew();
        }
        let failed = |error: io::Error| Refusal::Later(format!("there is no connection: {error}"));
        self.connect().map_err(failed)?;
        self.link.as_mut().ok_or_else(|| failed(io::ErrorKind::NotConnected.into()))
    }

    /// Why rows are not taken.
    fn refused(&mut self, batch: &mut Batch, stop: Stop) -> Refusal {
        match stop {
            Stop::Stalled => Refusal::Later(format!("{} takes nothing", self.place)),
            Stop::Broken(error) => {
                // By UDP the next datagram does not need another socket.
                if self.is_stream || self.place.is_path() {
                    self.link = None;
                    self.breaks += 1;
                    batch.begin_anew();
                }
                Refusal::Later(format!("the connection to {} broke: {error}", self.place))
            }
        }
    }
}

impl Link {
    /// Hands over what a connection begins with.
    fn begin(&mut self, prelude: &[u8]) -> Result<(), Stop> {
        if self.gzip.is_some() {
            self.pack(prelude).map_err(Stop::Broken)?;
            return self.write_packed();
        }
        hand_over(&mut self.channel, prelude, &mut 0)
    }

    /// Whether a part of something was handed over.
    fn is_busy(&self) -> bool {
        self.is_in_row || self.at < self.packed.len()
    }

    /// Packs rows, so that all of them can be read at once.
    fn pack(&mut self, rows: &[u8]) -> io::Result<()> {
        if let Some(gzip) = &mut self.gzip {
            gzip.write_all(rows)?;
            gzip.flush()?;
            (self.packed, self.at) = (std::mem::take(gzip.get_mut()), 0);
        }
        Ok(())
    }

    fn write_packed(&mut self) -> Result<(), Stop> {
        hand_over(&mut self.channel, &self.packed, &mut self.at)
    }

    /// Hands over a batch as a part of a stream.
    fn stream(&mut self, batch: &mut Batch) -> Result<(), Stop> {
        if self.gzip.is_some() {
            if !batch.is_packed {
                self.pack(batch.rest()).map_err(Stop::Broken)?;
                batch.is_packed = true;
            }
            self.write_packed()?;
            batch.complete();
            return Ok(());
        }
        let mut written = batch.written;
        let outcome = hand_over(&mut self.channel, batch.bytes(), &mut written);
        batch.written = written;
        batch.count();
        self.is_in_row = batch.is_in_row();
        outcome
    }

    /// Hands over a batch, a datagram for each row.
    fn datagrams(&mut self, batch: &mut Batch) -> Result<(), Stop> {
        while let Some(row) = batch.first() {
            hand_over_datagram(&mut self.channel, row)?;
            batch.advance();
        }
        Ok(())
    }

    /// All was handed over: completes the stream.
    fn close(&mut self) -> Result<bool, Stop> {
        if let Some(gzip) = &mut self.gzip {
            gzip.try_finish().map_err(Stop::Broken)?;
            (self.packed, self.at) = (std::mem::take(gzip.get_mut()), 0);
            self.write_packed()?;
        }
        self.channel.close(CLOSE).map_err(Stop::Broken)
    }
}

impl Carrier for SocketCarrier {
    type Batch = Batch;

    fn deliver(&mut self, batch: &mut Batch) -> Result<(), Refusal> {
        if !self.is_stream && batch.first().is_some_and(|row| row.len() > MOST_DATAGRAM) {
            let length = batch.len();
            return Err(Refusal::Batch(format!(
                "a row of {length} bytes does not fit into a datagram of {MOST_DATAGRAM}: choose columns with --fields, or TCP"
            )));
        }
        let is_stream = self.is_stream;
        let link = self.link(batch)?;
        let outcome = if is_stream { link.stream(batch) } else { link.datagrams(batch) };
        outcome.map_err(|stop| self.refused(batch, stop))
    }

    fn rows(batch: &Batch) -> u64 {
        batch.rows()
    }

    fn close(&mut self) -> Result<(), Refusal> {
        let outcome = self.link.take().map(|mut link| link.close());
        doubt(&self.place, outcome, self.breaks).map_or(Ok(()), |why| Err(Refusal::Batch(why)))
    }
}
