//! Packets of all interfaces, in order of time.

mod several;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use flowz_api::packet::{Packet, Timestamp};
use flowz_capture::Interface;

use crate::clock;
use crate::devices;
use crate::ending::Ending;
use crate::error::LiveError;
use crate::options::Options;
use crate::port::{Port, Read, Statistics};
use crate::socket::{self, Answers};
use crate::wait::wait;
use several::{Held, delay};

/// Fewest bytes that a packet takes up in a ring.
const SMALLEST: u64 = 64;

/// What comes next.
#[derive(Clone, Copy, Debug)]
pub enum Arrival<'a> {
    /// A packet.
    Packet(Packet<'a>),
    /// For some time there was none.
    Quiet,
    /// Nothing more comes: there was an order to stop, and what was there is handed out.
    End,
}

/// Interfaces that are open.
pub struct Live {
    options: Options,
    stop: Option<Arc<AtomicBool>>,
    ports: Vec<Port>,
    interfaces: Vec<Interface>,
    statistics: Vec<Statistics>,
    remarks: Vec<String>,
    /// One packet of each interface, where there are several.
    held: Vec<Held>,
    /// Nothing is at hand: before more is read, it is waited for.
    idle: bool,
    /// When silence becomes [`Arrival::Quiet`], while there is silence.
    quiet_at: Option<Instant>,
    /// An interface that nothing more comes from, with the reason.
    lost: Option<(usize, String)>,
    /// A packet of several interfaces leaves when those without packets have none of an earlier time: so long after its time. Nothing
    /// where times are not the system's.
    delay: Option<Duration>,
    /// Interfaces without packets have none from before this time.
    horizon: Timestamp,
    /// How long the earliest packet that is held must wait.
    leaves_in: Option<Duration>,
    /// Packets since interfaces without some were asked.
    since_asked: u32,
    ending: Option<Ending>,
    is_over: bool,
}

impl Live {
    /// Opens interfaces. They are read until `stop` becomes true.
    ///
    /// # Errors
    ///
    /// [`LiveError`].
    pub fn open(options: &Options, stop: Option<Arc<AtomicBool>>) -> Result<Self, LiveError> {
        if options.interfaces.is_empty() {
            return Err(LiveError::NoInterface { known: devices::names() });
        }
        for (n, name) in options.interfaces.iter().enumerate() {
            if options.interfaces[..n].contains(name) {
                return Err(LiveError::Twice(name.clone()));
            }
        }
        let count = options.interfaces.len();
        let opened: Vec<_> =
            (0..count).map(|n| Port::open(options, n)).collect::<Result<_, _>>()?;
        let (ports, interfaces) = opened.into_iter().unzip();
        Ok(Self {
            options: options.clone(),
            stop,
            ports,
            interfaces,
            statistics: vec![Statistics::default(); count],
            remarks: Vec::new(),
            held: vec![Held::default(); count],
            idle: false,
            quiet_at: None,
            lost: None,
            delay: delay(options),
            horizon: Timestamp(i64::MIN),
            leaves_in: None,
            since_asked: 0,
            ending: None,
            is_over: false,
        })
    }

    /// The interfaces, in the order of the options. What is said of one changes if it comes back as another one.
    pub fn interfaces(&self) -> &[Interface] {
        &self.interfaces
    }

    /// How long without packets is quiet.
    pub fn timeout(&self) -> Duration {
        self.options.timeout
    }

    /// The next packet, or that there is none. Never waits longer than the options' timeout, or a little longer for packets of the
    /// last moment when there is an order to stop, and for an interface of several that may have an earlier packet.
    #[allow(
        clippy::should_implement_trait,
        reason = "packets are borrowed, which an iterator cannot do"
    )]
    pub fn next(&mut self) -> Arrival<'_> {
        socket::ask(self)
    }

    /// Passes over what has come so far: packets from before all members of a group were there.
    pub fn discard(&mut self) {
        let most = self.options.buffer as u64 / SMALLEST;
        for port in &mut self.ports {
            for _ in 0..most {
                if !matches!(port.read(), Read::Packet(_)) {
                    break;
                }
            }
        }
    }

    /// What was counted on the way, for each interface.
    pub fn statistics(&mut self) -> &[Statistics] {
        for (statistics, port) in self.statistics.iter_mut().zip(&mut self.ports) {
            *statistics = port.statistics();
        }
        &self.statistics
    }

    /// What has happened to interfaces since this was last asked, in sentences.
    pub fn remarks(&mut self) -> Vec<String> {
        std::mem::take(&mut self.remarks)
    }

    /// Sees whether there is an order to stop.
    fn mind_the_end(&mut self) {
        let is_asked = self.stop.as_ref().is_some_and(|stop| stop.load(Ordering::Relaxed));
        if is_asked && self.ending.is_none() {
            let most = (self.options.buffer as u64 / SMALLEST) * self.ports.len() as u64;
            let delay = if self.options.immediate { Duration::ZERO } else { self.options.timeout };
            self.ending = Some(Ending::now(delay, most));
        }
    }

    /// Waits for packets; an answer if none come.
    fn wait(&mut self) -> Option<Arrival<'static>> {
        self.look_after();
        let now = clock::now();
        let leaves_in = self.leaves_in.take();
        let until = match (leaves_in, &self.ending) {
            (Some(left), _) => now + left,
            (None, Some(ending)) => ending.deadline(),
            (None, None) => *self.quiet_at.get_or_insert(now + self.options.timeout),
        };
        if until <= now {
            self.quiet_at = None;
            return Some(if self.ending.is_some() { Arrival::End } else { Arrival::Quiet });
        }
        let without = self.ports.iter().zip(&self.held).filter(|(_, held)| held.about.is_none());
        if wait(without.filter_map(|(port, _)| port.capture()), until) || leaves_in.is_some() {
            self.idle = false;
            self.ask_all();
        }
        None
    }

    /// From now on interfaces may have packets again.
    fn ask_all(&mut self) {
        for held in &mut self.held {
            held.empty = false;
        }
    }

    /// Sees to interfaces that are lost or may be.
    fn look_after(&mut self) {
        if let Some((number, reason)) = self.lost.take() {
            self.remarks.push(self.ports[number].close(&format!("is lost ({reason})")));
        }
        if self.ending.is_some() {
            return;
        }
        for (number, port) in self.ports.iter_mut().enumerate() {
            let (interface, remark) = port.look_after(&self.options);
            self.remarks.extend(remark);
            if let Some(interface) = interface {
                self.interfaces[number] = interface;
            }
        }
    }

    /// The next packet of the only interface.
    #[inline]
    fn of_one(&mut self) -> Option<Arrival<'_>> {
        match self.ports[0].read() {
            Read::Packet(packet) => {
                if self.ending.as_mut().is_some_and(|ending| !ending.takes(packet.ts)) {
                    self.is_over = true;
                    return Some(Arrival::End);
                }
                self.quiet_at = None;
                Some(Arrival::Packet(packet))
            }
            Read::Empty => {
                self.idle = true;
                None
            }
            Read::Lost(reason) => {
                self.lost = Some((0, reason));
                self.idle = true;
                None
            }
        }
    }
}

impl Answers for Live {
    type Answer<'a> = Arrival<'a>;

    #[inline]
    fn answer(&mut self) -> Option<Arrival<'_>> {
        if self.is_over {
            return Some(Arrival::End);
        }
        self.mind_the_end();
        if self.idle
            && let Some(answer) = self.wait()
        {
            self.is_over = matches!(answer, Arrival::End);
            return Some(answer);
        }
        if self.idle {
            return None;
        }
        if self.ports.len() == 1 { self.of_one() } else { self.of_several() }
    }
}
