//! What is kept of a flow: its symbols while they are counted, then only what follows from them.

use super::alphabet::{Alphabet, Scale, Values};
use super::toggles::Toggles;
use flowz_api::Checkpoint;

/// State of a flow.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct State {
    alphabet: Option<Box<Alphabet>>,
    /// What was found, as soon as enough bytes were counted.
    found: Option<Values>,
    /// Packets so far, as far as they have to be counted.
    packets: u32,
}

impl State {
    /// Takes the captured payload of a packet.
    #[inline]
    pub(crate) fn add(&mut self, payload: &[u8], toggles: &Toggles, compat: bool) {
        if self.found.is_some() {
            return;
        }
        if self.packets < toggles.skip {
            self.packets += 1;
            return;
        }
        let end = payload.len().min(toggles.tail.into());
        let bytes = payload.get(toggles.head.into()..end).unwrap_or_default();
        if bytes.is_empty() {
            return;
        }
        let alphabet = self.alphabet.get_or_insert_default();
        let room = toggles.limit.saturating_sub(alphabet.len()) as usize;
        alphabet.add(&bytes[..bytes.len().min(room)], toggles.bits);
        if alphabet.len() >= toggles.limit {
            self.close(toggles, compat);
        }
    }

    /// Enough bytes were counted.
    fn close(&mut self, toggles: &Toggles, compat: bool) {
        self.found = Some(self.values(toggles, compat));
        if !toggles.alphabet {
            self.alphabet = None;
        }
    }

    /// What is shown.
    pub(crate) fn values(&self, toggles: &Toggles, compat: bool) -> Values {
        let enough = self.alphabet.as_ref().filter(|a| a.len() > toggles.least);
        // The reference adds up in single precision.
        let scale = Scale { bits: toggles.bits, normalise: toggles.normalise, single: compat };
        let now = || enough.map(|a| a.values(scale));
        self.found.or_else(now).unwrap_or(Values::NONE)
    }

    /// Symbols that came, each with how often it did.
    pub(crate) fn symbols(&self) -> impl Iterator<Item = (u8, u32)> {
        self.alphabet.iter().flat_map(|a| a.seen())
    }
}
