//! Conditions on rows of typed values, as `dstPort in {80, 443} and srcIP in 10.0.0.0/8`: a text is parsed, checked
//! against the columns that there are, and then asked of row after row. `docs/expressions.md` is the manual.
//!
//! The crate knows neither plugins nor records nor files: who has rows implements [`Schema`] and [`Row`]. Whatever the
//! text, compiling and evaluating end in bounded depth; an error says where it is.
//!
//! ```
//! use flowz_expr::{Condition, Field, Kind, Row, Schema, Value};
//!
//! struct Ports;
//!
//! impl Schema for Ports {
//!     fn field(&self, name: &str) -> Option<Field> {
//!         (name == "dstPort").then(|| Field {
//!             column: 0,
//!             parts: vec![Kind::Integer],
//!             is_list: false,
//!         })
//!     }
//!     fn hint(&self, _: &str) -> String {
//!         String::new()
//!     }
//! }
//!
//! struct Port(u16);
//!
//! impl Row for Port {
//!     fn any(&self, _: usize, _: usize, test: &mut dyn FnMut(Value<'_>) -> bool) -> bool {
//!         test(Value::Integer(self.0.into()))
//!     }
//! }
//!
//! let web = Condition::new("dstPort in {80, 8000..8080}", &Ports)?;
//! assert!(web.holds(&Port(8080)) && !web.holds(&Port(22)));
//! let error = Condition::new("dstPort == 10.0.0.1", &Ports).unwrap_err();
//! assert_eq!(error.message(), "the column holds numbers, and this is an address");
//! # Ok::<(), flowz_expr::Error>(())
//! ```
#![forbid(unsafe_code)]

mod check;
mod error;
mod evaluate;
mod lexer;
mod literal;
mod moment;
mod parser;
mod tree;
mod value;

pub use check::{Field, Schema};
pub use error::Error;
pub use evaluate::Row;
pub use value::{Kind, Value};

use evaluate::Node;

/// A condition that fits the columns of a table.
#[derive(Clone, PartialEq, Debug)]
pub struct Condition {
    root: Node,
}

impl Condition {
    /// Compiles a text.
    pub fn new(text: &str, schema: &dyn Schema) -> Result<Self, Error> {
        let parsed = parser::parse(text).and_then(|tree| check::check(&tree, schema));
        Ok(Self { root: parsed.map_err(|fault| Error::new(fault, text))? })
    }

    /// Whether it holds for a row.
    #[inline]
    pub fn holds<R: Row + ?Sized>(&self, row: &R) -> bool {
        self.root.holds(row)
    }

    /// The columns that it looks at, by [`Field::column`], in rising order.
    pub fn columns(&self) -> Vec<usize> {
        let mut columns = Vec::new();
        self.root.columns(&mut columns);
        columns.sort_unstable();
        columns.dedup();
        columns
    }
}

#[cfg(test)]
mod tests;
