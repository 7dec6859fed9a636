//! What a table of definitions is made of.

pub(super) use super::per::Size;

/// A type of ASN.1.
#[derive(Debug)]
pub(super) enum Type {
    Null,
    Bool,
    /// Lowest and highest value.
    Integer(u32, u32),
    Octets(Size),
    /// Characters of eight bits.
    Text(Size),
    /// Characters of an alphabet, which is sorted.
    Chars(&'static [u8], Size),
    /// Characters of sixteen bits.
    Wide(Size),
    /// An object identifier, as it is encoded.
    Oid,
    Sequence(&'static [Field], Growth),
    Choice(&'static [Field], Growth),
    List(&'static Type, Size),
    /// What is here and behind it is not wanted.
    Unread,
}

/// A component of a sequence, or an alternative of a choice.
#[derive(Debug)]
pub(super) enum Field {
    One(&'static str, &'static Type),
    /// It may be absent.
    Opt(&'static str, &'static Type),
}

/// Whether later editions may have added something.
#[derive(Debug)]
pub(super) enum Growth {
    Fixed,
    /// They may, and so far have added this; some at the end may be left out here.
    Grows(&'static [Addition]),
}

/// What was added.
#[derive(Debug)]
pub(super) enum Addition {
    Known(&'static str, &'static Type),
    Skip,
}
