//! ITU-T G.722 at 64 kbit/s: two bands of ADPCM, put together to 16,000 samples a second.
//!
//! Blocks have the names that the standard gives them (section 6.2).

/// Lower band: steps of the 6-bit quantizer that are played, and of the 4-bit one that adapts (INVQBL, INVQAL).
const QM6: [i32; 64] = [
    -136, -136, -136, -136, -24808, -21904, -19008, -16704, -14984, -13512, -12280, -11192, -10232,
    -9360, -8576, -7856, -7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576, -3168, -2776,
    -2400, -2032, -1688, -1360, -1040, -728, 24808, 21904, 19008, 16704, 14984, 13512, 12280,
    11192, 10232, 9360, 8576, 7856, 7192, 6576, 6000, 5456, 4944, 4464, 4008, 3576, 3168, 2776,
    2400, 2032, 1688, 1360, 1040, 728, 432, 136, -432, -136,
];
const QM4: [i32; 16] = [
    0, -20456, -12896, -8968, -6288, -4240, -2584, -1200, 20456, 12896, 8968, 6288, 4240, 2584,
    1200, 0,
];
/// Changes of the logarithmic scale, by the 4-bit code (LOGSCL).
const WL: [i32; 16] =
    [-60, 3042, 1198, 538, 334, 172, 58, -30, 3042, 1198, 538, 334, 172, 58, -30, -60];
/// Higher band: steps (INVQAH), and changes of the scale (LOGSCH).
const QM2: [i32; 4] = [-7408, -1616, 7408, 1616];
const WH: [i32; 4] = [798, -214, 798, -214];
/// Powers of two between 2048 and 4096 (SCALEL, SCALEH).
const ILB: [i32; 32] = [
    2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834,
    2896, 2960, 3025, 3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008,
];
/// Coefficients of the receive filter with even numbers; those with odd ones are the same from behind (table 11).
const FILTER: [i32; 12] = [3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11];
/// Sums of the bands that the filter looks at.
const TAPS: usize = 2 * FILTER.len();

/// A decoder with what it remembers.
#[derive(Clone, Debug)]
pub(crate) struct G722 {
    low: Band,
    high: Band,
    /// Sums and differences of the bands by turns, the latest last.
    sums: [i32; TAPS],
}

/// One band.
#[derive(Clone, Debug)]
struct Band {
    /// Prediction, and the part of it that is made from differences.
    prediction: i32,
    zeros: i32,
    /// Scale of the quantizer, and its logarithm.
    scale: i32,
    log: i32,
    /// Reconstructed signals, the latest first.
    signals: [i32; 2],
    /// Partly reconstructed signals.
    partial: [i32; 2],
    poles: [i32; 2],
    differences: [i32; 6],
    coefficients: [i32; 6],
}

impl Default for G722 {
    fn default() -> Self {
        Self { low: Band::new(32), high: Band::new(8), sums: [0; TAPS] }
    }
}

impl G722 {
    /// Two samples for each octet.
    pub(crate) fn decode(&mut self, octets: &[u8], out: &mut Vec<i16>) {
        out.reserve(2 * octets.len());
        for octet in octets {
            let samples = self.octet(*octet);
            out.extend(samples);
        }
    }

    fn octet(&mut self, octet: u8) -> [i16; 2] {
        let (low, high) = (usize::from(octet & 0x3f), usize::from(octet >> 6));
        let played = self.low.prediction + ((self.low.scale * QM6[low]) >> 15);
        let r_low = played.clamp(-16_384, 16_383);
        let adapting = low >> 2;
        let difference = (self.low.scale * QM4[adapting]) >> 15;
        self.low.rescale(WL[adapting], 18_432, 8);
        self.low.adapt(difference);

        let difference = (self.high.scale * QM2[high]) >> 15;
        let r_high = (self.high.prediction + difference).clamp(-16_384, 16_383);
        self.high.rescale(WH[high], 22_528, 10);
        self.high.adapt(difference);
        self.combine(r_low, r_high)
    }

    /// The receive filter (RECA, RECB, ACCUMC, ACCUMD).
    fn combine(&mut self, low: i32, high: i32) -> [i16; 2] {
        self.sums.copy_within(2.., 0);
        (self.sums[TAPS - 2], self.sums[TAPS - 1]) = (low + high, low - high);
        let pairs = self.sums.as_chunks::<2>().0.iter();
        let coefficients = FILTER.iter().zip(FILTER.iter().rev());
        let (mut first, mut second) = (0, 0);
        for ([sum, difference], (even, odd)) in pairs.zip(coefficients) {
            second += sum * even;
            first += difference * odd;
        }
        [saturate(first >> 11) as i16, saturate(second >> 11) as i16]
    }
}

impl Band {
    fn new(scale: i32) -> Self {
        Self {
            prediction: 0,
            zeros: 0,
            scale,
            log: 0,
            signals: [0; 2],
            partial: [0; 2],
            poles: [0; 2],
            differences: [0; 6],
            coefficients: [0; 6],
        }
    }

    /// LOGSCL and SCALEL, or LOGSCH and SCALEH.
    fn rescale(&mut self, change: i32, most: i32, shift: i32) {
        self.log = (((self.log * 127) >> 7) + change).clamp(0, most);
        let mantissa = ILB[(self.log >> 6 & 31) as usize];
        let right = shift - (self.log >> 11);
        self.scale = if right < 0 { mantissa << -right } else { mantissa >> right } << 2;
    }

    /// The predictor takes in a difference (block 4).
    fn adapt(&mut self, difference: i32) {
        let signal = saturate(self.prediction + difference);
        let partial = saturate(self.zeros + difference);
        self.adapt_poles(partial);
        // UPZERO
        let step = if difference == 0 { 0 } else { 128 };
        for (b, d) in self.coefficients.iter_mut().zip(&self.differences) {
            let toward = if same_sign(*d, difference) { step } else { -step };
            *b = saturate(((*b * 32_640) >> 15) + toward);
        }
        // DELAYA
        self.differences.copy_within(..5, 1);
        self.differences[0] = difference;
        self.signals = [signal, self.signals[0]];
        self.partial = [partial, self.partial[0]];
        // FILTEP, FILTEZ, PREDIC
        let twice = |value: i32| saturate(2 * value);
        let poles = self.poles.iter().zip(&self.signals).map(|(a, r)| (a * twice(*r)) >> 15).sum();
        let zeros =
            self.coefficients.iter().zip(&self.differences).map(|(b, d)| (b * twice(*d)) >> 15);
        self.zeros = saturate(zeros.sum());
        self.prediction = saturate(saturate(poles) + self.zeros);
    }

    /// UPPOL2 and UPPOL1.
    fn adapt_poles(&mut self, partial: i32) {
        let [a1, a2] = self.poles;
        let [is_like_last, is_like_before] = self.partial.map(|past| same_sign(past, partial));
        let four = saturate(4 * a1);
        let toward = if is_like_last { (-four).min(32_767) } else { four };
        let step = if is_like_before { 128 } else { -128 };
        let second = (step + (toward >> 7) + ((a2 * 32_512) >> 15)).clamp(-12_288, 12_288);
        let step = if is_like_last { 192 } else { -192 };
        let most = saturate(15_360 - second);
        let first = saturate(step + ((a1 * 32_640) >> 15)).clamp(-most, most);
        self.poles = [first, second];
    }
}

/// The nearest number of 16 bits.
fn saturate(value: i32) -> i32 {
    value.clamp(i16::MIN.into(), i16::MAX.into())
}

fn same_sign(a: i32, b: i32) -> bool {
    (a < 0) == (b < 0)
}

#[cfg(test)]
mod tests {
    use super::G722;

    fn decode(octets: &[u8]) -> Vec<i16> {
        let mut out = Vec::new();
        G722::default().decode(octets, &mut out);
        out
    }

    fn octets() -> Vec<u8> {
        (0..500_u32).map(|n| (n * n * 31 + 7 * n) as u8).collect()
    }

    /// As the decoder of ffmpeg plays these octets.
    #[test]
    fn known_values() {
        let samples = decode(&octets());
        let begin = [0, 0, 0, -1, -1, 0, 0, -2, -1, 4, -1, -14, 9, 26, 14, -37, -32, 30, 31, -97];
        assert_eq!(samples[..20], begin);
        assert_eq!(samples[992..], [-822, -886, 181, 15_692, 15_307, -3913, 7053, 13_103]);
        let sum: i64 = samples.iter().map(|sample| i64::from(*sample)).sum();
        let weighted: i64 = (0..).zip(&samples).map(|(n, sample)| n * i64::from(*sample)).sum();
        assert_eq!((sum, weighted), (65_412, 66_545_753));
    }

    #[test]
    fn two_samples_for_each_octet_however_they_come() {
        let octets = octets();
        let whole = decode(&octets);
        assert_eq!(whole.len(), 1000);
        let (mut decoder, mut pieces) = (G722::default(), Vec::new());
        octets.chunks(7).for_each(|piece| decoder.decode(piece, &mut pieces));
        assert_eq!(pieces, whole);
    }

    #[test]
    fn nothing_overflows() {
        for step in 0..=255_u8 {
            let octets: Vec<u8> = (0..2000_u32).map(|n| (n as u8).wrapping_mul(step)).collect();
            assert_eq!(decode(&octets).len(), 4000);
            decode(&vec![step; 2000]);
        }
    }
}
