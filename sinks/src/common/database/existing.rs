//! Tables that are there already when a run starts.

/// What is done with a table that is there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Existing {
    /// Its rows stay, and it gets the columns that it does not have.
    Append,
    /// The run is refused.
    Refuse,
    /// It is made anew, and its rows are gone.
    Replace,
}

impl Existing {
    /// From the number that a toggle has.
    pub(crate) fn new(number: u8) -> Self {
        match number {
            0 => Self::Append,
            1 => Self::Refuse,
            _ => Self::Replace,
        }
    }
}

/// A column: its name and its type in the words of the server.
pub(crate) type Named<'a> = (&'a str, &'a str);

/// The places of the wanted columns that a table does not have. Refused if one that it has is of another type.
pub(crate) fn missing(
    table: &str,
    wanted: &[Named<'_>],
    found: &[Named<'_>],
    is_same: impl Fn(&str, &str) -> bool,
) -> Result<Vec<usize>, String> {
    let mut places = Vec::new();
    for (place, (name, ty)) in wanted.iter().enumerate() {
        match found.iter().find(|(other, _)| other == name) {
            None => places.push(place),
            Some((_, other)) if is_same(ty, other) => {}
            Some((_, other)) => {
                return Err(format!(
                    "the column {name} of the table {table}, which is there already, has the type {other}, and this run needs {ty}"
                ));
            }
        }
    }
    Ok(places)
}

#[cfg(test)]
mod tests {
    use super::missing;

    #[test]
    fn columns_of_an_older_run() {
        let wanted = [("a", "int"), ("b", "text"), ("c", "text")];
        let same = |one: &str, other: &str| one == other;
        assert_eq!(missing("t", &wanted, &[("b", "text"), ("x", "y")], same), Ok(vec![0, 2]));
        assert_eq!(missing("t", &wanted, &wanted, same), Ok(vec![]));
        let told = missing("t", &wanted, &[("c", "int")], same).unwrap_err();
        assert!(told.starts_with("the column c of the table t") && told.ends_with("needs text"));
    }
}
