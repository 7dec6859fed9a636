//! Asking a row.

use std::cmp::Ordering;

use crate::value::Value;

/// A row of a table.
pub trait Row {
    /// Whether a test holds for any value of a column, or of one of its parts: those of a list one after the other,
    /// until it holds; for a column without value it does not.
    fn any(&self, column: usize, part: usize, test: &mut dyn FnMut(Value<'_>) -> bool) -> bool;
}

/// A condition that fits.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    Exists(Side),
    Compare(Side, Test, Constant),
    CompareColumns(Side, Test, Side),
    In(Side, Vec<Within>),
    Contains(Side, Vec<u8>),
}

/// A column, or those of its bits that a mask leaves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Side {
    pub(crate) column: usize,
    pub(crate) part: usize,
    pub(crate) mask: Option<i128>,
}

/// How two values compare.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Test {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A value that is written in the condition.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Constant {
    Integer(i128),
    Number(f64),
    Moment(i128),
    Length(i128),
    Mac([u8; 6]),
    Ip4([u8; 4]),
    Ip6([u8; 16]),
    Text(Vec<u8>),
}

/// A part of a set.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Within {
    One(Constant),
    /// From the first to the last.
    Range(Constant, Constant),
    /// An address as a number, how many of its first bits count, how many it has.
    Prefix(u128, u32, u32),
}

impl Constant {
    pub(crate) fn value(&self) -> Value<'_> {
        match self {
            Self::Integer(n) => Value::Integer(*n),
            Self::Number(v) => Value::Double(*v),
            Self::Moment(nanos) => Value::Moment(*nanos),
            Self::Length(nanos) => Value::Length(*nanos),
            Self::Mac(a) => Value::Mac(*a),
            Self::Ip4(a) => Value::Ip4(*a),
            Self::Ip6(a) => Value::Ip6(*a),
            Self::Text(bytes) => Value::Text(bytes),
        }
    }
}

impl Test {
    /// The same test with its sides exchanged.
    pub(crate) fn turned(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
            same => same,
        }
    }

    /// What has no order is different, and neither less nor greater.
    fn holds(self, order: Option<Ordering>) -> bool {
        match self {
            Self::Equal => order == Some(Ordering::Equal),
            Self::NotEqual => order != Some(Ordering::Equal),
            Self::Less => order.is_some_and(Ordering::is_lt),
            Self::LessOrEqual => order.is_some_and(Ordering::is_le),
            Self::Greater => order.is_some_and(Ordering::is_gt),
            Self::GreaterOrEqual => order.is_some_and(Ordering::is_ge),
        }
    }
}

impl Within {
    fn has(&self, value: &Value<'_>) -> bool {
        match self {
            Self::One(one) => Test::Equal.holds(value.order(&one.value())),
            Self::Range(first, last) => {
                Test::GreaterOrEqual.holds(value.order(&first.value()))
                    && Test::LessOrEqual.holds(value.order(&last.value()))
            }
            Self::Prefix(prefix, bits, width) => value.bits().is_some_and(|(number, of)| {
                of == *width && (number ^ prefix).checked_shr(width - bits).unwrap_or(0) == 0
            }),
        }
    }
}

impl Side {
    fn any<R: Row + ?Sized>(&self, row: &R, test: &mut dyn FnMut(Value<'_>) -> bool) -> bool {
        let Some(mask) = self.mask else { return row.any(self.column, self.part, test) };
        row.any(self.column, self.part, &mut |value| match value {
            Value::Integer(number) => test(Value::Integer(number & mask)),
            _ => false,
        })
    }
}

impl Node {
    pub(crate) fn holds<R: Row + ?Sized>(&self, row: &R) -> bool {
        match self {
            Self::All(nodes) => nodes.iter().all(|node| node.holds(row)),
            Self::Any(nodes) => nodes.iter().any(|node| node.holds(row)),
            Self::Not(node) => !node.holds(row),
            Self::Exists(side) => side.any(row, &mut |_| true),
            Self::Compare(side, test, constant) => {
                side.any(row, &mut |value| test.holds(value.order(&constant.value())))
            }
            Self::CompareColumns(left, test, right) => {
                left.any(row, &mut |a| right.any(row, &mut |b| test.holds(a.order(&b))))
            }
            Self::In(side, set) => {
                side.any(row, &mut |value| set.iter().any(|within| within.has(&value)))
            }
            Self::Contains(side, part) => {
                side.any(row, &mut |value| matches!(value, Value::Text(text) if has(text, part)))
            }
        }
    }

    /// Adds the columns that it looks at.
    pub(crate) fn columns(&self, columns: &mut Vec<usize>) {
        match self {
            Self::All(nodes) | Self::Any(nodes) => {
                for node in nodes {
                    node.columns(columns);
                }
            }
            Self::Not(node) => node.columns(columns),
            Self::Exists(side)
            | Self::Compare(side, ..)
            | Self::In(side, _)
            | Self::Contains(side, _) => columns.push(side.column),
            Self::CompareColumns(left, _, right) => columns.extend([left.column, right.column]),
        }
    }
}

/// Whether a text has a part.
fn has(text: &[u8], part: &[u8]) -> bool {
    part.is_empty() || text.windows(part.len()).any(|window| window == part)
}
