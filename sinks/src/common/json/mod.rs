//! Records as JSON objects (RFC 8259), one a line: the keys are the columns' names. What is written for each column is worked out once; nothing is
//! allocated for a row.

mod base64;
mod row;
mod string;
mod value;

pub(crate) use row::JsonRow;
pub(crate) use value::{Payloads, Style, Times};

#[cfg(test)]
mod tests;
