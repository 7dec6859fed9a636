//! The table of tcpWin and the rule of timeouts, written down once more and as plainly as possible: one
//! pass over the TCP packets of a capture (Ethernet, IPv4, no fragments, time goes forward).
//!
//! A conversation is over as soon as each of its directions has been silent for its timeout.

use std::collections::HashMap;

use crate::kit::Pcap;

/// One end: address and port.
type End = ([u8; 4], u16);

/// The present flow of a conversation: its number, and the places of both directions.
type Flow = (u32, [Option<usize>; 2]);

/// A TCP packet.
struct Segment {
    number: usize,
    nanos: u64,
    source: End,
    target: End,
    flags: u8,
    window: u16,
}

/// One direction of a flow, with the values of its three columns.
#[derive(Clone, Debug)]
pub(crate) struct Side {
    /// Source port and destination port.
    pub(crate) ports: (u16, u16),
    /// Time of the first packet.
    pub(crate) first: u64,
    last: u64,
    timeout: f32,
    /// tcpWinStat.
    pub(crate) stat: u8,
    /// tcpWinState.
    pub(crate) state: u8,
    /// tcpWinThCnt.
    pub(crate) count: u32,
}

/// What the rules say of a capture.
#[derive(Default)]
pub(crate) struct Prediction {
    /// All directions of all flows.
    pub(crate) sides: Vec<Side>,
    /// Packet number, and the number of its conversation's flow: 1 for the first, 2 ...
    pub(crate) flow_of: Vec<(usize, u32)>,
}

fn segment((number, (nanos, frame)): (usize, (u64, &[u8]))) -> Option<Segment> {
    let word = |at: usize| u16::from_be_bytes([frame[at], frame[at + 1]]);
    if word(12) != 0x0800 || frame[23] != 6 {
        return None;
    }
    let tcp = 14 + usize::from(frame[14] & 15) * 4;
    let address = |at: usize| [frame[at], frame[at + 1], frame[at + 2], frame[at + 3]];
    Some(Segment {
        number: number + 1,
        nanos,
        source: (address(26), word(tcp)),
        target: (address(30), word(tcp + 2)),
        flags: frame[tcp + 13],
        window: word(tcp + 14),
    })
}

impl Side {
    fn new(segment: &Segment) -> Self {
        let ports = (segment.source.1, segment.target.1);
        let (first, last) = (segment.nanos, segment.nanos);
        Self { ports, first, last, timeout: 182.0, stat: 0, state: 0, count: 0 }
    }

    fn is_due(&self, now: u64) -> bool {
        ((now - self.last) as f64 / 1e9) as f32 >= self.timeout
    }

    /// The table; yields whether the peer is to be cut too.
    fn packet(&mut self, segment: &Segment) -> bool {
        self.last = segment.nanos;
        if segment.window < 1 {
            self.count += 1;
            self.stat |= 0x80;
        }
        self.stat |= segment.flags & 0x1f;
        let (syn, ack) = (segment.flags & 0x02 != 0, segment.flags & 0x10 != 0);
        match self.state {
            0 if syn => (self.state, self.timeout) = (1, 1.0),
            0 if !ack => {}
            4 => self.timeout = 0.001,
            _ => {
                if self.state == 0 {
                    self.state = 2;
                }
                self.timeout = 1.2;
                if self.stat & 0x05 != 0 {
                    self.state = 4;
                } else if self.count >= 2 {
                    self.stat |= 0x40;
                    self.cut();
                    return true;
                }
            }
        }
        false
    }

    fn cut(&mut self) {
        (self.state, self.timeout) = (4, 0.001);
    }
}

/// Applies the rules to a capture.
pub(crate) fn predict(capture: &Pcap) -> Prediction {
    let mut prediction = Prediction::default();
    let mut alive: HashMap<(End, End), Flow> = HashMap::new();
    for segment in capture.packets().enumerate().filter_map(segment) {
        let (low, high) = (segment.source.min(segment.target), segment.source.max(segment.target));
        let way = usize::from(segment.source == high);
        let sides = &mut prediction.sides;
        let (number, places) = alive.entry((low, high)).or_insert((1, [None; 2]));
        let mut known = places.iter().flatten().peekable();
        if known.peek().is_some() && known.all(|&at| sides[at].is_due(segment.nanos)) {
            (*number, *places) = (*number + 1, [None; 2]);
        }
        let at = *places[way].get_or_insert_with(|| {
            sides.push(Side::new(&segment));
            sides.len() - 1
        });
        let peer_too = sides[at].packet(&segment);
        if let (true, Some(peer)) = (peer_too, places[1 - way]) {
            sides[peer].cut();
        }
        prediction.flow_of.push((segment.number, *number));
    }
    prediction
}
