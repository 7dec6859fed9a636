//! What a plugin says of itself, copied.

use std::ffi::{CStr, c_char};
use std::ptr;

use super::{Raw, RawColumn, RawToggle, VERSION};
use crate::ffi::layout::{COLUMN_SIZE, Column, Entry, PLUGIN_SIZE, Plugin, TOGGLE_SIZE, Toggle};

/// Most columns and most toggles of a plugin.
const MOST: u32 = 128;
/// Most bytes of a structure: far more than any version of the header will have, and few enough that a size that is
/// none leads nowhere.
const MOST_SIZE: usize = 4096;

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
    if size > MOST_SIZE {
        return Err(format!("a structure of it has {size} bytes: {MOST_SIZE} are the most"));
    }
    if !size.is_multiple_of(size_of::<usize>()) {
        return Err(format!("a structure of it has {size} bytes: no structure of C has so many"));
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
