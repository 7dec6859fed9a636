//! Several interfaces: one packet of each is held, and the earliest leaves when no other one can be earlier.

use std::time::Duration;

use flowz_api::packet::{LinkType, NANOS, Packet, Timestamp};

use super::{Arrival, Live};
use crate::clock;
use crate::ending::MARGIN;
use crate::options::{Options, TimestampType};
use crate::port::Read;

/// Where clocks say nothing, interfaces without packets are asked again after so many packets of others: asking is a call of the
/// system.
const ASK_AGAIN: u32 = 16;
/// Packets that are waited for are waited for a little longer, so that several may leave then.
const SLACK: Duration = Duration::from_millis(10);
/// In immediate mode a packet is in the ring after so long at the latest.
const SOON: Duration = Duration::from_millis(5);
/// A packet of one of several interfaces.
#[derive(Clone, Default, Debug)]
pub(super) struct Held {
    data: Vec<u8>,
    /// Its time and its length on the wire, if there is one.
    pub(super) about: Option<(Timestamp, u32)>,
    /// There was none when its interface was asked.
    pub(super) empty: bool,
    link: LinkType,
}

impl Live {
    /// The earliest packet of several interfaces.
    pub(super) fn of_several(&mut self) -> Option<Arrival<'_>> {
        for number in 0..self.ports.len() {
            self.hold(number);
        }
        let times = self.held.iter().enumerate().filter_map(|(n, held)| Some((held.about?.0, n)));
        let Some((ts, number)) = times.min() else {
            self.idle = true;
            return None;
        };
        if !self.may_leave(ts) {
            return None;
        }
        self.quiet_at = None;
        let held = &mut self.held[number];
        let wire_len = held.about.take()?.1;
        let (link, interface) = (held.link, number as u32);
        Some(Arrival::Packet(Packet { ts, wire_len, link, interface, data: &held.data }))
    }

    /// Whether no interface can have a packet of an earlier time; if it may, it is asked again, or waited for.
    fn may_leave(&mut self, ts: Timestamp) -> bool {
        let mut both = self.ports.iter().zip(&self.held);
        let is_missing = both.any(|(port, held)| held.about.is_none() && port.capture().is_some());
        if !is_missing || ts <= self.horizon {
            return true;
        }
        let Some(delay) = self.delay else {
            self.since_asked += 1;
            if self.since_asked > ASK_AGAIN {
                self.since_asked = 0;
                self.look_after();
                self.ask_all();
            }
            return self.since_asked > 0;
        };
        let (now, delay) = (clock::time_of_day(), delay.as_nanos() as i64);
        let age = now - ts;
        if age < -NANOS {
            // The clock was set back.
            return true;
        }
        let is_late = self.ending.is_some_and(|ending| ending.deadline() <= clock::now());
        if age >= delay || is_late {
            self.horizon = Timestamp(if is_late { i64::MAX } else { now.0 - delay });
            self.look_after();
            self.ask_all();
        } else {
            self.leaves_in = Some(Duration::from_nanos((delay - age) as u64) + SLACK);
            self.idle = true;
        }
        false
    }

    /// Takes a packet of an interface in hand, if none is and there is one.
    fn hold(&mut self, number: usize) {
        let held = &mut self.held[number];
        if held.about.is_some() || held.empty {
            return;
        }
        match self.ports[number].read() {
            Read::Packet(packet) => {
                let takes = self.ending.as_mut().is_none_or(|ending| ending.takes(packet.ts));
                if takes {
                    held.about = Some((packet.ts, packet.wire_len));
                    held.link = packet.link;
                    held.data.clear();
                    held.data.extend_from_slice(packet.data);
                } else {
                    held.empty = true;
                }
            }
            Read::Empty => held.empty = true,
            Read::Lost(reason) => {
                held.empty = true;
                if self.lost.is_none() {
                    self.lost = Some((number, reason));
                }
            }
        }
    }
}

/// How long after its time a packet is handed out by the kernel at the latest.
pub(super) fn delay(options: &Options) -> Option<Duration> {
    match options.tstamp_type {
        Some(TimestampType::Adapter | TimestampType::AdapterUnsynced) => None,
        _ if options.immediate => Some(SOON),
        _ => Some(options.timeout + MARGIN),
    }
}
