//! How LycoSTand, a program in C, writes values.

use flowz_api::value::Value;

use super::{number, or, plain};

/// A whole number, 0 for what is not there.
pub(in crate::preset) fn int(out: &mut Vec<u8>, value: &Value<'_>) {
    or(out, value, "0");
}

/// A whole number, -1 for what is not there.
pub(in crate::preset) fn missing_int(out: &mut Vec<u8>, value: &Value<'_>) {
    or(out, value, "-1");
}

/// A number with six digits behind the point.
pub(in crate::preset) fn fixed(out: &mut Vec<u8>, value: &Value<'_>) {
    match value {
        Value::Double(value) => number::fixed(out, *value, 6),
        Value::Unsigned(value) => {
            number::whole(out, *value);
            out.extend_from_slice(b".000000");
        }
        _ => out.extend_from_slice(b"0.000000"),
    }
}

/// The same behind a blank, as one column has it.
pub(in crate::preset) fn fixed_behind_blank(out: &mut Vec<u8>, value: &Value<'_>) {
    out.push(b' ');
    fixed(out, value);
}

/// A moment as microseconds since 1970.
pub(in crate::preset) fn micros(out: &mut Vec<u8>, value: &Value<'_>) {
    match value {
        Value::Time(seconds, nanos) => {
            number::whole(out, u128::from(*seconds) * 1_000_000 + u128::from(nanos / 1000));
        }
        other => plain(out, other),
    }
}

/// What stands in the last column for people to replace.
pub(in crate::preset) fn unlabelled(out: &mut Vec<u8>, _: &Value<'_>) {
    out.extend_from_slice(b"NeedLabel");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_moments() {
        let written = |write: fn(&mut Vec<u8>, &Value<'_>), value: Value<'_>| {
            let mut out = Vec::new();
            write(&mut out, &value);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(written(fixed, Value::Double(2.0 / 3.0)), "0.666667");
        assert_eq!(written(fixed, Value::Unsigned(3)), "3.000000");
        assert_eq!(written(fixed_behind_blank, Value::Null), " 0.000000");
        assert_eq!(written(micros, Value::Time(1, 2_345_999)), "1002345");
        assert_eq!(written(int, Value::Null), "0");
        assert_eq!(written(missing_int, Value::Null), "-1");
    }
}
