//! Nanoseconds behind the magic number of microseconds: some writers forget to change it. A fraction
//! of a million or more is no number of microseconds, but one of nanoseconds if it is below 10^9.
//!
//! Such a fraction is taken at its word if most of the next eight records have one too, its own among
//! them (of nanoseconds that pass evenly one in a thousand is below a million): it and all behind it
//! count nanoseconds. What was read before stays as it is: fractions below a million, taken for
//! microseconds, in the right second. Fewer are carried over into the seconds, as libpcap does.

use flowz_api::packet::NANOS;

use super::Pcap;
use super::layout::Layout;
use crate::file::damage::DamageKind;
use crate::file::record::{MAX_SNAP_LEN, Stop};
use crate::file::stream::Stream;

/// Microseconds in a second.
const MICROS: u32 = 1_000_000;

/// How many records are looked at.
const SAMPLE: u32 = 8;

/// After so many looks that found microseconds, the file is taken to have some.
const LOOKS: u8 = 64;

/// Which fractions are looked at closely.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Precision {
    /// Those of at least so many units.
    pub(super) in_doubt_from: u32,
    looks: u8,
}

impl Precision {
    /// In a file with so many units in a second. The reference believes the magic number.
    pub(super) fn new(units: u32, compat: bool) -> Self {
        let in_doubt = units == MICROS && !compat;
        Self { in_doubt_from: if in_doubt { MICROS } else { u32::MAX }, looks: 0 }
    }
}

impl Pcap {
    /// A fraction that is in doubt: says so if it counts nanoseconds, which are read from then on.
    pub(super) fn verify_fraction(&mut self, stream: &mut Stream) -> Result<(), Stop> {
        self.precision.looks = self.precision.looks.saturating_add(1);
        let counts_nanos = self.layout.most_count_nanos(stream);
        if counts_nanos || self.precision.looks == LOOKS {
            self.precision.in_doubt_from = u32::MAX;
        }
        if !counts_nanos || self.layout.units != MICROS {
            return Ok(());
        }
        self.layout.units = NANOS as u32;
        self.nanos_per_unit = 1;
        self.forget_doubts();
        Err(Stop::skip(stream, DamageKind::HiddenNanos, 0))
    }
}

impl Layout {
    /// Whether most of the next records have fractions that only nanoseconds have.
    fn most_count_nanos(&self, stream: &mut Stream) -> bool {
        let (mut at, mut all, mut large) = (0, 0, 0);
        while all < SAMPLE {
            let Some(header) = self.peek(stream, at) else { break };
            if header.captured > MAX_SNAP_LEN {
                break;
            }
            let counts = (MICROS..NANOS as u32).contains(&header.fraction);
            (all, large) = (all + 1, large + u32::from(counts));
            at += self.header + header.captured as usize;
        }
        large > 1 && large * 2 > all
    }
}

#[cfg(test)]
mod tests;
