//! Single values.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::{Checkpoint, LoadError, Reader, Writer};

macro_rules! numbers {
    ($($num:ty)*) => {$(
        impl Checkpoint for $num {
            #[inline]
            fn save(&self, out: &mut Writer<'_>) {
                out.bytes(&self.to_le_bytes());
            }

            #[inline]
            fn load(from: &mut Reader<'_>) -> Result<Self, LoadError> {
                from.array().map(Self::from_le_bytes)
            }
        }
    )*};
}

numbers! { u16 u32 u64 u128 i8 i16 i32 i64 i128 f32 f64 }

impl Checkpoint for u8 {
    #[inline]
    fn save(&self, out: &mut Writer<'_>) {
        out.bytes(&[*self]);
    }

    #[inline]
    fn load(from: &mut Reader<'_>) -> Result<Self, LoadError> {
        let [byte] = from.array()?;
        Ok(byte)
    }

    fn save_all(items: &[Self], out: &mut Writer<'_>) {
        out.bytes(items);
    }

    fn load_all(count: usize, from: &mut Reader<'_>) -> Result<Vec<Self>, LoadError> {
        from.bytes(count).map(<[u8]>::to_vec)
    }
}

impl Checkpoint for usize {
    fn save(&self, out: &mut Writer<'_>) {
        (*self as u64).save(out);
    }

    fn load(from: &mut Reader<'_>) -> Result<Self, LoadError> {
        Self::try_from(u64::load(from)?).map_err(|_| LoadError::Value("number"))
    }
}

impl Checkpoint for isize {
    fn save(&self, out: &mut Writer<'_>) {
        (*self as i64).save(out);
    }

    fn load(from: &mut Reader<'_>) -> Result<Self, LoadError> {
        Self::try_from(i64::load(from)?).map_err(|_| LoadError::Value("number"))
    }
}

impl Checkpoint for bool {
    #[inline]
    fn save(&self, out: &mut Writer<'_>) {
        u8::from(*self).save(out);
    }

    #[inline]
    fn load(from: &mut Reader<'_>) -> Result<Self, LoadError> {
        match u8::load(from)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(LoadError::Value("truth value")),
        }
    }
}

impl Checkpoint for char {
    fn save(&self, out: &mut Writer<'_>) {
        u32::from(*self).save(out);
    }

    fn load(from: &mut Reader<'_>) -> Result<Self, LoadError> {
        Self::from_u32(u32::load(from)?).ok_or(LoadError::Value("character"))
    }
}

impl Checkpoint for () {
    fn save(&self, _: &mut Writer<'_>) {}

    fn load(_: &mut Reader<'_>) -> Result<Self, LoadError> {
        Ok(())
    }
}

impl<T: Checkpoint, const N: usize> Checkpoint for [T; N] {
    fn save(&self, out: &mut Writer<'_>) {
        T::save_all(self, out);
    }

    fn load(from: &mut Reader<'_>) -> Result<Self, LoadError> {
        let all = T::load_all(N, from)?;
        Self::try_from(all).map_err(|_| LoadError::Short)
    }
}

impl<T: Checkpoint> Checkpoint for Option<T> {
    #[inline]
    fn save(&self, out: &mut Writer<'_>) {
        self.is_some().save(out);
        if let Some(value) = self {
            value.save(out);
        }
    }

    #[inline]
    fn load(from: &mut Reader<'_>) -> Result<Self, LoadError> {
        if bool::load(from)? { T::load(from).map(Some) } else { Ok(None) }
    }
}

impl<T: Checkpoint> Checkpoint for Box<T> {
    fn save(&self, out: &mut Writer<'_>) {
        (**self).save(out);
    }

    fn load(from: &mut Reader<'_>) -> Result<Self, LoadError> {
        T::load(from).map(Self::new)
    }
}

/// Each holder gets a value of its own.
impl<T: Checkpoint> Checkpoint for Arc<T> {
    fn save(&self, out: &mut Writer<'_>) {
        (**self).save(out);
    }

    fn load(from: &mut Reader<'_>) -> Result<Self, LoadError> {
        T::load(from).map(Self::new)
    }
}

macro_rules! tuples {
    ($(($($name:ident $place:tt),+))*) => {$(
        impl<$($name: Checkpoint),+> Checkpoint for ($($name,)+) {
            fn save(&self, out: &mut Writer<'_>) {
                $(self.$place.save(out);)+
            }

            fn load(from: &mut Reader<'_>) -> Result<Self, LoadError> {
                Ok(($($name::load(from)?,)+))
            }
        }
    )*};
}

tuples! {
    (A 0)
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
    (A 0, B 1, C 2, D 3, E 4)
    (A 0, B 1, C 2, D 3, E 4, F 5)
}

impl Checkpoint for Ipv4Addr {
    fn save(&self, out: &mut Writer<'_>) {
        self.octets().save(out);
    }

    fn load(from: &mut Reader<'_>) -> Result<Self, LoadError> {
        from.array::<4>().map(Self::from)
    }
}

impl Checkpoint for Ipv6Addr {
    fn save(&self, out: &mut Writer<'_>) {
        self.octets().save(out);
    }

    fn load(from: &mut Reader<'_>) -> Result<Self, LoadError> {
        from.array::<16>().map(Self::from)
    }
}

impl Checkpoint for IpAddr {
    fn save(&self, out: &mut Writer<'_>) {
        match self {
            Self::V4(address) => (4_u8, *address).save(out),
            Self::V6(address) => (6_u8, *address).save(out),
        }
    }

    fn load(from: &mut Reader<'_>) -> Result<Self, LoadError> {
        match u8::load(from)? {
            4 => Ipv4Addr::load(from).map(Self::V4),
            6 => Ipv6Addr::load(from).map(Self::V6),
            _ => Err(LoadError::Value("address")),
        }
    }
}

impl<T: Checkpoint> Checkpoint for Range<T> {
    fn save(&self, out: &mut Writer<'_>) {
        self.start.save(out);
        self.end.save(out);
    }

    fn load(from: &mut Reader<'_>) -> Result<Self, LoadError> {
        Ok(T::load(from)?..T::load(from)?)
    }
}

impl Checkpoint for Duration {
    fn save(&self, out: &mut Writer<'_>) {
        (self.as_secs(), self.subsec_nanos()).save(out);
    }

    fn load(from: &mut Reader<'_>) -> Result<Self, LoadError> {
        let (seconds, nanos) = <(u64, u32)>::load(from)?;
        if nanos < 1_000_000_000 {
            Ok(Self::new(seconds, nanos))
        } else {
            Err(LoadError::Value("length of time"))
        }
    }
}

impl Checkpoint for String {
    fn save(&self, out: &mut Writer<'_>) {
        out.count(self.len());
        out.bytes(self.as_bytes());
    }

    fn load(from: &mut Reader<'_>) -> Result<Self, LoadError> {
        let count = from.count()?;
        str::from_utf8(from.bytes(count)?).map(str::to_owned).map_err(|_| LoadError::Value("text"))
    }
}

impl Checkpoint for Box<str> {
    fn save(&self, out: &mut Writer<'_>) {
        out.count(self.len());
        out.bytes(self.as_bytes());
    }

    fn load(from: &mut Reader<'_>) -> Result<Self, LoadError> {
        String::load(from).map(String::into_boxed_str)
    }
}

/// Words of vocabularies, of which there are few: each is kept once for the rest of the run.
impl Checkpoint for &'static str {
    fn save(&self, out: &mut Writer<'_>) {
        out.count(self.len());
        out.bytes(self.as_bytes());
    }

    fn load(from: &mut Reader<'_>) -> Result<Self, LoadError> {
        static KNOWN: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
        let word = String::load(from)?;
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(word.as_str()) {
            return Ok(known);
        }
        let word: &'static str = word.leak();
        known.insert(word);
        Ok(word)
    }
}

impl<T: Checkpoint + Clone> Checkpoint for Cow<'static, [T]> {
    fn save(&self, out: &mut Writer<'_>) {
        out.count(self.len());
        T::save_all(self, out);
    }

    fn load(from: &mut Reader<'_>) -> Result<Self, LoadError> {
        Vec::load(from).map(Cow::Owned)
    }
}

impl Checkpoint for Cow<'static, str> {
    fn save(&self, out: &mut Writer<'_>) {
        out.count(self.len());
        out.bytes(self.as_bytes());
    }

    fn load(from: &mut Reader<'_>) -> Result<Self, LoadError> {
        String::load(from).map(Cow::Owned)
    }
}

/// A number that must be below a bound: the place of something in a list.
pub fn within(number: usize, bound: usize) -> Result<usize, LoadError> {
    if number < bound { Ok(number) } else { Err(LoadError::Value("place in a list")) }
}
