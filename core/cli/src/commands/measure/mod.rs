//! Commands that measure captures and print tables: what they read, how they print, and one file for each.

mod form;
pub(super) mod icmp_srt;
pub(super) mod interfaces;
#[cfg(feature = "top")]
pub(super) mod largest;
pub(super) mod pairs;
mod reading;
pub(super) mod stat;
pub(super) mod t2;
mod texts;
pub(super) mod volume;

pub(super) use form::FormArgs;
use reading::{ReadArgs, Reading, Verdict};
pub(super) use texts::read_by;
