//! Facts: small typed results that a plugin publishes for those that run behind it.
//!
//! A fact is a struct with `derive(Fact)`. It crosses threads and shared objects as bytes, and is known by the name
//! of its plugin, its own name and its version: two plugins understand each other if these are the same, whoever
//! compiled them. Who publishes what and reads what stands in the plugins' [`Info`](crate::plugin::Info), so that
//! the order is known and misunderstandings are refused before the run; reading or publishing anything else does not
//! compile.

use crate::checkpoint::{Checkpoint as _, LoadError, Reader, Writer};
use crate::host::Occupied;
use crate::plugin::PluginError;
use crate::record::{Cells, Record};
use crate::slab::FlowIndex;

/// By what a fact is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug, crate::Checkpoint)]
pub struct FactId {
    /// The plugin that publishes it.
    pub plugin: &'static str,
    /// Its own name.
    pub name: &'static str,
    /// Counted up whenever its fields change.
    pub version: u32,
}

impl FactId {
    /// The identity of fact `F`.
    pub const fn of<F: Fact>() -> Self {
        F::ID
    }

    /// Whether a list has it.
    pub const fn is_in(self, list: &[Self]) -> bool {
        let mut n = 0;
        while n < list.len() {
            let other = list[n];
            let same = same(self.plugin, other.plugin) && same(self.name, other.name);
            if same && self.version == other.version {
                return true;
            }
            n += 1;
        }
        false
    }
}

/// Whether two texts are the same.
const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut n = 0;
    while n < a.len() {
        if a[n] != b[n] {
            return false;
        }
        n += 1;
    }
    true
}

/// A struct that can be published; made by `derive(Fact)`.
pub trait Fact: Sized {
    /// By what it is known.
    const ID: FactId;
    /// Appends its values.
    fn put(&self, out: &mut Record);
    /// Reads its values.
    fn read(from: &mut Cells<'_>) -> Self;
}

/// A type that fields of facts may have.
pub trait FactValue: Sized {
    /// Appends the value.
    fn put(&self, out: &mut Record);
    /// Reads the value.
    fn read(from: &mut Cells<'_>) -> Self;
}

/// Numbers.
macro_rules! numbers {
    ($($name:ident),*) => {$(
        impl FactValue for $name {
            fn put(&self, out: &mut Record) {
                out.fixed(self.to_le_bytes());
            }

            fn read(from: &mut Cells<'_>) -> Self {
                from.$name()
            }
        }
    )*};
}

numbers!(u8, u16, u32, u64, i8, i16, i32, i64, f32, f64);

impl FactValue for bool {
    fn put(&self, out: &mut Record) {
        out.fixed([u8::from(*self)]);
    }

    fn read(from: &mut Cells<'_>) -> Self {
        from.u8() != 0
    }
}

impl<const N: usize> FactValue for [u8; N] {
    fn put(&self, out: &mut Record) {
        out.fixed(*self);
    }

    fn read(from: &mut Cells<'_>) -> Self {
        from.array()
    }
}

impl FactValue for String {
    fn put(&self, out: &mut Record) {
        out.length(self.len());
        out.raw(self.as_bytes());
    }

    fn read(from: &mut Cells<'_>) -> Self {
        Self::from_utf8_lossy(from.text()).into_owned()
    }
}

impl<T: FactValue> FactValue for Option<T> {
    fn put(&self, out: &mut Record) {
        out.fixed([u8::from(self.is_some())]);
        if let Some(value) = self {
            value.put(out);
        }
    }

    fn read(from: &mut Cells<'_>) -> Self {
        (from.u8() != 0).then(|| T::read(from))
    }
}

impl<T: FactValue> FactValue for Vec<T> {
    fn put(&self, out: &mut Record) {
        out.length(self.len());
        for item in self {
            item.put(out);
        }
    }

    fn read(from: &mut Cells<'_>) -> Self {
        // What another plugin means by these bytes may be no list: each item has a byte at least.
        let count = from.length().min(from.rest().len());
        (0..count).map(|_| T::read(from)).collect()
    }
}

/// Tuples.
macro_rules! tuples {
    ($(($($t:ident $i:tt),+))*) => {$(
        impl<$($t: FactValue),+> FactValue for ($($t,)+) {
            fn put(&self, out: &mut Record) {
                $(self.$i.put(out);)+
            }

            fn read(from: &mut Cells<'_>) -> Self {
                ($($t::read(from),)+)
            }
        }
    )*};
}

tuples! {
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
}

/// Most bytes of a fact.
const MOST: usize = 1 << 20;

/// A fact as it travels.
#[derive(Clone, Debug, crate::Checkpoint)]
pub struct Published {
    /// By what it is known.
    pub id: FactId,
    /// Its values.
    pub values: Box<[u8]>,
    /// It stays with this flow until that ends; none: it is for the packet, or the end of the flow, at hand.
    pub flow: Option<FlowIndex>,
}

/// Facts that are known at the moment.
#[derive(Debug, Default)]
pub struct Facts {
    /// For the packet or the flow's end at hand.
    now: Vec<Published>,
    /// By slot: of flows that have any.
    kept: Vec<Vec<Published>>,
    /// What was published since it was taken last, if somebody wants to know.
    log: Option<Vec<Published>>,
}

impl Facts {
    /// Writes those about flows in these slots for the next run.
    pub(crate) fn save(&self, slots: &[Occupied], out: &mut Writer<'_>) {
        for (at, _) in slots {
            let known = self.kept.get(at.0 as usize).map_or(&[][..], Vec::as_slice);
            out.count(known.len());
            Published::save_all(known, out);
        }
    }

    /// Takes them over.
    pub(crate) fn resume(
        &mut self,
        slots: &[Occupied],
        from: &mut Reader<'_>,
    ) -> Result<(), LoadError> {
        for (at, _) in slots {
            for fact in Vec::<Published>::load(from)? {
                // It was small enough before.
                drop(self.publish(Published { flow: Some(*at), ..fact }));
            }
        }
        self.log = self.log.take().map(|_| Vec::new());
        Ok(())
    }

    /// Puts a fact in the place of one that was published before.
    pub fn publish(&mut self, fact: Published) -> Result<(), PluginError> {
        if fact.values.len() > MOST {
            let FactId { plugin, name, .. } = fact.id;
            let bytes = fact.values.len();
            return Err(PluginError::Other(format!(
                "the fact {plugin}.{name} has {bytes} bytes: {MOST} are the most"
            )));
        }
        if let Some(log) = &mut self.log {
            log.push(fact.clone());
        }
        let list = match fact.flow {
            None => &mut self.now,
            Some(FlowIndex(at)) => {
                let at = at as usize;
                if at >= self.kept.len() {
                    self.kept.resize_with(at + 1, Vec::new);
                }
                &mut self.kept[at]
            }
        };
        match list.iter_mut().find(|known| known.id == fact.id) {
            Some(known) => *known = fact,
            None => list.push(fact),
        }
        Ok(())
    }

    /// A fact about the packet or end at hand, or else about the flow in a slot.
    pub fn get<F: Fact>(&self, at: FlowIndex) -> Option<F> {
        let kept = self.kept.get(at.0 as usize).map_or(&[][..], Vec::as_slice);
        let fact = self.now.iter().chain(kept).find(|fact| fact.id == F::ID)?;
        let mut values = Record::new();
        values.raw(&fact.values);
        Some(F::read(&mut values.cells()))
    }

    /// The packet or end at hand is over.
    #[inline]
    pub fn next(&mut self) {
        if !self.now.is_empty() {
            self.now.clear();
        }
    }

    /// A flow begins in a slot.
    #[inline]
    pub fn begin(&mut self, at: FlowIndex) {
        if let Some(kept) = self.kept.get_mut(at.0 as usize) {
            kept.clear();
        }
    }

    /// From now on what is published is kept for [`take_log`](Self::take_log).
    pub fn keep_log(&mut self) {
        self.log = Some(Vec::new());
    }

    /// How many were published since the last call of [`take_log`](Self::take_log).
    #[inline]
    pub fn logged(&self) -> usize {
        self.log.as_ref().map_or(0, Vec::len)
    }

    /// All that was published since the last call, in order.
    #[inline]
    pub fn take_log(&mut self) -> Vec<Published> {
        self.log.as_mut().map(std::mem::take).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::FactValue;
    use crate::record::Record;

    #[test]
    fn a_list_has_no_more_items_than_bytes() {
        let mut record = Record::new();
        vec![7_u8, 8].put(&mut record);
        assert_eq!(Vec::<u8>::read(&mut record.cells()), [7, 8]);
        // Somebody else's number in the place of the list.
        record.clear();
        u64::MAX.put(&mut record);
        assert_eq!(Vec::<u8>::read(&mut record.cells()), [0xff; 4]);
    }
}
