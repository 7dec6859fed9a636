//! ITU-T G.711: eight bits to sixteen.

/// What a companding law has where nothing is said.
pub(crate) const MU_LAW_SILENCE: u8 = 0xff;
/// See [`MU_LAW_SILENCE`].
pub(crate) const A_LAW_SILENCE: u8 = 0xd5;

/// A sample of mu-law: 14 bits in the upper ones.
pub(crate) fn mu_law(octet: u8) -> i16 {
    const BIAS: i16 = 33 << 2;
    let bits = !octet;
    let (segment, step) = (bits >> 4 & 7, i16::from(bits & 15));
    let level = (((step << 3) + BIAS) << segment) - BIAS;
    if bits & 0x80 == 0 { level } else { -level }
}

/// A sample of A-law: 13 bits in the upper ones.
pub(crate) fn a_law(octet: u8) -> i16 {
    // Even bits are inverted on the way.
    let bits = octet ^ 0x55;
    let (segment, step) = (bits >> 4 & 7, i16::from(bits & 15));
    let middle = (step << 4) + 8;
    let level = if segment == 0 { middle } else { (middle + 0x100) << (segment - 1) };
    if bits & 0x80 == 0 { -level } else { level }
}

#[cfg(test)]
mod tests {
    use super::{A_LAW_SILENCE, MU_LAW_SILENCE, a_law, mu_law};

    /// Table 2 of the standard as a formula: segment e has 16 steps of 2^(e + 1), and begins at 33 * 2^e - 33 less half a step.
    #[test]
    fn all_of_mu_law() {
        for octet in 0..=255_u8 {
            let inverted = !octet;
            let (e, m) = (u32::from(inverted >> 4 & 7), i32::from(inverted & 15));
            let magnitude = (33 + 2 * m) * (1 << e) - 33;
            let value = if octet & 0x80 == 0 { -magnitude } else { magnitude } * 4;
            assert_eq!(i32::from(mu_law(octet)), value, "{octet:#x}");
        }
        assert_eq!([0x00, 0x80, MU_LAW_SILENCE].map(mu_law), [-32_124, 32_124, 0]);
    }

    /// Table 1: the middle of an interval; the first two segments have the same steps.
    #[test]
    fn all_of_a_law() {
        for octet in 0..=255_u8 {
            let plain = octet ^ 0x55;
            let (e, m) = (u32::from(plain >> 4 & 7), i32::from(plain & 15));
            let magnitude = if e == 0 { 2 * m + 1 } else { (2 * m + 33) << (e - 1) };
            let value = if plain & 0x80 == 0 { -magnitude } else { magnitude } * 8;
            assert_eq!(i32::from(a_law(octet)), value, "{octet:#x}");
        }
        assert_eq!([0x2a, 0xaa, A_LAW_SILENCE].map(a_law), [-32_256, 32_256, 8]);
    }
}
