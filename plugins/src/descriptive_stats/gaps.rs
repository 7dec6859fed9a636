//! The numbers of inter-arrival times.

use super::Pair;
use super::moments::{Moments, Precision};
use super::numbers::{Numbers, sample_correction};
use super::quantile::{Values, quartiles, quartiles_above, total};
use crate::pkt_siat_histo::bins::Bins;

/// The numbers of the times in a histogram. The time of the first packet, which is 0, does not count. All 0 of less
/// than two packets; of two, all are the edge of their time's bin.
pub(crate) fn describe(pairs: &[Pair], bins: Bins, middle: bool, compat: bool) -> Numbers {
    let edges = edges(pairs);
    match edges.iter().map(|e| e.1).sum::<u64>() {
        0 => return Numbers::default(),
        1 => return alone(edges.first().map_or(0.0, |e| f64::from(e.0))),
        _ => {}
    }
    let values: Vec<_> = edges.iter().map(|(edge, count)| (bins.middle(*edge), *count)).collect();
    // The reference adds up in single precision.
    let precision = if compat { Precision::Single } else { Precision::Double };
    let moments = Moments::around(mean(&values, bins, precision), &values, precision);
    let quartiles = if compat { quartiles_above(&values) } else { quartiles(&values, middle) };
    let numbers = Numbers::from_values(&values, quartiles, moments, sample_correction(&values));
    match edges.as_slice() {
        // The reference takes the edge of the first bin for its largest time.
        [(0, _)] if compat => Numbers { max: 0.0, ..numbers },
        _ => numbers,
    }
}

/// Bins and counts in the order of bins, without the first packet.
fn edges(pairs: &[Pair]) -> Vec<(u32, u64)> {
    let mut edges: Vec<_> = pairs.iter().map(|p| (p.edge, u64::from(p.count))).collect();
    edges.sort_unstable_by_key(|e| e.0);
    edges.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        kept.1 += if same { next.1 } else { 0 };
        same
    });
    if let Some(first) = edges.first_mut().filter(|e| e.0 == 0) {
        first.1 -= 1;
    }
    edges.retain(|e| e.1 > 0);
    edges
}

/// The numbers of a single time.
fn alone(edge: f64) -> Numbers {
    let [min, max, mean, mode] = [edge; 4];
    Numbers { min, max, mean, quartiles: [edge; 3], mode, ..Numbers::default() }
}

/// The mean. In single precision the shares of the values are added one by one, that of the last bin rounded before.
fn mean(values: Values<'_>, bins: Bins, precision: Precision) -> f64 {
    let n = total(values) as f64;
    values.iter().fold(0.0, |sum, &(value, count)| {
        let share = value * count as f64 / n;
        let is_last = value >= bins.end();
        precision.round(sum + if is_last { precision.round(share) } else { share })
    })
}
