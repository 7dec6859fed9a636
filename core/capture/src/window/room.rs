//! How much a window may hold.

use super::{OwnedPacket, SMALL};

/// Limits of a window.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Room {
    /// Most bytes of packets.
    bytes: usize,
    /// Most packets.
    packets: usize,
    /// So many buffers are kept for later; others give their memory back.
    spare: usize,
}

/// Longest buffer that is kept for later.
const KEPT: usize = 4096;

/// Most bytes for a packet besides its own, in lists that double when they are full, and the least of a buffer.
const ENTRY: usize = 2 * (size_of::<OwnedPacket>() + 64) + SMALL + 16;

impl Default for Room {
    fn default() -> Self {
        Self { bytes: 64 << 20, packets: 1 << 20, spare: 1024 }
    }
}

impl Room {
    /// What fits into so many bytes of memory: half of it for packets in buffers of up to twice their length, a quarter for
    /// what is noted of them, a quarter for buffers that are free. Never more than without a limit.
    pub(super) fn within(memory: u64) -> Self {
        let most = Self::default();
        let quarter = usize::try_from(memory / 4).unwrap_or(usize::MAX);
        Self {
            bytes: quarter.min(most.bytes),
            packets: (quarter / ENTRY).clamp(1, most.packets),
            spare: (quarter / KEPT).min(most.spare),
        }
    }

    /// Whether so many packets with so many bytes are all that fits.
    #[inline]
    pub(super) fn is_full(self, packets: usize, bytes: usize) -> bool {
        bytes >= self.bytes || packets >= self.packets
    }

    /// Whether a buffer is worth keeping where so many are kept already.
    #[inline]
    pub(super) fn keeps(self, buffer: &OwnedPacket, kept: usize) -> bool {
        kept < self.spare && buffer.data.capacity() <= KEPT
    }
}

#[cfg(test)]
mod tests {
    use super::Room;

    #[test]
    fn no_more_than_there_is() {
        assert_eq!(Room::within(u64::MAX), Room::default());
        let little = Room::within(1000);
        assert!(little.is_full(1, 0) && little.is_full(0, 250) && !little.is_full(0, 249));
        assert!(Room::within(4 << 20).packets < 4096);
    }
}
