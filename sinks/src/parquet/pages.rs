//! Pages of a column with a dictionary: levels and numbers of entries, packed and compressed.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::{Compression, Encoding, EncodingMask, PageType, ZstdLevel};
use parquet::column::page::{CompressedPage, Page, PageWriter};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ColumnChunkMetaData, PageEncodingStats};
use parquet::file::statistics::{Statistics, ValueStatistics};
use parquet::file::writer::{SerializedPageWriter, TrackedWrite};
use parquet::schema::types::ColumnDescPtr;

use super::chunk::Chunk;
use super::hybrid;
use super::index::Numbers;
use super::leaf::Leaf;

/// Values of a page: readers take a page at once.
pub(super) const PAGE: usize = 1 << 16;

/// A column's values by their numbers in a dictionary.
#[derive(Debug)]
pub(super) struct Dictionary {
    /// The entries as they are in the file.
    pub(super) plain: Vec<u8>,
    /// How many there are.
    pub(super) count: usize,
    pub(super) numbers: Numbers,
    /// Without the number of nulls.
    pub(super) statistics: Statistics,
}

/// Writes pages; its memory is used again.
pub(super) struct Pages {
    zstd: Option<(zstd::bulk::Compressor<'static>, Compression)>,
    page: Vec<u8>,
}

impl fmt::Debug for Pages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").finish_non_exhaustive()
    }
}

impl Pages {
    /// Compresses with zstd of this level; 0 does not.
    pub(super) fn new(level: u8) -> Result<Self> {
        let zstd = match level {
            0 => None,
            level => {
                let compressor = zstd::bulk::Compressor::new(level.into())?;
                Some((compressor, Compression::ZSTD(ZstdLevel::try_new(level.into())?)))
            }
        };
        Ok(Self { zstd, page: Vec::new() })
    }

    /// How many bytes are left of these.
    pub(super) fn size(&mut self, bytes: &[u8]) -> Result<usize> {
        Ok(self.compressed(bytes)?.0.len())
    }

    /// The column.
    pub(super) fn write(
        &mut self,
        leaf: Leaf<'_>,
        of: &ColumnDescPtr,
        values: Dictionary,
    ) -> Result<Chunk> {
        let mut out = TrackedWrite::new(Vec::new());
        let mut pages = SerializedPageWriter::new(&mut out);
        let (buf, size) = self.compressed(&values.plain)?;
        let num_values = values.count as u32;
        let page =
            Page::DictionaryPage { buf, num_values, encoding: Encoding::PLAIN, is_sorted: false };
        let mut sizes = Sizes::default();
        let first = pages.write_page(CompressedPage::new(page, size))?;
        sizes.add(first.compressed_size, first.uncompressed_size);
        let (mut begin, mut value) = (0, 0);
        let mut data_offset = None;
        let (entries, mut count) = (leaf.entries(), 0);
        while begin < entries {
            let end = page_end(leaf, begin);
            let end_value = value + self.data(leaf, begin..end, value, &values);
            let (buf, size) = self.compressed(&self.page.clone())?;
            let page = Page::DataPage {
                buf,
                num_values: (end - begin) as u32,
                encoding: Encoding::RLE_DICTIONARY,
                def_level_encoding: Encoding::RLE,
                rep_level_encoding: Encoding::RLE,
                statistics: None,
            };
            let written = pages.write_page(CompressedPage::new(page, size))?;
            data_offset.get_or_insert(written.offset);
            sizes.add(written.compressed_size, written.uncompressed_size);
            (begin, value, count) = (end, end_value, count + 1);
        }
        pages.close()?;
        let nulls = entries - value;
        let metadata = ColumnChunkMetaData::builder(Arc::clone(of))
            .set_compression(self.zstd.as_ref().map_or(Compression::UNCOMPRESSED, |zstd| zstd.1))
            .set_encodings_mask(EncodingMask::new_from_encodings(
                [Encoding::PLAIN, Encoding::RLE, Encoding::RLE_DICTIONARY].iter(),
            ))
            .set_page_encoding_stats(encodings(count))
            .set_total_compressed_size(sizes.compressed)
            .set_total_uncompressed_size(sizes.uncompressed)
            .set_num_values(entries as i64)
            .set_data_page_offset(data_offset.unwrap_or_default() as i64)
            .set_dictionary_page_offset(Some(first.offset as i64))
            .set_statistics(complete(values.statistics, nulls as u64, of))
            .build()?;
        let close = ColumnCloseResult {
            bytes_written: sizes.compressed as u64,
            rows_written: leaf.rows as u64,
            metadata,
            bloom_filter: None,
            column_index: None,
            offset_index: None,
        };
        Ok((Bytes::from(out.into_inner()?), close))
    }

    /// Puts levels and numbers of some entries into the page; yields how many of them have a value.
    fn data(
        &mut self,
        leaf: Leaf<'_>,
        entries: std::ops::Range<usize>,
        value: usize,
        values: &Dictionary,
    ) -> usize {
        self.page.clear();
        let mut count = entries.len();
        if let Some(slots) = leaf.slots {
            if slots.most_repetition > 0 {
                levels(&mut self.page, &slots.repetition[entries.clone()], slots.most_repetition);
            }
            if slots.most_definition > 0 {
                let definition = &slots.definition[entries];
                levels(&mut self.page, definition, slots.most_definition);
                count = memchr::memchr_iter(slots.most_definition, definition).count();
            }
        }
        let width = hybrid::width((values.count as u32).saturating_sub(1));
        self.page.push(width);
        match &values.numbers {
            Numbers::Zeros if count == 0 => {}
            Numbers::Zeros => hybrid::run(&mut self.page, 0, count, width),
            Numbers::Each(numbers) => {
                hybrid::write(&mut self.page, &numbers[value..value + count], width);
            }
        }
        count
    }

    /// Compressed bytes, and how many there were before.
    fn compressed(&mut self, bytes: &[u8]) -> Result<(Bytes, usize)> {
        let compressed = match &mut self.zstd {
            Some((zstd, _)) => zstd.compress(bytes).map_err(ParquetError::from)?,
            None => bytes.to_vec(),
        };
        Ok((Bytes::from(compressed), bytes.len()))
    }
}

#[derive(Default)]
struct Sizes {
    compressed: i64,
    uncompressed: i64,
}

impl Sizes {
    fn add(&mut self, compressed: usize, uncompressed: usize) {
        self.compressed += compressed as i64;
        self.uncompressed += uncompressed as i64;
    }
}

/// Where a page ends that begins here: behind a whole row.
fn page_end(leaf: Leaf<'_>, begin: usize) -> usize {
    let (entries, least) = (leaf.entries(), begin + PAGE);
    if least >= entries {
        return entries;
    }
    let Some(slots) = leaf.slots else { return least };
    let rest = slots.repetition[least..].iter().position(|repetition| *repetition == 0);
    rest.map_or(entries, |rest| least + rest)
}

/// Levels with their length in front.
fn levels(page: &mut Vec<u8>, levels: &[u8], most: u8) {
    let at = page.len();
    page.extend_from_slice(&[0; 4]);
    hybrid::write(page, levels, hybrid::width(most.into()));
    let length = (page.len() - at - 4) as u32;
    page[at..at + 4].copy_from_slice(&length.to_le_bytes());
}

/// Which pages have which encoding.
fn encodings(pages: i32) -> Vec<PageEncodingStats> {
    let one = |page_type, encoding, count| PageEncodingStats { page_type, encoding, count };
    vec![
        one(PageType::DICTIONARY_PAGE, Encoding::PLAIN, 1),
        one(PageType::DATA_PAGE, Encoding::RLE_DICTIONARY, pages),
    ]
}

/// Statistics with the number of nulls; readers of old versions get them too where these know the order.
fn complete(statistics: Statistics, nulls: u64, of: &ColumnDescPtr) -> Statistics {
    let is_signed = of.sort_order().is_signed();
    /// The same for one type.
    macro_rules! of_type {
        ($statistics:expr) => {
            ValueStatistics::new(
                $statistics.min_opt().cloned(),
                $statistics.max_opt().cloned(),
                None,
                Some(nulls),
                false,
            )
            .with_backwards_compatible_min_max(is_signed)
            .into()
        };
    }
    match statistics {
        Statistics::Int32(statistics) => of_type!(statistics),
        Statistics::Int64(statistics) => of_type!(statistics),
        Statistics::Float(statistics) => of_type!(statistics),
        Statistics::Double(statistics) => of_type!(statistics),
        Statistics::ByteArray(statistics) => of_type!(statistics),
        other => other,
    }
}
