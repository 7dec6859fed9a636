//! Batches hold what single packets would have been.

use std::io::{self, Read};
use std::path::Path;

use crate::test_support::{Endian, Summary, TempDir, damages, open, remaining, summary};
use crate::window::{Dedup, Reorder, Span, Windowed, duration};
use crate::{Batch, Input, Options, Source};

/// A capture of a few megabytes with packets of all sizes, some of them larger than a block.
fn capture(seed: u32) -> Vec<u8> {
    let endian = Endian::Little;
    let mut file = endian.pcap(0xa1b2_c3d4, 0, 1);
    let mut random = seed;
    for n in 0..3000 {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let len = if n % 997 == 500 { 200_000 } else { random >> 21 };
        let data = vec![(random >> 8) as u8; len as usize];
        file.extend(endian.record(n / 10, n % 10 * 100, len, &data));
    }
    file
}

fn windowed(source: Input) -> Windowed<Input> {
    let mut windowed = Windowed { source, reorder: None, dedup: None };
    windowed.enable_batches();
    windowed
}

/// All packets, read in batches; at least `least` of them.
fn in_batches(windowed: &mut Windowed<Input>, least: usize) -> Vec<(Summary, bool)> {
    let (mut all, mut batches, mut batch) = (Vec::new(), 0, Batch::default());
    while windowed.read_batch(&mut batch) {
        assert_eq!(batch.packets().count(), batch.len());
        all.extend(batch.packets().map(|seen| (summary(&seen.packet), seen.duplicate)));
        batches += 1;
    }
    assert!(!windowed.read_batch(&mut batch), "the end is the end");
    assert!(batches >= least, "{batches} batches");
    all
}

fn unmarked(packets: Vec<Summary>) -> Vec<(Summary, bool)> {
    packets.into_iter().map(|packet| (packet, false)).collect()
}

#[test]
fn one_file() {
    let bytes = capture(1);
    let expected = unmarked(remaining(&mut open(&bytes)));
    assert!(in_batches(&mut windowed(open(&bytes)), 10) == expected);
}

#[test]
fn several_files_with_damage_and_a_filter() {
    let folder = TempDir::new("batches");
    let whole = capture(2);
    let names: Vec<_> = [whole.len(), 100, 24, 1_000_000, whole.len() - 7]
        .iter()
        .enumerate()
        .map(|(n, len)| folder.write(&n.to_string(), &whole[..*len]))
        .collect();
    let list: Vec<_> = names.iter().map(|name| name.display().to_string()).collect();
    let source = Source::List(folder.write("list", list.join("\n").as_bytes()));
    for filter in [None, Some("greater 1500".to_owned()), Some("greater 100000".to_owned())] {
        let options = Options { filter, ..Options::default() };
        let mut alone = Input::open(&source, &options).unwrap();
        let mut batches = windowed(Input::open(&source, &options).unwrap());
        assert!(in_batches(&mut batches, 1) == unmarked(remaining(&mut alone)));
        assert_eq!(damages(&batches.source), damages(&alone));
        assert_eq!(batches.source.filtered_out(), alone.filtered_out());
        assert_eq!(batches.source.file_bytes(), alone.file_bytes());
    }
}

#[test]
fn windows() {
    let bytes = capture(3);
    let twice = || {
        let reorder = Some(Reorder::new(duration("1s").unwrap()));
        let dedup = Some(Dedup::new(Span::Packets(2)));
        Windowed { source: open(&bytes), reorder, dedup }
    };
    let mut alone = twice();
    let mut expected = Vec::new();
    while let Some(seen) = alone.next_source_packet() {
        expected.push((summary(&seen.packet), seen.duplicate));
    }
    assert!(in_batches(&mut twice(), 20) == expected);
}

/// Gives a few bytes at a time, as a pipe does, and ends with an error.
struct Pipe(io::Cursor<Vec<u8>>);

impl Read for Pipe {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let most = into.len().min(1000);
        match self.0.read(&mut into[..most])? {
            0 => Err(io::Error::other("broken")),
            count => Ok(count),
        }
    }
}

#[test]
fn what_comes_in_bits_is_handed_on_in_bits() {
    let bytes = capture(4);
    let pipe = || {
        let pipe = Pipe(io::Cursor::new(bytes.clone()));
        Input::from_reader(pipe, Path::new("pipe"), &Options::default()).unwrap()
    };
    let mut alone = pipe();
    let mut batches = windowed(pipe());
    assert!(in_batches(&mut batches, 300) == unmarked(remaining(&mut alone)));
    assert_eq!(damages(&batches.source), damages(&alone));
}
