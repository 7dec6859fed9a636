//! Instructions of the classic BPF machine: from the packed numbers of libpcap to variants that
//! say what they do. Numbers as in the header `pcap/bpf.h`.

/// An instruction as libpcap packs it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct RawInstruction {
    pub(super) code: u16,
    pub(super) jt: u8,
    pub(super) jf: u8,
    pub(super) k: u32,
}

impl RawInstruction {
    /// From four decimal numbers with blanks between them.
    pub(super) fn parse(line: &str) -> Option<Self> {
        let mut words = line.split_ascii_whitespace();
        let raw = Self {
            code: words.next()?.parse().ok()?,
            jt: words.next()?.parse().ok()?,
            jf: words.next()?.parse().ok()?,
            k: words.next()?.parse().ok()?,
        };
        words.next().is_none().then_some(raw)
    }
}

/// Where a second operand comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Operand {
    K(u32),
    X,
}

/// Size of a load from the packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Width {
    Word,
    Half,
    Byte,
}

/// An arithmetic operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Alu {
    Add,
    Sub,
    Mul,
    Div,
    Mod,
    Or,
    And,
    Xor,
    ShiftLeft,
    ShiftRight,
}

/// A comparison of the accumulator with an operand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Test {
    Equal,
    Greater,
    AtLeast,
    AnyBit,
}

/// An instruction. A is the accumulator, X the index register, M the scratch memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Op {
    /// A = packet at k.
    Load(Width, u32),
    /// A = packet at X + k.
    LoadIndexed(Width, u32),
    /// A = k.
    Set(u32),
    /// A = M at k.
    LoadScratch(usize),
    /// A = length on the wire.
    Length,
    /// X = k.
    SetX(u32),
    /// X = M at k.
    LoadScratchX(usize),
    /// X = length on the wire.
    LengthX,
    /// X = four times the lower half of the byte at k.
    HeaderLength(u32),
    /// M at k = A.
    StoreScratch(usize),
    /// M at k = X.
    StoreScratchX(usize),
    /// A = A op operand.
    Compute(Alu, Operand),
    /// A = -A.
    Negate,
    /// Skip k instructions, a signed number.
    Jump(i32),
    /// Skip as many instructions as the outcome says: if true, if false.
    Branch(Test, Operand, u8, u8),
    /// End with k.
    Return(u32),
    /// End with A.
    ReturnA,
    /// X = A.
    AToX,
    /// A = X.
    XToA,
}

impl Op {
    /// The meaning of a packed instruction; `None` if it has none, or names scratch memory that
    /// does not exist, or divides by a constant zero.
    pub(super) fn from_raw(raw: RawInstruction) -> Option<Self> {
        match raw.code & 7 {
            0 => Self::load(raw),
            1 => Self::load_x(raw),
            2 if raw.code == 2 => scratch(raw.k).map(Self::StoreScratch),
            3 if raw.code == 3 => scratch(raw.k).map(Self::StoreScratchX),
            4 => Self::compute(raw),
            5 => Self::branch(raw),
            6 => match raw.code {
                0x06 => Some(Self::Return(raw.k)),
                0x16 => Some(Self::ReturnA),
                _ => None,
            },
            7 => match raw.code {
                0x07 => Some(Self::AToX),
                0x87 => Some(Self::XToA),
                _ => None,
            },
            _ => None,
        }
    }

    fn load(raw: RawInstruction) -> Option<Self> {
        let width = match raw.code & 0x18 {
            0x00 => Width::Word,
            0x08 => Width::Half,
            0x10 => Width::Byte,
            _ => return None,
        };
        match (raw.code & !0x1f, width) {
            (0x20, width) => Some(Self::Load(width, raw.k)),
            (0x40, width) => Some(Self::LoadIndexed(width, raw.k)),
            (0x00, Width::Word) => Some(Self::Set(raw.k)),
            (0x60, Width::Word) => scratch(raw.k).map(Self::LoadScratch),
            (0x80, Width::Word) => Some(Self::Length),
            _ => None,
        }
    }

    fn load_x(raw: RawInstruction) -> Option<Self> {
        match raw.code {
            0x01 => Some(Self::SetX(raw.k)),
            0x61 => scratch(raw.k).map(Self::LoadScratchX),
            0x81 => Some(Self::LengthX),
            0xb1 => Some(Self::HeaderLength(raw.k)),
            _ => None,
        }
    }

    fn compute(raw: RawInstruction) -> Option<Self> {
        let alu = match raw.code & !0x0f {
            0x00 => Alu::Add,
            0x10 => Alu::Sub,
            0x20 => Alu::Mul,
            0x30 => Alu::Div,
            0x40 => Alu::Or,
            0x50 => Alu::And,
            0x60 => Alu::ShiftLeft,
            0x70 => Alu::ShiftRight,
            0x80 => return (raw.code == 0x84).then_some(Self::Negate),
            0x90 => Alu::Mod,
            0xa0 => Alu::Xor,
            _ => return None,
        };
        let operand = operand(raw);
        let by_zero = matches!(alu, Alu::Div | Alu::Mod) && operand == Operand::K(0);
        (!by_zero).then_some(Self::Compute(alu, operand))
    }

    fn branch(raw: RawInstruction) -> Option<Self> {
        let test = match raw.code & !0x0f {
            0x00 => return (raw.code == 0x05).then_some(Self::Jump(raw.k.cast_signed())),
            0x10 => Test::Equal,
            0x20 => Test::Greater,
            0x30 => Test::AtLeast,
            0x40 => Test::AnyBit,
            _ => return None,
        };
        Some(Self::Branch(test, operand(raw), raw.jt, raw.jf))
    }
}

fn operand(raw: RawInstruction) -> Operand {
    if raw.code & 8 == 0 { Operand::K(raw.k) } else { Operand::X }
}

/// Number of words of scratch memory.
pub(super) const SCRATCH: usize = 16;

fn scratch(k: u32) -> Option<usize> {
    usize::try_from(k).ok().filter(|&place| place < SCRATCH)
}
