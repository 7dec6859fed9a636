//! Sockets that sinks write to: streams and datagrams, of hosts and of this machine.

mod channel;

use std::io;
use std::time::Duration;

pub(crate) use channel::{Channel, Place};

/// Waits for a reader who takes nothing before the courier hears of it; each takes a quarter of a second.
const MOST_STALLS: u32 = 4;

/// How long the other end may take to close the connection when all is sent.
pub(crate) const CLOSE: Duration = Duration::from_secs(5);

/// Most bytes of a datagram's content in IPv4 (RFC 791: 65,535 with headers of 20 and 8 bytes).
pub(crate) const MOST_DATAGRAM: usize = 65_507;

/// Why bytes were not taken.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The reader has no time.
    Stalled,
    /// There is no connection any more.
    Broken(io::Error),
}

impl From<Stop> for io::Error {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Stalled => io::ErrorKind::TimedOut.into(),
            Stop::Broken(error) => error,
        }
    }
}

/// Hands over what is behind `at` as a part of a stream; `at` goes on meanwhile.
pub(crate) fn hand_over(channel: &mut Channel, bytes: &[u8], at: &mut usize) -> Result<(), Stop> {
    let mut stalls = 0;
    while let Some(rest) = bytes.get(*at..).filter(|rest| !rest.is_empty()) {
        match channel.write(rest) {
            Ok(0) => return Err(Stop::Broken(io::ErrorKind::WriteZero.into())),
            Ok(length) => {
                *at += length;
                stalls = 0;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if is_stalled(&error) => {
                stalls += 1;
                if stalls == MOST_STALLS {
                    return Err(Stop::Stalled);
                }
            }
            Err(error) => return Err(Stop::Broken(error)),
        }
    }
    Ok(())
}

/// Hands over one datagram.
pub(crate) fn hand_over_datagram(channel: &mut Channel, bytes: &[u8]) -> Result<(), Stop> {
    match channel.write(bytes) {
        Ok(_) => Ok(()),
        Err(error) if is_stalled(&error) => Err(Stop::Stalled),
        Err(error) => Err(Stop::Broken(error)),
    }
}

fn is_stalled(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

/// What is to be said when a stream has ended: `outcome` is that of [`Channel::close`], `breaks` counts connections that broke before.
pub(crate) fn doubt(
    place: &Place,
    outcome: Option<Result<bool, Stop>>,
    breaks: u32,
) -> Option<String> {
    let why = match outcome {
        Some(Err(Stop::Broken(error))) if error.kind() == io::ErrorKind::ConnectionRefused => {
            return Some(format!("{place}: {error}"));
        }
        Some(Err(Stop::Broken(error))) => format!("{place} broke the connection ({error})"),
        Some(Err(Stop::Stalled) | Ok(false)) => {
            format!("{place} did not close the connection when all was sent")
        }
        _ if breaks > 0 => format!("the connection to {place} broke"),
        _ => return None,
    };
    Some(format!("{why}: rows that were sent shortly before may not have been read"))
}
