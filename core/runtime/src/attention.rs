//! Things that are to be done while a run goes on, between two packets.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use flowz_capture::Progress;
use flowz_engine::{Engine, EngineError};

/// Asks for a moment between two packets. Whoever has a clone may ask: signals, clocks, readers of figures.
#[derive(Clone, Default, Debug)]
pub struct Attention(Arc<AtomicBool>);

impl Attention {
    /// Asks; it is heard once, however often it was asked.
    pub fn ask(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// The flag itself, for handlers of signals, which can set one.
    pub fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.0)
    }

    /// Whether somebody has asked since the last call.
    #[inline]
    pub(crate) fn is_asked(&self) -> bool {
        // A look costs nothing, a change would.
        self.0.load(Ordering::Relaxed) && self.0.swap(false, Ordering::Acquire)
    }
}

/// Does what is to be done between two packets.
pub trait Overseer {
    /// Somebody has asked for [`Attention`].
    ///
    /// # Errors
    ///
    /// Those of the engine end the run.
    fn attend(&mut self, engine: &mut Engine, progress: &Progress) -> Result<(), EngineError>;
}

/// Who is told when somebody asks for attention.
pub struct Oversight<'a> {
    /// How one asks.
    pub attention: Attention,
    /// Who is told.
    pub overseer: &'a mut dyn Overseer,
}

impl fmt::Debug for Oversight<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Oversight").field("attention", &self.attention).finish_non_exhaustive()
    }
}

impl Oversight<'_> {
    /// Between two packets: does what was asked for.
    #[inline]
    pub(crate) fn between(
        &mut self,
        engine: &mut Engine,
        progress: impl FnOnce() -> Progress,
    ) -> Result<(), EngineError> {
        if self.attention.is_asked() { self.overseer.attend(engine, &progress()) } else { Ok(()) }
    }
}

/// Nothing is ever to be done.
pub(crate) struct Nobody;

impl Overseer for Nobody {
    fn attend(&mut self, _: &mut Engine, _: &Progress) -> Result<(), EngineError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Attention;

    #[test]
    fn heard_once() {
        let attention = Attention::default();
        assert!(!attention.is_asked());
        let other = attention.clone();
        other.ask();
        other.ask();
        assert!(attention.is_asked() && !attention.is_asked());
    }
}
