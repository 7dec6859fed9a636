//! How Tstat writes values.

use std::io::Write;

use flowz_api::value::Value;

use super::{number, or, plain};

/// A value in its shortest form, `-` for what is not there, and for an empty text. Blanks and control characters of a text, which would be ends of cells and rows, are `_`.
pub(in crate::preset) fn or_dash(out: &mut Vec<u8>, value: &Value<'_>) {
    match value {
        Value::Text([]) | Value::Label([]) => out.push(b'-'),
        Value::Text(text) if text.iter().any(|byte| *byte <= b' ') => {
            let safe = text.iter().map(|byte| if *byte <= b' ' { b'_' } else { *byte });
            plain(out, &Value::Text(&safe.collect::<Vec<_>>()));
        }
        value => or(out, value, "-"),
    }
}

/// The same, `---` for what is not there.
pub(in crate::preset) fn or_dashes(out: &mut Vec<u8>, value: &Value<'_>) {
    or(out, value, "---");
}

/// A moment in milliseconds since 1970 with six digits behind the point, `0.0` for none.
pub(in crate::preset) fn moment_or_zero(out: &mut Vec<u8>, value: &Value<'_>) {
    match value {
        Value::Null => out.extend_from_slice(b"0.0"),
        value => six_digits(out, value),
    }
}

/// A number with six significant digits as `%g` of C writes it, 0 for what is not there; bits as hexadecimal number.
pub(in crate::preset) fn general(out: &mut Vec<u8>, value: &Value<'_>) {
    let number = match value {
        Value::Bits(bits) => {
            // Writing to a vector does not fail.
            let _ = write!(out, "{bits:#x}");
            return;
        }
        Value::Double(v) => *v,
        Value::Single(v) => f64::from(*v),
        _ => 0.0,
    };
    let scientific = format!("{number:.5e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let plain = |text: &str| {
        let cut = text.trim_end_matches('0').trim_end_matches('.');
        (if text.contains('.') { cut } else { text }).to_owned()
    };
    // Writing to a vector does not fail.
    let _ = if (-4..6).contains(&exponent) {
        let places = usize::try_from(5 - exponent).unwrap_or(0);
        write!(out, "{}", plain(&format!("{number:.places$}")))
    } else {
        let sign = if exponent < 0 { '-' } else { '+' };
        write!(out, "{}e{sign}{:02}", plain(digits), exponent.unsigned_abs())
    };
}

/// `R`, the letter of streams of RTP.
pub(in crate::preset) fn letter_r(out: &mut Vec<u8>, _: &Value<'_>) {
    out.push(b'R');
}

/// A moment in seconds since 1970 with six digits behind the point.
pub(in crate::preset) fn seconds(out: &mut Vec<u8>, value: &Value<'_>) {
    if let Value::Time(seconds, nanos) = value {
        number::whole(out, *seconds);
        out.push(b'.');
        number::with_zeros(out, nanos / 1000, 6);
    }
}

/// A number with six digits behind the point, 0 for what is not there. A moment is in milliseconds since 1970.
pub(in crate::preset) fn six_digits(out: &mut Vec<u8>, value: &Value<'_>) {
    let value = match value {
        Value::Double(v) => *v,
        Value::Single(v) => f64::from(*v),
        Value::Time(seconds, nanos) => *seconds as f64 * 1e3 + f64::from(*nanos) / 1e6,
        _ => 0.0,
    };
    number::fixed(out, value, 6);
}

/// What stands in front of the bins of a histogram, by its interval, name, description, first bin, width of bins and last bin: where its file is among those of the tool, as `head` writes it of several files, and
/// the first lines of that file.
pub(in crate::preset) fn histogram(out: &mut Vec<u8>, values: &[&Value<'_>]) {
    let [Value::Unsigned(interval), name, description, min, bin_size, max] = *values else {
        return;
    };
    // Writing to a vector does not fail.
    let _ = write!(out, "==> {interval:03}/");
    for (value, behind) in [
        (name, " <==\n#"),
        (description, "\n#RANGE: min="),
        (min, " bin_size="),
        (bin_size, " max="),
        (max, "\n"),
    ] {
        plain(out, value);
        out.extend_from_slice(behind.as_bytes());
    }
}
