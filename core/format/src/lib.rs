//! Values as characters, quickly: numbers, addresses and texts are written into one large
//! [`Buffer`](buffer::Buffer) by tables and integer arithmetic, without allocation and without
//! `std::fmt` on the fast path.
#![forbid(unsafe_code)]

pub mod address;
pub mod buffer;
pub mod cells;
pub mod float;
pub mod integer;
pub mod row_cursor;
pub mod string;
#[cfg(test)]
mod test_text;
