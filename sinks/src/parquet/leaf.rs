//! Columns of simple values within lists, compounds and optional cells, with the levels that tell where each value belongs
//! (repetition and definition levels, as Dremel and Parquet have them).

use crate::columnar::column::Column;
use crate::columnar::words::Word;

/// Where there is no value.
const NONE: u32 = u32::MAX;

/// A place for each value or for what is missing, and its levels.
#[derive(Debug, Default)]
pub(super) struct Slots {
    /// 0 where a row begins, else the depth of the list that goes on.
    pub(super) repetition: Vec<u8>,
    /// How much of the path to the value is there.
    pub(super) definition: Vec<u8>,
    /// Number of the value in its column, or [`NONE`].
    values: Vec<u32>,
    pub(super) most_repetition: u8,
    pub(super) most_definition: u8,
}

impl Slots {
    fn push(&mut self, repetition: u8, definition: u8, value: u32) {
        self.repetition.push(repetition);
        self.definition.push(definition);
        self.values.push(value);
    }

    /// A slot for each item of a list, or one if it is empty.
    fn items(&mut self, ends: &[u32], repetition: u8, definition: u8, list: usize) {
        let begin = list.checked_sub(1).map_or(0, |before| ends[before]);
        if begin == ends[list] {
            return self.push(repetition, definition, NONE);
        }
        self.push(repetition, definition + 1, begin);
        for item in begin + 1..ends[list] {
            self.push(self.most_repetition, definition + 1, item);
        }
    }

    /// All slots: repetition, definition, value.
    fn all(&self) -> impl Iterator<Item = (u8, u8, u32)> {
        let levels = self.repetition.iter().zip(&self.definition);
        levels
            .zip(&self.values)
            .map(|((repetition, definition), value)| (*repetition, *definition, *value))
    }
}

/// A column of simple values.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leaf<'a> {
    pub(super) column: &'a Column,
    pub(super) rows: usize,
    /// None if there is a value for each row.
    pub(super) slots: Option<&'a Slots>,
}

impl Leaf<'_> {
    /// Number of values and of what is missing.
    pub(super) fn entries(&self) -> usize {
        self.slots.map_or(self.rows, |slots| slots.values.len())
    }

    /// Numbers of the values that are there; none if it is all of the column.
    pub(super) fn there(&self) -> Option<Vec<u32>> {
        let slots = self.slots?;
        let there: Vec<u32> = slots.values.iter().copied().filter(|value| *value != NONE).collect();
        (there.len() != self.column.len()).then_some(there)
    }
}

/// Calls for each column of simple values within a column, in the order of the schema's leaves.
pub(super) fn visit<E>(
    column: &Column,
    rows: usize,
    slots: Option<&Slots>,
    call: &mut impl FnMut(Leaf<'_>) -> Result<(), E>,
) -> Result<(), E> {
    match column {
        Column::Struct(parts) => parts.iter().try_for_each(|part| visit(part, rows, slots, call)),
        Column::Optional(there, of) => {
            visit(of, rows, Some(&optional(slots, rows, |value| there[value])), call)
        }
        Column::MaybeWord(words) => {
            let slots = optional(slots, rows, |value| words[value] != Word::None);
            call(Leaf { column, rows, slots: Some(&slots) })
        }
        Column::List(ends, items) => visit(items, rows, Some(&list(slots, ends)), call),
        _ => call(Leaf { column, rows, slots }),
    }
}

/// Slots of values that may be missing.
fn optional(outer: Option<&Slots>, rows: usize, is_there: impl Fn(usize) -> bool) -> Slots {
    let mut slots = Slots::default();
    let Some(outer) = outer else {
        slots.most_definition = 1;
        slots.repetition = vec![0; rows];
        slots.definition = (0..rows).map(|row| u8::from(is_there(row))).collect();
        let value = |row| if is_there(row) { row as u32 } else { NONE };
        slots.values = (0..rows).map(value).collect();
        return slots;
    };
    (slots.most_repetition, slots.most_definition) =
        (outer.most_repetition, outer.most_definition + 1);
    for (repetition, definition, value) in outer.all() {
        if value != NONE && is_there(value as usize) {
            slots.push(repetition, definition + 1, value);
        } else {
            slots.push(repetition, definition, NONE);
        }
    }
    slots
}

/// Slots of the items of lists.
fn list(outer: Option<&Slots>, ends: &[u32]) -> Slots {
    let mut slots = Slots::default();
    let (repetition, definition) =
        outer.map_or((0, 0), |outer| (outer.most_repetition, outer.most_definition));
    (slots.most_repetition, slots.most_definition) = (repetition + 1, definition + 1);
    match outer {
        None => (0..ends.len()).for_each(|row| slots.items(ends, 0, 0, row)),
        Some(outer) => {
            for (repetition, definition, value) in outer.all() {
                if value == NONE {
                    slots.push(repetition, definition, NONE);
                } else {
                    slots.items(ends, repetition, definition, value as usize);
                }
            }
        }
    }
    slots
}

#[cfg(test)]
mod tests {
    use flowz_api::cell::{Cell, List};
    use flowz_api::column::Schema;

    use super::{NONE, visit};
    use crate::columnar::rows::Columns;
    use crate::test_support::{column, one};

    /// Repetition levels, definition levels and values of each leaf of a column with these values.
    fn levels<C: Cell>(values: &[C]) -> Vec<(Vec<u8>, Vec<u8>, Vec<u32>)> {
        let mut columns = Columns::new(&Schema { columns: vec![column("c", C::TYPE)] });
        for value in values {
            columns.take_record(&one(value).1);
        }
        let mut found = Vec::new();
        let outcome = visit(&columns.columns()[0], values.len(), None, &mut |leaf| {
            let slots = leaf.slots.map_or_else(Default::default, |slots| {
                (slots.repetition.clone(), slots.definition.clone(), slots.values.clone())
            });
            found.push(slots);
            Ok::<(), ()>(())
        });
        outcome.unwrap();
        found
    }

    #[test]
    fn simple_ones_have_none() {
        assert_eq!(levels(&[1_u8, 2]), [Default::default()]);
        assert_eq!(levels(&[(1_u8, 2_u8)]).len(), 2);
    }

    #[test]
    fn optional_ones() {
        let found = levels(&[Some(1_u8), None, Some(3)]);
        assert_eq!(found, [(vec![0; 3], vec![1, 0, 1], vec![0, NONE, 2])]);
    }

    #[test]
    fn lists() {
        let found = levels(&[List(&[1_u8, 2]), List(&[]), List(&[3])]);
        assert_eq!(found, [(vec![0, 1, 0, 0], vec![1, 1, 0, 1], vec![0, 1, NONE, 2])]);
    }

    #[test]
    fn lists_within_lists() {
        let found =
            levels(&[List(&[List(&[Some(1_u8), None]), List(&[]), List(&[Some(2)])]), List(&[])]);
        let expected = (vec![0, 2, 1, 1, 0], vec![3, 2, 1, 3, 0], vec![0, NONE, NONE, 2, NONE]);
        assert_eq!(found, [expected]);
    }
}
