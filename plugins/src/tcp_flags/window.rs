//! The receive window that a sender announces: values, changes and their direction.
#![allow(clippy::inline_always, reason = "see `analysis.rs`")]

use std::cmp::Ordering;

use flowz_api::Checkpoint;

use super::bits::stat;

/// Largest shift that a window scale option may ask for (RFC 7323, section 2.3).
const MAX_SHIFT: u8 = 14;

/// Announced windows of one direction, in bytes.
#[derive(Clone, Copy, Debug, Default, Checkpoint)]
pub(crate) struct Window {
    /// The first one.
    pub(crate) init: u32,
    pub(crate) min: u32,
    pub(crate) max: u32,
    /// The latest one.
    pub(crate) last: u32,
    /// The latest one as it was in the header.
    pub(crate) last_raw: u16,
    /// Running mean; a new value weighs 0.3.
    pub(crate) mean: f32,
    /// Times the window became smaller.
    pub(crate) down: u16,
    /// Times it became larger.
    pub(crate) up: u16,
    /// Times the direction turned.
    pub(crate) turns: u16,
    /// Packets with a window below the limit.
    pub(crate) low: u32,
}

/// The factor of a window scale option. The reference shifts by whatever the option says, lets the
/// processor take that modulo 32, and keeps 16 bits.
#[inline]
pub(crate) fn factor(shift: u8, compat: bool) -> u16 {
    let shift = if compat { shift } else { shift.min(MAX_SHIFT) };
    1u32.wrapping_shl(u32::from(shift)) as u16
}

impl Window {
    /// A packet announces a window. `lasting` are the flow's lasting status bits; they keep the
    /// direction. Yields the bits as they hold for this packet.
    #[inline(always)]
    pub(crate) fn announce(&mut self, window: u32, lasting: &mut u16, compat: bool) -> u16 {
        if *lasting & stat::WINDOW == 0 {
            *lasting |= stat::WINDOW;
            (self.init, self.min, self.max) = (window, window, window);
            self.last = window;
            self.mean = window as f32;
        }
        self.min = self.min.min(window);
        self.max = self.max.max(window);
        self.mean = (f64::from(self.mean) * 0.7 + f64::from(window) * 0.3) as f32;
        let bits = self.turn(window, *lasting);
        // The reference forgets that a window shrank, and so takes all further shrinking for turns.
        if !compat || bits & stat::WINDOW_UP != 0 {
            *lasting = *lasting & !stat::WINDOW_UP | bits;
        }
        self.last = window;
        bits
    }

    #[inline(always)]
    fn turn(&mut self, window: u32, lasting: u16) -> u16 {
        let rising = lasting & stat::WINDOW_UP != 0;
        match window.cmp(&self.last) {
            Ordering::Greater => {
                self.up = self.up.wrapping_add(1);
                self.turns = self.turns.wrapping_add(u16::from(!rising));
                stat::WINDOW | stat::WINDOW_UP
            }
            Ordering::Less => {
                self.down = self.down.wrapping_add(1);
                self.turns = self.turns.wrapping_add(u16::from(rising));
                stat::WINDOW
            }
            Ordering::Equal => lasting & (stat::WINDOW | stat::WINDOW_UP),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Window, factor, stat};

    #[test]
    fn changes_and_turns() {
        let (mut window, mut lasting) = (Window::default(), 0);
        for w in [8192, 8192, 8036, 8036, 8192, 8200, 0] {
            window.announce(w, &mut lasting, false);
        }
        assert_eq!((window.down, window.up, window.turns), (2, 2, 2));
        assert_eq!((window.init, window.min, window.max), (8192, 0, 8200));
        assert_eq!(lasting, stat::WINDOW);
    }

    #[test]
    fn the_first_window_is_the_mean() {
        let (mut window, mut lasting) = (Window::default(), 0);
        window.announce(8192, &mut lasting, false);
        assert_eq!(window.mean.to_string(), "8192");
        window.announce(8_388_480, &mut lasting, false);
        assert_eq!(window.mean.to_string(), "2522278.5");
    }

    #[test]
    fn the_reference_counts_each_shrinking_as_a_turn() {
        let (mut window, mut lasting) = (Window::default(), 0);
        let bits = [8192, 8200, 8000, 7000, 7000].map(|w| window.announce(w, &mut lasting, true));
        assert_eq!((window.down, window.up, window.turns), (2, 1, 3));
        assert_eq!(bits.map(|b| b & stat::WINDOW_UP != 0), [false, true, false, false, true]);
    }

    #[test]
    fn shifts_beyond_the_limit() {
        assert_eq!((factor(7, true), factor(15, true), factor(255, true)), (128, 0x8000, 0));
        assert_eq!((factor(7, false), factor(255, false)), (128, 1 << 14));
    }
}
