//! Whether a tree fits the columns that there are: names become columns, written values become values of their kinds.

use std::cmp::Ordering;
use std::ops::Range;

use crate::error::Fault;
use crate::evaluate::{Constant, Node, Side, Test, Within};
use crate::lexer::Sign;
use crate::literal::{Literal, SECOND};
use crate::tree::{Item, Operand, Term, Tree};
use crate::value::Kind;

/// A column that conditions can name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Field {
    /// Its number for [`Row`](crate::Row).
    pub column: usize,
    /// What its values hold: one kind, or as many as a value has parts. Part 2 of `x` is `x.2`.
    pub parts: Vec<Kind>,
    /// Whether a row may have more than one of them.
    pub is_list: bool,
}

/// The columns of a table.
pub trait Schema {
    /// The column of this name.
    fn field(&self, name: &str) -> Option<Field>;

    /// What may help whoever wrote a name that is none, such as `; did you mean 'srcIP'?`, or nothing.
    fn hint(&self, name: &str) -> String;
}

/// The condition of a tree.
pub(crate) fn check(tree: &Tree, schema: &dyn Schema) -> Result<Node, Fault> {
    Checker { schema }.node(tree)
}

/// A column with what it holds.
struct Column {
    side: Side,
    kind: Kind,
    is_list: bool,
    at: Range<usize>,
}

/// An operand.
enum Typed {
    Column(Column),
    Literal(Literal, Range<usize>),
}

struct Checker<'a> {
    schema: &'a dyn Schema,
}

impl Checker<'_> {
    fn node(&self, tree: &Tree) -> Result<Node, Fault> {
        let all = |trees: &[Tree]| {
            trees.iter().map(|tree| self.node(tree)).collect::<Result<Vec<_>, _>>()
        };
        Ok(match tree {
            Tree::All(trees) => Node::All(all(trees)?),
            Tree::Any(trees) => Node::Any(all(trees)?),
            Tree::Not(tree) => Node::Not(Box::new(self.node(tree)?)),
            Tree::IsNone(what) => Node::Not(Box::new(Node::Exists(self.column(what)?.side))),
            Tree::Compare { left, sign, right } => {
                let (left, right) = self.typed_pair(left, right)?;
                compare(left, test(*sign), right)?
            }
            Tree::In { what, set } => {
                let Column { side, kind, .. } = self.column(what)?;
                Node::In(side, set.iter().map(|item| within(item, kind)).collect::<Result<_, _>>()?)
            }
            Tree::Contains { what, text } => self.contains(what, text)?,
        })
    }

    /// Two operands. A name that is none may be a text without quotes.
    fn typed_pair(&self, left: &Operand, right: &Operand) -> Result<(Typed, Typed), Fault> {
        let pair = (self.typed(left), self.typed(right));
        let is_text = |side: &Result<Typed, Fault>| {
            matches!(side, Ok(Typed::Column(Column { kind: Kind::Text, .. })))
        };
        let quotes = |fault: Fault, operand: &Operand| match operand.terms.as_slice() {
            [(Term::Name(name), at)] => {
                let message = format!("there is no column '{name}'; a text has quotes: \"{name}\"");
                Fault::new(at.clone(), message)
            }
            _ => fault,
        };
        match pair {
            (Err(fault), other) if is_text(&other) => Err(quotes(fault, left)),
            (other, Err(fault)) if is_text(&other) => Err(quotes(fault, right)),
            (left, right) => Ok((left?, right?)),
        }
    }

    fn contains(&self, what: &Operand, text: &Operand) -> Result<Node, Fault> {
        let Column { side, kind, at, .. } = self.column(what)?;
        if kind != Kind::Text {
            let message =
                format!("contains asks for parts of texts; this holds {}", kind.in_words());
            return Err(Fault::new(at, message));
        }
        match self.typed(text)? {
            Typed::Literal(Literal::Text(bytes), _) => Ok(Node::Contains(side, bytes)),
            Typed::Literal(other, at) => {
                let message =
                    format!("behind contains stands a text in quotes, not {}", other.in_words());
                Err(Fault::new(at, message))
            }
            Typed::Column(Column { at, .. }) => {
                Err(Fault::new(at, "behind contains stands a text in quotes, not a column"))
            }
        }
    }

    /// An operand that must have values of a row.
    fn column(&self, operand: &Operand) -> Result<Column, Fault> {
        match self.typed(operand)? {
            Typed::Column(column) => Ok(column),
            Typed::Literal(_, at) => Err(Fault::new(at, "here stands a column, not a value")),
        }
    }

    fn typed(&self, operand: &Operand) -> Result<Typed, Fault> {
        let at = operand.at.clone();
        match operand.terms.as_slice() {
            [(Term::Name(name), place)] => {
                Ok(Typed::Column(Column { at, ..self.source(name, place)? }))
            }
            [(Term::Literal(literal), _)] => Ok(Typed::Literal(literal.clone(), at)),
            terms => self.masked(terms, at),
        }
    }

    /// Bits of a column.
    fn masked(&self, terms: &[(Term, Range<usize>)], at: Range<usize>) -> Result<Typed, Fault> {
        let (mut found, mut mask) = (None, -1_i128);
        for (term, place) in terms {
            let what = match term {
                Term::Literal(Literal::Integer(bits)) => {
                    mask &= bits;
                    continue;
                }
                Term::Name(_) if found.is_some() => {
                    return Err(Fault::new(place.clone(), "& takes one column and numbers"));
                }
                Term::Name(name) => match self.source(name, place)? {
                    column if column.kind == Kind::Integer => {
                        found = Some(column);
                        continue;
                    }
                    column => column.kind.in_words(),
                },
                Term::Literal(other) => other.in_words(),
                Term::None => {
                    return Err(Fault::new(place.clone(), "none stands alone behind == or !="));
                }
            };
            let message = format!("& takes bits of whole numbers, not {what}");
            return Err(Fault::new(place.clone(), message));
        }
        let Some(column) = found else { return Ok(Typed::Literal(Literal::Integer(mask), at)) };
        let side = Side { mask: Some(mask), ..column.side };
        Ok(Typed::Column(Column { side, at, ..column }))
    }

    /// The column of a name, or the part of it that a number behind the name tells.
    fn source(&self, name: &str, at: &Range<usize>) -> Result<Column, Fault> {
        let fault = |message| Fault::new(at.clone(), message);
        let (field, part) = match self.schema.field(name) {
            Some(field) => (field, None),
            None => self.part(name).ok_or_else(|| {
                fault(format!("there is no column '{name}'{}", self.schema.hint(name)))
            })?,
        };
        let Field { column, parts, is_list } = field;
        let number = match (part, parts.len()) {
            (None, 1) => 0,
            (None, count) => {
                return Err(fault(format!("'{name}' has {count} parts: name one, as {name}.1")));
            }
            (Some(part), count) if count > 1 && (1..=count).contains(&part) => part - 1,
            (Some(part), count) => {
                return Err(fault(format!("there is no part {part}: it has {count}")));
            }
        };
        let kind = parts.get(number).copied().unwrap_or(Kind::Text);
        let side = Side { column, part: number, mask: None };
        Ok(Column { side, kind, is_list, at: at.clone() })
    }

    fn part(&self, name: &str) -> Option<(Field, Option<usize>)> {
        let (name, part) = name.rsplit_once('.')?;
        Some((self.schema.field(name)?, Some(part.parse().ok()?)))
    }
}

fn test(sign: Sign) -> Test {
    match sign {
        Sign::NotEqual => Test::NotEqual,
        Sign::Less => Test::Less,
        Sign::LessOrEqual => Test::LessOrEqual,
        Sign::Greater => Test::Greater,
        Sign::GreaterOrEqual => Test::GreaterOrEqual,
        _ => Test::Equal,
    }
}

fn compare(left: Typed, test: Test, right: Typed) -> Result<Node, Fault> {
    match (left, right) {
        (Typed::Column(column), Typed::Literal(literal, at)) => {
            Ok(Node::Compare(column.side, test, value(&literal, column.kind, &at)?))
        }
        (Typed::Literal(literal, at), Typed::Column(column)) => {
            Ok(Node::Compare(column.side, test.turned(), value(&literal, column.kind, &at)?))
        }
        (Typed::Column(left), Typed::Column(right)) if !are_comparable(left.kind, right.kind) => {
            let kinds = (left.kind.in_words(), right.kind.in_words());
            let message = format!("on the left there are {}, here {}", kinds.0, kinds.1);
            Err(Fault::new(right.at, message))
        }
        // Every value of one would have to be compared with every value of the other.
        (Typed::Column(left), Typed::Column(right)) if left.is_list && right.is_list => {
            Err(Fault::new(right.at, "two lists do not compare with each other"))
        }
        (Typed::Column(left), Typed::Column(right)) => {
            Ok(Node::CompareColumns(left.side, test, right.side))
        }
        (Typed::Literal(..), Typed::Literal(_, at)) => {
            Err(Fault::new(at, "one side of a comparison must be a column"))
        }
    }
}

fn are_comparable(a: Kind, b: Kind) -> bool {
    use Kind::{Integer, Length, Number, Seconds};
    let is_number = |kind| matches!(kind, Integer | Number | Seconds);
    let is_time = |kind| matches!(kind, Length | Seconds);
    a == b || is_number(a) && is_number(b) || is_time(a) && is_time(b)
}

/// A written value for a column of some kind.
fn value(literal: &Literal, kind: Kind, at: &Range<usize>) -> Result<Constant, Fault> {
    if let (Literal::Prefix(..), Kind::Address | Kind::Mac) = (literal, kind) {
        return Err(Fault::new(at.clone(), "a prefix stands behind in: srcIP in 10.0.0.0/8"));
    }
    constant(literal, kind).ok_or_else(|| {
        let (holds, is) = (kind.in_words(), literal.in_words());
        Fault::new(at.clone(), format!("the column holds {holds}, and this is {is}"))
    })
}

fn constant(literal: &Literal, kind: Kind) -> Option<Constant> {
    use Literal::{Decimal, Integer, Ip4, Ip6, Length, Mac, Moment, Text};
    Some(match (kind, literal) {
        (Kind::Integer | Kind::Number | Kind::Seconds, Integer(n)) => Constant::Integer(*n),
        (Kind::Integer | Kind::Number | Kind::Seconds, Decimal(v, _)) => Constant::Number(*v),
        (Kind::Seconds | Kind::Length, Length(nanos)) | (Kind::Length, Decimal(_, nanos)) => {
            Constant::Length(*nanos)
        }
        (Kind::Length, Integer(n)) => Constant::Length(n.saturating_mul(SECOND)),
        (Kind::Moment, Moment(nanos) | Decimal(_, nanos)) => Constant::Moment(*nanos),
        (Kind::Moment, Integer(n)) => Constant::Moment(n.saturating_mul(SECOND)),
        (Kind::Mac, Mac(a)) => Constant::Mac(*a),
        (Kind::Address, Ip4(a)) => Constant::Ip4(*a),
        (Kind::Address, Ip6(a)) => Constant::Ip6(*a),
        (Kind::Text, Text(bytes)) => Constant::Text(bytes.clone()),
        _ => return None,
    })
}

/// One item of a set.
fn within(item: &Item, kind: Kind) -> Result<Within, Fault> {
    let at = &item.at;
    let fault = |message: &str| Fault::new(at.clone(), message);
    if let (Literal::Prefix(address, bits), None) = (&item.first, &item.last) {
        let address = value(address, kind, at)?;
        let number = address.value().bits();
        let prefix = number.map(|(number, width)| Within::Prefix(number, *bits, width));
        return prefix.ok_or_else(|| fault("only addresses have a prefix"));
    }
    let first = value(&item.first, kind, at)?;
    let Some(last) = &item.last else { return Ok(Within::One(first)) };
    let last = value(last, kind, at)?;
    match first.value().order(&last.value()) {
        Some(Ordering::Greater) => {
            Err(fault("the range is empty: its first value is above its last"))
        }
        Some(_) => Ok(Within::Range(first, last)),
        None => Err(fault("both ends of a range must be of one kind")),
    }
}
