//! The border to plugins in C: the structures of `core/api/include/flowz.h`, read with care, and calls of their
//! functions. The second module with unsafe code; all that can be safe is in its parent.
//!
//! A structure of the plugin is copied as far as its size says and this program knows; what is behind stays
//! zero. So both sides may be older or newer than the other.

use std::ffi::{CStr, c_char, c_void};
use std::ptr;

/// Version of the interface that this program offers.
pub(crate) const VERSION: u32 = 1;
/// Name of the function that yields the plugin.
pub(crate) const SYMBOL: &str = "flowz_c_plugin";

/// `flowz_c_plugin`
pub(crate) type Entry = unsafe extern "C" fn(version: u32) -> *const Plugin;

/// `struct flowz_packet`
#[repr(C)]
#[derive(Debug)]
pub(crate) struct Packet {
    pub(crate) size: u32,
    pub(crate) captured: u32,
    pub(crate) data: *const u8,
    pub(crate) time: i64,
    pub(crate) number: u64,
    pub(crate) flow: u64,
    pub(crate) wire: u32,
    pub(crate) offsets: [u32; 4],
    pub(crate) payload: u16,
    pub(crate) ethertype: u16,
    pub(crate) vlan: u16,
    pub(crate) ports: [u16; 2],
    pub(crate) protocol: u8,
    pub(crate) ip_version: u8,
    pub(crate) direction: u8,
    pub(crate) reserved: [u8; 7],
}

/// `struct flowz_column`
#[repr(C)]
#[derive(Clone, Copy)]
struct Column {
    size: u32,
    ty: u32,
    name: *const c_char,
    unit: *const c_char,
    doc: *const c_char,
}

type OnPacket = unsafe extern "C" fn(packet: *const Packet, flow: *mut c_void, peer: *mut c_void);
type OnEnd = unsafe extern "C" fn(flow: *mut c_void, peer: *mut c_void, values: *mut u64);

/// `struct flowz_plugin`
#[repr(C)]
#[derive(Clone, Copy)]
pub(crate) struct Plugin {
    size: u32,
    version: u32,
    name: *const c_char,
    summary: *const c_char,
    number: u32,
    flow_bytes: u32,
    columns: u32,
    on_by_default: u32,
    column: *const Column,
    packet: Option<OnPacket>,
    end: Option<OnEnd>,
}

/// A column as the plugin describes it.
#[derive(Clone, Debug)]
pub(crate) struct RawColumn {
    pub(crate) ty: u32,
    pub(crate) name: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) doc: &'static str,
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
    pub(crate) columns: Vec<RawColumn>,
    packet: Option<OnPacket>,
    end: Option<OnEnd>,
}

/// Most columns of a plugin.
pub(crate) const MOST_COLUMNS: u32 = 128;
/// Shortest structures that make sense: those of version 1.
const PLUGIN_SIZE: usize = size_of::<Plugin>();
const COLUMN_SIZE: usize = size_of::<Column>();

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
    let plugin = unsafe { copy::<Plugin>(at.cast(), PLUGIN_SIZE)? };
    if plugin.columns > MOST_COLUMNS {
        return Err(format!("it has {} columns: {MOST_COLUMNS} are the most", plugin.columns));
    }
    if plugin.columns > 0 && plugin.column.is_null() {
        return Err("its list of columns is missing".to_owned());
    }
    let mut columns = Vec::new();
    let mut next: *const u8 = plugin.column.cast();
    for _ in 0..plugin.columns {
        // SAFETY: so many columns are there, each beginning with its size, one behind the other.
        let column = unsafe { copy::<Column>(next, COLUMN_SIZE)? };
        // SAFETY: as above; the size is that of the element.
        next = unsafe { next.add(column.size as usize) };
        columns.push(RawColumn {
            ty: column.ty,
            // SAFETY: texts are null or end with a zero, and live as long as the object.
            name: unsafe { text(column.name)? },
            // SAFETY: as above.
            unit: unsafe { text(column.unit)? },
            // SAFETY: as above.
            doc: unsafe { text(column.doc)? },
        });
    }
    Ok(Raw {
        version: plugin.version,
        // SAFETY: as above.
        name: unsafe { text(plugin.name)? },
        // SAFETY: as above.
        summary: unsafe { text(plugin.summary)? },
        number: plugin.number,
        flow_bytes: plugin.flow_bytes,
        on_by_default: plugin.on_by_default != 0,
        columns,
        packet: plugin.packet,
        end: plugin.end,
    })
}

/// A structure of at least `least` bytes, as far as both sides know it.
///
/// # Safety
///
/// `at` must point to a structure that begins with its size. `T` must be one of the structures in here: all
/// zeros must be good for it.
unsafe fn copy<T>(at: *const u8, least: usize) -> Result<T, String> {
    // SAFETY: the caller promises a size at the beginning.
    let size = unsafe { ptr::read_unaligned(at.cast::<u32>()) } as usize;
    if size < least {
        return Err(format!("a structure of it has {size} bytes: {least} are the least"));
    }
    let mut value = std::mem::MaybeUninit::<T>::zeroed();
    // SAFETY: both have so many bytes, and a new value overlaps nothing.
    unsafe { ptr::copy_nonoverlapping(at, value.as_mut_ptr().cast(), size.min(size_of::<T>())) };
    // SAFETY: all bytes are set: to those of the other side, or to zeros.
    Ok(unsafe { value.assume_init() })
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

impl Raw {
    /// Calls the hook of a packet.
    pub(crate) fn packet(&self, packet: &Packet, flow: &mut [u64], peer: Option<&mut [u64]>) {
        if let Some(hook) = self.packet {
            // SAFETY: the function has this type by its header, and gets what that promises: a packet,
            // a state of the size it asked for, and another one or null.
            unsafe { hook(packet, state(flow), peer.map_or(ptr::null_mut(), state)) };
        }
    }

    /// Calls the hook of a flow's end; there are as many values as columns.
    pub(crate) fn end(&self, flow: &mut [u64], peer: Option<&mut [u64]>, values: &mut [u64]) {
        values.fill(0);
        if let Some(hook) = self.end {
            // SAFETY: as above, and a value for each column.
            unsafe {
                hook(state(flow), peer.map_or(ptr::null_mut(), state), values.as_mut_ptr());
            }
        }
    }
}

fn state(words: &mut [u64]) -> *mut c_void {
    words.as_mut_ptr().cast()
}

#[cfg(test)]
mod tests {
    use super::{Column, Packet, Plugin};
    use std::mem::offset_of;

    /// Members never move: these are the numbers of the first version.
    #[test]
    fn layout_is_that_of_the_header() {
        assert_eq!((size_of::<Plugin>(), size_of::<Column>(), size_of::<Packet>()), (64, 32, 80));
        let plugin = [offset_of!(Plugin, name), offset_of!(Plugin, number)];
        assert_eq!(plugin, [8, 24]);
        assert_eq!([offset_of!(Plugin, column), offset_of!(Plugin, end)], [40, 56]);
        let packet = [offset_of!(Packet, data), offset_of!(Packet, wire)];
        assert_eq!(packet, [8, 40]);
        let packet = [offset_of!(Packet, payload), offset_of!(Packet, direction)];
        assert_eq!(packet, [60, 72]);
    }
}
