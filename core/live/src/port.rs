//! One interface: opened, read, lost and opened again.

use std::env;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use flowz_api::packet::{LinkType, Packet, Timestamp};
use flowz_capture::{Interface, Resolution, link_of_dlt};
use pcap::{Active, Capture, Error, Precision};

use crate::clock;
use crate::devices;
use crate::error::{LiveError, said};
use crate::options::{Direction, Fanout, Options, TimestampType};
use crate::socket;

/// Between attempts to open an interface again, and between looks at one that is silent.
const PAUSE: Duration = Duration::from_secs(1);

/// For libpcap's netfilter log it is an error that there is no packet yet.
const NOTHING_YET: &str = "Resource temporarily unavailable";

/// What became of packets on the way from an interface.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Statistics {
    /// Those that the filter let through, with those that found no room in the ring. A loopback interface counts twice: out and
    /// in again.
    pub received: u64,
    /// Those that found no room in the ring.
    pub dropped: u64,
    /// Those that the interface or its driver dropped, for whoever they were.
    pub dropped_by_interface: u64,
}

/// An interface.
pub(crate) struct Port {
    name: String,
    number: u32,
    capture: Option<Capture<Active>>,
    /// Whether the system knows when it goes down.
    can_go_down: bool,
    link: LinkType,
    unit: i64,
    /// What was counted, and the counters of the capture where they were last looked at.
    counted: (Statistics, [u32; 3]),
    /// When it is looked after next.
    next_look: Instant,
    /// Why it could not be opened again, as it was told.
    told: String,
}

/// What reading an interface comes to.
pub(crate) enum Read<'a> {
    Packet(Packet<'a>),
    Empty,
    /// Nothing more comes, with the reason.
    Lost(String),
}

impl Port {
    /// Opens an interface.
    pub(crate) fn open(options: &Options, number: usize) -> Result<(Self, Interface), LiveError> {
        let name = &options.interfaces[number];
        let capture = activate(options, name)?;
        let mut port = Self {
            name: name.clone(),
            number: number as u32,
            capture: None,
            can_go_down: devices::is_up(name).is_some(),
            link: LinkType::default(),
            unit: 1,
            counted: Default::default(),
            next_look: clock::now() + PAUSE,
            told: String::new(),
        };
        let interface = port.take(capture, options);
        Ok((port, interface))
    }

    /// Goes on with a capture.
    fn take(&mut self, capture: Capture<Active>, options: &Options) -> Interface {
        let nanos = socket::tells_nanoseconds(&capture);
        let resolution = if nanos { Resolution::Nanos } else { Resolution::Micros };
        // libpcap has no other numbers.
        self.link = link_of_dlt(capture.get_datalink().0).unwrap_or_default();
        self.unit = resolution.unit();
        self.capture = Some(capture);
        self.counted.1 = [0; 3];
        Interface {
            link: self.link,
            snap_len: options.snap_len,
            resolution,
            name: self.name.as_bytes().into(),
        }
    }

    /// What can be waited for.
    pub(crate) fn capture(&self) -> Option<&Capture<Active>> {
        self.capture.as_ref()
    }

    /// The next packet, if one is there.
    #[inline]
    pub(crate) fn read(&mut self) -> Read<'_> {
        let Some(capture) = &mut self.capture else { return Read::Empty };
        match capture.next_packet() {
            Ok(packet) => {
                let ts = packet.header.ts;
                Read::Packet(Packet {
                    ts: Timestamp::new(ts.tv_sec, ts.tv_usec * self.unit),
                    wire_len: packet.header.len,
                    link: self.link,
                    interface: self.number,
                    data: packet.data,
                })
            }
            Err(Error::TimeoutExpired) => Read::Empty,
            Err(Error::PcapError(text)) if text.ends_with(NOTHING_YET) => Read::Empty,
            Err(error) => Read::Lost(said(error)),
        }
    }

    /// Gives up what it is read from, and says so.
    pub(crate) fn close(&mut self, reason: &str) -> String {
        self.statistics();
        self.capture = None;
        self.next_look = clock::now() + PAUSE;
        self.told.clear();
        format!("the interface `{}` {reason}; it is read again when it is back", self.name)
    }

    /// Sees to it once a second that a silent interface is there, and opens it again when it is back: then there is a description
    /// of it, and something to be told.
    pub(crate) fn look_after(&mut self, options: &Options) -> (Option<Interface>, Option<String>) {
        let now = clock::now();
        if now < self.next_look {
            return (None, None);
        }
        self.next_look = now + PAUSE;
        let is_there = !self.can_go_down || devices::is_up(&self.name) == Some(true);
        if self.capture.is_some() {
            let remark = (!is_there).then(|| self.close("is down or away"));
            return (None, remark);
        }
        if !is_there {
            return (None, None);
        }
        match activate(options, &self.name) {
            Ok(capture) => {
                let interface = self.take(capture, options);
                (Some(interface), Some(format!("the interface `{}` is back", self.name)))
            }
            Err(error) => {
                let text = error.to_string();
                let is_new = text != self.told;
                self.told.clone_from(&text);
                (None, is_new.then(|| format!("still without `{}`: {text}", self.name)))
            }
        }
    }

    /// What was counted until now. Counters of 32 bits go round.
    pub(crate) fn statistics(&mut self) -> Statistics {
        let (sum, last) = &mut self.counted;
        if let Some(Ok(now)) = self.capture.as_mut().map(Capture::stats) {
            let now = [now.received, now.dropped, now.if_dropped];
            add(sum, *last, now);
            *last = now;
        }
        *sum
    }
}

/// Adds what counters have counted.
fn add(sum: &mut Statistics, last: [u32; 3], now: [u32; 3]) {
    let fields = [&mut sum.received, &mut sum.dropped, &mut sum.dropped_by_interface];
    for ((field, last), now) in fields.into_iter().zip(last).zip(now) {
        *field += u64::from(now.wrapping_sub(last));
    }
}

/// Opens and sets up.
fn activate(options: &Options, name: &str) -> Result<Capture<Active>, LiveError> {
    let other = |error| LiveError::Open { name: name.to_owned(), reason: said(error) };
    let capture = inactive(options, name)?;
    let capture = capture.open().map_err(|error| refusal(options, name, said(error)))?;
    if options.resolution == Some(Resolution::Nanos) && !socket::tells_nanoseconds(&capture) {
        return Err(LiveError::Resolution(name.to_owned()));
    }
    let mut capture = capture.setnonblock().map_err(other)?;
    let direction = match options.direction {
        Direction::In => Some(pcap::Direction::In),
        Direction::Out => Some(pcap::Direction::Out),
        Direction::InOut => None,
    };
    if let Some(direction) = direction {
        capture.direction(direction).map_err(other)?;
    }
    if let Some(text) = &options.filter {
        capture.filter(text, true).map_err(|error| LiveError::Filter {
            text: text.clone(),
            name: name.to_owned(),
            reason: said(error),
        })?;
    }
    if let Some(fanout) = options.fanout {
        // A group is of one interface: that of the next interface has the next number.
        let place = options.interfaces.iter().position(|known| known == name).unwrap_or(0);
        let fanout = Fanout { group: fanout.group.wrapping_add(place as u16), ..fanout };
        let failed = |reason| LiveError::Fanout { name: name.to_owned(), fanout, reason };
        socket::join(&capture, fanout).map_err(failed)?;
    }
    Ok(capture)
}

/// What is to be activated.
fn inactive(options: &Options, name: &str) -> Result<Capture<pcap::Inactive>, LiveError> {
    let number = |value: usize, what| i32::try_from(value).map_err(|_| LiveError::Number(what));
    let millis = usize::try_from(options.timeout.as_millis()).unwrap_or(usize::MAX);
    let capture = Capture::from_device(name)
        .map_err(|error| refusal(options, name, said(error)))?
        .snaplen(number(options.snap_len as usize, "a packet has at most 2147483647 bytes")?)
        // All interfaces at once have no promiscuous mode.
        .promisc(options.promiscuous && name != "any")
        .buffer_size(number(options.buffer, "a ring has at most 2147483647 bytes")?)
        .immediate_mode(options.immediate)
        .timeout(number(millis, "a timeout has at most 2147483647 milliseconds")?.max(1))
        .precision(match options.resolution {
            Some(Resolution::Micros) => Precision::Micro,
            _ => Precision::Nano,
        });
    let Some(wanted) = options.tstamp_type else { return Ok(capture) };
    let offered = socket::timestamp_types(&capture).into_iter();
    let mut offered: Vec<_> = offered.filter_map(TimestampType::of_number).collect();
    if offered.is_empty() {
        offered.push(TimestampType::Host);
    }
    if !offered.contains(&wanted) {
        return Err(LiveError::Timestamps { name: name.to_owned(), wanted, offered });
    }
    Ok(capture.tstamp_type(match wanted {
        TimestampType::Host => pcap::TimestampType::Host,
        TimestampType::HostLowPrec => pcap::TimestampType::HostLowPrec,
        TimestampType::HostHighPrec => pcap::TimestampType::HostHighPrec,
        TimestampType::Adapter => pcap::TimestampType::Adapter,
        TimestampType::AdapterUnsynced => pcap::TimestampType::AdapterUnsynced,
    }))
}

/// What it means that libpcap does not open an interface.
fn refusal(options: &Options, name: &str, reason: String) -> LiveError {
    let known = devices::names();
    let name = name.to_owned();
    if !known.is_empty() && !known.contains(&name) {
        return LiveError::Unknown { name, known };
    }
    let is_about_rights =
        ["CAP_NET", "ermission", "not permitted"].iter().any(|word| reason.contains(word));
    if is_about_rights {
        let program = env::current_exe().unwrap_or_else(|_| PathBuf::from("flowz"));
        return LiveError::Rights { name, promiscuous: options.promiscuous, program };
    }
    match devices::is_up(&name) {
        Some(false) => LiveError::Down(name),
        _ => LiveError::Open { name, reason },
    }
}

#[cfg(test)]
mod tests {
    use super::{Statistics, add};

    #[test]
    fn counters_go_round() {
        let mut sum = Statistics { received: 5, dropped: 0, dropped_by_interface: 1 };
        add(&mut sum, [u32::MAX - 1, 7, 0], [8, 7, 2]);
        assert_eq!(sum, Statistics { received: 15, dropped: 0, dropped_by_interface: 3 });
    }
}
