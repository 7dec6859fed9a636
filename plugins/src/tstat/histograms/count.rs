//! What is counted of packets, connections, conversations and streams.

use flowz_api::Checkpoint;
use flowz_api::key::FlowKey;
use flowz_api::layers::{Layers, Net};

use super::{Histograms, Quantity};
use crate::samples::Samples;
use crate::tstat::nets::Nets;
use crate::tstat::segment;
use crate::tstat::stream::Stream;
use crate::tstat::tcp::Connection;
use crate::tstat::udp::{Talk, UdpWay};
use crate::tstat::way::Way;

/// Where a packet goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Checkpoint)]
pub(crate) enum Class {
    /// From outside to inside.
    In,
    /// From inside to outside.
    Out,
    /// Both ends are inside.
    Local,
}

impl Class {
    /// That of packets with this key; nothing if both ends are outside.
    pub(crate) fn new(key: &FlowKey, nets: &Nets) -> Option<Self> {
        match [key.src_ip(), key.dst_ip()].map(|ip| nets.contains(ip)) {
            [false, false] => None,
            [false, true] => Some(Self::In),
            [true, false] => Some(Self::Out),
            [true, true] => Some(Self::Local),
        }
    }
}

const MICRO: u64 = 1000;
const MILLI: u64 = 1000 * MICRO;

/// Nanoseconds as milliseconds.
fn millis(nanos: i64) -> u64 {
    u64::try_from(nanos).unwrap_or(0) / MILLI
}

/// Bytes by nanoseconds in kbit/s, if there are any of both.
fn rate(bytes: u64, nanos: i64) -> Option<u64> {
    let nanos = u64::try_from(nanos).ok().filter(|nanos| *nanos > 0 && bytes > 0)?;
    u64::try_from(u128::from(bytes) * 8 * u128::from(MILLI) / u128::from(nanos)).ok()
}

impl Histograms {
    /// A packet of IP.
    pub(crate) fn packet(&mut self, class: Class, layers: &Layers, data: &[u8]) {
        let part = class as usize;
        let protocol = layers.l4_proto.into();
        let len = u64::from(layers.l3_len);
        self.add(Quantity::IpProtocol, part, protocol, 1);
        self.add(Quantity::IpBytes, part, protocol, len);
        self.add(Quantity::IpLength, part, len, 1);
        let header = layers.layer3(data);
        if let [first, second, ..] = *header {
            let is_v6 = layers.net == Net::V6;
            let tos = if is_v6 { first << 4 | second >> 4 } else { second };
            self.add(Quantity::IpTtl, part, segment::ttl(layers, data).into(), 1);
            self.add(Quantity::IpTos, part, tos.into(), 1);
        }
    }

    /// A connection that is over; the server's port.
    pub(crate) fn connection(&mut self, of: &Connection, port: u16) {
        if !self.is_on() {
            return;
        }
        let [client, server] = &of.ways;
        let nanos = of.last - of.first;
        self.add(Quantity::TcpPort, 0, port.into(), 1);
        self.add(Quantity::TcpDuration, 0, millis(nanos), 1);
        for (quantity, way) in [(Quantity::TcpClientMss, client), (Quantity::TcpServerMss, server)]
        {
            if let Some(mss) = way.mss {
                self.add(quantity, 0, mss.into(), 1);
            }
        }
        for (part, way) in of.ways.iter().enumerate() {
            self.way(part, way, nanos);
        }
        let bits = of.said.protocols;
        if bits == 0 {
            self.add(Quantity::TcpProtocol, 0, 0, 1);
        }
        for bit in (0..u32::BITS).filter(|bit| bits >> bit & 1 == 1) {
            self.add(Quantity::TcpProtocol, 0, u64::from(bit) + 1, 1);
        }
        if let Some(status) = of.said.status {
            self.add(Quantity::HttpStatus, 0, status.into(), 1);
        }
    }

    /// A direction of a connection that took so many nanoseconds.
    fn way(&mut self, part: usize, way: &Way, nanos: i64) {
        let unique = way.bytes.saturating_sub(way.again_bytes);
        self.add(Quantity::TcpBytes, part, unique, 1);
        self.add(Quantity::TcpPackets, part, way.packets, 1);
        if let Some(rate) = rate(unique, nanos) {
            self.add(Quantity::TcpRate, part, rate, 1);
        }
        if way.windows.max() > 0 {
            self.add(Quantity::TcpWindow, part, way.windows.max(), 1);
        }
        if way.in_flight.max() > 0 {
            self.add(Quantity::TcpFlight, part, way.in_flight.max(), 1);
            self.add(Quantity::TcpFirstFlight, part, way.first_flight, 1);
        }
        let times = &way.round_trips;
        for (quantity, nanos) in [
            (Quantity::TcpMeanRoundTrip, times.whole_mean()),
            (Quantity::TcpLeastRoundTrip, times.min()),
            (Quantity::TcpMostRoundTrip, times.max()),
        ] {
            if let Some(nanos) = nanos {
                self.add(quantity, part, nanos / MILLI, 1);
            }
        }
        let of = &way.anomalies;
        let classes = [
            of.timeout,
            of.fast,
            of.reordered,
            of.duplicate,
            of.unknown,
            of.window_probe,
            of.needless_timeout,
            of.needless_fast,
        ];
        for (class, count) in (0..).zip(classes) {
            self.add(Quantity::TcpAnomalies, part, class, count.into());
        }
    }

    /// A conversation that is over; the server's port.
    pub(crate) fn talk(&mut self, of: &Talk, port: u16) {
        if !self.is_on() {
            return;
        }
        self.add(Quantity::UdpPort, 0, port.into(), 1);
        let first = of.ways.iter().filter_map(|way| way.times).map(|(first, _)| first).min();
        self.add(Quantity::UdpDuration, 0, millis(of.last - first.unwrap_or(of.last)), 1);
        for (part, way) in of.ways.iter().enumerate().filter(|(_, way)| way.packets > 0) {
            self.add(Quantity::UdpBytes, part, way.bytes, 1);
            self.add(Quantity::UdpPackets, part, way.packets, 1);
            self.add(Quantity::UdpProtocol, part, way.kinds.number().into(), 1);
        }
        for (from, stream) in of.streams() {
            self.stream(&of.ways[from], stream);
        }
    }

    fn stream(&mut self, way: &UdpWay, of: &Stream) {
        let nanos = way.times.map_or(0, |(first, last)| last - first);
        self.add(Quantity::MediaPackets, 0, of.packets, 1);
        self.add(Quantity::MediaDuration, 0, millis(nanos), 1);
        let payload = |sizes: &Samples| u64::try_from(sizes.sum()).unwrap_or(u64::MAX);
        if let Some(rate) = rate(payload(&of.payloads), nanos) {
            self.add(Quantity::MediaRate, 0, rate, 1);
        }
        if let [Some(jitter), ..] = of.jitter[0].values() {
            self.add(Quantity::MediaJitter, 0, jitter as u64, 1);
        }
        let all = of.packets.saturating_add(of.lost).max(1);
        let lost = u128::from(of.lost) * 1000 / u128::from(all);
        self.add(Quantity::MediaLoss, 0, lost as u64, 1);
    }
}
