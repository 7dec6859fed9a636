//! The structures of `core/api/include/flowz.h`, and the types of functions that cross the border. Nothing is
//! done with them here.

use std::ffi::{c_char, c_void};
use std::mem::offset_of;

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
    pub(crate) timeout: *mut i32,
    pub(crate) peer_timeout: *mut i32,
    pub(crate) end_flow: *mut u8,
}

/// `union flowz_value`; members of the same size and the same use have one name here
#[repr(C)]
#[derive(Clone, Copy)]
pub(crate) union Slot {
    pub(crate) whole: u64,
    pub(crate) number: f64,
    pub(crate) text: *const c_char,
    /// Of an address or a hardware address.
    pub(crate) bytes: *const u8,
    pub(crate) list: *const List,
}

impl Slot {
    /// As rows begin: nothing, whatever the type.
    pub(crate) const EMPTY: Self = Self { whole: 0 };
}

/// `struct flowz_list`
#[repr(C)]
#[derive(Clone, Copy)]
pub(crate) struct List {
    pub(crate) count: u32,
    pub(crate) items: *const c_void,
}

impl List {
    pub(crate) const EMPTY: Self = Self { count: 0, items: std::ptr::null() };
}

/// Bytes of a `struct flowz_address`: the version and sixteen of the address.
pub(crate) const ADDRESS_SIZE: usize = 17;
/// `FLOWZ_LIST`
pub(crate) const LIST: u32 = 256;
/// `FLOWZ_MOST`
pub(crate) const MOST_ITEMS: usize = 65_535;

/// `struct flowz_column`
#[repr(C)]
#[derive(Clone, Copy)]
pub(crate) struct Column {
    pub(crate) size: u32,
    pub(crate) ty: u32,
    pub(crate) name: *const c_char,
    pub(crate) unit: *const c_char,
    pub(crate) doc: *const c_char,
}

/// `struct flowz_toggle`
#[repr(C)]
#[derive(Clone, Copy)]
pub(crate) struct Toggle {
    pub(crate) size: u32,
    pub(crate) ty: u32,
    pub(crate) name: *const c_char,
    pub(crate) standard: *const c_char,
    pub(crate) doc: *const c_char,
    pub(crate) min: f64,
    pub(crate) max: f64,
}

/// `struct flowz_start`
#[repr(C)]
pub(crate) struct Start {
    pub(crate) size: u32,
    pub(crate) toggles: u32,
    pub(crate) toggle: *const Slot,
    pub(crate) run: *mut c_void,
    pub(crate) timeout: unsafe extern "C" fn(run: *mut c_void, seconds: f64) -> i32,
}

/// `struct flowz_report`
#[repr(C)]
pub(crate) struct Summary {
    pub(crate) size: u32,
    pub(crate) reserved: u32,
    pub(crate) packets: u64,
    pub(crate) flow_bytes: u64,
    pub(crate) tcp_packets: u64,
    pub(crate) flows: u64,
    pub(crate) run: *mut c_void,
    pub(crate) count:
        unsafe extern "C" fn(run: *mut c_void, key: *const c_char, n: u64, total: u64),
    pub(crate) text:
        unsafe extern "C" fn(run: *mut c_void, key: *const c_char, value: *const c_char),
}

pub(crate) type OnPacket =
    unsafe extern "C" fn(packet: *const Packet, flow: *mut c_void, peer: *mut c_void);
pub(crate) type OnEnd =
    unsafe extern "C" fn(flow: *mut c_void, peer: *mut c_void, values: *mut Slot);
pub(crate) type OnPacketRow =
    unsafe extern "C" fn(packet: *const Packet, flow: *mut c_void, values: *mut Slot);
pub(crate) type OnStart = unsafe extern "C" fn(start: *const Start) -> *const c_char;
pub(crate) type OnReport = unsafe extern "C" fn(report: *const Summary);

/// `struct flowz_plugin`
#[repr(C)]
#[derive(Clone, Copy)]
pub(crate) struct Plugin {
    pub(crate) size: u32,
    pub(crate) version: u32,
    pub(crate) name: *const c_char,
    pub(crate) summary: *const c_char,
    pub(crate) number: u32,
    pub(crate) flow_bytes: u32,
    pub(crate) columns: u32,
    pub(crate) on_by_default: u32,
    pub(crate) column: *const Column,
    pub(crate) packet: Option<OnPacket>,
    pub(crate) end: Option<OnEnd>,
    pub(crate) toggles: u32,
    pub(crate) steers: u32,
    pub(crate) toggle: *const Toggle,
    pub(crate) start: Option<OnStart>,
    pub(crate) report: Option<OnReport>,
    pub(crate) packet_columns: u32,
    pub(crate) reserved: u32,
    pub(crate) packet_column: *const Column,
    pub(crate) packet_row: Option<OnPacketRow>,
}

/// Shortest structures that make sense: that of a plugin ends as in version 1.
pub(crate) const PLUGIN_SIZE: usize = offset_of!(Plugin, toggles);
pub(crate) const COLUMN_SIZE: usize = size_of::<Column>();
pub(crate) const TOGGLE_SIZE: usize = size_of::<Toggle>();

#[cfg(test)]
mod tests {
    use super::{Column, List, PLUGIN_SIZE, Packet, Plugin, Slot, Start, Summary, Toggle};
    use std::mem::offset_of;

    /// Members never move: the numbers up to the empty line are those of the first version, those up
    /// to the next one came with the second.
    #[test]
    fn layout_is_that_of_the_header() {
        assert_eq!((PLUGIN_SIZE, size_of::<Column>()), (64, 32));
        let plugin = [offset_of!(Plugin, name), offset_of!(Plugin, number)];
        assert_eq!(plugin, [8, 24]);
        assert_eq!([offset_of!(Plugin, column), offset_of!(Plugin, end)], [40, 56]);
        let packet = [offset_of!(Packet, data), offset_of!(Packet, wire)];
        assert_eq!(packet, [8, 40]);
        let packet = [offset_of!(Packet, payload), offset_of!(Packet, direction)];
        assert_eq!(packet, [60, 72]);

        assert_eq!((offset_of!(Plugin, packet_columns), offset_of!(Packet, end_flow)), (96, 96));
        assert_eq!([offset_of!(Plugin, toggle), offset_of!(Plugin, report)], [72, 88]);
        assert_eq!([offset_of!(Packet, timeout), offset_of!(Packet, peer_timeout)], [80, 88]);
        assert_eq!((size_of::<Toggle>(), offset_of!(Toggle, min)), (48, 32));
        assert_eq!((size_of::<Start>(), offset_of!(Start, timeout)), (32, 24));
        assert_eq!((size_of::<Summary>(), offset_of!(Summary, text)), (64, 56));
        assert_eq!(size_of::<Slot>(), 8);

        assert_eq!([offset_of!(Plugin, packet_column), offset_of!(Plugin, packet_row)], [104, 112]);
        assert_eq!((size_of::<Plugin>(), size_of::<List>(), offset_of!(List, items)), (120, 16, 8));

        assert_eq!(size_of::<Packet>(), 104);
    }
}
