//! Waiting for packets of several interfaces at once.

use std::os::fd::AsFd;
use std::thread;
use std::time::{Duration, Instant};

use pcap::{Active, Capture};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::clock;

/// An order to stop is seen after so long.
const SLICE: Duration = Duration::from_millis(100);

/// Waits until one of them has packets or trouble, a signal comes, or the time is over, at most a [`SLICE`]. True if there is
/// something to be read.
pub(crate) fn wait<'a>(
    captures: impl Iterator<Item = &'a Capture<Active>>,
    until: Instant,
) -> bool {
    let left = until.saturating_duration_since(clock::now()).min(SLICE);
    let mut fds: Vec<_> =
        captures.map(|capture| PollFd::from_borrowed_fd(capture.as_fd(), PollFlags::IN)).collect();
    if fds.is_empty() {
        thread::sleep(left);
        return false;
    }
    let left = Timespec { tv_sec: left.as_secs() as i64, tv_nsec: i64::from(left.subsec_nanos()) };
    // An error is a signal, which is looked for by whoever waits.
    poll(&mut fds, Some(&left)).is_ok_and(|ready| ready > 0)
}
