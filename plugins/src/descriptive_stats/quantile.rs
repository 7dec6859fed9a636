//! Quartiles of values that came several times.

/// Values in ascending order, each with how often it came.
pub(crate) type Values<'a> = &'a [(f64, u64)];

/// How many values there are.
pub(crate) fn total(values: Values<'_>) -> u64 {
    values.iter().map(|v| v.1).sum()
}

/// The `n`-th value, counted from 1; the last one behind the end.
fn nth(values: Values<'_>, n: u64) -> f64 {
    let mut left = n.max(1);
    for &(value, count) in values {
        if left <= count {
            return value;
        }
        left -= count;
    }
    values.last().map_or(0.0, |v| v.0)
}

/// The quartiles: the values at the places n·q + 1/2. Between two places in proportion or, if `middle`, the
/// mean of both values.
pub(crate) fn quartiles(values: Values<'_>, middle: bool) -> [f64; 3] {
    let n = total(values) as f64;
    [0.25, 0.5, 0.75].map(|q| {
        let place = n * q + 0.5;
        let (whole, part) = (place.floor(), place.fract());
        let (low, high) = (nth(values, whole as u64), nth(values, whole as u64 + 1));
        let part = if middle && part > 0.0 { 0.5 } else { part };
        low + part * (high - low)
    })
}

/// The quartiles as the reference takes them for times: the value behind the place (n − 1)·q + 1 or, where that
/// is a whole number, the mean of the values there and behind it.
pub(crate) fn quartiles_above(values: Values<'_>) -> [f64; 3] {
    let n = total(values) as f64;
    [0.25, 0.5, 0.75].map(|q| {
        let place = (n - 1.0) * q + 1.0;
        let whole = place.floor() as u64;
        let above = nth(values, whole + 1);
        if place.fract() > 0.0 { above } else { f64::midpoint(nth(values, whole), above) }
    })
}
