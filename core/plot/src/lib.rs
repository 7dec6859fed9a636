//! Drawings as the program xplot reads them: a head with title and axes, then commands that draw lines, marks and texts at values of two axes.
//!
//! [`Command`] is the model, [`write`] its text (`.xpl`), [`read`] takes such a text apart again, with the feature `pictures` also into SVG and PNG. Knows neither flows nor TCP.
#![forbid(unsafe_code)]

mod model;
#[cfg(feature = "pictures")]
pub mod picture;
mod read;
mod value;
mod write;

pub use model::{Color, Command, Head, Mark, Place};
pub use read::{ReadError, Reader};
pub use value::Value;
pub use write::{end, head, write};
