//! The classic BPF machine: two registers, 16 words of memory, and loads from the packet. A load
//! beyond the captured bytes or a division by zero refuses the packet. Jumps go forward, except
//! that libpcap walks chains of headers (`protochain`) with loops; those are counted, so that a
//! packet cannot hold the machine for ever.

use super::instruction::{Alu, Op, Operand, RawInstruction, SCRATCH, Test, Width};

/// Most jumps backwards per packet.
const LOOPS: u32 = 10_000;

/// A checked program: every jump ends inside it, and its last instruction returns.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Program {
    ops: Vec<Op>,
}

impl Program {
    /// Checks and translates a program; `None` if it is not one.
    pub(super) fn new(raw: Option<Vec<RawInstruction>>) -> Option<Self> {
        let ops = raw?.into_iter().map(Op::from_raw).collect::<Option<Vec<_>>>()?;
        let inside = |at: usize, skip: i64| {
            let target =
                i64::try_from(at).unwrap_or(i64::MAX).saturating_add(1).saturating_add(skip);
            usize::try_from(target).is_ok_and(|target| target < ops.len())
        };
        let sound = ops.iter().enumerate().all(|(at, op)| match *op {
            Op::Jump(skip) => inside(at, i64::from(skip)),
            Op::Branch(_, _, yes, no) => inside(at, i64::from(yes)) && inside(at, i64::from(no)),
            _ => true,
        });
        let returns = matches!(ops.last(), Some(Op::Return(_) | Op::ReturnA));
        (sound && returns).then_some(Self { ops })
    }

    /// The value that the program returns: 0 refuses the packet.
    #[inline(always)]
    #[allow(
        clippy::inline_always,
        reason = "one caller, on the way of all packets of a run with a filter"
    )]
    pub(super) fn run(&self, wire_len: u32, data: &[u8]) -> u32 {
        Machine { a: 0, x: 0, scratch: [0; SCRATCH], wire_len, data }.run(&self.ops).unwrap_or(0)
    }
}

/// The state of a run.
struct Machine<'a> {
    a: u32,
    x: u32,
    scratch: [u32; SCRATCH],
    wire_len: u32,
    data: &'a [u8],
}

impl Machine<'_> {
    /// Runs to a return; `None` where the packet is refused for a fault.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "as for the one that calls it")]
    fn run(&mut self, ops: &[Op]) -> Option<u32> {
        let (mut at, mut loops) = (0_usize, LOOPS);
        loop {
            let op = *ops.get(at)?;
            at += 1;
            match op {
                Op::Branch(test, operand, yes, no) => {
                    at += usize::from(if self.test(test, operand) { yes } else { no });
                }
                Op::Jump(skip) => {
                    loops -= u32::from(skip < 0);
                    if loops == 0 {
                        return None;
                    }
                    at = at.checked_add_signed(isize::try_from(skip).ok()?)?;
                }
                Op::Return(value) => return Some(value),
                Op::ReturnA => return Some(self.a),
                op => self.step(op)?,
            }
        }
    }

    /// All instructions that do not change the order.
    #[inline]
    fn step(&mut self, op: Op) -> Option<()> {
        match op {
            Op::Load(width, k) => self.a = self.load(width, k)?,
            Op::LoadIndexed(width, k) => self.a = self.load(width, self.x.checked_add(k)?)?,
            Op::Set(k) => self.a = k,
            Op::LoadScratch(place) => self.a = self.scratch[place],
            Op::Length => self.a = self.wire_len,
            Op::SetX(k) => self.x = k,
            Op::LoadScratchX(place) => self.x = self.scratch[place],
            Op::LengthX => self.x = self.wire_len,
            Op::HeaderLength(k) => self.x = (self.load(Width::Byte, k)? & 0x0f) << 2,
            Op::StoreScratch(place) => self.scratch[place] = self.a,
            Op::StoreScratchX(place) => self.scratch[place] = self.x,
            Op::Compute(alu, operand) => self.a = compute(alu, self.a, self.value(operand))?,
            Op::Negate => self.a = self.a.wrapping_neg(),
            Op::AToX => self.x = self.a,
            Op::XToA => self.a = self.x,
            Op::Branch(..) | Op::Jump(_) | Op::Return(_) | Op::ReturnA => {}
        }
        Some(())
    }

    #[inline]
    fn value(&self, operand: Operand) -> u32 {
        match operand {
            Operand::K(k) => k,
            Operand::X => self.x,
        }
    }

    #[inline]
    fn test(&self, test: Test, operand: Operand) -> bool {
        let value = self.value(operand);
        match test {
            Test::Equal => self.a == value,
            Test::Greater => self.a > value,
            Test::AtLeast => self.a >= value,
            Test::AnyBit => self.a & value != 0,
        }
    }

    /// A number in network order from the captured bytes, if they reach so far.
    #[inline]
    fn load(&self, width: Width, at: u32) -> Option<u32> {
        let rest = self.data.get(usize::try_from(at).ok()?..)?;
        match width {
            Width::Word => rest.first_chunk().map(|bytes| u32::from_be_bytes(*bytes)),
            Width::Half => rest.first_chunk().map(|bytes| u32::from(u16::from_be_bytes(*bytes))),
            Width::Byte => rest.first().map(|&byte| u32::from(byte)),
        }
    }
}

/// The arithmetic: modulo 2^32; shifts by more than 31 bits give 0.
#[inline]
fn compute(alu: Alu, a: u32, b: u32) -> Option<u32> {
    match alu {
        Alu::Add => Some(a.wrapping_add(b)),
        Alu::Sub => Some(a.wrapping_sub(b)),
        Alu::Mul => Some(a.wrapping_mul(b)),
        Alu::Div => a.checked_div(b),
        Alu::Mod => a.checked_rem(b),
        Alu::Or => Some(a | b),
        Alu::And => Some(a & b),
        Alu::Xor => Some(a ^ b),
        Alu::ShiftLeft => Some(a.checked_shl(b).unwrap_or(0)),
        Alu::ShiftRight => Some(a.checked_shr(b).unwrap_or(0)),
    }
}
