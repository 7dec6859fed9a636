//! What a packet holds, in the packet table: from which layer on (`core.SPKTMD_PCNTL`), as text, in hexadecimal, or
//! with its bits moved (`core.SPKTMD_BOPS`).

use flowz_api::cell::{Label, Payload};
use flowz_api::column::{Column, Type};
use flowz_api::layers::Layers;
use flowz_api::record::Record;
use flowz_api::settings::{CoreToggles, Run};

/// Values of `SPKTMD_BOPS` that can be added: bits of each byte reversed, its halves exchanged, all bits shifted to the
/// right by two, with one byte more for those that leave at the end.
const REVERSED: u8 = 1;
const SWAPPED: u8 = 2;
const SHIFTED: u8 = 0x10;
const LONGER: u8 = 0x20;

/// Bytes at the beginning that are never reversed or swapped.
const KEPT: usize = 5;
/// Bytes at the beginning that no shift touches: it begins in front of the last two bits of the next one.
const NOT_SHIFTED: usize = 4;

/// The columns that `toggles` ask for, in the order in which [`PacketBytes::put`] fills them.
pub fn columns(toggles: &CoreToggles) -> Vec<Column> {
    const HEX: &str = "Captured bytes from the layer in the name on, in hexadecimal.";
    const TEXT: &str = "Captured bytes from the layer in the name on, as text.";
    let column = |kind, ty, doc| Column {
        name: name(toggles, kind),
        ty,
        doc,
        unit: "",
        plugin: "core",
        counter: false,
    };
    let hex = toggles.spktmd_pcnth.then(|| column("Hex", Type::Label, HEX));
    let text = toggles.spktmd_pcntc.then(|| column("", Type::Payload, TEXT));
    hex.into_iter().chain(text).collect()
}

/// A column's name: layer, notation, what was done with the bits.
fn name(toggles: &CoreToggles, kind: &str) -> String {
    const LAYERS: [&str; 5] = ["", "l2", "l3", "l4", "l7"];
    let has = |bit, mark| if toggles.spktmd_bops & bit == 0 { "" } else { mark };
    let rest = format!("{kind}{}{}Content", has(REVERSED, "Lsb"), has(SWAPPED, "Ns"));
    match LAYERS[usize::from(toggles.spktmd_pcntl.min(4))] {
        "" => rest[..1].to_lowercase() + &rest[1..],
        layer => layer.to_owned() + &rest,
    }
}

/// Fills the columns.
#[derive(Debug)]
pub(crate) struct PacketBytes {
    layer: u8,
    /// Later parts of a packet show the whole packet again.
    compat: bool,
    hex: Option<Hexadecimal>,
    text: bool,
    moved: Option<Moved>,
}

impl PacketBytes {
    /// As the run's toggles say. Fails with a sentence if they ask for something that does not exist.
    pub(crate) fn new(run: &Run) -> Result<Self, String> {
        let core = &run.core;
        let bits = core.spktmd_bops;
        let unknown = bits & !(REVERSED | SWAPPED | SHIFTED | LONGER) != 0;
        if unknown || bits & (SHIFTED | LONGER) == LONGER {
            return Err(format!(
                "core.SPKTMD_BOPS={bits:#x}: only 0x1 (bits of each byte reversed), 0x2 (halves of each byte exchanged), \
                 0x10 (shift to the right) or 0x30 (the same with one byte more), and sums of these, are known"
            ));
        }
        Ok(Self {
            layer: core.spktmd_pcntl,
            compat: run.compat,
            hex: core.spktmd_pcnth.then(|| Hexadecimal {
                prefix: core.spktmd_pcnth_pref.clone().into_bytes(),
                separator: core.spktmd_pcnth_sep.clone().into_bytes(),
                text: Vec::new(),
            }),
            text: core.spktmd_pcntc,
            moved: (bits != 0).then(|| Moved { bits, compat: run.compat, ..Moved::default() }),
        })
    }

    /// Appends the cells of a packet. Not inlined: without a packet file the way of a packet would pay for it.
    #[inline(never)]
    pub(crate) fn put(&mut self, layers: &Layers, data: &[u8], out: &mut Record) {
        // Thousands of chunks fit into a packet: what is in front of them is shown once, with the first part. The
        // reference shows the whole packet with each.
        let is_later_part = layers.part > 0 && !self.compat;
        let bytes = match self.layer {
            _ if is_later_part => layers.payload(data),
            0 => data,
            1 => layer2(layers, data),
            2 => layers.layer3(data),
            3 => layers.layer4(data),
            _ => layers.payload(data),
        };
        let (bytes, text) = match &mut self.moved {
            None => (bytes, bytes),
            Some(moved) => moved.both(bytes),
        };
        if let Some(hex) = &mut self.hex {
            out.put(&Label(hex.text(bytes)));
        }
        if self.text {
            out.put(&Payload(text));
        }
    }
}

/// Captured bytes from the inner Ethernet header to the end of layer 3: without padding and trailers.
fn layer2<'a>(layers: &Layers, data: &'a [u8]) -> &'a [u8] {
    let end = layers.l3 as usize + layers.layer3(data).len();
    data.get(layers.l2 as usize..end.min(data.len())).unwrap_or(&[])
}

/// Bytes as two digits each.
#[derive(Debug)]
struct Hexadecimal {
    /// In front of each byte.
    prefix: Vec<u8>,
    /// Between bytes.
    separator: Vec<u8>,
    /// Those of a packet.
    text: Vec<u8>,
}

impl Hexadecimal {
    fn text(&mut self, bytes: &[u8]) -> &[u8] {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digits = |byte: u8| [byte >> 4, byte & 15].map(|digit| DIGITS[usize::from(digit)]);
        self.text.clear();
        for (n, byte) in bytes.iter().enumerate() {
            if n > 0 {
                self.text.extend_from_slice(&self.separator);
            }
            self.text.extend_from_slice(&self.prefix);
            self.text.extend_from_slice(&digits(*byte));
        }
        &self.text
    }
}

/// Bytes with moved bits.
#[derive(Debug, Default)]
struct Moved {
    /// What is done, `SPKTMD_BOPS`.
    bits: u8,
    compat: bool,
    bytes: Vec<u8>,
    /// What the reference prints as text.
    text: Vec<u8>,
}

impl Moved {
    /// The bytes for the hexadecimal column and those for the text.
    fn both(&mut self, original: &[u8]) -> (&[u8], &[u8]) {
        self.bytes.clear();
        self.bytes.extend_from_slice(original);
        // The reference shifts nothing where only the fifth byte would lose bits.
        if self.compat && original.len() <= KEPT {
            return (&self.bytes, &self.bytes);
        }
        for byte in self.bytes.iter_mut().skip(KEPT) {
            if self.bits & REVERSED != 0 {
                *byte = byte.reverse_bits();
            }
            if self.bits & SWAPPED != 0 {
                *byte = byte.rotate_left(4);
            }
        }
        if self.bits & SHIFTED != 0 {
            shift(&mut self.bytes, self.bits & LONGER != 0);
        }
        if !self.compat {
            return (&self.bytes, &self.bytes);
        }
        self.as_the_reference(original);
        (&self.bytes, &self.text)
    }

    /// The reference computes the bytes of its text in wider, signed numbers: those with other bits set above the
    /// eighth are no characters for it. It also forgets to clear the two bits that the shift moves out of the fifth
    /// byte, and the byte behind the last one.
    fn as_the_reference(&mut self, original: &[u8]) {
        self.text.clear();
        self.text.extend_from_slice(&self.bytes[..original.len()]);
        if self.bits & SHIFTED != 0 {
            if let (Some(kept), Some(byte)) =
                (self.text.get_mut(NOT_SHIFTED), original.get(NOT_SHIFTED))
            {
                *kept = *byte;
            }
            let signed = original.iter().map(|byte| byte & 0x80 != 0);
            dots(&mut self.text, signed);
        } else {
            let carried = self.bytes.iter().map(|byte| byte & 8 != 0);
            dots(&mut self.text, carried);
        }
    }
}

/// A dot for each byte of which `is_none` says that it is no character.
fn dots(text: &mut [u8], is_none: impl Iterator<Item = bool>) {
    for (byte, _) in text.iter_mut().zip(is_none).skip(KEPT).filter(|(_, is_none)| *is_none) {
        *byte = b'.';
    }
}

/// Shifts all bits from the last two of the fifth byte on to the right by two; zeros come in.
fn shift(bytes: &mut Vec<u8>, longer: bool) {
    let Some((first, rest)) = bytes.get_mut(NOT_SHIFTED..).and_then(<[u8]>::split_first_mut) else {
        return;
    };
    let mut carried = *first << 6;
    *first &= !3;
    for byte in rest {
        let leaves = *byte << 6;
        *byte = *byte >> 2 | carried;
        carried = leaves;
    }
    if longer {
        bytes.push(carried);
    }
}

#[cfg(test)]
mod tests {
    use flowz_api::layers::Layers;
    use flowz_api::record::Record;
    use flowz_api::settings::{CoreToggles, Run};

    use super::{PacketBytes, columns};

    const PACKET: &[u8] = b"_INVIT\x05\xc2\x0a:z";

    fn run(bits: u8, compat: bool) -> Run {
        let core = CoreToggles { spktmd_pcnth: true, spktmd_bops: bits, ..CoreToggles::default() };
        Run { core, compat, ..Run::default() }
    }

    /// Both cells of [`PACKET`], whose payload begins at its second byte.
    fn cells(run: &Run) -> [String; 2] {
        let layers = Layers { l2: 1, l3: 2, l4: 3, l7: 1, ..Layers::default() };
        let rest = |from: usize| (PACKET.len() - from) as u32;
        let layers = Layers { snap_l3_len: rest(2), snap_l4_len: rest(3), ..layers };
        let layers = Layers { snap_l7_len: rest(1), ..layers };
        let mut record = Record::new();
        PacketBytes::new(run).unwrap().put(&layers, PACKET, &mut record);
        let mut cells = record.cells();
        let text = [cells.text(), cells.text()].map(|text| text.escape_ascii().to_string());
        assert!(cells.is_empty());
        text
    }

    fn names(core: &CoreToggles) -> Vec<String> {
        columns(core).into_iter().map(|column| column.name).collect()
    }

    #[test]
    fn each_layer() {
        let mut run = run(0, false);
        run.core.spktmd_pcnth_pref = "\\".to_owned();
        run.core.spktmd_pcnth_sep = ", ".to_owned();
        for (layer, first, name) in
            [(0, "5f", "hexContent"), (1, "49", "l2HexContent"), (2, "4e", "l3HexContent")]
                .into_iter()
                .chain([(3, "56", "l4HexContent"), (4, "49", "l7HexContent")])
        {
            run.core.spktmd_pcntl = layer;
            let [hex, _] = cells(&run);
            assert!(hex.starts_with(&format!("\\\\{first}, \\\\")), "{layer}: {hex}");
            assert!(hex.ends_with(", \\\\7a"), "{layer}: {hex}");
            assert_eq!(names(&run.core)[0], name);
        }
        run.core.spktmd_pcntl = 0;
        run.core.spktmd_pcnth = false;
        assert_eq!(names(&run.core), ["content"]);
        run.core.spktmd_pcntc = false;
        assert!(names(&run.core).is_empty());
    }

    #[test]
    fn later_parts_of_a_packet_show_their_own_bytes() {
        let whole = Layers { snap_l7_len: 3, l7: 8, ..Layers::default() };
        for (part, compat, shown) in [(0, false, PACKET), (1, false, b"\x0a:z"), (1, true, PACKET)]
        {
            let mut run = run(0, compat);
            run.core.spktmd_pcntl = 0;
            let mut record = Record::new();
            let layers = Layers { part, ..whole };
            PacketBytes::new(&run).unwrap().put(&layers, PACKET, &mut record);
            let hex = record.cells().text().len();
            assert_eq!(hex, shown.len() * 5 - 1, "{part} {compat}");
        }
    }

    #[test]
    fn layer_2_ends_where_layer_3_does() {
        let mut layers = Layers { l2: 1, l3: 3, snap_l3_len: 4, ..Layers::default() };
        assert_eq!(super::layer2(&layers, PACKET), b"INVIT\x05");
        layers.snap_l3_len = 400;
        assert_eq!(super::layer2(&layers, PACKET), &PACKET[1..]);
        layers.l3 = 400;
        assert_eq!(super::layer2(&layers, PACKET), &PACKET[1..]);
        layers.l2 = 401;
        assert_eq!(super::layer2(&layers, PACKET), b"");
    }

    #[test]
    fn moved_bits() {
        let of = |bits, compat| cells(&run(bits, compat));
        let plain = "0x49 0x4e 0x56 0x49 0x54 0x05 0xc2 0x0a 0x3a 0x7a";
        assert_eq!(of(0, false), [plain, "INVIT\\x05\\xc2\\n:z"]);
        let reversed = "0x49 0x4e 0x56 0x49 0x54 0xa0 0x43 0x50 0x5c 0x5e";
        assert_eq!(of(1, false), [reversed, "INVIT\\xa0CP\\\\^"]);
        assert_eq!(of(1, true), [reversed, "INVIT\\xa0CP.."]);
        let swapped = "0x49 0x4e 0x56 0x49 0x54 0x50 0x2c 0xa0 0xa3 0xa7";
        assert_eq!(of(2, false), [swapped, "INVITP,\\xa0\\xa3\\xa7"]);
        assert_eq!(of(2, true), [swapped, "INVITP.\\xa0\\xa3\\xa7"]);
        let both = "0x49 0x4e 0x56 0x49 0x54 0x0a 0x34 0x05 0xc5 0xe5";
        assert_eq!(of(3, false), [both, "INVIT\\n4\\x05\\xc5\\xe5"]);
        assert_eq!(of(3, true), [both, "INVIT.4\\x05\\xc5\\xe5"]);
    }

    #[test]
    fn shifted_bits() {
        let of = |bits, compat| cells(&run(bits, compat));
        let shifted = "0x49 0x4e 0x56 0x49 0x54 0x01 0x70 0x82 0x8e 0x9e";
        assert_eq!(of(0x10, false), [shifted, "INVIT\\x01p\\x82\\x8e\\x9e"]);
        assert_eq!(of(0x10, true), [shifted, "INVIT\\x01.\\x82\\x8e\\x9e"]);
        let longer = shifted.to_owned() + " 0x80";
        assert_eq!(of(0x30, false), [longer.as_str(), "INVIT\\x01p\\x82\\x8e\\x9e\\x80"]);
        assert_eq!(of(0x30, true), [longer.as_str(), "INVIT\\x01.\\x82\\x8e\\x9e"]);
    }

    #[test]
    fn the_shift_begins_in_the_fifth_byte() {
        for (original, moved) in [(&b""[..], &b""[..]), (b"\xff\xff\xff\xff", b"\xff\xff\xff\xff")]
            .into_iter()
            .chain([(&b"\xff\xff\xff\xffC\xff"[..], &b"\xff\xff\xff\xff@\xff\xc0"[..])])
        {
            let mut bytes = original.to_vec();
            super::shift(&mut bytes, true);
            assert_eq!(bytes, moved);
        }
    }

    #[test]
    fn names_tell_what_was_moved() {
        let of = |bits| names(&run(bits, false).core);
        assert_eq!(of(1), ["l7HexLsbContent", "l7LsbContent"]);
        assert_eq!(of(2), ["l7HexNsContent", "l7NsContent"]);
        assert_eq!(of(3), ["l7HexLsbNsContent", "l7LsbNsContent"]);
        assert_eq!(of(0x30), ["l7HexContent", "l7Content"]);
    }

    #[test]
    fn unknown_moves() {
        for bits in [4, 8, 0x14, 0x20, 0x21] {
            let sentence = PacketBytes::new(&run(bits, false)).unwrap_err();
            assert!(
                sentence.starts_with(&format!("core.SPKTMD_BOPS={bits:#x}: only")),
                "{sentence}"
            );
        }
        assert!(PacketBytes::new(&run(0x33, false)).is_ok());
    }
}
