//! Digits of telephones in RTP (RFC 4733).

use flowz_api::Checkpoint;

/// Most digits that a source keeps.
pub(crate) const MOST_DIGITS: usize = 128;
/// Events 0 to 16, by their number: digits, letters and a flash of the hook (section 3.2).
const DIGITS: &[u8; 17] = b"0123456789*#ABCD!";
/// The longest duration; a longer event goes on in a further segment (section 2.5.1.3).
const LONGEST: u16 = u16::MAX;

/// Events of a source.
#[derive(Clone, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct Events {
    /// Number, timestamp and duration of the latest one.
    latest: Option<(u8, u32, u16)>,
    digits: Vec<u8>,
}

impl Events {
    /// Takes in the payload of a packet: all packets of an event have its timestamp.
    pub(crate) fn add(&mut self, timestamp: u32, payload: &[u8]) {
        let Some(&[number, _, high, low]) = payload.first_chunk::<4>() else { return };
        let duration = u16::from_be_bytes([high, low]);
        if let Some((before, begin, lasts)) = &mut self.latest {
            let later = timestamp.wrapping_sub(*begin);
            if (later as i32) <= 0 {
                // The same one, or one that is late.
                if later == 0 {
                    *lasts = (*lasts).max(duration);
                }
                return;
            }
            if *before == number && *lasts == LONGEST && later == u32::from(LONGEST) {
                (*begin, *lasts) = (timestamp, duration);
                return;
            }
        }
        self.latest = Some((number, timestamp, duration));
        if let Some(digit) = DIGITS.get(usize::from(number))
            && self.digits.len() < MOST_DIGITS
        {
            self.digits.push(*digit);
        }
    }

    /// Digits in the order in which they were dialled.
    pub(crate) fn digits(&self) -> &[u8] {
        &self.digits
    }
}

#[cfg(test)]
mod tests {
    use super::{Events, MOST_DIGITS};

    #[test]
    fn one_digit_for_each_event() {
        let mut events = Events::default();
        let packets = [
            (1000, [1, 10, 0, 160]),
            (1000, [1, 10, 1, 64]),
            (1000, [1, 0x8a, 1, 224]),
            (1000, [1, 0x8a, 1, 224]),
            (3000, [11, 10, 0, 160]),
            // Late, and then the same digit again.
            (1000, [1, 0x8a, 1, 224]),
            (5000, [11, 10, 0, 160]),
        ];
        for (timestamp, payload) in packets {
            events.add(timestamp, &payload);
        }
        events.add(7000, &[1, 2, 3]);
        events.add(7000, &[70, 0, 0, 1]);
        assert_eq!(events.digits(), b"1##");
    }

    #[test]
    fn a_long_event_is_one() {
        let mut events = Events::default();
        events.add(10, &[5, 0, 0xff, 0xff]);
        events.add(10 + 65_535, &[5, 0, 0, 160]);
        assert_eq!(events.digits(), b"5");
        events.add(10 + 65_535 + 65_535, &[5, 0, 0, 160]);
        assert_eq!(events.digits(), b"55");
    }

    #[test]
    fn bounded() {
        let mut events = Events::default();
        for n in 1..1000 {
            events.add(n * 1000, &[7, 0, 0, 1]);
        }
        assert_eq!(events.digits().len(), MOST_DIGITS);
    }
}
