//! What is kept of a source for sinks that write sound.

use flowz_api::Checkpoint;
use flowz_api::memory;

use super::names::LONGEST;
use super::{Caught, View};
use crate::rtp_decode::source::Arrived;

/// Most packets that are kept of a source on probation, and most bytes of each.
const MOST: usize = 4;
const MOST_BYTES: usize = 4096;

/// What is kept of a source.
#[derive(Clone, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct Voice {
    /// Name of its files; empty while it is on probation.
    pub(crate) file: String,
    /// Packets that came on probation.
    pub(super) kept: Vec<Kept>,
    /// One that was far from the sequence: it belongs to it if the next one follows.
    pub(super) far: Option<Kept>,
    /// Its end was told.
    pub(super) is_over: bool,
}

/// A packet.
#[derive(Clone, PartialEq, Eq, Debug, Checkpoint)]
pub(super) struct Kept {
    arrived: Arrived,
    payload_at: u32,
    bytes: Vec<u8>,
    len: u32,
}

impl Voice {
    /// Most bytes that it takes.
    pub(crate) const BYTES: usize = memory::boxed::<Self>()
        + memory::list::<u8>(LONGEST)
        + memory::list::<Kept>(MOST)
        + (MOST + 1) * memory::list::<u8>(MOST_BYTES);

    /// Keeps a packet, in the place of the oldest if there are too many.
    pub(super) fn keep(&mut self, caught: &Caught<'_>) {
        if self.kept.len() == MOST {
            self.kept.remove(0);
        }
        self.kept.push(Kept::new(caught));
    }
}

impl Kept {
    pub(super) fn new(caught: &Caught<'_>) -> Self {
        let View { arrived, payload_at, bytes, len } = View::new(caught);
        let bytes = bytes[..bytes.len().min(MOST_BYTES)].to_vec();
        Self { arrived, payload_at, bytes, len }
    }

    pub(super) fn view(&self) -> View<'_> {
        let Self { arrived, payload_at, ref bytes, len } = *self;
        View { arrived, payload_at, bytes, len }
    }
}

#[cfg(test)]
mod tests {
    use super::{Caught, MOST, MOST_BYTES, Voice};
    use crate::rtp_decode::source::Arrived;
    use crate::voip::datagram::Datagram;
    use crate::voip::rtp::Packet;

    #[test]
    fn bounded() {
        let mut voice = Voice::default();
        let bytes = [&[0x80][..], &[0; 9000]].concat();
        for sequence in 0..100 {
            let arrived = Arrived { sequence, ..Arrived::default() };
            let packet = Packet::read(&bytes, 9001).unwrap();
            let datagram = Datagram { bytes: &bytes, len: 9001 };
            voice.keep(&Caught { arrived: &arrived, datagram, packet: &packet });
        }
        assert_eq!((voice.kept.len(), voice.kept[0].bytes.len()), (MOST, MOST_BYTES));
        assert_eq!((voice.kept[0].arrived.sequence, voice.kept[0].len), (96, 9001));
        assert!(voice.kept.capacity() <= MOST);
    }
}
