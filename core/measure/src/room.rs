//! How many intervals with nothing in them are printed: packets with odd times are no reason to fill a disk.

/// Empty intervals that may be printed: a number of them, and more with each packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Room {
    left: u64,
    per_packet: u64,
    left_out: u64,
}

impl Room {
    /// Rows of a table: a million, and a hundred for each packet.
    pub const ROWS: Self = Self { left: 1_000_000, per_packet: 100, left_out: 0 };
    /// Tables, which may be files: ten thousand, and one for each packet.
    pub const TABLES: Self = Self { left: 10_000, per_packet: 1, left_out: 0 };

    /// There are so many packets more.
    pub fn packets(&mut self, packets: u64) {
        self.left = self.left.saturating_add(self.per_packet.saturating_mul(packets));
    }

    /// Whether so many empty intervals have room, which they have then taken.
    pub fn takes(&mut self, intervals: u64) -> bool {
        let rest = self.left.checked_sub(intervals);
        self.left = rest.unwrap_or(self.left);
        rest.is_some()
    }

    /// So many empty intervals are left out.
    pub fn leave_out(&mut self, intervals: u64) {
        self.left_out = self.left_out.saturating_add(intervals);
    }

    /// Those that were left out.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }
}

#[cfg(test)]
mod tests {
    use super::Room;

    #[test]
    fn bounded_in_total() {
        let mut room = Room::ROWS;
        assert!(room.takes(600_000));
        assert!(!room.takes(600_000), "what has no room takes none");
        assert!(room.takes(400_000) && room.takes(0) && !room.takes(1));
        room.packets(2);
        assert!(!room.takes(201) && room.takes(200));
        room.leave_out(u64::MAX);
        room.leave_out(5);
        assert_eq!(room.left_out(), u64::MAX);
        let mut most = Room::ROWS;
        most.packets(u64::MAX);
        assert!(most.takes(u64::MAX) && !most.takes(1));
    }
}
