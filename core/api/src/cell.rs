//! Values that fit in a column: each type knows its [`Type`] and how it is stored in a [`Record`].
//!
//! Plain integers are decimal columns; the wrappers here ask for another notation. Tuples are
//! compound columns (`a_b`), [`List`] is a repeated one (`a;b`), `Option` is a cell that may be empty.

use std::net::{Ipv4Addr, Ipv6Addr};

use flowz_format::cells;
use flowz_format::integer::{BACK, back_from_1970};

use crate::cell_writer::{CellWriter, Parts, Show, TextCell};
use crate::column::Type;
use crate::packet::{NANOS, Timestamp};

#[cfg(test)]
mod tests;

/// A value that a column can hold.
pub trait Cell {
    /// The column type of such a value.
    const TYPE: Type;

    /// Appends the value.
    fn put(&self, out: &mut impl CellWriter);

    /// Appends the value of an optional cell that has one. Values of fixed size do so in one step.
    #[inline]
    fn put_some(&self, out: &mut impl CellWriter) {
        out.some();
        self.put(out);
    }
}

impl<C: Cell> Cell for &C {
    const TYPE: Type = C::TYPE;

    #[inline]
    fn put(&self, out: &mut impl CellWriter) {
        C::put(self, out);
    }

    #[inline]
    fn put_some(&self, out: &mut impl CellWriter) {
        C::put_some(self, out);
    }
}

/// A cell of fixed size: `$show` writes it as text.
macro_rules! fixed {
    ($cell:ty, $ty:expr, |$v:ident| $bytes:expr, |$text:ident| $show:expr) => {
        impl Cell for $cell {
            const TYPE: Type = $ty;

            #[inline(always)]
            #[allow(
                clippy::inline_always,
                reason = "a call would put the end of the row into memory"
            )]
            fn put(&self, out: &mut impl CellWriter) {
                let $v = *self;
                out.value($bytes, self);
            }

            #[inline(always)]
            #[allow(
                clippy::inline_always,
                reason = "a call would put the end of the row into memory"
            )]
            fn put_some(&self, out: &mut impl CellWriter) {
                let $v = *self;
                out.some_value($bytes, self);
            }
        }

        impl Show for $cell {
            #[inline(always)]
            #[allow(
                clippy::inline_always,
                reason = "a call would put the end of the row into memory"
            )]
            fn show(&self, $text: &mut TextCell<'_>) {
                let $v = *self;
                $show;
            }
        }
    };
}

/// Wrappers around integers that are shown in hexadecimal.
macro_rules! hex {
    ($($(#[$doc:meta])* $name:ident($int:ty) => $ty:expr, $show:path;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Default, crate::Checkpoint)]
        pub struct $name(pub $int);

        fixed!($name, $ty, |v| v.0.to_le_bytes(), |text| $show(text.out, v.0, text.end));
    )*};
}

hex! {
    /// Eight bits, two hexadecimal digits.
    Hex8(u8) => Type::H8, cells::hex8;
    /// Sixteen bits, four hexadecimal digits.
    Hex16(u16) => Type::H16, cells::hex16;
    /// 32 bits, eight hexadecimal digits.
    Hex32(u32) => Type::H32, cells::hex32;
    /// 64 bits, sixteen hexadecimal digits.
    Hex64(u64) => Type::H64, cells::hex64;
}

/// Plain numbers: stored as they are.
macro_rules! numbers {
    ($($num:ty => $ty:expr, $show:path;)*) => {$(
        fixed!($num, $ty, |v| v.to_le_bytes(), |text| $show(text.out, v.into(), text.end));
    )*};
}

numbers! {
    u8 => Type::U8, cells::unsigned;
    u16 => Type::U16, cells::unsigned;
    u32 => Type::U32, cells::unsigned;
    u64 => Type::U64, cells::unsigned;
    i8 => Type::I8, cells::signed;
    i16 => Type::I16, cells::signed;
    i32 => Type::I32, cells::signed;
    i64 => Type::I64, cells::signed;
    f32 => Type::F32, cells::single;
    f64 => Type::F64, cells::double;
}

/// A number with nine digits behind the point (seconds in the packet file).
#[derive(Clone, Copy, PartialEq, Debug, Default, crate::Checkpoint)]
pub struct Seconds(pub f64);

fixed!(Seconds, Type::Seconds, |v| v.0.to_le_bytes(), |text| {
    cells::nine_decimals(text.out, v.0, text.end);
});

/// A direction letter, `A` or `B`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, crate::Checkpoint)]
pub struct Dir(pub u8);

fixed!(Dir, Type::Char, |v| [v.0], |text| text.out.put([v.0, text.end], 2));

/// A moment: seconds since 1970 and a fraction, shown as `seconds.fraction` with at least nine digits
/// behind the point, or as date and time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, crate::Checkpoint)]
pub struct Time {
    /// Whole seconds; before 1970 see [`Time::back_from_1970`].
    pub seconds: u64,
    /// Nanoseconds; more than 999,999,999 is shown as it is, with ten digits.
    pub nanos: u32,
}

impl Time {
    /// How many seconds and nanoseconds a moment is before 1970, if it is: such moments have the
    /// highest bits of both numbers, and not the one below it in the seconds. They are shown with a
    /// minus sign in front, other large numbers as they are.
    pub const fn back_from_1970(seconds: u64, nanos: u32) -> Option<(u64, u32)> {
        back_from_1970(seconds, nanos)
    }

    #[cold]
    const fn before_1970(t: Timestamp) -> Self {
        const SECOND: u64 = NANOS.unsigned_abs();
        let (back, (mark, nano_mark)) = (t.0.unsigned_abs(), BACK);
        Self { seconds: mark | (back / SECOND), nanos: nano_mark | (back % SECOND) as u32 }
    }
}

impl From<Timestamp> for Time {
    fn from(t: Timestamp) -> Self {
        const SECOND: u64 = NANOS.unsigned_abs();
        if t.0 < 0 {
            return Self::before_1970(t);
        }
        let nanos = t.0.unsigned_abs();
        Self { seconds: nanos / SECOND, nanos: (nanos % SECOND) as u32 }
    }
}

impl Cell for Time {
    const TYPE: Type = Type::Time;

    #[inline]
    fn put(&self, out: &mut impl CellWriter) {
        let mut value = [0; 12];
        value[..8].copy_from_slice(&self.seconds.to_le_bytes());
        value[8..].copy_from_slice(&self.nanos.to_le_bytes());
        out.value(value, self);
    }
}

impl Show for Time {
    #[inline]
    fn show(&self, text: &mut TextCell<'_>) {
        cells::moment(text.out, self.seconds, self.nanos, text.end);
    }
}

/// A length of time: seconds and a fraction, shown as `seconds.fraction` with nine digits behind the
/// point.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, crate::Checkpoint)]
pub struct Duration {
    /// Whole seconds.
    pub seconds: u64,
    /// Nanoseconds, below 10^9.
    pub nanos: u32,
}

impl Duration {
    /// From nanoseconds; a negative time as unsigned seconds.
    pub const fn of_nanos(nanos: i64) -> Self {
        let time = Timestamp(nanos);
        Self { seconds: time.seconds() as u64, nanos: time.subsec_nanos() }
    }
}

impl Cell for Duration {
    const TYPE: Type = Type::Duration;

    #[inline]
    fn put(&self, out: &mut impl CellWriter) {
        let mut value = [0; 12];
        value[..8].copy_from_slice(&self.seconds.to_le_bytes());
        value[8..].copy_from_slice(&self.nanos.to_le_bytes());
        out.value(value, self);
    }
}

impl Show for Duration {
    #[inline]
    fn show(&self, text: &mut TextCell<'_>) {
        cells::moment(text.out, self.seconds, self.nanos, text.end);
    }
}

/// A hardware address.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, crate::Checkpoint)]
pub struct Mac(pub [u8; 6]);

fixed!(Mac, Type::Mac, |v| v.0, |text| cells::mac(text.out, v.0, text.end));

fixed!(Ipv4Addr, Type::Ip4, |v| v.octets(), |text| cells::ipv4(text.out, v.octets(), text.end));

fixed!(Ipv6Addr, Type::Ip6, |v| v.octets(), |text| cells::ipv6(text.out, v.octets(), text.end));

/// An IPv4 or IPv6 address, or none: `-` in text.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, crate::Checkpoint)]
pub enum IpText {
    /// No address (layer-2 flows).
    #[default]
    None,
    /// IPv4.
    V4([u8; 4]),
    /// IPv6.
    V6([u8; 16]),
}

impl Cell for IpText {
    const TYPE: Type = Type::Ip;

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "a call would put the end of the record into memory")]
    fn put(&self, out: &mut impl CellWriter) {
        match *self {
            Self::None => out.value([0], self),
            Self::V4([p, q, r, s]) => out.value([4, p, q, r, s], self),
            Self::V6(a) => {
                let mut value = [6; 17];
                value[1..].copy_from_slice(&a);
                out.value(value, self);
            }
        }
    }
}

impl Show for IpText {
    #[inline]
    fn show(&self, text: &mut TextCell<'_>) {
        match *self {
            Self::None => text.out.put([b'-', text.end], 2),
            Self::V4(a) => cells::ipv4(text.out, a, text.end),
            Self::V6(a) => cells::ipv6(text.out, a, text.end),
        }
    }
}

/// Bytes with a length in front, as the three kinds of text store them.
macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident => $ty:expr, $show:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
        pub struct $name<'a>(pub &'a [u8]);

        impl Cell for $name<'_> {
            const TYPE: Type = $ty;

            #[inline]
            fn put(&self, out: &mut impl CellWriter) {
                out.text(self.0, self);
            }
        }

        impl Show for $name<'_> {
            #[inline]
            fn show(&self, text: &mut TextCell<'_>) {
                text.$show(self.0);
            }
        }
    )*};
}

texts! {
    /// Text from the wire, quoted in text output.
    Text => Type::Text, text;
    /// A label of a known vocabulary (header names, kinds), never quoted in text output.
    Label => Type::Label, label;
    /// Payload bytes of the packet file: printable ones as they are, others escaped or dotted.
    Payload => Type::Payload, payload;
}

/// A repeated column: any number of values of one type.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct List<'a, T>(pub &'a [T]);

impl<T: Cell + 'static> Cell for List<'_, T> {
    const TYPE: Type = Type::List(&T::TYPE);

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "a call would put the end of the record into memory")]
    fn put(&self, out: &mut impl CellWriter) {
        out.list(self.0.len(), self.0.iter());
    }
}

/// A repeated column that is made from items of any kind: one value of each, which may borrow from the item.
///
/// ```
/// use flowz_api::cell::{Each, Text};
///
/// let names = ["a".to_owned(), "b".to_owned()];
/// let cell: Each<'_, String, Text<'_>> = Each(&names, |name| Text(name.as_bytes()));
/// # let _ = cell;
/// ```
#[derive(Debug)]
pub struct Each<'a, T, C>(pub &'a [T], pub fn(&'a T) -> C);

impl<T, C: Cell> Cell for Each<'_, T, C> {
    const TYPE: Type = Type::List(&C::TYPE);

    #[inline]
    fn put(&self, out: &mut impl CellWriter) {
        out.list(self.0.len(), self.0.iter().map(self.1));
    }
}

/// Bytes, each with two hexadecimal digits: what a [`List`] of [`Hex8`] is, from bytes as they are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Bytes<'a>(pub &'a [u8]);

impl Cell for Bytes<'_> {
    const TYPE: Type = <List<'_, Hex8>>::TYPE;

    #[inline]
    fn put(&self, out: &mut impl CellWriter) {
        out.text(self.0, self);
    }
}

impl Show for Bytes<'_> {
    #[inline]
    fn show(&self, text: &mut TextCell<'_>) {
        text.hex_list(self.0);
    }
}

impl<T: Cell + 'static> Cell for Option<T> {
    const TYPE: Type = Type::Option(&T::TYPE);

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "a call would put the end of the record into memory")]
    fn put(&self, out: &mut impl CellWriter) {
        match self {
            Some(value) => value.put_some(out),
            None => out.none(),
        }
    }
}

/// Compound columns.
macro_rules! tuples {
    ($(($($t:ident $i:tt),+))*) => {$(
        impl<$($t: Cell),+> Cell for ($($t,)+) {
            const TYPE: Type = Type::Compound(&[$($t::TYPE),+]);

            #[inline(always)]
            fn put(&self, out: &mut impl CellWriter) {
                out.compound(self);
            }
        }

        impl<$($t: Cell),+> Parts for ($($t,)+) {
            #[inline(always)]
            fn put_parts(&self, out: &mut impl CellWriter) {
                $(out.part(&self.$i);)+
            }
        }
    )*};
}

tuples! {
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
    (A 0, B 1, C 2, D 3, E 4)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9)
}
