//! How much memory things take that a state holds elsewhere ([`Plugin::bytes_elsewhere`](crate::plugin::Plugin::bytes_elsewhere)).

/// What an allocator adds to each piece of memory, and loses by rounding.
const PIECE: usize = 16;
/// The least that a list makes room for.
const FEW: usize = 4;

/// What the state of a flow may grow by with its packets, where lists in full would be far more than flows have.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Growth {
    /// Most bytes for each packet.
    pub bytes: u32,
    /// The flow's first so many packets can make it grow.
    pub packets: u32,
}

/// Bytes of a box.
pub const fn boxed<T>() -> usize {
    size_of::<T>() + PIECE
}

/// Most bytes of a list of at most so many elements: its room is doubled whenever it is full.
pub const fn list<T>(most: usize) -> usize {
    let room = if most < FEW { FEW } else { most.next_power_of_two() };
    room * size_of::<T>() + PIECE
}

#[cfg(test)]
mod tests {
    use super::{boxed, list};

    #[test]
    fn lists_grow_by_doubling() {
        assert_eq!(boxed::<[u64; 4]>(), 48);
        for most in 1..=300 {
            let mut grown = Vec::new();
            (0..most).for_each(|n: usize| grown.push(n as u64));
            assert!(grown.capacity() * 8 <= list::<u64>(most), "{most}");
            assert!(list::<u64>(most) <= (most * 16).max(32) + 16, "{most}");
        }
    }
}
