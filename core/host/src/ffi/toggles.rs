//! Toggles of plugins in C.

use flowz_api::toggles::{ToggleError, ToggleInfo, ToggleValue};

use super::raw::RawToggle;

/// The value of a toggle.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Value {
    Bool(bool),
    Whole(u64),
    Number(f64),
    Text(String),
}

impl Value {
    /// Any value of a type, by the type's number in the header.
    fn from_type_number(ty: u32) -> Option<Self> {
        Some(match ty {
            1 => Self::Bool(false),
            2 => Self::Whole(0),
            3 => Self::Number(0.0),
            4 => Self::Text(String::new()),
            _ => return None,
        })
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Bool(_) => bool::KIND,
            Self::Whole(_) => u64::KIND,
            Self::Number(_) => f64::KIND,
            Self::Text(_) => String::KIND,
        }
    }

    /// Takes the value of a text, if it is one.
    pub(super) fn set(&mut self, info: &ToggleInfo, text: &str) -> Result<(), ToggleError> {
        match self {
            Self::Bool(value) => *value = bool::checked(info, text)?,
            Self::Whole(value) => *value = u64::checked(info, text)?,
            Self::Number(value) => *value = f64::checked(info, text)?,
            Self::Text(value) => *value = String::checked(info, text)?,
        }
        Ok(())
    }

    /// As one would type it.
    pub(super) fn show(&self) -> String {
        match self {
            Self::Bool(value) => ToggleValue::show(value),
            Self::Whole(value) => ToggleValue::show(value),
            Self::Number(value) => ToggleValue::show(value),
            Self::Text(value) => ToggleValue::show(value),
        }
    }
}

/// What is said of toggles, and their standard values; or why they make no sense.
pub(super) fn check(
    raw: &[RawToggle],
    is_name: impl Fn(&str) -> bool,
) -> Result<(Vec<ToggleInfo>, Vec<Value>), String> {
    let (mut table, mut values) = (Vec::<ToggleInfo>::new(), Vec::new());
    for toggle in raw {
        let RawToggle { name, standard, doc, min, max, ty } = *toggle;
        if !is_name(name) {
            return Err(format!("'{name}' is no name for a toggle"));
        }
        if table.iter().any(|other| other.name == name) {
            return Err(format!("there are two toggles {name}"));
        }
        let mut value = Value::from_type_number(ty)
            .ok_or(format!("toggle {name} has type {ty}, which is none"))?;
        let has_range = matches!(value, Value::Whole(_) | Value::Number(_));
        let range = (has_range && (min, max) != (0.0, 0.0)).then_some((min, max));
        let info = ToggleInfo { name, kind: value.kind(), default: standard, range, doc };
        value.set(&info, standard).map_err(|why| format!("its own value of {name}: {why}"))?;
        table.push(info);
        values.push(value);
    }
    Ok((table, values))
}

#[cfg(test)]
mod tests {
    use super::{Value, check};
    use crate::ffi::raw::RawToggle;

    const RAW: RawToggle =
        RawToggle { ty: 2, name: "A", standard: "1", doc: "A.", min: 0.0, max: 0.0 };

    fn one(raw: RawToggle) -> Result<Value, String> {
        check(&[raw], |name| !name.is_empty()).map(|(_, mut values)| values.remove(0))
    }

    #[test]
    fn types() {
        let of = |ty, standard| one(RawToggle { ty, standard, ..RAW });
        assert_eq!(of(1, "yes"), Ok(Value::Bool(true)));
        assert_eq!(of(2, "0x10"), Ok(Value::Whole(16)));
        assert_eq!(of(3, "1.5"), Ok(Value::Number(1.5)));
        assert_eq!(of(4, "\\t"), Ok(Value::Text("\t".to_owned())));
        assert_eq!(of(5, "1"), Err("toggle A has type 5, which is none".to_owned()));
        assert_eq!(of(0, "1"), Err("toggle A has type 0, which is none".to_owned()));
        assert!(of(2, "x").unwrap_err().starts_with("its own value of A: 'x' is not a value"));
    }

    #[test]
    fn ranges_and_names() {
        let raw = RawToggle { min: 2.0, max: 3.0, ..RAW };
        assert!(one(raw.clone()).unwrap_err().contains("1 is out of range for A: 2 to 3"));
        assert_eq!(one(RawToggle { standard: "2", ..raw.clone() }), Ok(Value::Whole(2)));
        let switch = RawToggle { ty: 1, ..raw };
        assert_eq!(one(switch), Ok(Value::Bool(true)), "a switch has no range");
        assert_eq!(
            one(RawToggle { name: "", ..RAW }),
            Err("'' is no name for a toggle".to_owned())
        );
        assert_eq!(check(&[RAW, RAW], |_| true).unwrap_err(), "there are two toggles A");
    }
}
