//! Values as characters, quickly: numbers, addresses and texts are written into one large
//! [`Buffer`](buffer::Buffer) by tables and integer arithmetic, without allocation and without
//! `std::fmt` on the fast path.
//!
//! [`cell_cache`] copies the text of columns that repeat themselves from row to row.
//!
//! [`cell_format`] goes along a schema and a record; what differs between text formats (quotes, escapes, the
//! precision of floats) is behind its trait [`CellFormat`](cell_format::CellFormat).

pub(crate) mod cell_cache;
pub(crate) mod cell_format;
pub(crate) mod datetime;
pub(crate) mod row_plan;

pub(crate) use flowz_format::{address, buffer, float, integer, row_cursor, string};
