//! How things stand at a moment of a run: plain numbers.

use flowz_api::packet::Timestamp;
use flowz_engine::Engine;
use flowz_engine::counters::Counters;

use crate::clock::Moment;
use crate::memory::Memory;

/// How far the input is read.
#[derive(Clone, Debug, Default)]
pub struct Input {
    /// Bytes taken from files.
    pub bytes: u64,
    /// Bytes of all files, where that is known.
    pub total: Option<u64>,
    /// Packets put in front of others that had arrived before them.
    pub moved: u64,
    /// Packets that came too late to be put in order.
    pub late: u64,
    /// Interfaces, if packets come from some.
    pub interfaces: Vec<Interface>,
    /// What engines beside the first one have counted, and how many flows they have.
    pub engines: Vec<(Counters, usize)>,
}

/// What an interface and the kernel have counted.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Interface {
    /// Its name.
    pub name: String,
    /// Packets that matched the filter, with those that were dropped for want of room.
    pub received: u64,
    /// Packets that the kernel dropped because there was no room for them.
    pub dropped: u64,
    /// Packets that the interface dropped.
    pub interface_dropped: u64,
}

/// What a sink has done.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SinkState {
    /// Its name.
    pub name: String,
    /// Rows written.
    pub rows: u64,
    /// Rows dropped because there was no room for them.
    pub dropped: u64,
    /// Times that writing failed and was tried again.
    pub errors: u64,
    /// Bytes that wait, and most that may wait, if it has a queue.
    pub queue: Option<Queue>,
}

/// How full a queue is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Queue {
    /// Bytes that wait.
    pub bytes: u64,
    /// Most that may wait.
    pub limit: u64,
}

/// A moment of a run.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// Number of the sensor.
    pub sensor: u32,
    /// Values as the reference gives them.
    pub compat: bool,
    /// Digits that times of packets have behind the point.
    pub digits: usize,
    /// When it was taken, by the clock.
    pub moment: Moment,
    /// What was counted.
    pub counters: Counters,
    /// Flows alive.
    pub open: u64,
    /// Most flows that may be alive, if there is a limit.
    pub limit: Option<u64>,
    /// Flows that a plugin has raised an alarm about.
    pub alarms: u64,
    /// How far the input is read.
    pub input: Input,
    /// All sinks.
    pub sinks: Vec<SinkState>,
    /// Memory of the process.
    pub memory: Memory,
}

impl Snapshot {
    /// How things stand now.
    pub fn of(engine: &Engine, moment: Moment, mut input: Input, sinks: Vec<SinkState>) -> Self {
        const MICROSECONDS: usize = 6;
        let run = engine.run();
        let mut counters = Counters { rate_extremes: None, ..engine.counters().clone() };
        let mut open = engine.live_flows();
        for (others, live) in std::mem::take(&mut input.engines) {
            counters.merge(others);
            open += live;
        }
        let digits = if run.core.tstamp_prec { crate::words::NINE } else { MICROSECONDS };
        Self {
            sensor: run.sensor,
            compat: run.compat,
            digits,
            moment,
            alarms: counters.alarm_flows,
            counters,
            open: open as u64,
            limit: engine.most_flows().map(|n| n as u64),
            input,
            sinks,
            memory: Memory::of_process(),
        }
    }

    /// What has changed since an earlier moment of the same run. What is no count (flows alive, memory, queues, how much
    /// of the input is read) stays as it is.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        let mut now = self.clone();
        now.counters = self.counters.since(&earlier.counters);
        now.alarms -= earlier.alarms;
        now.input.moved -= earlier.input.moved;
        now.input.late -= earlier.input.late;
        for interface in &mut now.input.interfaces {
            let same = |other: &&Interface| other.name == interface.name;
            if let Some(before) = earlier.input.interfaces.iter().find(same) {
                interface.subtract(before);
            }
        }
        for sink in &mut now.sinks {
            if let Some(before) = earlier.sinks.iter().find(|other| other.name == sink.name) {
                sink.subtract(before);
            }
        }
        now
    }

    /// Nanoseconds from the first packet to the latest, or of the interval.
    pub fn duration(&self) -> i64 {
        self.counters.first.map_or(0, |first| self.counters.last - first)
    }

    /// The time of the latest packet, if there was one.
    pub fn packet_time(&self) -> Option<Timestamp> {
        self.counters.first.map(|_| self.counters.last)
    }

    /// Received, dropped by the kernel and dropped by the interface, of all interfaces; nothing if there are none.
    pub fn captured(&self) -> Option<Interface> {
        let mut all = Interface::default();
        for interface in &self.input.interfaces {
            all.received += interface.received;
            all.dropped += interface.dropped;
            all.interface_dropped += interface.interface_dropped;
        }
        (!self.input.interfaces.is_empty()).then_some(all)
    }
}

impl Interface {
    /// A kernel's counters may begin anew.
    fn subtract(&mut self, earlier: &Self) {
        self.received = self.received.saturating_sub(earlier.received);
        self.dropped = self.dropped.saturating_sub(earlier.dropped);
        self.interface_dropped = self.interface_dropped.saturating_sub(earlier.interface_dropped);
    }
}

impl SinkState {
    fn subtract(&mut self, earlier: &Self) {
        self.rows = self.rows.saturating_sub(earlier.rows);
        self.dropped = self.dropped.saturating_sub(earlier.dropped);
        self.errors = self.errors.saturating_sub(earlier.errors);
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::{Input, Interface, Queue, SinkState, Snapshot};
    use crate::clock::Moment;
    use crate::memory::Memory;
    use flowz_api::packet::Timestamp;
    use flowz_api::status::FlowStat;
    use flowz_engine::counters::{Counters, Flows, Volume};
    use std::time::Duration;

    /// Numbers that tell each other apart; all counts are multiples of `n`.
    pub(crate) fn sample(n: u64) -> Snapshot {
        let volume = |packets, bytes| Volume { packets: n * packets, bytes: n * bytes };
        let mut counters = Counters {
            read: volume(1000, 500_000),
            wire_bytes: n * 600_000,
            ip_bytes: n * 580_000,
            first: Some(Timestamp::new(1_700_000_000, 0)),
            last: Timestamp::new(1_700_000_000 + n as i64 * 10, 0),
            duplicates: n * 3,
            other_shards: 0,
            layer2: n * 17,
            ipv4: n * 900,
            ipv6: n * 70,
            directions: [volume(600, 400_000), volume(387, 90_000)],
            arp: volume(15, 630),
            rarp: volume(2, 84),
            icmp: volume(20, 2000),
            icmpv6: volume(5, 400),
            tcp: volume(700, 450_000),
            udp: volume(200, 40_000),
            sctp: volume(4, 360),
            ipv4_fragments: n * 6,
            ipv6_fragments: n * 7,
            flows: Flows { all: n * 80, a: n * 70, b: n * 50, ..Flows::default() },
            max_live: 90,
            evicted: n * 8,
            status: FlowStat::from_bits_retain(0x0400_0000_0000_4001),
            ..Counters::default()
        };
        counters.inside.ipvx = n;
        counters.no_flow[0] = n * 4;
        counters.no_flow[5] = n * 6;
        counters.flows.ended = [60, 2, 8, 9, 1, 0, 0, 0].map(|ended| n * ended);
        Snapshot {
            sensor: 666,
            compat: false,
            digits: 9,
            moment: Moment {
                wall: Timestamp::new(1_700_000_100, 250_000_000),
                elapsed: Duration::from_millis(5000 * n),
            },
            counters,
            open: 40,
            limit: Some(200),
            alarms: n * 2,
            input: Input { bytes: n * 500, total: Some(4000), ..Input::default() },
            sinks: vec![SinkState {
                name: "txt".to_owned(),
                rows: n * 80,
                dropped: n,
                errors: n * 2,
                queue: Some(Queue { bytes: 300, limit: 1000 }),
            }],
            memory: Memory { resident: Some(8 << 20), peak: Some(9 << 20) },
        }
    }

    /// The same with an interface.
    pub(crate) fn live_sample(n: u64) -> Snapshot {
        let name = "eth0".to_owned();
        let (received, dropped) = (n * 1100, n * 90);
        let interface = Interface { name, received, dropped, interface_dropped: n * 10 };
        let input = Input { interfaces: vec![interface], ..Input::default() };
        Snapshot { input, ..sample(n) }
    }

    #[test]
    fn differences() {
        let since = live_sample(3).since(&live_sample(1));
        assert_eq!(since.counters.read, Volume { packets: 2000, bytes: 1_000_000 });
        assert_eq!(since.counters.flows.ended, [120, 4, 16, 18, 2, 0, 0, 0]);
        assert_eq!((since.duration(), since.alarms), (20_000_000_000, 4));
        let captured = since.captured().unwrap();
        let counts = (captured.received, captured.dropped, captured.interface_dropped);
        assert_eq!(counts, (2200, 180, 20));
        assert_eq!(
            (since.sinks[0].rows, since.sinks[0].dropped, since.sinks[0].errors),
            (160, 2, 4)
        );
        assert_eq!((since.open, since.sinks[0].queue.unwrap().bytes), (40, 300));
        assert_eq!((sample(1).captured(), Snapshot::default().packet_time()), (None, None));
    }
}
