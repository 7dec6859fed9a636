//! One column of a row group in the bytes of the file: with a dictionary if values repeat, else by the writer of the library.

use std::sync::Arc;

use bytes::Bytes as Shared;
use foldhash::fast::FixedState;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::column::writer::{ColumnCloseResult, ColumnWriter, get_column_writer};
use parquet::data_type::ByteArray;
use parquet::errors::Result;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesPtr};
use parquet::file::statistics::{Statistics, ValueStatistics};
use parquet::file::writer::{SerializedPageWriter, TrackedWrite};
use parquet::schema::types::ColumnDescPtr;
use std::hash::BuildHasher;

use super::index::{Index, Numbers, index};
use super::leaf::Leaf;
use super::number::{Kind, Number, delta_size};
use super::pages::{Dictionary, Pages};
use crate::columnar::column::{Bytes, Column};
use crate::columnar::words::{LONGEST, Word};

/// Longest text that statistics have.
const LONGEST_STATISTIC: usize = 64;

/// Bytes of a column and what the file says of them.
pub(super) type Chunk = (Shared, ColumnCloseResult);

/// Writes columns.
#[derive(Debug)]
pub(super) struct Chunks {
    pages: Pages,
    plain: WriterPropertiesPtr,
    /// For numbers whose differences are short.
    delta: WriterPropertiesPtr,
    /// For floats.
    split: WriterPropertiesPtr,
}

/// Properties of the library's writer, with zstd of this level; 0 is none.
pub(super) fn properties(level: u8, encoding: Encoding) -> Result<WriterProperties> {
    let compression = match level {
        0 => Compression::UNCOMPRESSED,
        level => Compression::ZSTD(ZstdLevel::try_new(level.into())?),
    };
    Ok(WriterProperties::builder()
        .set_created_by(concat!("flowz version ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(compression)
        .set_dictionary_enabled(false)
        .set_encoding(encoding)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_statistics_truncate_length(Some(LONGEST_STATISTIC))
        .set_offset_index_disabled(true)
        .set_data_page_row_count_limit(super::pages::PAGE)
        .build())
}

/// Some numbers in the middle.
fn sample<T>(numbers: &[T]) -> &[T] {
    const SAMPLE: usize = 8_192;
    let begin = numbers.len().saturating_sub(SAMPLE) / 2;
    &numbers[begin..numbers.len().min(begin + SAMPLE)]
}

impl Chunks {
    /// Compresses with zstd of this level; 0 does not.
    pub(super) fn new(level: u8) -> Result<Self> {
        let of = |encoding| properties(level, encoding).map(Arc::new);
        Ok(Self {
            pages: Pages::new(level)?,
            plain: of(Encoding::PLAIN)?,
            delta: of(Encoding::DELTA_BINARY_PACKED)?,
            split: of(Encoding::BYTE_STREAM_SPLIT)?,
        })
    }

    /// A column.
    pub(super) fn write(&mut self, leaf: Leaf<'_>, of: &ColumnDescPtr) -> Result<Chunk> {
        match leaf.column {
            Column::U8(values) => self.numbers(leaf, of, values),
            Column::U16(values) => self.numbers(leaf, of, values),
            Column::U32(values) => self.numbers(leaf, of, values),
            Column::U64(values) => self.numbers(leaf, of, values),
            Column::I8(values) => self.numbers(leaf, of, values),
            Column::I16(values) => self.numbers(leaf, of, values),
            Column::I32(values) => self.numbers(leaf, of, values),
            Column::I64(values) | Column::Moment(values) | Column::Length(values) => {
                self.numbers(leaf, of, values)
            }
            Column::F32(values) => self.numbers(leaf, of, values),
            Column::F64(values) => self.numbers(leaf, of, values),
            Column::Word(words) | Column::MaybeWord(words) => self.words(leaf, of, words),
            Column::Text(strings) | Column::Binary(strings) => self.strings(leaf, of, strings),
            // Not simple: `visit` has gone into them.
            Column::Optional(..) | Column::Struct(_) | Column::List(..) => {
                library(leaf, of, &self.plain, &Values::Int32(Vec::new()))
            }
        }
    }

    fn numbers<T: Number>(
        &mut self,
        leaf: Leaf<'_>,
        of: &ColumnDescPtr,
        all: &[T],
    ) -> Result<Chunk> {
        let there: Vec<T>;
        let values = match leaf.there() {
            None => all,
            Some(places) => {
                there = places.iter().map(|place| all[*place as usize]).collect();
                &there
            }
        };
        let found = match values.split_first() {
            Some((first, rest)) if rest.iter().all(|value| value.bits() == first.bits()) => {
                Some(Index { entries: vec![first.bits()], numbers: Numbers::Zeros })
            }
            None => None,
            Some(_) => index(values.iter().map(|value| value.bits()), |bits| bits),
        };
        let found = match found {
            Some(found) if self.is_shorter_plain(values, found.entries.len())? => None,
            found => found,
        };
        let Some(found) = found else {
            let kind = T::KIND;
            let properties = match kind {
                Kind::Single | Kind::Double => &self.split,
                _ if self.has_short_differences(values)? => &self.delta,
                _ => &self.plain,
            };
            let bits = values.iter().map(|value| value.bits());
            return library(leaf, of, properties, &Values::numbers(kind, bits));
        };
        let width = T::KIND.width();
        let mut plain = Vec::with_capacity(found.entries.len() * width);
        for bits in &found.entries {
            plain.extend_from_slice(&bits.to_le_bytes()[..width]);
        }
        let statistics = number_statistics(T::KIND, &found.entries);
        let count = found.entries.len();
        self.pages.write(leaf, of, Dictionary { plain, count, numbers: found.numbers, statistics })
    }

    /// Whether numbers are shorter as differences than compressed as they are. Some in the middle say it.
    fn has_short_differences<T: Number>(&mut self, values: &[T]) -> Result<bool> {
        let sample = sample(values);
        Ok(delta_size(sample) < self.compressed(sample)?)
    }

    /// Whether whole numbers, of which there are so many different ones, are shorter compressed as they are than as places in
    /// a dictionary. Nobody asks where there are few.
    fn is_shorter_plain<T: Number>(&mut self, values: &[T], entries: usize) -> Result<bool> {
        const MANY: usize = 4_096;
        if entries < MANY || matches!(T::KIND, Kind::Single | Kind::Double) {
            return Ok(false);
        }
        let (sample, bits) = (sample(values), entries.ilog2() as usize + 1);
        Ok(self.compressed(sample)? < sample.len() * bits / 8)
    }

    /// Bytes of numbers compressed as they are.
    fn compressed<T: Number>(&mut self, numbers: &[T]) -> Result<usize> {
        let width = T::KIND.width();
        let bytes = |number: &T| number.bits().to_le_bytes().into_iter().take(width);
        self.pages.size(&numbers.iter().flat_map(bytes).collect::<Vec<u8>>())
    }

    fn words(&mut self, leaf: Leaf<'_>, of: &ColumnDescPtr, all: &[Word]) -> Result<Chunk> {
        let places = leaf.there();
        let found = match &places {
            None => index(all.iter().copied(), Word::hash),
            Some(places) => index(places.iter().map(|place| all[*place as usize]), Word::hash),
        };
        let mut text = Vec::with_capacity(LONGEST);
        let mut texts = Vec::new();
        let mut ends = Vec::new();
        let mut write = |word: Word| {
            word.write(&mut text);
            texts.append(&mut text);
            ends.push(texts.len() as u32);
        };
        match found {
            Some(Index { entries, numbers }) if !entries.is_empty() => {
                entries.into_iter().for_each(write);
                let strings = Bytes { ends, all: texts };
                self.dictionary(leaf, of, (0..strings.ends.len()).map(|n| strings.get(n)), numbers)
            }
            _ => {
                match places {
                    None => all.iter().copied().for_each(write),
                    Some(places) => places.iter().for_each(|place| write(all[*place as usize])),
                }
                library(leaf, of, &self.plain, &Values::strings(&Bytes { ends, all: texts }, None))
            }
        }
    }

    fn strings(&mut self, leaf: Leaf<'_>, of: &ColumnDescPtr, all: &Bytes) -> Result<Chunk> {
        let state = FixedState::default();
        let hash = |text: &[u8]| state.hash_one(text);
        let places = leaf.there();
        let found = match &places {
            None => index((0..all.ends.len()).map(|place| all.get(place)), hash),
            Some(places) => index(places.iter().map(|place| all.get(*place as usize)), hash),
        };
        match found {
            Some(Index { entries, numbers }) if !entries.is_empty() => {
                self.dictionary(leaf, of, entries.into_iter(), numbers)
            }
            _ => {
                let values = Values::strings(all, places.as_deref());
                library(leaf, of, &self.plain, &values)
            }
        }
    }

    /// A column of strings with a dictionary.
    fn dictionary<'a>(
        &mut self,
        leaf: Leaf<'_>,
        of: &ColumnDescPtr,
        entries: impl ExactSizeIterator<Item = &'a [u8]> + Clone,
        numbers: Numbers,
    ) -> Result<Chunk> {
        let count = entries.len();
        let mut plain = Vec::new();
        for entry in entries.clone() {
            plain.extend_from_slice(&(entry.len() as u32).to_le_bytes());
            plain.extend_from_slice(entry);
        }
        let (least, most) = (entries.clone().min(), entries.max());
        let is_short = |text: &&[u8]| text.len() <= LONGEST_STATISTIC;
        let (least, most) = (least.filter(is_short), most.filter(is_short));
        let array = |text: &[u8]| ByteArray::from(text.to_vec());
        let statistics = ValueStatistics::new(least.map(array), most.map(array), None, None, false);
        let statistics = Statistics::ByteArray(statistics);
        self.pages.write(leaf, of, Dictionary { plain, count, numbers, statistics })
    }
}

/// A column without a dictionary.
fn library(
    leaf: Leaf<'_>,
    of: &ColumnDescPtr,
    properties: &WriterPropertiesPtr,
    values: &Values,
) -> Result<Chunk> {
    let mut out = TrackedWrite::new(Vec::new());
    let pages = Box::new(SerializedPageWriter::new(&mut out));
    let mut writer = get_column_writer(Arc::clone(of), Arc::clone(properties), pages);
    let wide = |levels: &[u8]| levels.iter().map(|level| i16::from(*level)).collect::<Vec<_>>();
    let definition = leaf.slots.filter(|slots| slots.most_definition > 0);
    let definition = definition.map(|slots| wide(&slots.definition));
    let repetition = leaf.slots.filter(|slots| slots.most_repetition > 0);
    let repetition = repetition.map(|slots| wide(&slots.repetition));
    let (definition, repetition) = (definition.as_deref(), repetition.as_deref());
    match (&mut writer, values) {
        (ColumnWriter::Int32ColumnWriter(writer), Values::Int32(values)) => {
            writer.write_batch(values, definition, repetition)?;
        }
        (ColumnWriter::Int64ColumnWriter(writer), Values::Int64(values)) => {
            writer.write_batch(values, definition, repetition)?;
        }
        (ColumnWriter::FloatColumnWriter(writer), Values::Single(values)) => {
            writer.write_batch(values, definition, repetition)?;
        }
        (ColumnWriter::DoubleColumnWriter(writer), Values::Double(values)) => {
            writer.write_batch(values, definition, repetition)?;
        }
        (ColumnWriter::ByteArrayColumnWriter(writer), Values::Strings(values)) => {
            writer.write_batch(values, definition, repetition)?;
        }
        _ => {
            let why = format!("the values of {} are of another type", of.path());
            return Err(parquet::errors::ParquetError::General(why));
        }
    }
    let close = writer.close()?;
    Ok((Shared::from(out.into_inner()?), close))
}

/// Values as the library takes them.
enum Values {
    Int32(Vec<i32>),
    Int64(Vec<i64>),
    Single(Vec<f32>),
    Double(Vec<f64>),
    Strings(Vec<ByteArray>),
}

impl Values {
    fn numbers(kind: Kind, bits: impl Iterator<Item = u64>) -> Self {
        match kind {
            Kind::Unsigned32 | Kind::Signed32 => {
                Self::Int32(bits.map(|bits| bits as i32).collect())
            }
            Kind::Unsigned64 | Kind::Signed64 => Self::Int64(bits.map(u64::cast_signed).collect()),
            Kind::Single => Self::Single(bits.map(|bits| f32::from_bits(bits as u32)).collect()),
            Kind::Double => Self::Double(bits.map(f64::from_bits).collect()),
        }
    }

    /// All strings, or those at some places.
    fn strings(strings: &Bytes, places: Option<&[u32]>) -> Self {
        let all = Shared::copy_from_slice(&strings.all);
        let one = |place: usize| {
            let begin = place.checked_sub(1).map_or(0, |before| strings.ends[before]);
            ByteArray::from(all.slice(begin as usize..strings.ends[place] as usize))
        };
        Self::Strings(match places {
            None => (0..strings.ends.len()).map(one).collect(),
            Some(places) => places.iter().map(|place| one(*place as usize)).collect(),
        })
    }
}

fn number_statistics(kind: Kind, entries: &[u64]) -> Statistics {
    let extremes = kind.extremes(entries);
    let (least, most) = (extremes.map(|both| both.0), extremes.map(|both| both.1));
    let int32 = |bits: u64| bits as i32;
    match kind {
        Kind::Unsigned32 | Kind::Signed32 => Statistics::Int32(ValueStatistics::new(
            least.map(int32),
            most.map(int32),
            None,
            None,
            false,
        )),
        Kind::Unsigned64 | Kind::Signed64 => {
            let int64 = u64::cast_signed;
            Statistics::Int64(ValueStatistics::new(
                least.map(int64),
                most.map(int64),
                None,
                None,
                false,
            ))
        }
        Kind::Single => {
            let single = |bits: u64| f32::from_bits(bits as u32);
            Statistics::Float(ValueStatistics::new(
                least.map(single),
                most.map(single),
                None,
                None,
                false,
            ))
        }
        Kind::Double => {
            let double = f64::from_bits;
            Statistics::Double(ValueStatistics::new(
                least.map(double),
                most.map(double),
                None,
                None,
                false,
            ))
        }
    }
}
