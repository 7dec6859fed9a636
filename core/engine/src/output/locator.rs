//! Where the values of some columns lie in a record: all others are passed over, as many as possible in one step.

use flowz_api::column::{Column, Type};
use flowz_api::record::{Cells, Record};

/// How to find some columns of a table.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Locator {
    steps: Vec<Step>,
}

/// What to do with the next bytes of a record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Step {
    /// Pass over so many bytes.
    Bytes(usize),
    /// Pass over a value whose length depends on it.
    Value(Type),
    /// A value that is looked for begins, or ends, here.
    Mark,
}

/// The bytes of a record that a value takes: where they begin and end.
pub(super) type Span = (usize, usize);

impl Locator {
    /// For the columns at these places of a table, given in rising order.
    pub(super) fn new(columns: &[Column], wanted: &[usize]) -> Self {
        let mut steps = Vec::new();
        let last = wanted.last().map_or(0, |last| last + 1);
        for (n, column) in columns.iter().take(last).enumerate() {
            let is_wanted = wanted.binary_search(&n).is_ok();
            if is_wanted {
                steps.push(Step::Mark);
            }
            match (width(column.ty), steps.last_mut()) {
                (Some(more), Some(Step::Bytes(bytes))) => *bytes += more,
                (Some(bytes), _) => steps.push(Step::Bytes(bytes)),
                (None, _) => steps.push(Step::Value(column.ty)),
            }
            if is_wanted {
                steps.push(Step::Mark);
            }
        }
        Self { steps }
    }

    /// The places of all values that are looked for, in the order of the table.
    pub(super) fn find(&self, record: &Record, spans: &mut Vec<Span>) {
        spans.clear();
        let mut cells = record.cells();
        let all = cells.rest().len();
        let mut begun = None;
        for step in &self.steps {
            match step {
                Step::Bytes(n) => drop(cells.take(*n)),
                Step::Value(ty) => pass_over(*ty, &mut cells),
                Step::Mark => {
                    let here = all - cells.rest().len();
                    match begun.take() {
                        Some(start) => spans.push((start, here)),
                        None => begun = Some(here),
                    }
                }
            }
        }
    }
}

/// Bytes of a value in a record, if all values of the type have as many.
fn width(ty: Type) -> Option<usize> {
    Some(match ty {
        Type::Char | Type::U8 | Type::I8 | Type::H8 => 1,
        Type::U16 | Type::I16 | Type::H16 => 2,
        Type::U32 | Type::I32 | Type::H32 | Type::F32 | Type::Ip4 => 4,
        Type::U64 | Type::I64 | Type::H64 | Type::F64 | Type::Seconds => 8,
        Type::Time | Type::Duration | Type::MicroTime | Type::MicroDuration => 12,
        Type::Mac => 6,
        Type::Ip6 => 16,
        Type::Compound(parts) => return parts.iter().map(|part| width(*part)).sum(),
        Type::Ip | Type::Text | Type::Label | Type::Payload | Type::List(_) | Type::Option(_) => {
            return None;
        }
    })
}

/// Passes over a value.
fn pass_over(ty: Type, cells: &mut Cells<'_>) {
    match ty {
        Type::Ip => match cells.u8() {
            4 => drop(cells.take(4)),
            6 => drop(cells.take(16)),
            _ => {}
        },
        Type::Text | Type::Label | Type::Payload => drop(cells.text()),
        Type::Option(of) => {
            if cells.u8() != 0 {
                pass_over(*of, cells);
            }
        }
        Type::Compound(parts) => parts.iter().for_each(|part| pass_over(*part, cells)),
        Type::List(item) => pass_over_items(*item, cells),
        fixed => drop(cells.take(width(fixed).unwrap_or(0))),
    }
}

fn pass_over_items(item: Type, cells: &mut Cells<'_>) {
    let length = cells.length();
    match width(item) {
        Some(width) => drop(cells.take(length.saturating_mul(width))),
        None => {
            // A wrong length must not keep us busy for minutes.
            let mut left = length;
            while left > 0 && !cells.is_empty() {
                pass_over(item, cells);
                left -= 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Locator, width};
    use flowz_api::cell::{Cell, Dir, Hex16, IpText, Label, List, Mac, Text, Time};
    use flowz_api::column::{Column, Type};
    use flowz_api::record::Record;

    #[derive(Default)]
    struct Row(Vec<Column>, Record, Vec<Vec<u8>>);

    impl Row {
        fn with<C: Cell>(mut self, value: &C) -> Self {
            let name = "c".to_owned();
            self.0.push(Column {
                name,
                ty: C::TYPE,
                doc: "",
                unit: "",
                plugin: "test",
                counter: false,
            });
            let before = self.1.bytes().len();
            value.put(&mut self.1);
            self.2.push(self.1.bytes()[before..].to_vec());
            self
        }
    }

    fn row() -> Row {
        Row::default()
            .with(&Dir(b'A'))
            .with(&7_u64)
            .with(&Text(b"abc"))
            .with(&Hex16(0x800))
            .with(&0.5_f32)
            .with(&Option::<u16>::None)
            .with(&Some(IpText::V6([6; 16])))
            .with(&Time { seconds: 1, nanos: 2 })
            .with(&(1_u8, Mac([1; 6])))
            .with(&IpText::None)
            .with(&IpText::V4([10, 0, 0, 1]))
            .with(&List::<(u8, List<'_, u16>)>(&[(1, List(&[2, 3])), (4, List(&[]))]))
            .with(&List(&[Label(b""), Label(b"xy")]))
            .with(&List(&[1.5_f64; 3]))
            .with(&-1_i32)
    }

    #[test]
    fn every_choice_of_columns_is_found() {
        let Row(columns, record, values) = row();
        let mut spans = Vec::new();
        for bits in 0..1_u32 << columns.len() {
            let wanted: Vec<_> = (0..columns.len()).filter(|n| bits >> n & 1 == 1).collect();
            Locator::new(&columns, &wanted).find(&record, &mut spans);
            let found: Vec<_> = spans.iter().map(|(a, b)| &record.bytes()[*a..*b]).collect();
            let expected: Vec<_> = wanted.iter().map(|n| values[*n].as_slice()).collect();
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn nothing_behind_the_last_one_is_looked_at() {
        let columns = row().0;
        assert_eq!(Locator::new(&columns, &[]).steps.len(), 0);
        assert_eq!(Locator::new(&columns, &[1]).steps.len(), 4);
    }

    #[test]
    fn widths() {
        for (column, value) in row().0.iter().zip(&row().2) {
            assert!(width(column.ty).is_none_or(|width| width == value.len()), "{}", column.ty);
        }
        assert_eq!(width(Type::Option(&Type::U8)), None);
    }

    #[test]
    fn a_record_that_is_too_short_is_read_as_far_as_it_goes() {
        let Row(columns, _, _) = row();
        let mut record = Record::new();
        record.raw(&[b'A', 1, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, b'x']);
        let mut spans = Vec::new();
        Locator::new(&columns, &[0, 2]).find(&record, &mut spans);
        assert!(spans.iter().all(|(a, b)| a <= b && *b <= record.bytes().len()), "{spans:?}");
    }
}
