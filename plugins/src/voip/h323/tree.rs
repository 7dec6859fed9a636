//! Reads bytes by a table of definitions into a tree of named values.
//!
//! Memory and time are bounded: no more than [`MOST`] values, no deeper than [`DEEPEST`].

use super::per::{Reader, Size};
use super::schema::{Addition, Field, Growth, Type};

/// Most values of a message.
const MOST: usize = 4096;
/// How deep values may lie in others: twice as deep as those of known terminals.
const DEEPEST: u32 = 32;

/// A message.
#[derive(Debug)]
pub(crate) struct Tree<'a> {
    /// Each in front of what is in it.
    nodes: Vec<Node<'a>>,
    /// A part of it is not as it should be; what was read of it is there.
    pub(crate) is_malformed: bool,
}

#[derive(Debug)]
struct Node<'a> {
    name: &'static str,
    value: Value<'a>,
    /// Number of the node behind what is in it.
    end: usize,
}

/// A value.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Value<'a> {
    Nothing,
    Number(u32),
    Octets(&'a [u8]),
    Text(String),
}

/// A value in its tree.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part<'t, 'a> {
    tree: &'t Tree<'a>,
    at: usize,
}

/// Why the reading of a message, or of a part with a length, ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stop {
    /// There is nothing more that is wanted.
    Unread,
    Malformed,
}

impl<'a> Tree<'a> {
    /// Reads a message; none if there is nothing of it.
    pub(super) fn read(kind: &'static Type, bytes: &'a [u8]) -> Option<Self> {
        let mut tree = Self { nodes: Vec::new(), is_malformed: false };
        let end = tree.value("", kind, &mut Reader::new(bytes), 0);
        tree.is_malformed |= end == Err(Stop::Malformed);
        (tree.nodes.len() > 1).then_some(tree)
    }

    /// All of it.
    pub(crate) fn root(&self) -> Part<'_, 'a> {
        Part { tree: self, at: 0 }
    }

    fn value(
        &mut self,
        name: &'static str,
        kind: &'static Type,
        from: &mut Reader<'a>,
        depth: u32,
    ) -> Result<(), Stop> {
        if depth > DEEPEST || self.nodes.len() >= MOST {
            return Err(Stop::Malformed);
        }
        let at = self.nodes.len();
        self.nodes.push(Node { name, value: Value::Nothing, end: at + 1 });
        let read = match kind {
            Type::Sequence(fields, growth) => self.sequence(fields, growth, from, depth + 1),
            Type::Choice(fields, growth) => self.choice(fields, growth, from, depth + 1),
            Type::List(kind, size) => self.list(kind, *size, from, depth + 1),
            Type::Unread => Err(Stop::Unread),
            simple => simple_value(simple, from).map(|value| self.nodes[at].value = value),
        };
        self.nodes[at].end = self.nodes.len();
        read
    }

    fn sequence(
        &mut self,
        fields: &'static [Field],
        growth: &Growth,
        from: &mut Reader<'a>,
        depth: u32,
    ) -> Result<(), Stop> {
        let added = match growth {
            Growth::Fixed => None,
            Growth::Grows(added) => bit(from)?.then_some(*added),
        };
        // No sequence here has more components that may be absent.
        let mut present = 0_u32;
        for field in fields {
            if let Field::Opt(..) = field {
                present = present << 1 | u32::from(bit(from)?);
            }
        }
        let mut left = fields.iter().filter(|field| matches!(field, Field::Opt(..))).count();
        for field in fields {
            match field {
                Field::One(name, kind) => self.value(name, kind, from, depth)?,
                Field::Opt(name, kind) => {
                    left -= 1;
                    if present >> left & 1 == 1 {
                        self.value(name, kind, from, depth)?;
                    }
                }
            }
        }
        added.map_or(Ok(()), |added| self.additions(added, from, depth))
    }

    /// What was added to a sequence (X.691, section 18.7).
    fn additions(
        &mut self,
        added: &'static [Addition],
        from: &mut Reader<'a>,
        depth: u32,
    ) -> Result<(), Stop> {
        let count = from.small().ok_or(Stop::Malformed)? as usize + 1;
        let mut bits = from.clone();
        from.pass(count).ok_or(Stop::Malformed)?;
        for at in 0..count {
            if !bit(&mut bits)? {
                continue;
            }
            let bytes = from.open().ok_or(Stop::Malformed)?;
            if let Some(Addition::Known(name, kind)) = added.get(at) {
                self.open(name, kind, bytes, depth)?;
            }
        }
        Ok(())
    }

    fn choice(
        &mut self,
        fields: &'static [Field],
        growth: &Growth,
        from: &mut Reader<'a>,
        depth: u32,
    ) -> Result<(), Stop> {
        if let Growth::Grows(added) = growth
            && bit(from)?
        {
            let at = from.small().ok_or(Stop::Malformed)? as usize;
            let bytes = from.open().ok_or(Stop::Malformed)?;
            let Some(Addition::Known(name, kind)) = added.get(at) else { return Ok(()) };
            return self.open(name, kind, bytes, depth);
        }
        let last = fields.len().saturating_sub(1) as u32;
        let at = from.within(0, last).ok_or(Stop::Malformed)? as usize;
        match fields.get(at) {
            Some(Field::One(name, kind) | Field::Opt(name, kind)) => {
                self.value(name, kind, from, depth)
            }
            None => Err(Stop::Malformed),
        }
    }

    fn list(
        &mut self,
        kind: &'static Type,
        size: Size,
        from: &mut Reader<'a>,
        depth: u32,
    ) -> Result<(), Stop> {
        for _ in 0..from.count(size).ok_or(Stop::Malformed)? {
            self.value("", kind, from, depth)?;
        }
        Ok(())
    }

    /// A part with a length: whatever is in it, what is behind it is read.
    fn open(
        &mut self,
        name: &'static str,
        kind: &'static Type,
        bytes: &'a [u8],
        depth: u32,
    ) -> Result<(), Stop> {
        let end = self.value(name, kind, &mut Reader::new(bytes), depth);
        self.is_malformed |= end == Err(Stop::Malformed);
        // Where there is no more room, there is none behind it.
        if self.nodes.len() >= MOST { Err(Stop::Malformed) } else { Ok(()) }
    }
}

impl<'t, 'a> Part<'t, 'a> {
    fn node(&self) -> Option<&'t Node<'a>> {
        self.tree.nodes.get(self.at)
    }

    /// Its name.
    pub(crate) fn name(&self) -> &'static str {
        self.node().map_or("", |node| node.name)
    }

    /// What is in it.
    pub(crate) fn parts(&self) -> impl Iterator<Item = Self> + use<'t, 'a> {
        let (tree, end) = (self.tree, self.node().map_or(0, |node| node.end));
        let mut next = self.at + 1;
        std::iter::from_fn(move || {
            let at = next;
            next = tree.nodes.get(at).filter(|_| at < end)?.end;
            Some(Self { tree, at })
        })
    }

    /// The first part: what was chosen.
    pub(crate) fn first(&self) -> Option<Self> {
        self.parts().next()
    }

    /// The part with a name.
    pub(crate) fn get(&self, name: &str) -> Option<Self> {
        self.parts().find(|part| part.name() == name)
    }

    /// The part at the end of a way.
    pub(crate) fn at(&self, way: &[&str]) -> Option<Self> {
        way.iter().try_fold(*self, |part, name| part.get(name))
    }

    pub(crate) fn number(&self) -> Option<u32> {
        match self.node()?.value {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    pub(crate) fn octets(&self) -> Option<&'a [u8]> {
        match self.node()?.value {
            Value::Octets(octets) => Some(octets),
            _ => None,
        }
    }

    pub(crate) fn text(&self) -> Option<&'t str> {
        match &self.node()?.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}

fn bit(from: &mut Reader<'_>) -> Result<bool, Stop> {
    from.bit().ok_or(Stop::Malformed)
}

fn simple_value<'a>(kind: &Type, from: &mut Reader<'a>) -> Result<Value<'a>, Stop> {
    let value = match kind {
        Type::Bool => from.bit().map(|bit| Value::Number(bit.into())),
        Type::Integer(low, high) => from.within(*low, *high).map(Value::Number),
        Type::Octets(size) => octets(*size, from),
        Type::Oid => from.open().map(Value::Octets),
        Type::Text(size) => {
            from.count(*size).and_then(|count| characters(from, &[], 8, count, is_short(*size, 8)))
        }
        Type::Chars(alphabet, size) => {
            // As many bits as are needed, and a power of two (section 27.5).
            let bits =
                (u32::BITS - (alphabet.len() as u32 - 1).leading_zeros()).next_power_of_two();
            let (count, is_short) = (from.count(*size), is_short(*size, bits));
            // Where its numbers fit, characters are their own.
            let alphabet = if bits < 8 { alphabet } else { &[][..] };
            count.and_then(|count| characters(from, alphabet, bits, count, is_short))
        }
        Type::Wide(size) => from.count(*size).and_then(|count| {
            let octets = from.octets(2 * count)?;
            let units = octets.as_chunks::<2>().0.iter().map(|unit| u16::from_be_bytes(*unit));
            Some(Value::Text(char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect()))
        }),
        _ => Some(Value::Nothing),
    };
    value.ok_or(Stop::Malformed)
}

/// Octets, or nothing where there are so few that they need not begin with an octet (section 16).
fn octets<'a>(size: Size, from: &mut Reader<'a>) -> Option<Value<'a>> {
    if let Size::Exactly(count @ 0..=2) = size {
        return from.bits(8 * count).map(Value::Number);
    }
    let count = from.count(size)?;
    from.octets(count).map(Value::Octets)
}

/// Whether a text is so short that it need not begin with an octet (section 27.5.6).
fn is_short(size: Size, bits: u32) -> bool {
    match size {
        Size::Any => false,
        Size::Exactly(count) => count.saturating_mul(bits) <= 16,
        Size::Within(_, most) => most.saturating_mul(bits) < 16,
    }
}

fn characters<'a>(
    from: &mut Reader<'a>,
    alphabet: &[u8],
    bits: u32,
    count: usize,
    is_short: bool,
) -> Option<Value<'a>> {
    if !is_short && count > 0 {
        from.align();
    }
    // No more than there are: a length alone takes no memory.
    let mut text = String::new();
    for _ in 0..count {
        let at = from.bits(bits)?;
        let own = || u8::try_from(at).ok();
        let byte = if alphabet.is_empty() { own() } else { alphabet.get(at as usize).copied() };
        text.push(char::from(byte?));
    }
    Some(Value::Text(text))
}
