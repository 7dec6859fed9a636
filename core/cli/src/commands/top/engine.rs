//! The engine of `flowz top`: on a thread of its own, with a counter and no tables.

use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use anyhow::Result;
use flowz_api::record::Record;
use flowz_api::sink::{Sink, SinkError, SinkSetup};
use flowz_api::table::{Table, TableId};
use flowz_engine::Engine;
use flowz_runtime::{Oversight, PacketSource, RunOptions};
use flowz_top::{Desk, SharedBook, Snapshot, counter};

use super::overseer::Watcher;
use crate::args::AnalyzeArgs;
use crate::commands::analyze::{self, Wanted};
use crate::commands::slice::engine::Settings;
use crate::signals::Signals;

/// An engine and what it reads, before the first packet.
pub(super) struct Started {
    packets: PacketSource,
    engine: Engine,
}

/// Opens what is read and starts the engine.
pub(super) fn start(
    main_job: &AnalyzeArgs,
    wanted: &Wanted,
    signals: &Signals,
    book: SharedBook,
) -> Result<Started> {
    let settings = Settings::with_plugins(main_job.clone(), vec![counter(book)])?;
    settings.remark();
    let packets = analyze::open(main_job, wanted, signals, (1, None))?.remove(0);
    let engine = settings.start(Box::new(Nowhere))?;
    Ok(Started { packets, engine })
}

/// Where moments go.
pub(super) enum Show {
    /// They are looked at from the desk.
    Desk,
    /// They are printed one by one; the engine waits for that.
    Each(SyncSender<Arc<Snapshot>>),
    /// They are printed as far as there is somebody to take them.
    Some(SyncSender<Arc<Snapshot>>),
}

impl Show {
    /// Hands a moment on.
    pub(super) fn snapshot(&self, snapshot: Arc<Snapshot>) {
        match self {
            Self::Desk => {}
            // Whoever has seen enough has gone.
            Self::Each(to) => drop(to.send(snapshot)),
            Self::Some(to) => drop(to.try_send(snapshot)),
        }
    }
}

/// A run that is about to begin.
pub(super) struct Run {
    pub(super) started: Started,
    pub(super) desk: Arc<Desk>,
    pub(super) show: Show,
}

impl Run {
    /// Reads all packets and lays down the last moment.
    pub(super) fn work(self, signals: &Signals) -> Result<PacketSource> {
        let Self { started: Started { packets, mut engine }, desk, show } = self;
        let mut watcher = Watcher::new(&desk, &show, packets.live_figures());
        let attention = signals.attention.clone();
        let oversight = Oversight { attention, overseer: &mut watcher };
        let packets = flowz_runtime::run_overseen(
            packets,
            &mut engine,
            RunOptions::default(),
            oversight,
            || {},
        )?;
        watcher.end(&engine);
        Ok(packets)
    }
}

/// Takes rows that nobody wants.
struct Nowhere;

impl Sink for Nowhere {
    fn start(&mut self, _: &SinkSetup<'_>) -> Result<(), SinkError> {
        Ok(())
    }

    fn record(&mut self, _: TableId, _: &Table, _: &Record) -> Result<(), SinkError> {
        Ok(())
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        Ok(())
    }
}
