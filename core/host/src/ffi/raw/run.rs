//! The hooks of a whole run: its start and its report, and the functions of ours that they call.

use std::ffi::{CStr, c_char, c_void};
use std::ptr;

use flowz_api::report::{Part, Report, Totals};

use super::Raw;
use crate::ffi::layout::{Slot, Start, Summary};

/// What registers a timeout in seconds and yields its number or -1.
pub(crate) type Register<'a> = &'a mut dyn FnMut(f64) -> i32;

impl Raw {
    /// Calls the hook of the start, with the values of all toggles; yields why the plugin cannot start.
    pub(crate) fn start(&self, toggles: &[Slot], mut register: Register<'_>) -> Option<String> {
        let hook = self.start?;
        let start = Start {
            size: size_of::<Start>() as u32,
            toggles: toggles.len() as u32,
            toggle: toggles.as_ptr(),
            run: (&raw mut register).cast(),
            timeout,
        };
        // SAFETY: the function has this type by its header, and all that the structure points to lives
        // during the call.
        let refusal = unsafe { hook(&raw const start) };
        // SAFETY: it yields null or a text.
        (!refusal.is_null()).then(|| unsafe { words(refusal) })
    }

    /// Calls the hook of the end report.
    pub(crate) fn report(&self, totals: &Totals, out: &mut Report) {
        let Some(hook) = self.report else { return };
        let report = Summary {
            size: size_of::<Summary>() as u32,
            reserved: 0,
            packets: totals.packets,
            flow_bytes: totals.flow_bytes,
            tcp_packets: totals.tcp_packets,
            flows: totals.flows,
            run: ptr::from_mut(out).cast(),
            count: count_line,
            text: text_line,
        };
        // SAFETY: as above.
        unsafe { hook(&raw const report) };
    }
}

/// `flowz_start.timeout`
unsafe extern "C" fn timeout(run: *mut c_void, seconds: f64) -> i32 {
    // SAFETY: the header says that `run` is what `Raw::start` put into the structure, and that the call is
    // made from within the hook.
    let register = unsafe { &mut *run.cast::<Register<'_>>() };
    register(seconds)
}

/// `flowz_report.count`
unsafe extern "C" fn count_line(run: *mut c_void, key: *const c_char, n: u64, total: u64) {
    // SAFETY: as with `timeout`, of `Raw::report`; the key is a text.
    let (report, key) = unsafe { (&mut *run.cast::<Report>(), words(key)) };
    let share = (total > 0).then_some(Part::Share(n, total));
    report.line(key, [Part::Count(n)].into_iter().chain(share));
}

/// `flowz_report.text`
unsafe extern "C" fn text_line(run: *mut c_void, key: *const c_char, value: *const c_char) {
    // SAFETY: as above.
    let (report, key, value) = unsafe { (&mut *run.cast::<Report>(), words(key), words(value)) };
    report.line(key, [Part::Text(value)]);
}

/// A text that somebody gives us for a moment; empty if there is none.
///
/// # Safety
///
/// `at` must be null or point to bytes that end with a zero.
unsafe fn words(at: *const c_char) -> String {
    if at.is_null() {
        return String::new();
    }
    // SAFETY: the caller promises it.
    unsafe { CStr::from_ptr(at) }.to_string_lossy().into_owned()
}
