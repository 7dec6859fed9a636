//! The hooks of packets and flows, and the values of rows that they leave.

use std::ffi::{c_char, c_void};
use std::marker::PhantomData;
use std::{ptr, slice};

use crate::ffi::Checked;
use crate::ffi::kind::{Kind, Shape};
use crate::ffi::layout::{List, MOST_ITEMS, Packet, Slot};

/// The hooks of a plugin that runs. A call takes all of it, and what a hook points to is borrowed from there: so it is
/// not looked at any more when the next hook is called.
pub(in crate::ffi) struct Hooks {
    plugin: &'static Checked,
    /// Room for the values of a row.
    values: Vec<Slot>,
}

// SAFETY: pointers are only in `values`, and nobody looks at them but behind the call of the hook that left them there,
// on its thread. Hooks may be called from any thread: the header says so.
unsafe impl Send for Hooks {}

impl Hooks {
    pub(in crate::ffi) fn new(plugin: &'static Checked) -> Self {
        let most = plugin.kinds.len().max(plugin.packet_kinds.len());
        Self { plugin, values: vec![Slot::EMPTY; most] }
    }

    /// Calls the hook of a packet.
    pub(in crate::ffi) fn packet(
        &mut self,
        packet: &Packet,
        flow: &mut [u64],
        peer: Option<&mut [u64]>,
    ) {
        if let Some(hook) = self.plugin.raw.packet {
            // SAFETY: the function has this type by its header, and gets what that promises: a packet,
            // a state of the size it asked for, and another one or null.
            unsafe { hook(packet, state(flow), peer.map_or(ptr::null_mut(), state)) };
        }
    }

    /// Calls the hook of a flow's end; yields a value for each column.
    pub(in crate::ffi) fn end<'a>(
        &'a mut self,
        flow: &'a mut [u64],
        peer: Option<&'a mut [u64]>,
    ) -> impl Iterator<Item = (Kind, Value<'a>)> {
        let Self { plugin, values } = self;
        values.fill(Slot::EMPTY);
        if let Some(hook) = plugin.raw.end {
            // SAFETY: as above, and a value for each column.
            unsafe {
                hook(state(flow), peer.map_or(ptr::null_mut(), state), values.as_mut_ptr());
            }
        }
        read_row(&plugin.kinds, values)
    }

    /// Calls the hook of a packet's row; yields a value for each column of the packet table.
    pub(in crate::ffi) fn packet_row<'a>(
        &'a mut self,
        packet: &'a Packet,
        flow: &'a mut [u64],
    ) -> impl Iterator<Item = (Kind, Value<'a>)> {
        let Self { plugin, values } = self;
        values.fill(Slot::EMPTY);
        if let Some(hook) = plugin.raw.packet_row {
            // SAFETY: as above, and a value for each column of the packet table.
            unsafe { hook(packet, state(flow), values.as_mut_ptr()) };
        }
        read_row(&plugin.packet_kinds, values)
    }
}

/// A value that a hook has left.
#[derive(Clone, Debug)]
pub(in crate::ffi) enum Value<'a> {
    /// A number: all eight bytes.
    Number([u8; 8]),
    /// An address, or the items of a list one behind the other; empty if there is none.
    Bytes(&'a [u8]),
    /// A text without its zero.
    Text(&'a [u8]),
    /// A list of texts.
    Texts(Texts<'a>),
}

/// Values along the types of their columns. Private, because it believes what is in there.
fn read_row<'a>(
    kinds: &'static [Kind],
    values: &'a [Slot],
) -> impl Iterator<Item = (Kind, Value<'a>)> {
    // SAFETY: a hook has filled in the values just now, by the types that its plugin has given to the columns, and
    // no hook is called as long as they are borrowed.
    kinds.iter().zip(values).map(|(kind, slot)| (*kind, unsafe { value(*kind, slot) }))
}

/// A value of a type.
///
/// # Safety
///
/// The member that the header names for this type must be null or point to what the header says.
unsafe fn value<'a>(kind: Kind, slot: &Slot) -> Value<'a> {
    let shape = kind.shape();
    if kind.is_list {
        // SAFETY: the caller promises a list or null.
        let list = unsafe { pointed(slot.list) }.unwrap_or(List::EMPTY);
        let count = if list.items.is_null() { 0 } else { (list.count as usize).min(MOST_ITEMS) };
        return match shape {
            Shape::Text => Value::Texts(Texts { next: list.items.cast(), count, of: PhantomData }),
            // SAFETY: the caller promises so many items of this size.
            Shape::Number | Shape::Bytes => unsafe {
                Value::Bytes(bytes(list.items.cast(), count * kind.size()))
            },
        };
    }
    match shape {
        // SAFETY: all bit patterns are numbers, and all eight bytes were set before the hook was called.
        Shape::Number => Value::Number(unsafe { slot.whole }.to_ne_bytes()),
        // SAFETY: the caller promises so many bytes or null.
        Shape::Bytes => Value::Bytes(unsafe { bytes(slot.bytes, kind.size()) }),
        // SAFETY: the caller promises a text or null.
        Shape::Text => Value::Text(unsafe { bounded(slot.text) }),
    }
}

/// The texts of a list.
#[derive(Clone, Debug)]
pub(in crate::ffi) struct Texts<'a> {
    next: *const *const c_char,
    count: usize,
    of: PhantomData<&'a [u8]>,
}

impl Texts<'_> {
    pub(in crate::ffi) fn len(&self) -> usize {
        self.count
    }
}

impl<'a> Iterator for Texts<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        self.count = self.count.checked_sub(1)?;
        // SAFETY: whoever made it promises so many pointers to texts, which live as long as `'a`.
        unsafe {
            let text = bounded(ptr::read_unaligned(self.next));
            self.next = self.next.add(1);
            Some(text)
        }
    }
}

/// What a pointer points to, unless it is null.
///
/// # Safety
///
/// `at` must be null or point to a `T`, perhaps not aligned.
unsafe fn pointed<T: Copy>(at: *const T) -> Option<T> {
    // SAFETY: the caller promises it.
    (!at.is_null()).then(|| unsafe { ptr::read_unaligned(at) })
}

/// Bytes; none if the pointer is null.
///
/// # Safety
///
/// `at` must be null or point to so many bytes, and nobody may change them as long as `'a`.
unsafe fn bytes<'a>(at: *const u8, size: usize) -> &'a [u8] {
    if at.is_null() {
        return &[];
    }
    // SAFETY: the caller promises it.
    unsafe { slice::from_raw_parts(at, size) }
}

/// The bytes of a text up to its zero, at most [`MOST_ITEMS`]; none if the pointer is null.
///
/// # Safety
///
/// `at` must be null or point to bytes of which one is zero or which are at least so many, and nobody may change them as
/// long as `'a`.
unsafe fn bounded<'a>(at: *const c_char) -> &'a [u8] {
    let at: *const u8 = at.cast();
    if at.is_null() {
        return &[];
    }
    // SAFETY: the bytes in front were no zeros, so this one is there too.
    let is_end = |n: &usize| unsafe { *at.add(*n) } == 0;
    let size = (0..MOST_ITEMS).find(is_end).unwrap_or(MOST_ITEMS);
    // SAFETY: all of them were just read.
    unsafe { slice::from_raw_parts(at, size) }
}

fn state(words: &mut [u64]) -> *mut c_void {
    words.as_mut_ptr().cast()
}
