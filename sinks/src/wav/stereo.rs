//! A stereo file of a call: what the caller says left, what the callee says right, each where it was heard.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::PathBuf;

use flowz_api::sink::SinkError;

use super::codec::g711;
use super::format::{Format, Kind};
use super::growing::Growing;
use super::track::Part;

/// Frames that are mixed at once.
const BLOCK: usize = 1 << 14;
const SECOND: i64 = 1_000_000_000;

/// A file and where it stands in the mix.
struct Voice<'a> {
    part: &'a Part,
    is_right: bool,
    /// Frames of the mix in front of it.
    offset: u64,
    /// Frames of the mix for each of its own.
    factor: u64,
}

/// Why a call has no such file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Refusal {
    /// Nothing was said.
    Empty,
    /// Rates that are no multiples of each other.
    Rates,
    /// It would be longer than a file can be.
    TooLong,
}

/// Mixes what both sides have said; yields the file, or why there is none.
pub(super) fn mix(
    left: &[&Part],
    right: &[&Part],
    mut file: Growing,
) -> Result<Result<PathBuf, Refusal>, SinkError> {
    let all = || left.iter().chain(right).filter(|part| part.frames > 0);
    let (Some(rate), Some(start)) =
        (all().map(|part| part.format.rate).max(), all().map(|part| part.start).min())
    else {
        return Ok(Err(Refusal::Empty));
    };
    let format = Format { kind: Kind::Pcm, rate, channels: 2 };
    let sides = left.iter().map(|part| (part, false)).chain(right.iter().map(|part| (part, true)));
    let mut voices = Vec::new();
    for (part, is_right) in sides.filter(|(part, _)| part.frames > 0) {
        if !rate.is_multiple_of(part.format.rate) {
            return Ok(Err(Refusal::Rates));
        }
        let late = part.start.saturating_sub(start).unsigned_abs();
        let offset = u128::from(late) * u128::from(rate) / u128::from(SECOND.unsigned_abs());
        let offset = u64::try_from(offset).unwrap_or(u64::MAX);
        let factor = u64::from(rate / part.format.rate);
        voices.push(Voice { part, is_right, offset, factor });
    }
    let frames = voices.iter().map(Voice::end).max().unwrap_or(0);
    if frames.saturating_mul(format.frame().into()) > Format::MOST {
        return Ok(Err(Refusal::TooLong));
    }
    file.append(&format.header(0));
    let mut block = vec![[0_i16; 2]; BLOCK];
    for at in (0..frames).step_by(BLOCK) {
        let count = (frames - at).min(BLOCK as u64) as usize;
        block.fill([0; 2]);
        for voice in &voices {
            voice.add(at, &mut block[..count])?;
        }
        let samples = block[..count].as_flattened().iter();
        file.pending().extend(samples.flat_map(|sample| sample.to_le_bytes()));
        file.write(&format.header((at + count as u64) * u64::from(format.frame())))?;
    }
    let header = format.header(frames * u64::from(format.frame()));
    file.finish(&header).map(Ok)
}

impl Voice<'_> {
    /// Frames of the mix up to its end.
    fn end(&self) -> u64 {
        self.offset.saturating_add(self.part.frames.saturating_mul(self.factor))
    }

    /// Adds what falls into a block that begins at this frame.
    fn add(&self, at: u64, block: &mut [[i16; 2]]) -> Result<(), SinkError> {
        let from = self.offset.max(at);
        let to = self.end().min(at + block.len() as u64);
        if from >= to {
            return Ok(());
        }
        let first = (from - self.offset) / self.factor;
        let last = (to - self.offset).div_ceil(self.factor);
        let samples = self.part.samples(first, last - first)?;
        let side = usize::from(self.is_right);
        for frame in from..to {
            let own = (frame - self.offset) / self.factor - first;
            let Some(sample) = samples.get(own as usize) else { break };
            let place = &mut block[(frame - at) as usize][side];
            *place = place.saturating_add(*sample);
        }
        Ok(())
    }
}

impl Part {
    /// So many samples from this frame on, of the first channel.
    fn samples(&self, first: u64, count: u64) -> Result<Vec<i16>, SinkError> {
        let frame = usize::from(self.format.frame());
        let mut bytes = vec![0; count as usize * frame];
        let read = self.open().and_then(|mut file| {
            file.seek(SeekFrom::Start(self.head + first * frame as u64))?;
            file.read_exact(&mut bytes)
        });
        read.map_err(|error| SinkError::io("read", &self.path, error))?;
        let kind = self.format.kind;
        Ok(bytes.chunks_exact(frame).map(|frame| sample(kind, frame)).collect())
    }

    #[allow(clippy::disallowed_methods, reason = "a file that this sink has written")]
    fn open(&self) -> std::io::Result<File> {
        File::open(&self.path)
    }
}

/// The first sample of a frame.
fn sample(kind: Kind, frame: &[u8]) -> i16 {
    match (kind, frame) {
        (Kind::Pcm, [low, high, ..]) => i16::from_le_bytes([*low, *high]),
        (Kind::MuLaw, [octet, ..]) => g711::mu_law(*octet),
        (Kind::ALaw, [octet, ..]) => g711::a_law(*octet),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use flowz_api::sink::Destination;

    use super::{Refusal, mix};
    use crate::test_support::TempDir;
    use crate::wav::format::{Format, Kind};
    use crate::wav::growing::Growing;
    use crate::wav::track::{Part, Track};

    fn part(dir: &TempDir, name: &str, format: Format, millis: i64, data: &[u8]) -> Part {
        let file = Growing::new(dir.path(name), &Destination::default()).unwrap();
        let mut track = Track::new(file, format, millis * 1_000_000);
        track.file.append(data);
        track.finish().unwrap()
    }

    const PCM: Format = Format { kind: Kind::Pcm, rate: 8000, channels: 1 };

    fn frames(dir: &TempDir, left: &[&Part], right: &[&Part]) -> Vec<[i16; 2]> {
        let file = Growing::new(dir.path("mix.wav"), &Destination::default()).unwrap();
        let path = mix(left, right, file).unwrap().unwrap();
        let bytes = std::fs::read(path).unwrap();
        let frames = bytes[44..].as_chunks::<4>().0.iter();
        frames
            .map(|[a, b, c, d]| [i16::from_le_bytes([*a, *b]), i16::from_le_bytes([*c, *d])])
            .collect()
    }

    #[test]
    fn each_side_where_it_was_heard() {
        let dir = TempDir::new("stereo");
        let left = part(&dir, "l.wav", PCM, 1000, &[1, 0, 2, 0, 3, 0]);
        let again = part(&dir, "l2.wav", PCM, 1003, &[0xff, 0x7f]);
        let right = part(&dir, "r.wav", Format { kind: Kind::ALaw, ..PCM }, 1001, &[0xd5; 2]);
        let mixed = frames(&dir, &[&left, &again], &[&right]);
        assert_eq!(mixed.len(), 25);
        assert_eq!(mixed[..4], [[1, 0], [2, 0], [3, 0], [0, 0]]);
        assert_eq!(mixed[7..11], [[0, 0], [0, 8], [0, 8], [0, 0]]);
        assert_eq!(mixed[24], [i16::MAX, 0]);
    }

    #[test]
    fn slower_ones_are_stretched_and_blocks_fit_together() {
        let dir = TempDir::new("stereo-rates");
        let data: Vec<u8> = (0..20_000_u16).flat_map(u16::to_le_bytes).collect();
        let slow = part(&dir, "s.wav", PCM, 0, &data);
        let fast = part(&dir, "f.wav", Format { rate: 16_000, ..PCM }, 0, &data);
        let mixed = frames(&dir, &[&slow], &[&fast]);
        assert_eq!(mixed.len(), 40_000);
        for (n, [left, right]) in mixed.iter().enumerate() {
            let fast = if n < 20_000 { n as i16 } else { 0 };
            assert_eq!((*left, *right), ((n / 2) as i16, fast));
        }
    }

    #[test]
    fn what_cannot_be_mixed() {
        let dir = TempDir::new("stereo-none");
        let told = |left: &[&Part], right: &[&Part], name| {
            let file = Growing::new(dir.path(name), &Destination::default()).unwrap();
            mix(left, right, file).unwrap().unwrap_err()
        };
        assert_eq!(told(&[], &[], "1"), Refusal::Empty);
        let one = part(&dir, "a.wav", PCM, 0, &[1, 0]);
        let other = part(&dir, "b.wav", Format { rate: 44_100, ..PCM }, 0, &[1, 0]);
        assert_eq!(told(&[&one], &[&other], "2"), Refusal::Rates);
        let late = Part { start: i64::MAX, ..one.clone() };
        assert_eq!(told(&[&one], &[&late], "3"), Refusal::TooLong);
    }
}
