//! Small captures and folders for the tests of this crate.

use std::path::{Path, PathBuf};
use std::{env, fs, process};

use flowz_api::packet::Packet;

use crate::{Input, Options};

/// A folder that goes away with its value.
pub(crate) struct TempDir(PathBuf);

impl TempDir {
    pub(crate) fn new(name: &str) -> Self {
        let path = env::temp_dir().join(format!("flowz-capture-{}-{name}", process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, bytes).unwrap();
        path
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

/// Writes numbers in one byte order.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Endian {
    Little,
    Big,
}

impl Endian {
    pub(crate) fn u16(self, number: u16) -> [u8; 2] {
        match self {
            Self::Little => number.to_le_bytes(),
            Self::Big => number.to_be_bytes(),
        }
    }

    pub(crate) fn u32(self, number: u32) -> [u8; 4] {
        match self {
            Self::Little => number.to_le_bytes(),
            Self::Big => number.to_be_bytes(),
        }
    }

    pub(crate) fn u32s(self, numbers: &[u32]) -> Vec<u8> {
        numbers.iter().flat_map(|&number| self.u32(number)).collect()
    }

    /// The header of a pcap file, version 2.4.
    pub(crate) fn pcap(self, magic: u32, snap_len: u32, network: u32) -> Vec<u8> {
        let mut file = self.u32(magic).to_vec();
        file.extend([self.u16(2), self.u16(4)].concat());
        file.extend(self.u32s(&[0, 0, snap_len, network]));
        file
    }

    /// A record of a pcap file.
    pub(crate) fn record(self, seconds: u32, fraction: u32, wire_len: u32, data: &[u8]) -> Vec<u8> {
        let captured = u32::try_from(data.len()).unwrap();
        [self.u32s(&[seconds, fraction, captured, wire_len]), data.to_vec()].concat()
    }

    /// A pcapng block around a body, padded.
    pub(crate) fn block(self, kind: u32, body: &[u8]) -> Vec<u8> {
        let padded = body.len().next_multiple_of(4);
        let length = u32::try_from(padded + 12).unwrap();
        let mut block = self.u32s(&[kind, length]);
        block.extend(body);
        block.resize(8 + padded, 0);
        block.extend(self.u32(length));
        block
    }

    /// A pcapng section header.
    pub(crate) fn section(self) -> Vec<u8> {
        let mut body = self.u32(0x1a2b_3c4d).to_vec();
        body.extend([self.u16(1), self.u16(0)].concat());
        body.extend([0xff; 8]);
        self.block(0x0a0d_0d0a, &body)
    }

    /// A pcapng interface with options as (code, value).
    pub(crate) fn interface(self, link: u16, snap_len: u32, options: &[(u16, &[u8])]) -> Vec<u8> {
        let mut body = [self.u16(link), [0, 0]].concat();
        body.extend(self.u32(snap_len));
        for (code, value) in options {
            body.extend([self.u16(*code), self.u16(u16::try_from(value.len()).unwrap())].concat());
            body.extend(*value);
            body.resize(body.len().next_multiple_of(4), 0);
        }
        self.block(1, &body)
    }

    /// A pcapng packet with time.
    pub(crate) fn packet(self, interface: u32, time: u64, wire_len: u32, data: &[u8]) -> Vec<u8> {
        let (high, low) = ((time >> 32) as u32, (time & 0xffff_ffff) as u32);
        let captured = u32::try_from(data.len()).unwrap();
        let head = self.u32s(&[interface, high, low, captured, wire_len]);
        self.block(6, &[&head, data].concat())
    }
}

/// Two packets in a small pcap file: 4 bytes at 1.5 s, 3 of 60 bytes at 2.000001 s.
pub(crate) fn two_packets() -> Vec<u8> {
    let endian = Endian::Little;
    let mut file = endian.pcap(0xa1b2_c3d4, 65_535, 1);
    file.extend(endian.record(1, 500_000, 4, &[1, 2, 3, 4]));
    file.extend(endian.record(2, 1, 60, &[5, 6, 7]));
    file
}

/// Opens bytes as a capture called `test.pcap`.
pub(crate) fn open(bytes: &[u8]) -> Input {
    Input::from_reader(
        std::io::Cursor::new(bytes.to_vec()),
        Path::new("test.pcap"),
        &Options::default(),
    )
    .unwrap()
}

/// The same, as the reference reads it.
pub(crate) fn open_compat(bytes: &[u8]) -> Input {
    let options = Options { compat: true, ..Options::default() };
    Input::from_reader(std::io::Cursor::new(bytes.to_vec()), Path::new("test.pcap"), &options)
        .unwrap()
}

/// A packet in short: time in nanoseconds, length on the wire, link type, interface, bytes.
pub(crate) type Summary = (i64, u32, u16, u32, Vec<u8>);

pub(crate) fn summary(packet: &Packet<'_>) -> Summary {
    (packet.ts.0, packet.wire_len, packet.link.0, packet.interface, packet.data.to_vec())
}

/// All packets that are left.
pub(crate) fn remaining(input: &mut Input) -> Vec<Summary> {
    let mut all = Vec::new();
    while let Some(packet) = input.next_packet() {
        all.push(summary(&packet));
    }
    all
}

/// The sentences of the damages.
pub(crate) fn damages(input: &Input) -> Vec<String> {
    input.damages().iter().map(ToString::to_string).collect()
}
