//! A condition as it is written, before anybody knows what its names mean.

use std::ops::Range;

use crate::lexer::Sign;
use crate::literal::Literal;

/// A condition as it is written.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Tree {
    All(Vec<Tree>),
    Any(Vec<Tree>),
    Not(Box<Tree>),
    Compare { left: Operand, sign: Sign, right: Operand },
    In { what: Operand, set: Vec<Item> },
    Contains { what: Operand, text: Operand },
    IsNone(Operand),
}

/// Something that has values: what stands between `&`.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Operand {
    pub(crate) terms: Vec<(Term, Range<usize>)>,
    pub(crate) at: Range<usize>,
}

/// A column or a value.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Term {
    Name(String),
    Literal(Literal),
    None,
}

/// What a set is made of: values from the first to the last, or one.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Item {
    pub(crate) first: Literal,
    pub(crate) last: Option<Literal>,
    pub(crate) at: Range<usize>,
}
