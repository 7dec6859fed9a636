//! Values that fit in a column: each type knows its [`Type`] and how it is stored in a [`Record`].
//!
//! Plain integers are decimal columns; the wrappers here ask for another notation. Tuples are
//! compound columns (`a_b`), [`List`] is a repeated one (`a;b`), `Option` is a cell that may be empty.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::column::Type;
use crate::packet::{NANOS, Timestamp};
use crate::record::Record;

/// A value that a column can hold.
pub trait Cell {
    /// The column type of such a value.
    const TYPE: Type;

    /// Appends the value to a record.
    fn put(&self, out: &mut Record);

    /// Appends the value of an optional cell that has one. Values of fixed size do so in one step.
    #[inline]
    fn put_some(&self, out: &mut Record) {
        out.fixed([1]);
        self.put(out);
    }
}

/// Wrappers around integers that are shown in hexadecimal.
macro_rules! hex {
    ($($(#[$doc:meta])* $name:ident($int:ty) => $ty:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Default, crate::Checkpoint)]
        pub struct $name(pub $int);

        impl Cell for $name {
            const TYPE: Type = $ty;

            #[inline]
            fn put(&self, out: &mut Record) {
                out.fixed(self.0.to_le_bytes());
            }

            #[inline]
            fn put_some(&self, out: &mut Record) {
                out.tagged(1, self.0.to_le_bytes());
            }
        }
    )*};
}

hex! {
    /// Eight bits, two hexadecimal digits.
    Hex8(u8) => Type::H8;
    /// Sixteen bits, four hexadecimal digits.
    Hex16(u16) => Type::H16;
    /// 32 bits, eight hexadecimal digits.
    Hex32(u32) => Type::H32;
    /// 64 bits, sixteen hexadecimal digits.
    Hex64(u64) => Type::H64;
}

/// Plain numbers: stored as they are.
macro_rules! numbers {
    ($($num:ty => $ty:expr;)*) => {$(
        impl Cell for $num {
            const TYPE: Type = $ty;

            #[inline]
            fn put(&self, out: &mut Record) {
                out.fixed(self.to_le_bytes());
            }

            #[inline]
            fn put_some(&self, out: &mut Record) {
                out.tagged(1, self.to_le_bytes());
            }
        }
    )*};
}

numbers! {
    u8 => Type::U8;
    u16 => Type::U16;
    u32 => Type::U32;
    u64 => Type::U64;
    i8 => Type::I8;
    i16 => Type::I16;
    i32 => Type::I32;
    i64 => Type::I64;
    f32 => Type::F32;
    f64 => Type::F64;
}

/// A number with nine digits behind the point (seconds in the packet file).
#[derive(Clone, Copy, PartialEq, Debug, Default, crate::Checkpoint)]
pub struct Seconds(pub f64);

impl Cell for Seconds {
    const TYPE: Type = Type::Seconds;

    #[inline]
    fn put(&self, out: &mut Record) {
        out.fixed(self.0.to_le_bytes());
    }

    #[inline]
    fn put_some(&self, out: &mut Record) {
        out.tagged(1, self.0.to_le_bytes());
    }
}

/// A direction letter, `A` or `B`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, crate::Checkpoint)]
pub struct Dir(pub u8);

impl Cell for Dir {
    const TYPE: Type = Type::Char;

    #[inline]
    fn put(&self, out: &mut Record) {
        out.fixed([self.0]);
    }
}

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
    /// Marks seconds and nanoseconds that count back from 1970: the highest bits of both.
    const BACK: (u64, u32) = (1 << 63, 1 << 31);

    /// How many seconds and nanoseconds a moment is before 1970, if it is: such moments have the
    /// highest bits of both numbers, and not the one below it in the seconds. They are shown with a
    /// minus sign in front, other large numbers as they are.
    pub const fn back_from_1970(seconds: u64, nanos: u32) -> Option<(u64, u32)> {
        if nanos >> 31 == 1 && seconds >> 62 == 2 {
            Some((seconds & !Self::BACK.0, nanos & !Self::BACK.1))
        } else {
            None
        }
    }

    #[cold]
    const fn before_1970(t: Timestamp) -> Self {
        const SECOND: u64 = NANOS.unsigned_abs();
        let (back, (mark, nano_mark)) = (t.0.unsigned_abs(), Self::BACK);
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
    fn put(&self, out: &mut Record) {
        out.fixed(self.seconds.to_le_bytes());
        out.fixed(self.nanos.to_le_bytes());
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
    fn put(&self, out: &mut Record) {
        out.fixed(self.seconds.to_le_bytes());
        out.fixed(self.nanos.to_le_bytes());
    }
}

/// A hardware address.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, crate::Checkpoint)]
pub struct Mac(pub [u8; 6]);

impl Cell for Mac {
    const TYPE: Type = Type::Mac;

    #[inline]
    fn put(&self, out: &mut Record) {
        out.fixed(self.0);
    }

    #[inline]
    fn put_some(&self, out: &mut Record) {
        out.tagged(1, self.0);
    }
}

impl Cell for Ipv4Addr {
    const TYPE: Type = Type::Ip4;

    #[inline]
    fn put(&self, out: &mut Record) {
        out.fixed(self.octets());
    }

    #[inline]
    fn put_some(&self, out: &mut Record) {
        out.tagged(1, self.octets());
    }
}

impl Cell for Ipv6Addr {
    const TYPE: Type = Type::Ip6;

    #[inline]
    fn put(&self, out: &mut Record) {
        out.fixed(self.octets());
    }

    #[inline]
    fn put_some(&self, out: &mut Record) {
        out.tagged(1, self.octets());
    }
}

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
    fn put(&self, out: &mut Record) {
        match self {
            Self::None => out.fixed([0]),
            Self::V4(a) => out.tagged(4, *a),
            Self::V6(a) => out.tagged(6, *a),
        }
    }
}

/// Bytes with a length in front, as the three kinds of text store them.
macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident => $ty:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
        pub struct $name<'a>(pub &'a [u8]);

        impl Cell for $name<'_> {
            const TYPE: Type = $ty;

            #[inline]
            fn put(&self, out: &mut Record) {
                out.length(self.0.len());
                out.raw(self.0);
            }
        }
    )*};
}

texts! {
    /// Text from the wire, quoted in text output.
    Text => Type::Text;
    /// A label of a known vocabulary (header names, kinds), never quoted in text output.
    Label => Type::Label;
    /// Payload bytes of the packet file: printable ones as they are, others escaped or dotted.
    Payload => Type::Payload;
}

/// A repeated column: any number of values of one type.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct List<'a, T>(pub &'a [T]);

impl<T: Cell + 'static> Cell for List<'_, T> {
    const TYPE: Type = Type::List(&T::TYPE);

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "a call would put the end of the record into memory")]
    fn put(&self, out: &mut Record) {
        out.length(self.0.len());
        for item in self.0 {
            item.put(out);
        }
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
    fn put(&self, out: &mut Record) {
        out.length(self.0.len());
        for item in self.0 {
            (self.1)(item).put(out);
        }
    }
}

/// Bytes, each with two hexadecimal digits: what a [`List`] of [`Hex8`] is, from bytes as they are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Bytes<'a>(pub &'a [u8]);

impl Cell for Bytes<'_> {
    const TYPE: Type = <List<'_, Hex8>>::TYPE;

    #[inline]
    fn put(&self, out: &mut Record) {
        out.length(self.0.len());
        if !self.0.is_empty() {
            out.raw(self.0);
        }
    }
}

impl<T: Cell + 'static> Cell for Option<T> {
    const TYPE: Type = Type::Option(&T::TYPE);

    #[inline]
    fn put(&self, out: &mut Record) {
        match self {
            Some(value) => value.put_some(out),
            None => out.fixed([0]),
        }
    }
}

/// Compound columns.
macro_rules! tuples {
    ($(($($t:ident $i:tt),+))*) => {$(
        impl<$($t: Cell),+> Cell for ($($t,)+) {
            const TYPE: Type = Type::Compound(&[$($t::TYPE),+]);

            #[inline(always)]
            fn put(&self, out: &mut Record) {
                $(self.$i.put(out);)+
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

#[cfg(test)]
mod tests {
    use std::fmt::Debug;
    use std::net::{Ipv4Addr, Ipv6Addr};

    use super::{
        Bytes, Cell, Dir, Duration, Each, Hex8, Hex16, Hex32, Hex64, IpText, List, Mac, Seconds,
        Text, Time,
    };
    use crate::record::Record;

    fn bytes(value: &impl Cell) -> Vec<u8> {
        let mut record = Record::new();
        value.put(&mut record);
        record.bytes().to_vec()
    }

    /// As a value, and as an optional one.
    fn is<C: Cell + Debug + 'static>(value: C, expected: &[u8]) {
        assert_eq!(bytes(&value), expected, "{value:?}");
        assert_eq!(bytes(&Some(value)), [&[1], expected].concat());
        assert_eq!(bytes(&Option::<C>::None), [0]);
    }

    #[test]
    fn moments_before_1970_count_back() {
        use crate::packet::Timestamp;
        let time = |nanos| Time::from(Timestamp(nanos));
        assert_eq!(time(7), Time { seconds: 0, nanos: 7 });
        let back = |Time { seconds, nanos }| Time::back_from_1970(seconds, nanos);
        assert_eq!(back(time(-4_999_999_000)), Some((4, 999_999_000)));
        assert_eq!(back(time(-1)), Some((0, 1)));
        assert_eq!(back(time(i64::MIN)), Some((9_223_372_036, 854_775_808)));
        for seconds in [0, 1 << 62, 3 << 62, u64::MAX] {
            assert_eq!(Time::back_from_1970(seconds, u32::MAX), None);
        }
        assert_eq!(Time::back_from_1970(1 << 63, 999_999_999), None);
    }

    #[test]
    fn values() {
        is(7_u8, &[7]);
        is(-2_i16, &[0xfe, 0xff]);
        is(0x0102_0304_u32, &[4, 3, 2, 1]);
        is(1_u64, &[1, 0, 0, 0, 0, 0, 0, 0]);
        is(1.0_f32, &[0, 0, 0x80, 0x3f]);
        is(Hex8(0xab), &[0xab]);
        is(Hex16(0x0800), &[0, 8]);
        is(Hex32(1), &[1, 0, 0, 0]);
        is(Hex64(1 << 56), &[0, 0, 0, 0, 0, 0, 0, 1]);
        is(Seconds(1.0), &[0, 0, 0, 0, 0, 0, 0xf0, 0x3f]);
        is(Dir(b'A'), b"A");
        is((1_u8, 2_u16), &[1, 2, 0]);
    }

    #[test]
    fn bytes_are_a_list() {
        for list in [&[][..], &[7], &[1, 2, 0xff]] {
            let items: Vec<_> = list.iter().copied().map(Hex8).collect();
            assert_eq!(bytes(&Bytes(list)), bytes(&List(&items)));
        }
        assert_eq!(Bytes::TYPE, <List<'_, Hex8>>::TYPE);
    }

    #[test]
    fn one_value_of_each() {
        let items = [("x".to_owned(), 5_u16), ("yz".to_owned(), 6)];
        let numbers: Each<'_, _, u16> = Each(&items, |item| item.1);
        assert_eq!(bytes(&numbers), bytes(&List(&[5_u16, 6])));
        let texts: Each<'_, _, Text<'_>> = Each(&items, |item| Text(item.0.as_bytes()));
        assert_eq!(bytes(&texts), bytes(&List(&[Text(b"x"), Text(b"yz")])));
        assert_eq!(<Each<'_, u8, u16>>::TYPE, <List<'_, u16>>::TYPE);
    }

    #[test]
    fn times_and_addresses() {
        is(Time { seconds: 1, nanos: 2 }, &[1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0]);
        is(Duration { seconds: 3, nanos: 0 }, &[3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        is(Mac([1, 2, 3, 4, 5, 6]), &[1, 2, 3, 4, 5, 6]);
        is(Ipv4Addr::new(10, 0, 0, 1), &[10, 0, 0, 1]);
        is(Ipv6Addr::LOCALHOST, &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
        is(IpText::None, &[0]);
        is(IpText::V4([10, 0, 0, 1]), &[4, 10, 0, 0, 1]);
        is(IpText::V6([7; 16]), &[&[6][..], &[7; 16]].concat());
    }
}
