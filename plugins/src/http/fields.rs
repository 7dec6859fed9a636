//! Fields of HTTP/2 as HPACK writes them (RFC 7541): the library's decoder, and beside it what is in its dynamic table, from which another run
//! can make it again.

use std::borrow::Cow;
use std::collections::VecDeque;

use flowz_api::checkpoint::{Checkpoint, LoadError, Reader, Writer};
use loona_hpack::Decoder;
use loona_hpack::decoder::DecoderError;

/// Largest dynamic table that a sender may use here (RFC 7541, section 4.2): twice what programs offer.
pub(crate) const LARGEST_TABLE: usize = 1 << 17;
/// The table's size before a sender says another (RFC 9113, section 6.5.2).
const FIRST_SIZE: usize = 4096;
/// What an entry counts beside its bytes (RFC 7541, section 4.1).
const ENTRY: usize = 32;

/// The decoder of one direction.
pub(crate) struct FieldDecoder {
    decoder: Decoder<'static>,
    /// What is in its table, if another run will go on with it.
    table: Option<Table>,
}

/// A copy of the dynamic table, the newest entry first.
#[derive(Default, flowz_api::Checkpoint)]
struct Table {
    entries: VecDeque<(Vec<u8>, Vec<u8>)>,
    size: usize,
    most: usize,
}

/// What a block does with a field, or with the table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Step {
    /// A field that stays out of the table, or is there already.
    Field,
    /// A field that comes into the table.
    Entry,
    /// The table's size from now on.
    Size(usize),
}

impl FieldDecoder {
    /// For the first block of a direction; `continues` if another run may go on with it.
    pub(crate) fn new(continues: bool) -> Self {
        let mut decoder = Decoder::new();
        decoder.set_max_allowed_table_size(LARGEST_TABLE);
        let table = continues.then(|| Table { most: FIRST_SIZE, ..Table::default() });
        Self { decoder, table }
    }

    /// Decodes a block; `each` gets names and values.
    pub(crate) fn decode(
        &mut self,
        block: &[u8],
        mut each: impl FnMut(Cow<'_, [u8]>, Cow<'_, [u8]>),
    ) -> Result<(), DecoderError> {
        let Some(table) = &mut self.table else {
            return self.decoder.decode_with_cb(block, &mut each);
        };
        let mut steps = steps(block).into_iter();
        let decoded = self.decoder.decode_with_cb(block, |name, value| {
            if table.is_entry(&mut steps) {
                table.add(name.to_vec(), value.to_vec());
            }
            each(name, value);
        });
        table.is_entry(&mut steps);
        decoded
    }
}

impl Table {
    /// Does what a block says up to its next field; whether that comes into the table.
    fn is_entry(&mut self, steps: &mut impl Iterator<Item = Step>) -> bool {
        for step in steps {
            match step {
                Step::Field => return false,
                Step::Entry => return true,
                Step::Size(most) => {
                    self.most = most.min(LARGEST_TABLE);
                    self.make_room(0);
                }
            }
        }
        false
    }

    /// RFC 7541, section 4.4: an entry that is larger than the table empties it.
    fn add(&mut self, name: Vec<u8>, value: Vec<u8>) {
        let size = name.len() + value.len() + ENTRY;
        self.make_room(size);
        if size <= self.most {
            self.entries.push_front((name, value));
            self.size += size;
        }
    }

    fn make_room(&mut self, size: usize) {
        while self.size + size > self.most
            && let Some((name, value)) = self.entries.pop_back()
        {
            self.size -= name.len() + value.len() + ENTRY;
        }
    }

    /// A block that makes the same table of an empty one.
    fn block(&self) -> Vec<u8> {
        let mut block = Vec::new();
        if self.most != FIRST_SIZE {
            integer(&mut block, 0x20, 5, self.most);
        }
        for (name, value) in self.entries.iter().rev() {
            block.push(0x40);
            for text in [name, value] {
                integer(&mut block, 0, 7, text.len());
                block.extend_from_slice(text);
            }
        }
        // A field that is in every table: nothing may end with a size (section 4.2).
        block.push(0x82);
        block
    }
}

impl Checkpoint for FieldDecoder {
    fn save(&self, out: &mut Writer<'_>) {
        self.table.save(out);
    }

    fn load(from: &mut Reader<'_>) -> Result<Self, LoadError> {
        let mut decoder = Self::new(true);
        decoder.table = Option::load(from)?;
        let block = decoder.table.as_ref().map(Table::block).unwrap_or_default();
        let made = decoder.decoder.decode_with_cb(&block, |_, _| {});
        made.map(|()| decoder).map_err(|_| LoadError::Value("table of fields"))
    }
}

/// What a block says, one thing after the other, as far as it is whole (RFC 7541, section 6).
fn steps(block: &[u8]) -> Vec<Step> {
    let (mut rest, mut steps) = (block, Vec::new());
    while let Some(step) = step(&mut rest) {
        steps.push(step);
    }
    steps
}

fn step(rest: &mut &[u8]) -> Option<Step> {
    let first = *rest.first()?;
    let (prefix, step) = match first {
        0x80.. => (7, Step::Field),
        0x40.. => (6, Step::Entry),
        0x20.. => (5, Step::Size(0)),
        _ => (4, Step::Field),
    };
    let number = number(rest, prefix)?;
    if let Step::Size(_) = step {
        return Some(Step::Size(number));
    }
    let texts = match first {
        0x80.. => 0,
        _ if number == 0 => 2,
        _ => 1,
    };
    for _ in 0..texts {
        let len = self::number(rest, 7)?;
        *rest = rest.get(len..)?;
    }
    Some(step)
}

/// An integer with a prefix of so many bits (RFC 7541, section 5.1).
fn number(rest: &mut &[u8], prefix: u32) -> Option<usize> {
    let (first, mut left) = rest.split_first()?;
    let most = (1_usize << prefix) - 1;
    let mut number = usize::from(*first) & most;
    if number == most {
        let mut shift = 0;
        loop {
            let (byte, behind) = left.split_first()?;
            left = behind;
            number = number.checked_add(usize::from(byte & 0x7f).checked_shl(shift)?)?;
            if byte & 0x80 == 0 {
                break;
            }
            shift += 7;
            if shift > 28 {
                return None;
            }
        }
    }
    *rest = left;
    Some(number)
}

/// Writes an integer behind the bits of its first byte.
fn integer(out: &mut Vec<u8>, bits: u8, prefix: u32, number: usize) {
    let most = (1_usize << prefix) - 1;
    if number < most {
        out.push(bits | number as u8);
        return;
    }
    out.push(bits | most as u8);
    let mut left = number - most;
    while left >= 0x80 {
        out.push(left as u8 | 0x80);
        left >>= 7;
    }
    out.push(left as u8);
}

#[cfg(test)]
mod tests {
    use flowz_api::checkpoint::{Checkpoint, Reader, Writer};

    use super::{FieldDecoder, Step, integer, number, steps};

    fn fields(decoder: &mut FieldDecoder, block: &[u8]) -> Vec<String> {
        let mut all = Vec::new();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        decoder
            .decode(block, |name, value| all.push(format!("{}: {}", text(&name), text(&value))))
            .unwrap();
        all
    }

    fn continued(decoder: &FieldDecoder) -> FieldDecoder {
        let mut bytes = Vec::new();
        let mut out = Writer::new(&mut bytes);
        decoder.save(&mut out);
        out.finish().unwrap();
        FieldDecoder::load(&mut Reader::new(&bytes)).unwrap()
    }

    /// The requests of RFC 7541, appendix C.4, with Huffman codes: each is decoded by a decoder that was made again.
    #[test]
    fn the_table_goes_on() {
        let blocks: [&[u8]; 3] = [
            &[
                0x82, 0x86, 0x84, 0x41, 0x8c, 0xf1, 0xe3, 0xc2, 0xe5, 0xf2, 0x3a, 0x6b, 0xa0, 0xab,
                0x90, 0xf4, 0xff,
            ],
            &[0x82, 0x86, 0x84, 0xbe, 0x58, 0x86, 0xa8, 0xeb, 0x10, 0x64, 0x9c, 0xbf],
            &[
                0x82, 0x87, 0x85, 0xbf, 0x40, 0x88, 0x25, 0xa8, 0x49, 0xe9, 0x5b, 0xa9, 0x7d, 0x7f,
                0x89, 0x25, 0xa8, 0x49, 0xe9, 0x5b, 0xb8, 0xe8, 0xb4, 0xbf,
            ],
        ];
        let (mut whole, mut parts) = (FieldDecoder::new(false), FieldDecoder::new(true));
        for block in blocks {
            assert_eq!(fields(&mut whole, block), fields(&mut parts, block));
            parts = continued(&parts);
        }
        // 64 is cache-control's entry, 62 the newest.
        let indexed = [0xbe, 0xbf, 0xc0];
        let last =
            ["custom-key: custom-value", "cache-control: no-cache", ":authority: www.example.com"];
        assert_eq!(fields(&mut parts, &indexed), last);
        assert_eq!(fields(&mut whole, &indexed), last);
    }

    /// Entries leave as the table shrinks, and one that is larger than it empties it.
    #[test]
    fn the_table_has_the_size_that_the_sender_says() {
        let entry = |n: u8, len: usize| {
            let mut block = vec![0x40, 1, b'a' + n];
            integer(&mut block, 0, 7, len);
            block.resize(block.len() + len, b'x');
            block
        };
        let (mut whole, mut parts) = (FieldDecoder::new(false), FieldDecoder::new(true));
        let blocks = [
            entry(0, 100),
            entry(1, 200),
            vec![0x3f, 0xe1, 0x01, 0x82],
            entry(2, 50),
            entry(3, 300),
            entry(4, 10),
        ];
        for block in blocks {
            assert_eq!(fields(&mut whole, &block), fields(&mut parts, &block));
            parts = continued(&parts);
            for index in [0xbe, 0xbf, 0xc0] {
                let by = |decoder: &mut FieldDecoder| decoder.decode(&[index], |_, _| {}).is_ok();
                assert_eq!(by(&mut whole), by(&mut parts));
            }
        }
    }

    #[test]
    fn integers_and_steps() {
        for value in [0, 30, 31, 32, 127, 128, 4096, 131_072] {
            let mut bytes = Vec::new();
            integer(&mut bytes, 0x20, 5, value);
            assert_eq!(number(&mut &bytes[..], 5), Some(value));
            assert_eq!(number(&mut &bytes[..bytes.len() - 1], 5), None);
        }
        assert_eq!(
            steps(&[0x3f, 0xe1, 0x1f, 0x82, 0x00, 1, b'a', 1, b'b', 0x41, 0]),
            [Step::Size(4096), Step::Field, Step::Field, Step::Entry]
        );
        assert_eq!(steps(&[0x40, 5, b'a']), []);
        assert_eq!(steps(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), []);
    }
}
