//! All that watches a run, in one place.

use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;

use flowz_api::packet::Timestamp;
use flowz_engine::Engine;

use crate::Wake;
use crate::clock::Clock;
use crate::metrics::{Exchange, MetricsServer, ServeError};
use crate::report::{Reporter, Settings};
use crate::service::Service;
use crate::snapshot::{Input, SinkState, Snapshot};
use crate::ticker::Ticker;

/// What is to be watched, and how.
pub struct Setup {
    /// How reports are made.
    pub settings: Settings,
    /// Where they go.
    pub out: Box<dyn Write + Send>,
    /// Where metrics are served, if anywhere; see [`listen_address`](crate::metrics::listen_address).
    pub metrics: Option<String>,
    /// Version of the program.
    pub version: &'static str,
    /// Asks for attention.
    pub wake: Wake,
}

/// Why a run cannot be watched.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Metrics cannot be served.
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// The system has no thread for it.
    #[error("cannot start a thread: {0}")]
    Thread(#[from] io::Error),
}

/// Watches a run. All methods are for the engine's thread.
pub struct Monitor {
    clock: Clock,
    /// A report is asked for.
    report: bool,
    reporter: Reporter,
    exchange: Arc<Exchange>,
    server: Option<MetricsServer>,
    service: Service,
    wake: Wake,
    /// Asks for attention when a report may be due.
    intervals: Option<Ticker>,
    /// Asks for attention when the service manager wants to hear that the program is alive.
    _watchdog: Option<Ticker>,
}

impl fmt::Debug for Monitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Monitor").field("server", &self.server).finish_non_exhaustive()
    }
}

impl Monitor {
    /// Begins to serve metrics; the run is about to begin.
    ///
    /// # Errors
    ///
    /// If metrics cannot be served, or a thread cannot be started.
    pub fn start(setup: Setup) -> Result<Self, StartError> {
        let Setup { settings, out, metrics, version, wake } = setup;
        let exchange = Arc::new(Exchange::new(Arc::clone(&wake)));
        let serve = |address: &str| MetricsServer::start(address, Arc::clone(&exchange), version);
        let server = metrics.as_deref().map(serve).transpose()?;
        let service = Service::of_environment();
        let tick = |interval| Ticker::start(interval, Arc::clone(&wake));
        let watchdog = service.interval().map(tick).transpose()?;
        Ok(Self {
            clock: Clock::start(),
            report: false,
            reporter: Reporter::new(settings, out),
            exchange,
            server,
            service,
            wake,
            intervals: None,
            _watchdog: watchdog,
        })
    }

    /// Reports are made in another way from now on.
    ///
    /// # Errors
    ///
    /// If there is no thread for the clock.
    pub fn change(&mut self, settings: Settings) -> io::Result<()> {
        if *self.reporter.settings() == settings {
            return Ok(());
        }
        self.reporter.change(settings);
        self.tick()
    }

    /// The next call of [`Self::attend`] makes a report.
    pub fn order_report(&mut self) {
        self.report = true;
    }

    /// Reports come by themselves from now on, or no more.
    ///
    /// # Errors
    ///
    /// If there is no thread for the clock.
    pub fn toggle_reports(&mut self, engine: &Engine) -> io::Result<()> {
        self.reporter.toggle_periodic(self.clock.read(), packet_time(engine));
        self.tick()
    }

    /// Somebody asks for attention when a report may be due.
    fn tick(&mut self) -> io::Result<()> {
        let settings = self.reporter.settings();
        let ticks = self.reporter.is_periodic() && !settings.packet_time;
        let start = || Ticker::start(settings.interval, Arc::clone(&self.wake));
        self.intervals = ticks.then(start).transpose()?;
        if self.asks_each_packet() {
            (self.wake)();
        }
        Ok(())
    }

    /// Where metrics are served.
    pub fn address(&self) -> Option<std::net::SocketAddr> {
        self.server.as_ref().map(MetricsServer::address)
    }

    /// The service manager.
    pub fn service(&self) -> Service {
        self.service
    }

    /// The engine is ready for its first packet: there are figures from now on, and the service manager knows.
    pub fn ready(&mut self, engine: &Engine, state: (Input, Vec<SinkState>), status: &str) {
        self.exchange.put(Snapshot::of(engine, self.clock.read(), state.0, state.1));
        // A manager that does not listen is no reason not to work.
        let _ = self.service.ready(status);
    }

    /// Somebody has asked for attention: does what is to be done. `state` is only asked if it is needed.
    ///
    /// # Errors
    ///
    /// If a report cannot be written.
    pub fn attend(
        &mut self,
        engine: &Engine,
        state: impl FnOnce() -> (Input, Vec<SinkState>),
    ) -> io::Result<()> {
        let now = self.clock.read();
        let _ = self.service.alive(now);
        let is_due = self.reporter.is_due(now, packet_time(engine));
        let reports = std::mem::take(&mut self.report) || is_due;
        if self.asks_each_packet() {
            (self.wake)();
        }
        if !reports && !self.exchange.is_wanted() {
            return Ok(());
        }
        let (input, sinks) = state();
        let snapshot = Snapshot::of(engine, now, input, sinks);
        let outcome = if reports { self.reporter.report_now(&snapshot, engine) } else { Ok(()) };
        self.exchange.put(snapshot);
        outcome
    }

    /// Whether reports come by the times of packets: then each packet may be the one.
    fn asks_each_packet(&self) -> bool {
        self.reporter.is_periodic() && self.reporter.settings().packet_time
    }
}

fn packet_time(engine: &Engine) -> Option<Timestamp> {
    let counters = engine.counters();
    counters.first.map(|_| counters.last)
}
