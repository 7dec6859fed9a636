//! Payloads to samples.

pub(crate) mod g711;
pub(crate) mod g722;

use g722::G722;

use crate::wav::format::{Format, Kind};

/// Slowest and fastest clocks, and most channels, of what becomes a WAV file.
const CLOCKS: std::ops::RangeInclusive<u32> = 1000..=192_000;
const MOST_CHANNELS: u8 = 8;

/// A codec that is decoded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Name {
    MuLaw,
    ALaw,
    G722,
    /// Sixteen bits, the higher eight in front (RFC 3551, section 4.5.11).
    L16,
}

/// A codec and what goes with it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Codec {
    pub(crate) name: Name,
    /// Ticks of the clock of timestamps per second.
    pub(crate) clock: u32,
    pub(crate) channels: u8,
}

/// Decoders with what they remember of one source.
#[derive(Clone, Debug, Default)]
pub(crate) struct Decoders {
    g722: Option<Box<G722>>,
}

impl Codec {
    /// The codec of this name; none if it is not decoded.
    pub(crate) fn new(name: &str, clock: u32, channels: u8) -> Option<Self> {
        let name = match name.to_ascii_uppercase().as_str() {
            "PCMU" => Name::MuLaw,
            "PCMA" => Name::ALaw,
            "G722" => Name::G722,
            "L16" => Name::L16,
            _ => return None,
        };
        let channels = if name == Name::G722 { 1 } else { channels.max(1) };
        // RFC 3551, section 4.5.2.
        let clock = if name == Name::G722 { 8000 } else { clock };
        let is_usual = CLOCKS.contains(&clock) && channels <= MOST_CHANNELS;
        is_usual.then_some(Self { name, clock, channels })
    }

    /// What its file is like; with `keeps_law` octets of G.711 stay as they are.
    pub(crate) fn format(self, keeps_law: bool) -> Format {
        let kind = match self.name {
            Name::MuLaw if keeps_law => Kind::MuLaw,
            Name::ALaw if keeps_law => Kind::ALaw,
            _ => Kind::Pcm,
        };
        Format { kind, rate: self.clock * self.frames_per_tick(), channels: self.channels.into() }
    }

    /// Samples of each channel for each tick of the clock.
    pub(crate) fn frames_per_tick(self) -> u32 {
        if self.name == Name::G722 { 2 } else { 1 }
    }

    /// Ticks that a payload lasts.
    pub(crate) fn ticks(self, payload: usize) -> u32 {
        let octets = if self.name == Name::L16 { 2 } else { 1 } * usize::from(self.channels);
        (payload / octets) as u32
    }
}

impl Decoders {
    /// The bytes of a file for a payload.
    pub(crate) fn decode(&mut self, codec: Codec, kind: Kind, payload: &[u8], out: &mut Vec<u8>) {
        let whole = payload.len() - payload.len() % usize::from(codec.channels);
        let mut put = |sample: i16| out.extend(sample.to_le_bytes());
        match codec.name {
            Name::MuLaw | Name::ALaw if kind != Kind::Pcm => out.extend(&payload[..whole]),
            Name::MuLaw => payload[..whole].iter().for_each(|octet| put(g711::mu_law(*octet))),
            Name::ALaw => payload[..whole].iter().for_each(|octet| put(g711::a_law(*octet))),
            Name::L16 => {
                let frames = payload.chunks_exact(2 * usize::from(codec.channels));
                let samples = frames.flat_map(|frame| frame.as_chunks::<2>().0);
                samples.for_each(|octets| put(i16::from_be_bytes(*octets)));
            }
            Name::G722 => {
                let mut samples = Vec::new();
                self.g722.get_or_insert_default().decode(payload, &mut samples);
                samples.into_iter().for_each(put);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Codec, Decoders, Name};
    use crate::wav::format::{Format, Kind};

    fn decode(codec: Codec, kind: Kind, payload: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        Decoders::default().decode(codec, kind, payload, &mut out);
        out
    }

    #[test]
    fn names_clocks_and_channels() {
        let g722 = Codec::new("g722", 16_000, 1).unwrap();
        assert_eq!(g722.format(true), Format { kind: Kind::Pcm, rate: 16_000, channels: 1 });
        assert_eq!((g722.ticks(160), g722.clock), (160, 8000));
        let law = Codec::new("PCMA", 8000, 0).unwrap();
        assert_eq!(law.format(true), Format { kind: Kind::ALaw, rate: 8000, channels: 1 });
        assert_eq!(law.format(false).kind, Kind::Pcm);
        let stereo = Codec::new("L16", 44_100, 2).unwrap();
        assert_eq!((stereo.name, stereo.ticks(7)), (Name::L16, 1));
        for (name, clock, channels) in [
            ("OPUS", 48_000, 2),
            ("", 8000, 1),
            ("L16", 0, 1),
            ("L16", u32::MAX, 1),
            ("L16", 8000, 255),
        ] {
            assert_eq!(Codec::new(name, clock, channels), None, "{name} {clock} {channels}");
        }
    }

    #[test]
    fn samples_and_octets() {
        let codec = |name, channels| Codec::new(name, 8000, channels).unwrap();
        assert_eq!(decode(codec("L16", 1), Kind::Pcm, &[1, 2, 3, 4, 5]), [2, 1, 4, 3]);
        assert_eq!(decode(codec("L16", 2), Kind::Pcm, &[1, 2, 3, 4, 5, 6]), [2, 1, 4, 3]);
        assert_eq!(decode(codec("PCMU", 1), Kind::MuLaw, &[1, 2, 3]), [1, 2, 3]);
        assert_eq!(decode(codec("PCMU", 2), Kind::MuLaw, &[1, 2, 3]), [1, 2]);
        assert_eq!(decode(codec("PCMA", 1), Kind::Pcm, &[0xd5]), [8, 0]);
        assert_eq!(decode(codec("G722", 1), Kind::Pcm, &[0; 5]).len(), 20);
    }
}
