//! Numbers of all widths as Parquet stores them: 32 or 64 bits.

/// How numbers are ordered and how wide they are in the file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Unsigned32,
    Unsigned64,
    Signed32,
    Signed64,
    Single,
    Double,
}

impl Kind {
    /// Bytes of a number.
    pub(super) fn width(self) -> usize {
        match self {
            Self::Unsigned32 | Self::Signed32 | Self::Single => 4,
            Self::Unsigned64 | Self::Signed64 | Self::Double => 8,
        }
    }

    /// The smallest and the largest of some numbers; none if there are none, or only floats that are no number.
    pub(super) fn extremes(self, bits: &[u64]) -> Option<(u64, u64)> {
        let bits = bits.iter().copied();
        match self {
            Self::Unsigned32 | Self::Unsigned64 => Some((bits.clone().min()?, bits.max()?)),
            Self::Signed32 => {
                let by = |bits: &u64| *bits as i32;
                Some((bits.clone().min_by_key(by)?, bits.max_by_key(by)?))
            }
            Self::Signed64 => {
                let by = |bits: &u64| bits.cast_signed();
                Some((bits.clone().min_by_key(by)?, bits.max_by_key(by)?))
            }
            Self::Single => {
                let numbers = bits.map(|bits| f32::from_bits(bits as u32)).filter(|n| !n.is_nan());
                let (least, most) = (numbers.clone().reduce(f32::min)?, numbers.reduce(f32::max)?);
                // Zero has two signs, and nobody knows which one `min` takes.
                let (least, most) = (if least == 0.0 { -0.0 } else { least }, most + 0.0);
                Some((least.to_bits().into(), most.to_bits().into()))
            }
            Self::Double => {
                let numbers = bits.map(f64::from_bits).filter(|n| !n.is_nan());
                let (least, most) = (numbers.clone().reduce(f64::min)?, numbers.reduce(f64::max)?);
                let (least, most) = (if least == 0.0 { -0.0 } else { least }, most + 0.0);
                Some((least.to_bits(), most.to_bits()))
            }
        }
    }
}

/// A number of a column.
pub(super) trait Number: Copy + PartialEq {
    /// Width and order.
    const KIND: Kind;

    /// Its bits as they are in the file.
    fn bits(self) -> u64;
}

/// Numbers and how their bits are made.
macro_rules! numbers {
    ($($number:ty => $kind:ident, $bits:expr;)*) => {$(
        impl Number for $number {
            const KIND: Kind = Kind::$kind;

            #[inline]
            fn bits(self) -> u64 {
                $bits(self)
            }
        }
    )*};
}

numbers! {
    u8 => Unsigned32, u64::from;
    u16 => Unsigned32, u64::from;
    u32 => Unsigned32, u64::from;
    u64 => Unsigned64, |number| number;
    i8 => Signed32, |number| u64::from(i32::from(number).cast_unsigned());
    i16 => Signed32, |number| u64::from(i32::from(number).cast_unsigned());
    i32 => Signed32, |number: i32| u64::from(number.cast_unsigned());
    i64 => Signed64, |number: i64| number.cast_unsigned();
    f32 => Single, |number: f32| u64::from(number.to_bits());
    f64 => Double, f64::to_bits;
}

/// Bytes of numbers that are written as differences (`DELTA_BINARY_PACKED`), without the few in front of each group.
pub(super) fn delta_size<T: Number>(numbers: &[T]) -> usize {
    // Numbers that the format packs with the same width.
    const GROUP: usize = 32;
    let wide = T::KIND.width() as u32 * 8;
    let mut bits = 0;
    for group in numbers.chunks(GROUP + 1) {
        let differences = group.windows(2).map(|pair| difference(pair, wide));
        let (least, most) = differences.fold((i64::MAX, i64::MIN), |(least, most), difference| {
            (least.min(difference), most.max(difference))
        });
        let width = if least > most { 0 } else { 64 - most.wrapping_sub(least).leading_zeros() };
        bits += width as usize * group.len();
    }
    bits.div_ceil(8)
}

/// The difference of two numbers of so many bits.
fn difference<T: Number>(pair: &[T], wide: u32) -> i64 {
    let [first, second] = pair else { return 0 };
    let difference = second.bits().wrapping_sub(first.bits()).cast_signed();
    if wide == 32 { i64::from(difference as i32) } else { difference }
}

#[cfg(test)]
mod tests {
    use super::{Kind, Number, delta_size};

    fn extremes<T: Number>(numbers: &[T]) -> Option<(u64, u64)> {
        T::KIND.extremes(&numbers.iter().map(|number| number.bits()).collect::<Vec<_>>())
    }

    #[test]
    fn bits_are_those_of_the_file() {
        assert_eq!((-1_i8).bits(), 0xffff_ffff);
        assert_eq!(200_u8.bits(), 200);
        assert_eq!(i64::MIN.bits(), 1 << 63);
        assert_eq!(1_f32.bits(), 0x3f80_0000);
    }

    #[test]
    fn smallest_and_largest() {
        assert_eq!(extremes(&[3_u32, u32::MAX, 1]), Some((1, u32::MAX.into())));
        assert_eq!(extremes(&[3_i16, -1]), Some((0xffff_ffff, 3)));
        assert_eq!(extremes(&[i64::MIN, 0]), Some((1 << 63, 0)));
        assert_eq!(extremes(&[0_f32, f32::NAN]), Some(((-0_f32).bits(), 0_f32.bits())));
        assert_eq!(extremes(&[-0_f64]), Some(((-0_f64).bits(), 0_f64.bits())));
        assert_eq!(extremes(&[f64::NAN]), None);
        assert_eq!(Kind::Signed32.extremes(&[]), None);
    }

    #[test]
    fn sizes_of_differences() {
        let even: Vec<u64> = (0..3_300).map(|n| (1 << 40) + n * 1000 + n % 7).collect();
        // The largest difference is 1001, the smallest one 994.
        assert_eq!(delta_size(&even), 3_300 * 3 / 8 + 1);
        let wild = |n: u64| ((n * n + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u32;
        let wild: Vec<u32> = (0..3_300).map(wild).collect();
        assert!(delta_size(&wild) > 3_300 * 31 / 8);
        assert_eq!(delta_size::<u8>(&[]), 0);
        assert_eq!(delta_size(&[7_u8]), 0);
    }
}
