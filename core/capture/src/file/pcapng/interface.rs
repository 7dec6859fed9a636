//! Interfaces: link type, snap length, and how their time stamps become nanoseconds
//! (sections 4.2 and 3.5, options `if_tsresol` and `if_tsoffset`).

use std::sync::Arc;

use flowz_api::packet::{LinkType, NANOS, Timestamp};

use super::blocks::ByteOrder;
use crate::file::record::snap_len;
use crate::write::{self, Resolution};

/// Option: name of the interface.
const NAME: u16 = 2;

/// So many bytes of a name are kept.
const LONGEST_NAME: usize = 255;

/// Option: resolution of the time stamps.
const TIME_RESOLUTION: u16 = 9;

/// Option: seconds to add to each time stamp.
const TIME_OFFSET: u16 = 14;

/// An interface of the current section.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Interface {
    pub(super) link: LinkType,
    /// As in the file: 0 is no limit.
    pub(super) snap_len: u32,
    scale: Scale,
    /// In nanoseconds.
    offset: i64,
    /// At most [`LONGEST_NAME`] bytes; empty if there is none.
    name: Arc<[u8]>,
}

/// How a count of time units becomes nanoseconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Scale {
    /// This many nanoseconds are in a unit.
    Times(u64),
    /// This many units are in a nanosecond.
    Over(u64),
    /// Two to this power units are in a second.
    Binary(u8),
}

impl Scale {
    /// From the value of `if_tsresol`: the first bit chooses between powers of ten and of two.
    fn from_resolution(resolution: u8) -> Self {
        if resolution & 0x80 != 0 {
            return Self::Binary(resolution & 0x7f);
        }
        let power = u32::from(resolution);
        match power.checked_sub(9) {
            None => Self::Times(10_u64.pow(9 - power)),
            // Beyond 10^-28 seconds no number of units makes a nanosecond.
            Some(beyond) => 10_u64.checked_pow(beyond).map_or(Self::Times(0), Self::Over),
        }
    }

    /// Nanoseconds, rounded towards zero; what does not fit becomes the largest value.
    #[inline]
    fn nanos(self, units: u64) -> i64 {
        let nanos = match self {
            Self::Times(factor) => units.saturating_mul(factor),
            Self::Over(divisor) => units / divisor,
            Self::Binary(power) => {
                let scaled = (u128::from(units) * u128::from(NANOS.unsigned_abs())) >> power;
                u64::try_from(scaled).unwrap_or(u64::MAX)
            }
        };
        i64::try_from(nanos).unwrap_or(i64::MAX)
    }
}

impl Interface {
    /// From a description block of at least 20 bytes. An option that is cut ends the options.
    pub(super) fn parse(block: &[u8], order: ByteOrder) -> Self {
        let mut interface = Self {
            link: LinkType(order.u16(block, 8)),
            snap_len: order.u32(block, 12),
            scale: Scale::from_resolution(6),
            offset: 0,
            name: Arc::default(),
        };
        let mut options = &block[16..block.len() - 4];
        while options.len() >= 4 {
            let (code, length) = (order.u16(options, 0), usize::from(order.u16(options, 2)));
            let Some(value) = options.get(4..4 + length) else { break };
            match (code, length) {
                (0, _) => break,
                (NAME, _) => interface.name = value[..length.min(LONGEST_NAME)].into(),
                (TIME_RESOLUTION, 1) => interface.scale = Scale::from_resolution(value[0]),
                (TIME_OFFSET, 8) => {
                    let seconds = order.u64(value, 0).cast_signed();
                    interface.offset = seconds.saturating_mul(NANOS);
                }
                _ => {}
            }
            options = options.get(4 + length.next_multiple_of(4)..).unwrap_or_default();
        }
        interface
    }

    /// The moment of a time stamp.
    #[inline]
    pub(super) fn time(&self, units: u64) -> Timestamp {
        Timestamp(self.scale.nanos(units).saturating_add(self.offset))
    }

    /// What others are told of it.
    pub(super) fn description(&self) -> write::Interface {
        // No number of these units makes anything but whole microseconds.
        let is_coarse = matches!(self.scale, Scale::Times(nanos) if nanos.is_multiple_of(1000));
        let resolution = if is_coarse { Resolution::Micros } else { Resolution::Nanos };
        let (link, snap_len) = (self.link, snap_len(self.snap_len));
        write::Interface { link, snap_len, resolution, name: Arc::clone(&self.name) }
    }

    /// The most bytes that a packet without a captured length has.
    pub(super) fn captured_at_most(&self) -> u32 {
        if self.snap_len == 0 { u32::MAX } else { self.snap_len }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolutions() {
        let second = |resolution: u8, units| Scale::from_resolution(resolution).nanos(units);
        assert_eq!(second(0, 3), 3_000_000_000);
        assert_eq!(second(3, 1_500), 1_500_000_000);
        assert_eq!(second(6, 1), 1_000);
        assert_eq!(second(9, 7), 7);
        assert_eq!(second(12, 7_999), 7);
        assert_eq!(second(127, u64::MAX), 0);
        assert_eq!(second(0x80, 2), 2_000_000_000);
        assert_eq!(second(0x8a, 512), 500_000_000);
        assert_eq!(second(0xbf, 1 << 62), 500_000_000);
        assert_eq!(second(0xff, u64::MAX), 0);
        assert_eq!(second(0, u64::MAX), i64::MAX);
        assert_eq!(second(0x80, u64::MAX), i64::MAX);
    }

    #[test]
    fn offsets_are_added() {
        let mut block = vec![1, 0, 0, 0, 40, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0];
        block.extend([14, 0, 8, 0]);
        block.extend((-2_i64).to_le_bytes());
        block.extend([40, 0, 0, 0]);
        let interface = Interface::parse(&block, ByteOrder::Little);
        assert_eq!(interface.time(1_000_000), Timestamp(-1_000_000_000));
    }

    #[test]
    fn a_cut_option_ends_the_options() {
        let mut block = vec![1, 0, 0, 0, 28, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0];
        block.extend([9, 0, 200, 0, 9, 0, 0, 0]);
        block.extend([28, 0, 0, 0]);
        assert_eq!(Interface::parse(&block, ByteOrder::Little).scale, Scale::Times(1000));
    }
}
