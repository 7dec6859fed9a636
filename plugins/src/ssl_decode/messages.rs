//! Handshake messages over records (RFC 8446, section 5.1): several in a record, one over several.

use flowz_api::Checkpoint;

/// What comes out of records.
pub(crate) trait Sink {
    /// A message; its body is there if it is of a kind that is wanted, not longer than may be kept, and whole.
    fn message(&mut self, kind: u8, body: Option<&[u8]>);
    /// Bytes of a message of this kind are missing.
    fn damaged(&mut self, kind: u8);
    /// Whether the bodies of such messages are read.
    fn wants(&self, kind: u8) -> bool;
}

/// Where the handshake of a direction is.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct Messages {
    head: [u8; 4],
    /// Bytes of the head that are there.
    have: u8,
    /// Bytes of the body that are to come.
    left: u32,
    /// The body so far, of a message in several pieces.
    body: Vec<u8>,
    /// The body is wanted, and whole so far.
    keep: bool,
    /// The rest of the record is no message that is known.
    lost: bool,
}

impl Messages {
    /// Another record begins.
    pub(crate) fn record(&mut self) {
        if self.lost {
            *self = Self::default();
        }
    }

    /// Forgets the message at hand: what comes next begins a record and a message.
    pub(crate) fn reset(&mut self, sink: &mut impl Sink) {
        if self.have == 4 {
            sink.damaged(self.head[0]);
        }
        *self = Self::default();
    }

    /// Takes in the next bytes of records. Of longer messages than `most` bytes the body is passed over.
    pub(crate) fn feed(&mut self, mut bytes: &[u8], most: u32, sink: &mut impl Sink) {
        while !bytes.is_empty() && !self.lost {
            if self.have < 4 {
                bytes = self.head(bytes, most, sink);
                if self.have < 4 || self.lost {
                    return;
                }
            }
            let (now, rest) = bytes.split_at(bytes.len().min(self.left as usize));
            bytes = rest;
            self.left -= now.len() as u32;
            if self.left > 0 {
                if self.keep {
                    self.body.extend_from_slice(now);
                }
                return;
            }
            self.complete(now, sink);
        }
    }

    /// Takes in the head of a message; yields what is behind it.
    fn head<'a>(&mut self, bytes: &'a [u8], most: u32, sink: &impl Sink) -> &'a [u8] {
        const LAST: u8 = 25;
        const HASH: u8 = 254;
        let have = usize::from(self.have);
        let (now, rest) = bytes.split_at(bytes.len().min(4 - have));
        self.head[have..have + now.len()].copy_from_slice(now);
        self.have += now.len() as u8;
        if self.have == 4 {
            let [kind, high, middle, low] = self.head;
            self.left = u32::from_be_bytes([0, high, middle, low]);
            self.lost = kind > LAST && kind != HASH;
            self.keep = sink.wants(kind) && self.left <= most;
        }
        rest
    }

    fn complete(&mut self, last: &[u8], sink: &mut impl Sink) {
        let kind = self.head[0];
        if !self.keep {
            sink.message(kind, None);
        } else if self.body.is_empty() {
            sink.message(kind, Some(last));
        } else {
            self.body.extend_from_slice(last);
            sink.message(kind, Some(&self.body));
        }
        *self = Self::default();
    }

    /// So many bytes of a record are missing.
    pub(crate) fn gap(&mut self, len: u32, sink: &mut impl Sink) {
        if self.lost {
            return;
        }
        if self.have < 4 || len > self.left {
            self.reset(sink);
            self.lost = true;
            return;
        }
        sink.damaged(self.head[0]);
        self.left -= len;
        (self.keep, self.body) = (false, Vec::new());
        if self.left == 0 {
            *self = Self::default();
        }
    }
}
