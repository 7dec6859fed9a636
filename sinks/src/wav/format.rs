//! Headers of WAV files (RIFF, Multimedia Programming Interface and Data Specifications 1.0).

use super::codec::g711::{A_LAW_SILENCE, MU_LAW_SILENCE};

/// What samples are stored as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// Sixteen bits, the lower eight in front.
    Pcm,
    /// Octets of G.711.
    MuLaw,
    ALaw,
}

/// What a file is like.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Format {
    pub(crate) kind: Kind,
    /// Samples of each channel per second.
    pub(crate) rate: u32,
    pub(crate) channels: u16,
}

impl Format {
    /// Most bytes of samples: with the header the length of the file must have 32 bits.
    pub(crate) const MOST: u64 = u32::MAX as u64 - 1024;

    /// Bytes of a sample of all channels.
    pub(crate) fn frame(self) -> u16 {
        let sample = if self.kind == Kind::Pcm { 2 } else { 1 };
        sample * self.channels
    }

    /// The octet of which silence consists.
    pub(crate) fn silence(self) -> u8 {
        match self.kind {
            Kind::Pcm => 0,
            Kind::MuLaw => MU_LAW_SILENCE,
            Kind::ALaw => A_LAW_SILENCE,
        }
    }

    /// The header of a file with so many bytes of samples. What is not PCM has a longer description and says how many samples
    /// there are.
    pub(crate) fn header(self, data: u64) -> Vec<u8> {
        let data = data.min(Self::MOST) as u32;
        let (tag, is_pcm) = match self.kind {
            Kind::Pcm => (1_u16, true),
            Kind::ALaw => (6, false),
            Kind::MuLaw => (7, false),
        };
        let frame = self.frame();
        let mut chunks = Vec::new();
        chunks.extend(b"fmt ");
        chunks.extend(if is_pcm { 16_u32 } else { 18 }.to_le_bytes());
        chunks.extend(tag.to_le_bytes());
        chunks.extend(self.channels.to_le_bytes());
        chunks.extend(self.rate.to_le_bytes());
        chunks.extend((self.rate * u32::from(frame)).to_le_bytes());
        chunks.extend(frame.to_le_bytes());
        chunks.extend((8 * frame / self.channels).to_le_bytes());
        if !is_pcm {
            chunks.extend([0, 0]);
            chunks.extend(b"fact");
            chunks.extend(4_u32.to_le_bytes());
            chunks.extend((data / u32::from(frame)).to_le_bytes());
        }
        chunks.extend(b"data");
        chunks.extend(data.to_le_bytes());
        // A chunk of odd length has an octet behind it.
        let all = 4 + chunks.len() as u32 + data + data % 2;
        [b"RIFF", &all.to_le_bytes()[..], b"WAVE", &chunks].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::{Format, Kind};

    #[test]
    fn pcm_byte_by_byte() {
        let header = Format { kind: Kind::Pcm, rate: 16_000, channels: 1 }.header(0x1234);
        let expected = [
            &b"RIFF"[..],
            &[0x58, 0x12, 0, 0],
            b"WAVEfmt ",
            &[16, 0, 0, 0, 1, 0, 1, 0],
            &[0x80, 0x3e, 0, 0],
            &[0x00, 0x7d, 0, 0],
            &[2, 0, 16, 0],
            b"data",
            &[0x34, 0x12, 0, 0],
        ];
        assert_eq!(header, expected.concat());
        assert_eq!(header.len(), 44);
    }

    #[test]
    fn a_law_byte_by_byte() {
        // 56,640 octets, as sox writes it.
        let header = Format { kind: Kind::ALaw, rate: 8000, channels: 1 }.header(56_640);
        let expected = [
            &b"RIFF"[..],
            &[0x72, 0xdd, 0, 0],
            b"WAVEfmt ",
            &[18, 0, 0, 0, 6, 0, 1, 0],
            &[0x40, 0x1f, 0, 0],
            &[0x40, 0x1f, 0, 0],
            &[1, 0, 8, 0, 0, 0],
            b"fact",
            &[4, 0, 0, 0, 0x40, 0xdd, 0, 0],
            b"data",
            &[0x40, 0xdd, 0, 0],
        ];
        assert_eq!(header, expected.concat());
        let mu = Format { kind: Kind::MuLaw, rate: 8000, channels: 2 }.header(3);
        assert_eq!((mu[4], mu[20], mu[22], mu[32], mu[34]), (54, 7, 2, 2, 8));
    }

    #[test]
    fn never_longer_than_it_can_say() {
        let header = Format { kind: Kind::Pcm, rate: 8000, channels: 1 }.header(u64::MAX);
        assert_eq!(header[40..44], (u32::MAX - 1024).to_le_bytes());
    }
}
