//! The fast path: lines of the packet table in the standard format. Hardly a cell comes again, so each is written
//! as quickly as possible.

use flowz_api::column::Schema;
use flowz_api::record::Record;

use super::cell_format::StandardFormat;
use super::table::{Line, end};
use crate::common::format::buffer::Buffer;
use crate::common::format::row_plan::RowPlan;

/// The same lines as those of [`GeneralLine`](super::table::GeneralLine) with [`StandardFormat`] without quotes.
#[derive(Debug)]
pub(super) struct FastLine(RowPlan, StandardFormat);

impl FastLine {
    /// For a table with these columns, if there are not too many.
    pub(super) fn new(schema: &Schema, raw: bool) -> Option<Self> {
        Some(Self(RowPlan::new(schema)?, StandardFormat { quotes: false, raw }))
    }
}

impl Line for FastLine {
    #[inline]
    fn write(&mut self, out: &mut Buffer, schema: &Schema, record: &Record) {
        self.0.row(&self.1, out, record);
        end(out, schema, 0);
    }
}

#[cfg(test)]
mod tests {
    use flowz_api::cell::{
        Cell, Dir, Duration, Hex8, Hex16, Hex32, Hex64, IpText, Label, List, Mac, Payload, Seconds,
        Text, Time,
    };
    use flowz_api::cell_writer::TextStyle;
    use flowz_api::column::{Schema, Type};
    use flowz_api::record::Record;

    use super::{FastLine, Line};
    use crate::common::format::buffer::Buffer;
    use crate::common::format::cell_cache::CellCache;
    use crate::test_support::column;
    use crate::txt::cell_format::StandardFormat;
    use crate::txt::table::GeneralLine;

    /// Columns and values of one row.
    #[derive(Default)]
    struct Cells(Schema, Record, Record);

    impl Cells {
        fn with<C: Cell>(mut self, value: &C) -> Self {
            self.0.columns.push(column("c", C::TYPE));
            value.put(&mut self.1);
            self.2.set_style(Some(TextStyle::default()));
            self.2.put(value);
            self
        }

        /// The line, which must be the same cell by cell.
        fn line(&self) -> String {
            let mut fast = FastLine::new(&self.0, false).unwrap();
            let format = StandardFormat { quotes: false, raw: false };
            let mut general = GeneralLine { format, cache: CellCache::default() };
            let [first, second] = [&mut fast as &mut dyn Line, &mut general].map(|line| {
                let mut out = Buffer::with_capacity(0);
                line.write(&mut out, &self.0, &self.1);
                String::from_utf8(out.as_slice().to_vec()).unwrap()
            });
            assert_eq!(first, second);
            let mut text = self.2.bytes().to_vec();
            text.pop();
            text.push(b'\n');
            assert_eq!(first.as_bytes(), text);
            first
        }
    }

    fn one<C: Cell>(value: &C) -> String {
        Cells::default().with(value).line()
    }

    /// Runs of one type, with cells that are empty or need a call at any place.
    #[test]
    fn runs() {
        let numbers = [None, Some(7_u16), Some(999), Some(1_000), Some(65_535)];
        let addresses =
            [None, Some(IpText::None), Some(IpText::V4([1; 4])), Some(IpText::V6([2; 16]))];
        let words = [Label(b""), Label(b"eth"), Label(b"a\tb")];
        for n in 0..1000 {
            let mut cells = Cells::default();
            for place in [1, 5, 25, 125] {
                cells = cells.with(&numbers[n / place % 5]).with(&1_u8);
            }
            for place in [1, 5, 25, 125] {
                cells = cells.with(&numbers[n / place % 5]);
            }
            for place in [1, 4, 16] {
                cells = cells.with(&addresses[n / place % 4]);
            }
            for place in [1, 3, 9] {
                cells = cells.with(&words[n / place % 3]);
            }
            cells.line();
        }
        for v in (0..=u16::MAX).step_by(7) {
            assert_eq!(one(&v), format!("{v}\n"));
        }
    }

    #[test]
    fn numbers() {
        for power in (0..20).map(|n| 10_u64.pow(n)) {
            for v in [power - 1, power, power + 1, power / 7 * 3] {
                assert_eq!(one(&v), format!("{v}\n"));
                assert_eq!(one(&(v as u32)), format!("{}\n", v as u32));
                assert_eq!(one(&(v as u16)), format!("{}\n", v as u16));
                assert_eq!(one(&(v as u8)), format!("{}\n", v as u8));
                let signed = v as i32;
                assert_eq!(one(&signed), format!("{signed}\n"));
                assert_eq!(one(&Some(-signed)), format!("{}\n", -signed));
            }
        }
        assert_eq!(one(&u64::MAX), "18446744073709551615\n");
        assert_eq!(one(&i32::MIN), "-2147483648\n");
        assert_eq!(one(&-5_i64), "-5\n");
    }

    #[test]
    fn hexadecimal() {
        assert_eq!(one(&Hex8(0xa)), "0x0a\n");
        assert_eq!(one(&Hex16(0x0800)), "0x0800\n");
        assert_eq!(one(&Some(Hex32(0xdead_be0f))), "0xdeadbe0f\n");
        assert_eq!(one(&Hex64(0x0400_0000_0000_400f)), "0x040000000000400f\n");
        assert_eq!(one(&List::<Hex8>(&[])), "\n");
        assert_eq!(one(&List(&[Hex8(1), Hex8(0xfe)])), "0x01;0xfe\n");
        for n in [63, 64, 65, 20_000] {
            let line = one(&List(&vec![Hex8(7); n]));
            assert_eq!(line.len(), 5 * n);
            assert!(line.ends_with("0x07;0x07\n"));
        }
    }

    #[test]
    fn times() {
        assert_eq!(
            one(&Time { seconds: 1_335_958_313, nanos: 152_630_000 }),
            "1335958313.152630000\n"
        );
        assert_eq!(one(&Time { seconds: u64::MAX, nanos: 7 }), "18446744073709551615.000000007\n");
        assert_eq!(one(&Time { seconds: 7, nanos: 1_000_000_000 }), "7.1000000000\n");
        assert_eq!(one(&Duration { seconds: 0, nanos: 999_999_999 }), "0.999999999\n");
        for (v, text) in [
            (0.0, "0.000000000"),
            (-0.0, "-0.000000000"),
            (-1.5, "-1.500000000"),
            (0.000_000_000_5, "0.000000001"),
            (0.999_999_999_9, "1.000000000"),
            (1_234.000_123, "1234.000123000"),
            (f64::NAN, "nan"),
            (f64::INFINITY, "inf"),
            (1e18, "1000000000000000000.000000000"),
        ] {
            assert_eq!(one(&Seconds(v)), format!("{text}\n"));
        }
    }

    #[test]
    fn addresses() {
        assert_eq!(one(&Mac([0, 0x21, 0x28, 5, 0x29, 0xba])), "00:21:28:05:29:ba\n");
        assert_eq!(one(&IpText::V4([192, 168, 17, 0])), "192.168.17.0\n");
        let v6 = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
        assert_eq!(one(&Some(IpText::V6(v6))), "2001:db8::1\n");
        assert_eq!(one(&IpText::None), "-\n");
    }

    #[test]
    fn texts() {
        assert_eq!(one(&Label(b"")), "\n");
        assert_eq!(one(&Label(b"eth:ipv4")), "eth:ipv4\n");
        assert_eq!(one(&Text(b"a\tb")), "a\\tb\n");
        assert_eq!(one(&Payload(b"GET\r\n")), "GET\\r\\n\n");
        assert_eq!(one(&List(&[1_u16, 70])), "1;70\n");
        assert_eq!(one(&Some((1_u8, 2_u8))), "1_2\n");
        assert_eq!(one(&Dir(b'A')), "A\n");
        assert_eq!(one(&1.5_f32), "1.5\n");
    }

    #[test]
    fn a_row_of_many() {
        let long = vec![b'x'; 200_000];
        let none: Option<u64> = None;
        let cells = Cells::default()
            .with(&none)
            .with(&Payload(&long))
            .with(&Some(Hex16(5)))
            .with(&List::<u16>(&[]))
            .with(&Some(-7_i32))
            .with(&Option::<Mac>::None);
        assert_eq!(cells.line(), format!("\t{}\t0x0005\t\t-7\t\n", "x".repeat(200_000)));
    }

    #[test]
    fn as_many_columns_as_fit() {
        let mut cells = Cells::default();
        let items = [Hex8(0xff); 64];
        while FastLine::new(&cells.0, false).is_some() {
            cells = cells.with(&List(&items));
        }
        let columns = cells.0.columns.len() - 1;
        let cells = (0..columns).fold(Cells::default(), |cells, _| cells.with(&List(&items)));
        assert!(cells.0.columns.len() > 150);
        assert_eq!(cells.line().len(), cells.0.columns.len() * 320);
        assert!(
            FastLine::new(&Schema { columns: vec![column("c", Type::U8); 1000] }, false).is_none()
        );
    }

    #[test]
    fn no_columns() {
        assert_eq!(Cells::default().line(), "\n");
    }
}
