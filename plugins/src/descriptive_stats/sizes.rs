//! The numbers of packet sizes.

use super::Pair;
use super::moments::{Moments, Precision};
use super::numbers::Numbers;
use super::quantile::{quartiles, total};

/// The numbers of the sizes in a histogram that is in the order of sizes; all 0 of nothing.
pub(crate) fn describe(pairs: &[Pair], middle: bool, precision: Precision) -> Numbers {
    let mut values: Vec<(f64, u64)> = Vec::with_capacity(pairs.len());
    for pair in pairs {
        let size = f64::from(pair.size);
        match values.last_mut() {
            Some(last) if last.0 == size => last.1 += u64::from(pair.count),
            _ => values.push((size, pair.count.into())),
        }
    }
    let n = total(&values);
    if n == 0 {
        return Numbers::default();
    }
    let sum: f64 = values.iter().map(|(size, count)| size * *count as f64).sum();
    let mean = precision.round(sum / n as f64);
    let moments = Moments::around(mean, &values, precision);
    Numbers::from_values(&values, quartiles(&values, middle), moments, 1.0)
}
