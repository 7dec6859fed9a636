//! Packets of network interfaces, as they come.
//!
//! [`Live`] is the whole interface: opened with [`Options`], it answers each call of [`Live::next`] with a packet, with
//! [`Arrival::Quiet`] (nothing for some time) or, once it was told to stop, with [`Arrival::End`]. libpcap sets up the
//! kernel's ring, puts VLAN tags back and has the filter run in the kernel; it is never left waiting: waiting is done
//! here, for all interfaces at once, so that a call is over in time.
//!
//! Packets of one interface are borrowed from the ring. Of several, one of each is held, and the earliest leaves first, as soon as the others
//! can have none of an earlier time. An interface that goes away is opened again as soon as it is back; the others go on meanwhile.
#![deny(unsafe_code)]

mod clock;
mod devices;
mod ending;
mod error;
mod live;
mod options;
mod port;
#[allow(unsafe_code, reason = "calls what the library for libpcap does not offer; see there")]
mod socket;
#[cfg(test)]
mod tests;
mod user;
mod wait;

pub use devices::{Device, devices};
pub use error::LiveError;
pub use live::{Arrival, Live};
pub use options::{Direction, Fanout, Options, TimestampType};
pub use port::Statistics;
pub use user::{UserError, drop_user};
