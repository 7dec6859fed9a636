//! Definitions of H.225.0 (12/2009) and H.245 (05/2011) as tables, as far as they are read.
//!
//! Names are those of the Recommendations. Of what was added behind an extension marker only what is wanted is defined, as it can be passed
//! over by its length. `Unread` ends the reading of a message, or of the part with a length in which it is: what is behind it is not wanted.

mod admission;
mod capability;
mod channel;
mod common;
mod control;
mod ras;
mod signalling;

use super::schema::Size::{self, Exactly, Within};
use super::schema::Type::{self, Integer, List, Octets, Wide};

pub(super) use channel::OPEN_LOGICAL_CHANNEL;
pub(super) use control::CONTROL_MESSAGE;
pub(super) use ras::RAS_MESSAGE;
pub(super) use signalling::USER_INFORMATION;

/// Any number of elements.
const ANY: Size = Size::Any;
/// Characters of numbers.
const DIGITS: &[u8] = b"#*,0123456789";

static BYTE: Type = Integer(0, 255);
static NUMBER: Type = Integer(0, 65_535);
static SEQUENCE_NUMBER: Type = Integer(1, 65_535);
static LARGE: Type = Integer(0, u32::MAX);
/// Frames of audio in a packet.
static FRAMES: Type = Integer(1, 256);
/// Payload types that have no fixed meaning.
static DYNAMIC: Type = Integer(96, 127);
static IDENTIFIER: Type = Wide(Within(1, 128));
static SIXTEEN: Type = Octets(Exactly(16));
static STRINGS: Type = List(&Octets(ANY), ANY);
