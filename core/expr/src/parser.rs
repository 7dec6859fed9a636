//! From words to a tree. What binds more strongly comes later: `||`, `&&`, `!`, comparisons, `&`.

use std::ops::Range;

use crate::error::Fault;
use crate::lexer::{Lexer, Sign, Token};
use crate::literal::Literal;
use crate::tree::{Item, Operand, Term, Tree};

/// Most parentheses and `!` inside each other.
const MOST_NESTED: usize = 100;

/// What stands in parentheses.
enum Part {
    Condition(Tree, Range<usize>),
    Operand(Operand),
}

/// The tree of a whole text.
pub(crate) fn parse(text: &str) -> Result<Tree, Fault> {
    let mut parser = Parser { lexer: Lexer::new(text), next: (Token::End, 0..0), nested: 0 };
    parser.advance()?;
    if parser.next.0 == Token::End {
        return Err(Fault::new(0..0, "there is no condition"));
    }
    let part = parser.any()?;
    let tree = condition(part)?;
    match parser.next.0 {
        Token::End => Ok(tree),
        Token::Sign(Sign::Close) => Err(parser.fault("there is no ( for this )")),
        _ => Err(parser.fault("&& or || is missing in front of this")),
    }
}

/// A part that must be a condition.
fn condition(part: Part) -> Result<Tree, Fault> {
    match part {
        Part::Condition(tree, _) => Ok(tree),
        Part::Operand(Operand { at, terms }) => {
            let help = match terms.as_slice() {
                [_] => "a comparison is needed: ==, !=, <, <=, >, >=, in, contains",
                _ => "what & leaves is a number: write != 0 behind it, and && for 'and'",
            };
            Err(Fault::new(at, help))
        }
    }
}

/// A part that must have values.
fn operand(part: Part) -> Result<Operand, Fault> {
    match part {
        Part::Operand(operand) => Ok(operand),
        Part::Condition(_, at) => {
            Err(Fault::new(at, "this is a condition; here stands a column or a value"))
        }
    }
}

struct Parser<'a> {
    lexer: Lexer<'a>,
    next: (Token, Range<usize>),
    nested: usize,
}

impl Parser<'_> {
    fn advance(&mut self) -> Result<(Token, Range<usize>), Fault> {
        let next = self.lexer.next()?;
        Ok(std::mem::replace(&mut self.next, next))
    }

    fn fault(&self, message: impl Into<String>) -> Fault {
        Fault::new(self.next.1.clone(), message)
    }

    /// Passes over a sign if it comes next.
    fn takes(&mut self, sign: Sign) -> Result<bool, Fault> {
        let is_next = self.next.0 == Token::Sign(sign);
        if is_next {
            self.advance()?;
        }
        Ok(is_next)
    }

    fn nest(&mut self) -> Result<(), Fault> {
        self.nested += 1;
        if self.nested > MOST_NESTED {
            return Err(self.fault(format!("more than {MOST_NESTED} ( and ! inside each other")));
        }
        Ok(())
    }

    /// Conditions of which one must hold.
    fn any(&mut self) -> Result<Part, Fault> {
        self.chain(Sign::Or, Self::all, Tree::Any)
    }

    /// Conditions that must all hold.
    fn all(&mut self) -> Result<Part, Fault> {
        self.chain(Sign::And, Self::not, Tree::All)
    }

    /// Conditions with a sign between them; what stands alone stays as it is.
    fn chain(
        &mut self,
        sign: Sign,
        mut part: impl FnMut(&mut Self) -> Result<Part, Fault>,
        join: fn(Vec<Tree>) -> Tree,
    ) -> Result<Part, Fault> {
        let start = self.next.1.start;
        let first = part(self)?;
        if self.next.0 != Token::Sign(sign) {
            return Ok(first);
        }
        let mut trees = vec![condition(first)?];
        while self.takes(sign)? {
            trees.push(condition(part(self)?)?);
        }
        Ok(Part::Condition(join(trees), start..self.next.1.start))
    }

    fn not(&mut self) -> Result<Part, Fault> {
        let start = self.next.1.start;
        if !self.takes(Sign::Not)? {
            return self.comparison();
        }
        self.nest()?;
        let tree = condition(self.not()?)?;
        self.nested -= 1;
        Ok(Part::Condition(Tree::Not(Box::new(tree)), start..self.next.1.start))
    }

    fn comparison(&mut self) -> Result<Part, Fault> {
        let start = self.next.1.start;
        let left = self.masked()?;
        let (Token::Sign(sign), at) = self.next.clone() else { return Ok(left) };
        let tree = match sign {
            Sign::Equal
            | Sign::NotEqual
            | Sign::Less
            | Sign::LessOrEqual
            | Sign::Greater
            | Sign::GreaterOrEqual => {
                self.advance()?;
                compare(operand(left)?, (sign, at), operand(self.masked()?)?)?
            }
            Sign::In => {
                self.advance()?;
                Tree::In { what: operand(left)?, set: self.set()? }
            }
            Sign::Contains => {
                self.advance()?;
                Tree::Contains { what: operand(left)?, text: operand(self.masked()?)? }
            }
            // `a not in b`, `a not contains b`.
            Sign::Not if matches!(left, Part::Operand(_)) => return self.negated(left, start),
            _ => return Ok(left),
        };
        self.no_chain()?;
        Ok(Part::Condition(tree, start..self.next.1.start))
    }

    fn negated(&mut self, left: Part, start: usize) -> Result<Part, Fault> {
        self.advance()?;
        let what = operand(left)?;
        let tree = if self.takes(Sign::In)? {
            Tree::In { what, set: self.set()? }
        } else if self.takes(Sign::Contains)? {
            Tree::Contains { what, text: operand(self.masked()?)? }
        } else {
            return Err(self.fault("behind a column, not stands in front of in or contains"));
        };
        Ok(Part::Condition(Tree::Not(Box::new(tree)), start..self.next.1.start))
    }

    /// `a < b < c` would not mean what it says.
    fn no_chain(&self) -> Result<(), Fault> {
        use Sign::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
        match self.next.0 {
            Token::Sign(Equal | NotEqual | Less | LessOrEqual | Greater | GreaterOrEqual) => {
                Err(self.fault("two comparisons need && between them, or a range: pktsSnt in 1..5"))
            }
            _ => Ok(()),
        }
    }

    /// Values with `&` between them.
    fn masked(&mut self) -> Result<Part, Fault> {
        let first = self.primary()?;
        if self.next.0 != Token::Sign(Sign::BitAnd) {
            return Ok(first);
        }
        let mut all = operand(first)?;
        while self.takes(Sign::BitAnd)? {
            let more = operand(self.primary()?)?;
            all.at.end = more.at.end;
            all.terms.extend(more.terms);
        }
        Ok(Part::Operand(all))
    }

    fn primary(&mut self) -> Result<Part, Fault> {
        let is_open = self.next.0 == Token::Sign(Sign::Open);
        if is_open {
            return self.parentheses();
        }
        let term = match &self.next.0 {
            Token::Name(name) => Term::Name(name.clone()),
            Token::Literal(literal) => Term::Literal(literal.clone()),
            Token::Sign(Sign::None) => Term::None,
            Token::End => return Err(self.fault("a column or a value is missing at the end")),
            Token::Sign(Sign::OpenSet) => {
                return Err(self.fault("a set stands behind in: dstPort in {80, 443}"));
            }
            Token::Sign(_) => return Err(self.fault("a column or a value is missing here")),
        };
        let (_, at) = self.advance()?;
        Ok(Part::Operand(Operand { terms: vec![(term, at.clone())], at }))
    }

    fn parentheses(&mut self) -> Result<Part, Fault> {
        self.nest()?;
        let (_, open) = self.advance()?;
        let inside = self.any()?;
        if self.next.0 != Token::Sign(Sign::Close) {
            return Err(Fault::new(open, "there is no ) for this ("));
        }
        let (_, close) = self.advance()?;
        self.nested -= 1;
        let at = open.start..close.end;
        Ok(match inside {
            Part::Condition(tree, _) => Part::Condition(tree, at),
            Part::Operand(operand) => Part::Operand(Operand { at, ..operand }),
        })
    }

    /// What stands behind `in`: a set in braces, a range, a prefix.
    fn set(&mut self) -> Result<Vec<Item>, Fault> {
        let open = self.next.1.clone();
        if !self.takes(Sign::OpenSet)? {
            return Ok(vec![self.item()?]);
        }
        let mut items = vec![self.item()?];
        while self.takes(Sign::Comma)? {
            items.push(self.item()?);
        }
        if self.takes(Sign::CloseSet)? {
            return Ok(items);
        }
        if self.next.0 == Token::End {
            return Err(Fault::new(open, "there is no } for this {"));
        }
        Err(self.fault("a , or } is missing in front of this"))
    }

    fn item(&mut self) -> Result<Item, Fault> {
        let mut at = self.next.1.clone();
        let first = self.literal()?;
        let mut last = None;
        if self.takes(Sign::Range)? {
            at.end = self.next.1.end;
            last = Some(self.literal()?);
        }
        Ok(Item { first, last, at })
    }

    fn literal(&mut self) -> Result<Literal, Fault> {
        let Token::Literal(literal) = &self.next.0 else {
            return Err(self.fault(
                "here stands a value; sets are {80, 443}, ranges 1..5, networks 10.0.0.0/8, texts \"A\"",
            ));
        };
        let literal = literal.clone();
        self.advance()?;
        Ok(literal)
    }
}

/// A comparison of two operands; with `none` it asks whether there is a value.
fn compare(left: Operand, sign: (Sign, Range<usize>), right: Operand) -> Result<Tree, Fault> {
    let (sign, at) = sign;
    let is_none = |operand: &Operand| matches!(operand.terms.as_slice(), [(Term::None, _)]);
    let what = match (is_none(&left), is_none(&right)) {
        (false, false) => return Ok(Tree::Compare { left, sign, right }),
        (_, true) => left,
        (true, false) => right,
    };
    match sign {
        Sign::Equal => Ok(Tree::IsNone(what)),
        Sign::NotEqual => Ok(Tree::Not(Box::new(Tree::IsNone(what)))),
        _ => Err(Fault::new(at, "none is compared with == and !=")),
    }
}
