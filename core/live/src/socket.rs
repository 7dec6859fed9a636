//! What needs `unsafe`, and nothing else: three calls that the library for libpcap does not offer, and one loop that the
//! compiler cannot follow yet.
//!
//! - The kinds of time stamps of an interface, and how finely it tells time, are asked for with functions of libpcap. The
//!   handle belongs to a [`Capture`] that is borrowed, so it is alive; libpcap writes into a pointer of ours and says how many
//!   numbers it has put there, and gets its list back.
//! - Groups of sockets (`PACKET_FANOUT`) are a setting of the socket. The kernel reads four bytes of ours.

use std::ffi::{c_int, c_void};
use std::io;
use std::os::fd::AsRawFd;
use std::ptr;
use std::slice;

use pcap::{Active, Capture, Inactive};

use crate::options::Fanout;

unsafe extern "C" {
    fn pcap_list_tstamp_types(handle: *mut c_void, list: *mut *mut c_int) -> c_int;
    fn pcap_free_tstamp_types(list: *mut c_int);
    fn pcap_get_tstamp_precision(handle: *mut c_void) -> c_int;
}

/// Libpcap's numbers of the time stamps that an interface has.
pub(crate) fn timestamp_types(capture: &Capture<Inactive>) -> Vec<i32> {
    let mut list: *mut c_int = ptr::null_mut();
    // SAFETY: the handle is alive as long as `capture`; libpcap points `list` to what it has allocated, or leaves it.
    let count = unsafe { pcap_list_tstamp_types(capture.as_ptr().cast(), &raw mut list) };
    if list.is_null() {
        return Vec::new();
    }
    // SAFETY: libpcap's list has `count` numbers, and none if that is negative.
    let types = unsafe { slice::from_raw_parts(list, usize::try_from(count).unwrap_or(0)) };
    let types = types.to_vec();
    // SAFETY: the list is libpcap's, and nobody refers to it any more.
    unsafe { pcap_free_tstamp_types(list) };
    types
}

/// Whether the fractions of times are nanoseconds.
pub(crate) fn tells_nanoseconds(capture: &Capture<Active>) -> bool {
    const NANO: c_int = 1;
    // SAFETY: the handle is alive as long as `capture`, and is only looked at.
    unsafe { pcap_get_tstamp_precision(capture.as_ptr().cast()) == NANO }
}

/// Makes the socket a member of a group.
pub(crate) fn join(capture: &Capture<Active>, fanout: Fanout) -> io::Result<()> {
    let word: c_int = fanout.word();
    let size = size_of_val(&word) as libc::socklen_t;
    // SAFETY: the descriptor is open as long as `capture`; the kernel reads `size` bytes of `word`.
    let result = unsafe {
        libc::setsockopt(
            capture.as_raw_fd(),
            libc::SOL_PACKET,
            libc::PACKET_FANOUT,
            ptr::from_ref(&word).cast(),
            size,
        )
    };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// An answer that may borrow from who gives it.
pub(crate) trait Answers {
    /// The answer.
    type Answer<'a>
    where
        Self: 'a;

    /// Gives one, or asks to be asked again.
    fn answer(&mut self) -> Option<Self::Answer<'_>>;
}

/// Asks until there is an answer. The compiler takes the borrow of an answer that did not come for one that lasts.
pub(crate) fn ask<T: Answers>(who: &mut T) -> T::Answer<'_> {
    let who: *mut T = who;
    loop {
        // SAFETY: `who` is borrowed by this call and by nobody else. `None` borrows nothing, and `answer` cannot keep a
        // borrow whose life it does not know, so there is only one at a time.
        if let Some(answer) = unsafe { &mut *who }.answer() {
            return answer;
        }
    }
}
