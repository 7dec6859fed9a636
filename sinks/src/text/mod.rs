//! Values as characters, quickly: numbers, addresses and texts are written into one large
//! [`Buffer`](buffer::Buffer) by tables and integer arithmetic, without allocation and without
//! `std::fmt` on the usual path.
//!
//! [`memo`] copies the text of columns that repeat themselves from row to row.
//!
//! [`walk`] goes along a schema and a record; what differs between text formats (quotes, escapes, the
//! precision of floats) is behind its trait [`Notation`](walk::Notation).

pub(crate) mod address;
pub(crate) mod buffer;
pub(crate) mod float;
pub(crate) mod integer;
pub(crate) mod memo;
pub(crate) mod moment;
pub(crate) mod pen;
pub(crate) mod plan;
pub(crate) mod string;
pub(crate) mod walk;
