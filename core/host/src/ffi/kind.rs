//! Types of columns by their numbers in the header.

use flowz_api::cell::{Cell, Hex8, Hex16, Hex32, Hex64};
use flowz_api::column::Type;
use flowz_api::record::Record;

/// How a value is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    U8,
    U16,
    U32,
    U64,
    I64,
    H8,
    H16,
    H32,
    H64,
    F64,
}

impl Kind {
    /// By the number in the header.
    const ALL: [(Self, Type); 10] = [
        (Self::U8, Type::U8),
        (Self::U16, Type::U16),
        (Self::U32, Type::U32),
        (Self::U64, Type::U64),
        (Self::I64, Type::I64),
        (Self::H8, Type::H8),
        (Self::H16, Type::H16),
        (Self::H32, Type::H32),
        (Self::H64, Type::H64),
        (Self::F64, Type::F64),
    ];

    /// Numbers begin with 1.
    pub(super) fn of(number: u32) -> Option<Self> {
        Some(Self::ALL.get(number.checked_sub(1)? as usize)?.0)
    }

    pub(super) fn ty(self) -> Type {
        Self::ALL[self as usize].1
    }

    pub(super) fn put(self, value: u64, out: &mut Record) {
        match self {
            Self::U8 => (value as u8).put(out),
            Self::U16 => (value as u16).put(out),
            Self::U32 => (value as u32).put(out),
            Self::U64 => value.put(out),
            Self::I64 => (value as i64).put(out),
            Self::H8 => Hex8(value as u8).put(out),
            Self::H16 => Hex16(value as u16).put(out),
            Self::H32 => Hex32(value as u32).put(out),
            Self::H64 => Hex64(value).put(out),
            Self::F64 => f64::from_bits(value).put(out),
        }
    }
}
