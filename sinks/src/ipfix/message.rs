//! Messages: a header, and sets of templates and records (RFC 7011, section 3; RFC 3954, section 5).

use super::encode::UPTIME;
use super::template::Template;

/// Most bytes of a message: its length has 16 bits. A datagram has a little less.
pub(super) const MOST: usize = 65_500;

/// A message whose header has no number yet.
#[derive(Clone, Debug, Default)]
pub(super) struct Message {
    /// All bytes, with room for the header.
    pub(super) bytes: Vec<u8>,
    /// Rows of the table that are in it.
    pub(super) rows: u64,
    /// Data records.
    pub(super) records: u32,
    /// Data records of rows in the messages in front of it.
    pub(super) before: u64,
    /// Records of any kind.
    count: u16,
    /// Seconds since 1970 of the last row, or those from which uptimes count.
    pub(super) export: u32,
    /// Bytes that were handed over.
    pub(super) written: usize,
}

/// Bytes of a header.
pub(super) const fn header_length(version: u8) -> usize {
    if version == 9 { 20 } else { 16 }
}

/// What a header says beside what is in its message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header {
    pub(super) version: u8,
    pub(super) domain: u32,
}

impl Message {
    /// Without sets.
    pub(super) fn new(version: u8) -> Self {
        Self { bytes: vec![0; header_length(version)], ..Self::default() }
    }

    /// Fills in the header.
    pub(super) fn stamp(&mut self, header: Header, sequence: u32, export: u32) {
        let version = u16::from(header.version).to_be_bytes();
        let filled = if header.version == 9 {
            let parts: [&[u8]; 6] = [
                &version,
                &self.count.to_be_bytes(),
                &UPTIME.to_be_bytes(),
                &export.to_be_bytes(),
                &sequence.to_be_bytes(),
                &header.domain.to_be_bytes(),
            ];
            parts.concat()
        } else {
            let length = self.bytes.len() as u16;
            let parts: [&[u8]; 5] = [
                &version,
                &length.to_be_bytes(),
                &export.to_be_bytes(),
                &sequence.to_be_bytes(),
                &header.domain.to_be_bytes(),
            ];
            parts.concat()
        };
        self.bytes[..filled.len()].copy_from_slice(&filled);
    }
}

/// Puts records into messages.
#[derive(Debug)]
pub(super) struct Packer {
    version: u8,
    /// Most bytes of a message with more than one record.
    most: usize,
    message: Message,
    /// Number of the set that is open, and where it begins.
    set: Option<(u16, usize)>,
    /// Data records of rows so far.
    before: u64,
}

impl Packer {
    /// No message yet.
    pub(super) fn new(version: u8, most: usize) -> Self {
        Self { version, most, message: Message::new(version), set: None, before: 0 }
    }

    /// From here on records are counted anew.
    pub(super) fn begin_anew(&mut self) {
        self.before = 0;
    }

    /// Whether no record waits.
    pub(super) fn is_empty(&self) -> bool {
        self.message.count == 0
    }

    /// Whether a record of a set fits behind those that wait.
    pub(super) fn has_room(&self, set: u16, length: usize) -> bool {
        let padding = 3;
        let header = if self.set.is_some_and(|(open, _)| open == set) { 0 } else { 4 };
        self.message.bytes.len() + header + length + padding <= self.most
    }

    /// Seconds of the message's header.
    pub(super) fn set_export(&mut self, seconds: u32) {
        self.message.export = seconds;
    }

    /// The same.
    pub(super) fn export(&self) -> u32 {
        self.message.export
    }

    /// Appends a record to a set; `rows` of the table are in it.
    pub(super) fn push(&mut self, set: u16, record: &[u8], rows: u64) {
        if self.set.is_none_or(|(open, _)| open != set) {
            self.close();
            self.set = Some((set, self.message.bytes.len()));
            self.message.bytes.extend(set.to_be_bytes());
            self.message.bytes.extend([0; 2]);
        }
        self.message.bytes.extend_from_slice(record);
        self.message.rows += rows;
        self.message.count = self.message.count.saturating_add(1);
        if set >= 256 {
            self.message.records += 1;
        }
    }

    /// Ends the set: its length, in NetFlow 9 after padding to four bytes.
    fn close(&mut self) {
        let Some((_, begin)) = self.set.take() else { return };
        let bytes = &mut self.message.bytes;
        if self.version == 9 {
            bytes.resize(begin + (bytes.len() - begin).next_multiple_of(4), 0);
        }
        let length = (bytes.len() - begin) as u16;
        bytes[begin + 2..begin + 4].copy_from_slice(&length.to_be_bytes());
    }

    /// The message, if it has any record.
    pub(super) fn take(&mut self) -> Option<Message> {
        if self.is_empty() {
            return None;
        }
        self.close();
        let mut message = std::mem::replace(&mut self.message, Message::new(self.version));
        message.before = self.before;
        self.before += u64::from(message.records);
        Some(message)
    }
}

/// Messages with templates and with records that describe elements, each as long as `most` allows.
pub(super) fn describing(
    version: u8,
    most: usize,
    templates: &[Template],
    options: &[(u16, Vec<u8>)],
) -> Vec<Message> {
    let mut packer = Packer::new(version, most);
    let mut messages = Vec::new();
    let set = if version == 9 { 0 } else { 2 };
    let templates = templates.iter().map(|template| (set, template_record(template)));
    for (set, record) in templates.chain(options.iter().cloned()) {
        if !packer.has_room(set, record.len()) {
            messages.extend(packer.take());
        }
        packer.push(set, &record, 0);
    }
    messages.extend(packer.take());
    messages
}

/// A template record (RFC 7011, section 3.4.1).
fn template_record(template: &Template) -> Vec<u8> {
    let mut out = Vec::new();
    out.extend(template.id.to_be_bytes());
    out.extend((template.fields.len() as u16).to_be_bytes());
    for field in &template.fields {
        specifier(&mut out, field.enterprise, field.id, field.form.length());
    }
    out
}

/// A field specifier (RFC 7011, section 3.2).
pub(super) fn specifier(out: &mut Vec<u8>, enterprise: u32, id: u16, length: u16) {
    let bit = if enterprise == 0 { 0 } else { 0x8000 };
    out.extend((id | bit).to_be_bytes());
    out.extend(length.to_be_bytes());
    if enterprise != 0 {
        out.extend(enterprise.to_be_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::{Header, Packer};

    #[test]
    fn sets_and_headers() {
        let mut packer = Packer::new(10, 60);
        packer.push(256, &[1; 5], 1);
        packer.push(256, &[2; 5], 1);
        packer.push(257, &[3; 2], 2);
        assert!(packer.has_room(257, 21) && !packer.has_room(257, 22) && !packer.has_room(256, 18));
        let mut message = packer.take().unwrap();
        assert_eq!((message.rows, message.records, message.before), (4, 3, 0));
        message.stamp(Header { version: 10, domain: 5 }, 7, 9);
        let mut expected = vec![0, 10, 0, 36, 0, 0, 0, 9, 0, 0, 0, 7, 0, 0, 0, 5];
        expected.extend([1, 0, 0, 14, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 1, 1, 0, 6, 3, 3]);
        assert_eq!(message.bytes, expected);
        assert!(packer.take().is_none());
        packer.push(256, &[], 1);
        assert_eq!(packer.take().unwrap().before, 3);
    }

    #[test]
    fn netflow_9_counts_records_and_pads() {
        let mut packer = Packer::new(9, 60);
        packer.push(256, &[1; 5], 1);
        packer.push(256, &[2; 5], 1);
        let mut message = packer.take().unwrap();
        message.stamp(Header { version: 9, domain: 5 }, 7, 9);
        let mut expected = vec![0, 9, 0, 2, 0x80, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 7, 0, 0, 0, 5];
        expected.extend([1, 0, 0, 16, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 0, 0]);
        assert_eq!(message.bytes, expected);
    }
}
