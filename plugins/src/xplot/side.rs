//! The drawings of a connection.

use std::net::{Ipv4Addr, Ipv6Addr};

use flowz_api::Checkpoint;
use flowz_api::connections::letters;
use flowz_api::key::FlowKey;
use flowz_api::layers::Net;
use flowz_api::packet::Timestamp;
use flowz_plot::Head;

use super::graphs::{Owin, Rtt, Ssize, Tput};
use super::paper::{Axes, Paper};
use super::tline::Tline;
use super::toggles::Toggles;
use super::tsg::Tsg;
use crate::connections::connection::Connection;
use crate::connections::seen::Seen;
use crate::connections::segment::Segment;

/// A segment and what is special about it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Event<'a> {
    pub(super) segment: &'a Segment,
    pub(super) seen: &'a Seen,
    /// The first packet of the connection.
    pub(super) start: Timestamp,
}

/// The drawings of a connection.
#[derive(Debug, Checkpoint)]
pub(super) struct Drawings {
    number: u64,
    axes: Axes,
    /// What a and b send.
    sides: [Side; 2],
    tline: Option<Tline>,
}

/// The drawings of what one side sends.
#[derive(Debug, Checkpoint)]
struct Side {
    /// Both ends, as in titles.
    ends: String,
    tsg: Option<Tsg>,
    owin: Option<Owin>,
    ssize: Option<Ssize>,
    /// Begins with the first segment.
    tput: Option<Tput>,
    /// Begins with the first round trip.
    rtt: Option<Rtt>,
}

/// An end in titles.
fn end(address: [u8; 16], net: Net, port: u16) -> String {
    let [a, b, c, d, ..] = address;
    match net {
        Net::V4 => format!("{}:{port}", Ipv4Addr::new(a, b, c, d)),
        _ => format!("{}:{port}", Ipv6Addr::from(address)),
    }
}

/// The head of a drawing over the time.
fn head(axes: &Axes, ends: &str, title: &str, y: &str) -> Head {
    let units = if axes.times { "dtime signed" } else { "timeval signed" };
    let x = if axes.times { "relative time" } else { "time" };
    let title = format!("{ends} ({title})");
    Head { units: units.to_owned(), title, x: x.to_owned(), y: y.to_owned() }
}

impl Side {
    fn new(ends: String, axes: &Axes, toggles: &Toggles) -> Self {
        let tsg = toggles.tsg.then(|| {
            let y = if axes.numbers { "sequence offset" } else { "sequence number" };
            let mut head = head(axes, &ends, "time sequence graph", y);
            if !axes.numbers {
                head.units = head.units.replace("signed", "double");
            }
            Tsg::new(Paper::new("tsg", axes, &head), axes.numbers)
        });
        let owin = toggles.owin.then(|| {
            let head = head(axes, &ends, "outstanding data", "Outstanding Data (bytes)");
            Owin::new(Paper::new("owin", axes, &head))
        });
        let ssize = toggles.ssize.then(|| {
            let head = head(axes, &ends, "segment size graph", "segment size (bytes)");
            Ssize::new(Paper::new("ssize", axes, &head))
        });
        Self { ends, tsg, owin, ssize, tput: None, rtt: None }
    }

    /// The side sends a segment.
    fn sends(&mut self, event: &Event<'_>, axes: &Axes, toggles: &Toggles) {
        if let Some(tsg) = &mut self.tsg {
            tsg.sends(event);
        }
        if let Some(owin) = &mut self.owin {
            owin.sends(event);
        }
        if let Some(ssize) = &mut self.ssize {
            ssize.sends(event.segment);
        }
        if let Some(tput) = &mut self.tput {
            tput.sends(event);
        } else if toggles.tput {
            let mut head = head(axes, &self.ends, "throughput", "thruput (bytes/sec)");
            "time".clone_into(&mut head.x);
            let paper = Paper::new("tput", axes, &head);
            self.tput = Some(Tput::new(paper, toggles.mean, event.segment));
        }
    }

    /// The other side sends a segment.
    fn hears(&mut self, event: &Event<'_>, axes: &Axes, toggles: &Toggles) {
        if let Some(tsg) = &mut self.tsg {
            tsg.hears(event);
        }
        if let Some(owin) = &mut self.owin {
            owin.hears(event);
        }
        let round_trip = event.seen.round_trip.filter(|nanos| Rtt::is_measured(*nanos));
        let Some(nanos) = round_trip.filter(|_| toggles.rtt) else { return };
        let time = event.segment.time;
        let rtt = self.rtt.get_or_insert_with(|| {
            let mut head = head(axes, &self.ends, "rtt samples", "rtt (ms)");
            "time".clone_into(&mut head.x);
            Rtt::new(Paper::new("rtt", axes, &head), time)
        });
        rtt.add(time, nanos);
    }

    fn papers(&mut self) -> impl Iterator<Item = &mut Paper> {
        let Self { ends: _, tsg, owin, ssize, tput, rtt } = self;
        let papers = [
            tsg.as_mut().map(|graph| &mut graph.paper),
            owin.as_mut().map(|graph| &mut graph.paper),
            ssize.as_mut().map(|graph| &mut graph.paper),
            tput.as_mut().map(|graph| &mut graph.paper),
            rtt.as_mut().map(|graph| &mut graph.paper),
        ];
        papers.into_iter().flatten()
    }
}

impl Drawings {
    /// Those of a connection; the key is that of who sent its first packet.
    pub(super) fn new(of: &Connection, key: &FlowKey, toggles: &Toggles) -> Self {
        let (times, numbers) = (toggles.relative & 1 != 0, toggles.relative & 2 != 0);
        let axes = Axes { start: of.first, times, numbers };
        let a = end(key.src, key.net, key.src_port);
        let b = end(key.dst, key.net, key.dst_port);
        let tline = toggles.tline.then(|| {
            let mut head = head(&axes, &format!("{a}_==>_{b}"), "time line graph", "relative time");
            "unsigned dtime".clone_into(&mut head.units);
            "segments".clone_into(&mut head.x);
            Tline::new(Paper::new("tline", &axes, &head), of.first)
        });
        let sides = [format!("{a}_==>_{b}"), format!("{b}_==>_{a}")];
        let sides = sides.map(|ends| Side::new(ends, &axes, toggles));
        Self { number: of.number, axes, sides, tline }
    }

    /// Draws a segment of side n.
    pub(super) fn add(&mut self, segment: &Segment, seen: &Seen, n: usize, toggles: &Toggles) {
        let event = Event { segment, seen, start: self.axes.start };
        let [a, b] = &mut self.sides;
        let (own, peer) = if n == 0 { (a, b) } else { (b, a) };
        own.sends(&event, &self.axes, toggles);
        peer.hears(&event, &self.axes, toggles);
        if let Some(tline) = &mut self.tline {
            tline.add(&event, n);
        }
    }

    /// Hands on what is to go to files, with their names; all of it at the end.
    pub(super) fn take(&mut self, is_end: bool, prefix: &str, mut then: impl FnMut(&str, &[u8])) {
        let number = self.number;
        let name = |between: &str, ends: [usize; 2], suffix: &str| {
            let letters = letters(number);
            let [from, to] = ends.map(|end| letters[end].as_str());
            format!("{prefix}{from}{between}{to}_{suffix}.xpl")
        };
        for (n, side) in self.sides.iter_mut().enumerate() {
            for paper in side.papers() {
                let suffix = paper.suffix;
                paper.take(is_end, |bytes| then(&name("2", [n, 1 - n], suffix), bytes));
            }
        }
        if let Some(tline) = &mut self.tline {
            tline.paper.take(is_end, |bytes| then(&name("_", [0, 1], "tline"), bytes));
        }
    }
}
