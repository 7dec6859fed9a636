//! Where addresses belong: a country, an organisation, a city, an autonomous system.
//!
//! Three kinds of sources are asked, and the first one that knows a value gives it:
//!
//! 1. **lists** of prefixes that the user wrote ([`list`]),
//! 2. **special ranges** that are built in: private, loopback, multicast and others of IANA's registries ([`special`]),
//! 3. **databases** in MaxMind's format ([`Places::open`]).
//!
//! An address in a special range is in no database's place, whatever the database says.
#![forbid(unsafe_code)]

mod database;
mod error;
mod finder;
mod installed;
mod place;
mod places;
mod prefix;
mod scalar;

pub mod list;
#[doc(hidden)]
pub mod sample;
pub mod special;

pub use database::{Database, Facts};
pub use error::PlacesError;
pub use finder::Finder;
pub use installed::{folder, installed};
pub use place::{Origin, Place};
pub use places::{NO_FILES, Places};
pub use prefix::{Prefix, PrefixTable};
