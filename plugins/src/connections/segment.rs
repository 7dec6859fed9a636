//! A TCP segment as far as tcptrace looks at it.

use flowz_api::packet::Timestamp;
use flowz_api::plugin::PacketContext;

pub(crate) const FIN: u8 = 0x01;
pub(crate) const SYN: u8 = 0x02;
pub(crate) const RST: u8 = 0x04;
pub(crate) const PSH: u8 = 0x08;
pub(crate) const ACK: u8 = 0x10;
pub(crate) const URG: u8 = 0x20;
pub(crate) const ECE: u8 = 0x40;
pub(crate) const CWR: u8 = 0x80;

/// Bytes of the header without options.
const HEADER: usize = 20;
/// Most blocks that find room in the options (RFC 2018, section 3).
const BLOCKS: usize = 4;

/// What counts of a segment.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Segment {
    pub(crate) time: Timestamp,
    pub(crate) number: u32,
    pub(crate) ack: u32,
    pub(crate) flags: u8,
    pub(crate) window: u16,
    /// The urgent pointer.
    pub(crate) urgent: u16,
    /// Bytes of data as the headers say.
    pub(crate) data: u32,
    /// Bytes of them that were captured.
    pub(crate) captured: u32,
    /// Identification of IPv4.
    pub(crate) id: u32,
    /// A router tells of congestion: both lowest bits of the traffic class are set (RFC 3168, section 5).
    pub(crate) is_congested: bool,
    pub(crate) options: Options,
    /// Options were captured in part, or one is longer than all.
    pub(crate) is_cut: bool,
}

/// What counts of its options.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Options {
    pub(crate) mss: Option<u16>,
    pub(crate) scale: Option<u8>,
    pub(crate) sack_permitted: bool,
    pub(crate) timestamp: bool,
    /// Blocks of selective acknowledgements.
    pub(crate) blocks: [(u32, u32); BLOCKS],
    pub(crate) block_count: u8,
    /// One is longer than what there is.
    pub(crate) is_cut: bool,
}

/// A moment without what is less than a microsecond.
pub(crate) fn whole_micros(time: Timestamp) -> Timestamp {
    Timestamp(time.0.div_euclid(1000).saturating_mul(1000))
}

/// Whether the header of IP tells of congestion.
fn is_congested(header: &[u8]) -> bool {
    const CE: u8 = 3;
    match header {
        [first, class, ..] if first >> 4 == 4 => class & CE == CE,
        [first, second, ..] if first >> 4 == 6 => (second >> 4) & CE == CE,
        _ => false,
    }
}

impl Segment {
    /// The segment of a packet whose header was captured.
    pub(crate) fn of(cx: &PacketContext<'_>) -> Option<Self> {
        let layers = cx.layers;
        if !layers.is_first_fragment() {
            return None;
        }
        let header = layers.layer4(cx.packet.data);
        let (fixed, rest) = header.split_first_chunk::<HEADER>()?;
        let word = |at: usize| {
            u32::from_be_bytes([fixed[at], fixed[at + 1], fixed[at + 2], fixed[at + 3]])
        };
        let length = usize::from(fixed[12] >> 4).saturating_mul(4).saturating_sub(HEADER);
        let options = Options::of(&rest[..length.min(rest.len())]);
        Some(Self {
            time: whole_micros(cx.packet.ts),
            number: word(4),
            ack: word(8),
            flags: fixed[13],
            window: u16::from_be_bytes([fixed[14], fixed[15]]),
            urgent: u16::from_be_bytes([fixed[18], fixed[19]]),
            data: layers.l7_len,
            captured: layers.snap_l7_len.min(layers.l7_len),
            id: layers.ip_id,
            is_congested: is_congested(layers.layer3(cx.packet.data)),
            is_cut: rest.len() < length || options.is_cut,
            options,
        })
    }

    /// Whether it has one of these flags.
    pub(crate) fn has(&self, flags: u8) -> bool {
        self.flags & flags != 0
    }

    /// Numbers that it takes: its bytes, SYN and FIN.
    pub(crate) fn length(&self) -> u32 {
        let ends = u32::from(self.has(SYN)) + u32::from(self.has(FIN));
        self.data.saturating_add(ends)
    }
}

impl Options {
    /// Reads options; what is cut or has no possible length ends them.
    fn of(mut bytes: &[u8]) -> Self {
        const END: u8 = 0;
        const NOP: u8 = 1;
        const TIMESTAMP: u8 = 8;
        let mut found = Self::default();
        while let [kind, rest @ ..] = bytes {
            match *kind {
                END => break,
                NOP => bytes = rest,
                kind => {
                    let Some((length, rest)) = rest.split_first() else {
                        found.is_cut = true;
                        break;
                    };
                    found.timestamp |= kind == TIMESTAMP;
                    let Some(body) = usize::from(*length).checked_sub(2) else { break };
                    let Some((body, rest)) = rest.split_at_checked(body) else {
                        found.is_cut = true;
                        break;
                    };
                    found.take(kind, body);
                    bytes = rest;
                }
            }
        }
        found
    }

    fn take(&mut self, kind: u8, body: &[u8]) {
        match (kind, body) {
            (2, [a, b]) => self.mss = Some(u16::from_be_bytes([*a, *b])),
            (3, [shift]) => self.scale = Some(*shift),
            (4, []) => self.sack_permitted = true,
            (5, blocks) => {
                let numbers = blocks.as_chunks::<8>().0;
                self.block_count = 0;
                for (place, [a, b, c, d, e, f, g, h]) in self.blocks.iter_mut().zip(numbers) {
                    *place = (
                        u32::from_be_bytes([*a, *b, *c, *d]),
                        u32::from_be_bytes([*e, *f, *g, *h]),
                    );
                    self.block_count += 1;
                }
            }
            _ => {}
        }
    }
}
