//! Several engines at once, each with packets of its own that the kernel shares out among them.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use flowz_engine::Engine;

use crate::attention::Oversight;
use crate::member_figures::MemberFigures;
use crate::source::PacketSource;
use crate::{RunError, RunOptions, give_up};

/// One of several engines, and where its packets come from.
pub struct Member {
    /// Where packets come from.
    pub source: PacketSource,
    /// Who works on them.
    pub engine: Engine,
    /// Where it puts what it has counted.
    pub figures: MemberFigures,
}

/// Runs an engine and others beside it, each on a thread of its own, and completes all files. The sinks are those of `engine`,
/// to which the others pass their records on; it takes them in at the end, for the report. All end when `stop` becomes
/// true; one that fails sets it.
///
/// # Errors
///
/// As [`run`](crate::run).
pub fn run_members(
    (mut source, engine): (PacketSource, &mut Engine),
    others: Vec<Member>,
    stop: &Arc<AtomicBool>,
    mut oversight: Oversight<'_>,
    read: impl FnOnce(),
) -> Result<PacketSource, RunError> {
    let (outcome, others) = thread::scope(|scope| {
        let alone = |mut member: Member| {
            let attention = member.figures.attention();
            let mut oversight = Oversight { attention, overseer: &mut member.figures };
            let outcome = work((&mut member.source, &mut member.engine), stop, &mut oversight);
            (member, outcome)
        };
        let threads: Vec<_> =
            others.into_iter().map(|member| scope.spawn(move || alone(member))).collect();
        let mut outcome = work((&mut source, engine), stop, &mut oversight);
        let mut done = Vec::new();
        for thread in threads {
            let (member, others) = thread.join().unwrap_or_else(|panic| resume_unwind(panic));
            outcome = outcome.and(others);
            done.push(member);
        }
        (outcome, done)
    });
    read();
    let completed = outcome.and_then(|()| {
        for member in others {
            engine.absorb(member.engine)?;
        }
        Ok(engine.catch(Engine::complete)??)
    });
    give_up(engine, completed)?;
    Ok(source)
}

/// All packets of a member; its flows leave behind them.
fn work(
    (source, engine): (&mut PacketSource, &mut Engine),
    stop: &Arc<AtomicBool>,
    oversight: &mut Oversight<'_>,
) -> Result<(), RunError> {
    let done = engine.catch(|engine| {
        source.read_all(engine, RunOptions::default(), oversight)?;
        engine.finish_member()
    });
    let outcome = done.map_err(RunError::Panic).and_then(|done| Ok(done?));
    if outcome.is_err() {
        stop.store(true, Ordering::Relaxed);
    }
    outcome
}
