//! The border to plugins in C: their structures, read with care, and calls of their functions. The second module with
//! unsafe code; all that can be safe is in its parent.
//!
//! A structure of the plugin is copied as far as its size says and this program knows; what is behind stays
//! zero. So both sides may be older or newer than the other.

use std::ffi::{CStr, c_char, c_void};
use std::marker::PhantomData;
use std::{ptr, slice};

use flowz_api::report::{Part, Report, Totals};

use super::Checked;
use super::kind::{Kind, Shape};
use super::layout::{
    COLUMN_SIZE, Column, Entry, List, MOST_ITEMS, OnEnd, OnPacket, OnPacketRow, OnReport, OnStart,
    PLUGIN_SIZE, Packet, Plugin, Slot, Start, Summary, TOGGLE_SIZE, Toggle,
};

/// Version of the interface that this program offers.
pub(crate) const VERSION: u32 = 3;
/// Name of the function that yields the plugin.
pub(crate) const SYMBOL: &str = "flowz_c_plugin";

/// A column as the plugin describes it.
#[derive(Clone, Debug)]
pub(crate) struct RawColumn {
    pub(crate) ty: u32,
    pub(crate) name: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) doc: &'static str,
}

/// A toggle as the plugin describes it.
#[derive(Clone, Debug)]
pub(crate) struct RawToggle {
    pub(crate) ty: u32,
    pub(crate) name: &'static str,
    pub(crate) standard: &'static str,
    pub(crate) doc: &'static str,
    pub(crate) min: f64,
    pub(crate) max: f64,
}

/// A plugin, read and not yet looked at closely.
#[derive(Clone, Debug)]
pub(crate) struct Raw {
    pub(crate) version: u32,
    pub(crate) name: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) number: u32,
    pub(crate) flow_bytes: u32,
    pub(crate) on_by_default: bool,
    pub(crate) steers: bool,
    pub(crate) columns: Vec<RawColumn>,
    pub(crate) packet_columns: Vec<RawColumn>,
    pub(crate) toggles: Vec<RawToggle>,
    packet: Option<OnPacket>,
    end: Option<OnEnd>,
    packet_row: Option<OnPacketRow>,
    start: Option<OnStart>,
    report: Option<OnReport>,
}

/// Most columns and most toggles of a plugin.
const MOST: u32 = 128;

/// Asks an object for its plugin.
///
/// # Safety
///
/// `entry` must be the function of this name in an object that stays loaded and was made with `flowz.h`.
pub(crate) unsafe fn read(entry: Entry) -> Result<Raw, String> {
    // SAFETY: the caller promises that the function has this type.
    let at = unsafe { entry(VERSION) };
    if at.is_null() {
        return Err(format!("it does not work with version {VERSION} of the C interface"));
    }
    // SAFETY: a plugin's structure begins with its size.
    let plugin = unsafe { copy::<Plugin>(at.cast(), PLUGIN_SIZE)?.0 };
    // SAFETY: a plugin has as many columns as it says.
    let columns = unsafe { list(plugin.column, plugin.columns, COLUMN_SIZE, "columns")? };
    let (of_packets, number) = (plugin.packet_column, plugin.packet_columns);
    // SAFETY: as above, of the packet table.
    let packet_columns = unsafe { list(of_packets, number, COLUMN_SIZE, "packet columns")? };
    // SAFETY: as above, of toggles.
    let toggles = unsafe { list(plugin.toggle, plugin.toggles, TOGGLE_SIZE, "toggles")? };
    let column = |c: Column| {
        // SAFETY: texts are null or end with a zero, and live as long as the object.
        let [name, unit, doc] = unsafe { [text(c.name)?, text(c.unit)?, text(c.doc)?] };
        Ok::<_, String>(RawColumn { ty: c.ty, name, unit, doc })
    };
    let toggle = |t: Toggle| {
        let Toggle { ty, min, max, .. } = t;
        // SAFETY: as above.
        let [name, standard, doc] = unsafe { [text(t.name)?, text(t.standard)?, text(t.doc)?] };
        Ok::<_, String>(RawToggle { ty, name, standard, doc, min, max })
    };
    Ok(Raw {
        version: plugin.version,
        // SAFETY: as above.
        name: unsafe { text(plugin.name)? },
        // SAFETY: as above.
        summary: unsafe { text(plugin.summary)? },
        number: plugin.number,
        flow_bytes: plugin.flow_bytes,
        on_by_default: plugin.on_by_default != 0,
        steers: plugin.steers != 0,
        columns: columns.into_iter().map(column).collect::<Result<_, _>>()?,
        packet_columns: packet_columns.into_iter().map(column).collect::<Result<_, _>>()?,
        toggles: toggles.into_iter().map(toggle).collect::<Result<_, _>>()?,
        packet: plugin.packet,
        end: plugin.end,
        packet_row: plugin.packet_row,
        start: plugin.start,
        report: plugin.report,
    })
}

/// Structures one behind the other.
///
/// # Safety
///
/// At `at` must be so many structures that each begin with their size. `T`: as with [`copy`].
unsafe fn list<T>(at: *const T, number: u32, least: usize, what: &str) -> Result<Vec<T>, String> {
    if number > MOST {
        return Err(format!("it has {number} {what}: {MOST} are the most"));
    }
    if number > 0 && at.is_null() {
        return Err(format!("its list of {what} is missing"));
    }
    let mut all = Vec::new();
    let mut next: *const u8 = at.cast();
    for _ in 0..number {
        // SAFETY: the caller promises so many, each beginning with its size.
        let (value, size) = unsafe { copy::<T>(next, least)? };
        // SAFETY: as above; the size is that of the element.
        next = unsafe { next.add(size) };
        all.push(value);
    }
    Ok(all)
}

/// A structure of at least `least` bytes, as far as both sides know it, and its size.
///
/// # Safety
///
/// `at` must point to a structure that begins with its size. `T` must be one of the structures in here: all
/// zeros must be good for it.
unsafe fn copy<T>(at: *const u8, least: usize) -> Result<(T, usize), String> {
    // SAFETY: the caller promises a size at the beginning.
    let size = unsafe { ptr::read_unaligned(at.cast::<u32>()) } as usize;
    if size < least {
        return Err(format!("a structure of it has {size} bytes: {least} are the least"));
    }
    let mut value = std::mem::MaybeUninit::<T>::zeroed();
    // Nobody's pointer is to be cut in the middle: members end at multiples of a pointer's size.
    let known = size.min(size_of::<T>()) / size_of::<usize>() * size_of::<usize>();
    // SAFETY: both have so many bytes, and a new value overlaps nothing.
    unsafe { ptr::copy_nonoverlapping(at, value.as_mut_ptr().cast(), known) };
    // SAFETY: all bytes are set: to those of the other side, or to zeros.
    Ok((unsafe { value.assume_init() }, size))
}

/// A text of the plugin; empty if there is none.
///
/// # Safety
///
/// `at` must be null or point to bytes that end with a zero and live as long as the program.
unsafe fn text(at: *const c_char) -> Result<&'static str, String> {
    if at.is_null() {
        return Ok("");
    }
    // SAFETY: the caller promises it.
    let bytes = unsafe { CStr::from_ptr(at) };
    bytes.to_str().map_err(|_| "a text of it is no UTF-8".to_owned())
}

/// The hooks of a plugin that runs. A call takes all of it, and what a hook points to is borrowed from there: so it is
/// not looked at any more when the next hook is called.
pub(super) struct Hooks {
    plugin: &'static Checked,
    /// Room for the values of a row.
    values: Vec<Slot>,
}

// SAFETY: pointers are only in `values`, and nobody looks at them but behind the call of the hook that left them there,
// on its thread. Hooks may be called from any thread: the header says so.
unsafe impl Send for Hooks {}

impl Hooks {
    pub(super) fn new(plugin: &'static Checked) -> Self {
        let most = plugin.kinds.len().max(plugin.packet_kinds.len());
        Self { plugin, values: vec![Slot::EMPTY; most] }
    }

    /// Calls the hook of a packet.
    pub(super) fn packet(&mut self, packet: &Packet, flow: &mut [u64], peer: Option<&mut [u64]>) {
        if let Some(hook) = self.plugin.raw.packet {
            // SAFETY: the function has this type by its header, and gets what that promises: a packet,
            // a state of the size it asked for, and another one or null.
            unsafe { hook(packet, state(flow), peer.map_or(ptr::null_mut(), state)) };
        }
    }

    /// Calls the hook of a flow's end; yields a value for each column.
    pub(super) fn end<'a>(
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
    pub(super) fn packet_row<'a>(
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
pub(super) enum Value<'a> {
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
pub(super) struct Texts<'a> {
    next: *const *const c_char,
    count: usize,
    of: PhantomData<&'a [u8]>,
}

impl Texts<'_> {
    pub(super) fn len(&self) -> usize {
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

/// What registers a timeout in seconds and yields its number or -1.
pub(crate) type Register<'a> = &'a mut dyn FnMut(f64) -> i32;

impl Raw {
    /// Calls the hook of the start, with the values of all toggles; yields why the plugin cannot start.
    pub(crate) fn start(&self, toggles: &[Slot], mut register: Register<'_>) -> Option<String> {
        let hook = self.start?;
        let start = Start {
            size: size_of::<Start>() as u32,
            toggles: toggles.len() as u32,
            toggle: toggles.as_ptr(),
            run: (&raw mut register).cast(),
            timeout,
        };
        // SAFETY: the function has this type by its header, and all that the structure points to lives
        // during the call.
        let refusal = unsafe { hook(&raw const start) };
        // SAFETY: it yields null or a text.
        (!refusal.is_null()).then(|| unsafe { words(refusal) })
    }

    /// Calls the hook of the end report.
    pub(crate) fn report(&self, totals: &Totals, out: &mut Report) {
        let Some(hook) = self.report else { return };
        let report = Summary {
            size: size_of::<Summary>() as u32,
            reserved: 0,
            packets: totals.packets,
            flow_bytes: totals.flow_bytes,
            tcp_packets: totals.tcp_packets,
            flows: totals.flows,
            run: ptr::from_mut(out).cast(),
            count: count_line,
            text: text_line,
        };
        // SAFETY: as above.
        unsafe { hook(&raw const report) };
    }
}

/// `flowz_start.timeout`
unsafe extern "C" fn timeout(run: *mut c_void, seconds: f64) -> i32 {
    // SAFETY: the header says that `run` is what `Raw::start` put into the structure, and that the call is
    // made from within the hook.
    let register = unsafe { &mut *run.cast::<Register<'_>>() };
    register(seconds)
}

/// `flowz_report.count`
unsafe extern "C" fn count_line(run: *mut c_void, key: *const c_char, n: u64, total: u64) {
    // SAFETY: as with `timeout`, of `Raw::report`; the key is a text.
    let (report, key) = unsafe { (&mut *run.cast::<Report>(), words(key)) };
    let share = (total > 0).then_some(Part::Share(n, total));
    report.line(key, [Part::Count(n)].into_iter().chain(share));
}

/// `flowz_report.text`
unsafe extern "C" fn text_line(run: *mut c_void, key: *const c_char, value: *const c_char) {
    // SAFETY: as above.
    let (report, key, value) = unsafe { (&mut *run.cast::<Report>(), words(key), words(value)) };
    report.line(key, [Part::Text(value)]);
}

/// A text that somebody gives us for a moment; empty if there is none.
///
/// # Safety
///
/// `at` must be null or point to bytes that end with a zero.
unsafe fn words(at: *const c_char) -> String {
    if at.is_null() {
        return String::new();
    }
    // SAFETY: the caller promises it.
    unsafe { CStr::from_ptr(at) }.to_string_lossy().into_owned()
}

fn state(words: &mut [u64]) -> *mut c_void {
    words.as_mut_ptr().cast()
}
