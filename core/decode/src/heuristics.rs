//! Whether bytes may be a frame or packet: for protocols that do not say what they carry.
//!
//! Every answer is `None` where the bytes that decide were not captured: who asks then stops, so that a
//! cut packet is never taken for something else than the whole one.

use crate::bytes::{u8_at, u16_at, u32_at};
use crate::dissector::Dissector;
use crate::link::{LARGEST_LENGTH, is_vlan};
use crate::tokens;

/// Where Ethernet has its source address and its type.
const SOURCE_AT: usize = 6;
const TYPE_AT: usize = 12;
/// First words of an ARP message: Ethernet and IPv4.
const ARP: u32 = 0x0001_0800;

impl Dissector<'_> {
    /// Where the IP packet at hand ends on the wire.
    pub(crate) fn packet_end(&self) -> usize {
        self.out.l3 as usize + self.out.l3_len as usize
    }

    /// Where an IP packet at `at` would end, by its own header; 0 if it can be none.
    pub(crate) fn ip_end(&self, at: usize) -> Option<usize> {
        const SMALLEST: usize = 20;
        const IPV6: usize = 40;
        let first = u8_at(self.data, at)?;
        match first >> 4 {
            4 => {
                let header = usize::from(first & 15) * 4;
                let total = usize::from(u16_at(self.data, at + 2)?);
                Some(if header >= SMALLEST && total >= header { at + total } else { 0 })
            }
            6 => Some(at + IPV6 + usize::from(u16_at(self.data, at + 4)?)),
            _ => Some(0),
        }
    }

    /// Whether an Ethernet frame with IP or ARP, perhaps with VLAN tags, may begin at `at` and end at or
    /// in front of `end`.
    pub(crate) fn may_be_frame(&self, at: usize, end: usize) -> Option<bool> {
        if self.has_group_source(at)? {
            return Some(false);
        }
        let type_at = self.type_of_frame(at)?;
        let body = type_at + 2;
        let version = u8_at(self.data, body)? >> 4;
        match (u16_at(self.data, type_at)?, version) {
            (0x0800, 4) | (0x86dd, 6) => {
                let packet_end = self.ip_end(body)?;
                Some(packet_end != 0 && packet_end <= end)
            }
            (0x0806, _) => Some(u32_at(self.data, body)? == ARP),
            _ => Some(false),
        }
    }

    /// Whether an Ethernet frame with anything else that has a name, or with a length that fits, may
    /// begin at `at` and end at or in front of `end`.
    pub(crate) fn may_carry(&self, at: usize, end: usize) -> Option<bool> {
        const SMALLEST_LLC: u16 = 3;
        if self.has_group_source(at)? {
            return Some(false);
        }
        let type_at = self.type_of_frame(at)?;
        let kind = u16_at(self.data, type_at)?;
        Some(if kind <= LARGEST_LENGTH {
            kind >= SMALLEST_LLC && type_at + 2 + usize::from(kind) <= end
        } else {
            tokens::ethertype(kind).is_some()
        })
    }

    fn has_group_source(&self, at: usize) -> Option<bool> {
        const GROUP: u8 = 1;
        Some(u8_at(self.data, at + SOURCE_AT)? & GROUP != 0)
    }

    /// Where the type of a frame at `at` is, behind its VLAN tags.
    fn type_of_frame(&self, at: usize) -> Option<usize> {
        let mut type_at = at + TYPE_AT;
        while is_vlan(u16_at(self.data, type_at)?) {
            type_at += 4;
        }
        Some(type_at)
    }
}
