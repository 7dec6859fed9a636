//! Types of columns by their numbers in the header, and how their values become those of a record.

use flowz_api::cell::{Cell, IpText, Mac, Text};
use flowz_api::column::Type;
use flowz_api::record::Record;

use super::layout::{ADDRESS_SIZE, LIST};
use super::raw::Value;

/// The type of a column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Kind {
    item: Item,
    /// Any number of such values.
    pub(super) is_list: bool,
}

/// One value, or one of a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Item {
    /// Of so many bytes; one of its own is the lower part of a number of eight.
    Number(&'static Type, usize),
    Single,
    Text(&'static Type),
    Address,
    Mac,
}

/// How a value lies in the plugin's memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Shape {
    /// In the union; in a list one behind the other.
    Number,
    /// A pointer to it; in a list one behind the other.
    Bytes,
    /// A pointer to a text, also in a list.
    Text,
}

/// An address of a version that there is not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct WrongVersion(pub(super) u8);

/// By the number in the header; numbers begin with 1.
const ITEMS: [Item; 15] = [
    Item::Number(&Type::U8, 1),
    Item::Number(&Type::U16, 2),
    Item::Number(&Type::U32, 4),
    Item::Number(&Type::U64, 8),
    Item::Number(&Type::I64, 8),
    Item::Number(&Type::H8, 1),
    Item::Number(&Type::H16, 2),
    Item::Number(&Type::H32, 4),
    Item::Number(&Type::H64, 8),
    Item::Number(&Type::F64, 8),
    Item::Single,
    Item::Text(&Type::Text),
    Item::Text(&Type::Label),
    Item::Address,
    Item::Mac,
];

const MAC_SIZE: usize = 6;

impl Kind {
    pub(super) fn from_number(number: u32) -> Option<Self> {
        let item = ITEMS.get((number & !LIST).checked_sub(1)? as usize)?;
        Some(Self { item: *item, is_list: number & LIST != 0 })
    }

    pub(super) fn ty(self) -> Type {
        let item = match self.item {
            Item::Number(ty, _) | Item::Text(ty) => ty,
            Item::Single => &Type::F32,
            Item::Address => &Type::Ip,
            Item::Mac if self.is_list => &Type::Mac,
            Item::Mac => &Type::Option(&Type::Mac),
        };
        if self.is_list { Type::List(item) } else { *item }
    }

    pub(super) fn shape(self) -> Shape {
        match self.item {
            Item::Number(..) | Item::Single => Shape::Number,
            Item::Address | Item::Mac => Shape::Bytes,
            Item::Text(_) => Shape::Text,
        }
    }

    /// Bytes of a value that is pointed to, or of an item of a list.
    pub(super) fn size(self) -> usize {
        match self.item {
            Item::Number(_, size) => size,
            Item::Single => size_of::<f32>(),
            Item::Address => ADDRESS_SIZE,
            Item::Mac => MAC_SIZE,
            Item::Text(_) => size_of::<usize>(),
        }
    }

    /// Appends a value that was read with the shape of this type.
    pub(super) fn put(self, value: Value<'_>, out: &mut Record) -> Result<(), WrongVersion> {
        match value {
            Value::Number(number) => {
                out.raw(self.lower(number).get(..self.size()).unwrap_or_default());
            }
            Value::Bytes(items) if self.is_list => return self.put_all(items, out),
            Value::Bytes(bytes) if self.item == Item::Address => address(bytes)?.put(out),
            Value::Bytes(bytes) => bytes.first_chunk().map(|bytes| Mac(*bytes)).put(out),
            Value::Text(text) => Text(text).put(out),
            Value::Texts(texts) => {
                out.length(texts.len());
                texts.for_each(|text| Text(text).put(out));
            }
        }
        Ok(())
    }

    /// A number in the order of a record; the first bytes are those that count.
    fn lower(self, number: [u8; 8]) -> [u8; 8] {
        if self.item == Item::Single {
            let [a, b, c, d, ..] = number;
            return u64::from(u32::from_ne_bytes([a, b, c, d])).to_le_bytes();
        }
        u64::from_ne_bytes(number).to_le_bytes()
    }

    /// Items one behind the other.
    fn put_all(self, items: &[u8], out: &mut Record) -> Result<(), WrongVersion> {
        out.length(items.len() / self.size());
        for item in items.chunks_exact(self.size()) {
            match self.item {
                Item::Address => address(item)?.put(out),
                Item::Number(..) | Item::Single if cfg!(target_endian = "big") => {
                    item.iter().rev().for_each(|byte| out.fixed([*byte]));
                }
                _ => out.raw(item),
            }
        }
        Ok(())
    }
}

/// A `struct flowz_address`, or nothing.
fn address(bytes: &[u8]) -> Result<IpText, WrongVersion> {
    let Some((version, bytes)) = bytes.split_first() else { return Ok(IpText::None) };
    let found = match version {
        0 => Some(IpText::None),
        4 => bytes.first_chunk().map(|bytes| IpText::V4(*bytes)),
        6 => bytes.first_chunk().map(|bytes| IpText::V6(*bytes)),
        _ => None,
    };
    found.ok_or(WrongVersion(*version))
}

#[cfg(test)]
mod tests {
    use super::{Kind, LIST, Type, Value, WrongVersion};
    use flowz_api::record::Record;

    fn bytes(kind: u32, value: Value<'_>) -> Result<Vec<u8>, WrongVersion> {
        let mut record = Record::new();
        let kind = Kind::from_number(kind).unwrap();
        kind.put(value, &mut record).map(|()| record.bytes().to_vec())
    }

    #[test]
    fn numbers_of_the_header() {
        let names = "U8 U16 U32 U64 I64 H8 H16 H32 H64 D F S SC IPX MAC";
        for (n, name) in (1..).zip(names.split(' ')) {
            assert_eq!(Kind::from_number(n).unwrap().ty().to_string(), name);
            assert_eq!(Kind::from_number(n | LIST).unwrap().ty().to_string(), format!("{name}:R"));
        }
        for none in [0, 16, 99, LIST, 2 * LIST + 1, u32::MAX] {
            assert_eq!(Kind::from_number(none), None, "{none}");
        }
    }

    /// What is put has the size that readers of the type expect.
    #[test]
    fn numbers() {
        let value = Value::Number(0x0102_0304_0506_0708_u64.to_ne_bytes());
        for (n, size) in [(1, 1), (2, 2), (3, 4), (4, 8), (5, 8), (6, 1), (7, 2), (8, 4), (9, 8)] {
            assert_eq!(bytes(n, value.clone()).unwrap(), [8, 7, 6, 5, 4, 3, 2, 1][..size]);
        }
        assert_eq!(bytes(10, Value::Number(1.5_f64.to_ne_bytes())).unwrap(), 1.5_f64.to_le_bytes());
        let [a, b, c, d] = 1.5_f32.to_ne_bytes();
        let single = Value::Number([a, b, c, d, 9, 9, 9, 9]);
        assert_eq!(bytes(11, single).unwrap(), 1.5_f32.to_le_bytes());
    }

    #[test]
    fn texts_and_addresses() {
        assert_eq!(bytes(12, Value::Text(b"a\xff")).unwrap(), [2, 0, 0, 0, b'a', 0xff]);
        assert_eq!(bytes(13, Value::Text(b"")).unwrap(), [0; 4]);
        assert_eq!(bytes(15, Value::Bytes(&[1, 2, 3, 4, 5, 6])).unwrap(), [1, 1, 2, 3, 4, 5, 6]);
        assert_eq!(bytes(15, Value::Bytes(&[])).unwrap(), [0]);
        let address = |version| -> Vec<u8> { [version].into_iter().chain(1..=16).collect() };
        let of = |version| bytes(14, Value::Bytes(&address(version)));
        assert_eq!(of(0), Ok(vec![0]));
        assert_eq!(of(4), Ok(vec![4, 1, 2, 3, 4]));
        assert_eq!(of(6), Ok(address(6)));
        assert_eq!(of(5), Err(WrongVersion(5)));
        assert_eq!(bytes(14, Value::Bytes(&[])), Ok(vec![0]));
    }

    #[test]
    fn lists() {
        let of = |kind, items: &[u8]| bytes(kind | LIST, Value::Bytes(items));
        for kind in 1..=11 {
            assert_eq!(of(kind, &[]), Ok(vec![0; 4]));
        }
        let two = [258_u16.to_ne_bytes(), 3_u16.to_ne_bytes()].concat();
        assert_eq!(of(2, &two).unwrap(), [2, 0, 0, 0, 2, 1, 3, 0]);
        assert_eq!(of(11, &1.5_f32.to_ne_bytes()).unwrap(), [1, 0, 0, 0, 0, 0, 0xc0, 0x3f]);
        assert_eq!(of(15, &[7; 12]).unwrap(), [&[2, 0, 0, 0][..], &[7; 12]].concat());
        let addresses = [[0; 17], [4; 17], [6; 17]].concat();
        let expected = [&[3, 0, 0, 0, 0][..], &[4; 5], &[6; 17]].concat();
        assert_eq!(of(14, &addresses), Ok(expected));
        assert_eq!(of(14, &[7; 17]), Err(WrongVersion(7)));
        assert_eq!(Kind::from_number(15 | LIST).unwrap().ty(), Type::List(&Type::Mac));
    }
}
