//! Packets of sources for sinks that write sound.
//!
//! What comes while a source is on probation is kept until it is one, so that no packet is missing at its beginning.

mod names;
mod row;
mod voice;

use flowz_api::plugin::PluginError;
use flowz_api::settings::Run;
use flowz_api::table::TableRow;

use super::book::Book;
use super::sequence::Place;
use super::source::{Arrived, Source};
use super::sources::{Outcome, Sources};
use super::toggles::Toggles;
use crate::voip::datagram::Datagram;
use crate::voip::rtp::Packet;
use names::Names;
pub(crate) use row::{At, PayloadRow};
use row::{Mark, Of, View};
use voice::Kept;
pub(crate) use voice::Voice;

/// Which sources are wanted, and what their files are called.
#[derive(Debug)]
pub(crate) struct Sound {
    /// Without any, all are.
    wanted: Vec<u32>,
    names: Names,
}

/// Takes rows.
type Emit<'e> = &'e mut dyn FnMut(&PayloadRow<'_>);

/// A packet of RTP.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Caught<'a> {
    pub(crate) arrived: &'a Arrived,
    pub(crate) datagram: Datagram<'a>,
    pub(crate) packet: &'a Packet<'a>,
}

impl Sound {
    /// Most bytes that it keeps for the run.
    pub(crate) const BYTES: usize = Names::BYTES;

    /// None if no sink asks for it.
    pub(crate) fn new(toggles: &Toggles, run: &Run) -> Result<Option<Self>, PluginError> {
        let wanted = list(&toggles.wanted).map_err(PluginError::Other)?;
        let names = Names::new(&toggles.file).map_err(PluginError::Other)?;
        Ok(run.requests(PayloadRow::TABLE).then_some(Self { wanted, names }))
    }

    /// Takes in a packet that was added to these sources.
    pub(crate) fn packet(
        &mut self,
        at: At<'_>,
        caught: &Caught<'_>,
        outcome: Outcome,
        (sources, book): (&mut Sources, &Book),
        emit: Emit<'_>,
    ) {
        let is_wanted = self.wanted.is_empty() || self.wanted.contains(&caught.packet.ssrc);
        if !is_wanted || outcome == Outcome::Beyond {
            return;
        }
        if outcome == Outcome::Begins {
            sources.over().for_each(|source| self.end(at, source, book, emit));
        }
        let Some(source) = sources.latest() else { return };
        let voice = source.sound.get_or_insert_default();
        let mark = match outcome {
            Outcome::Maybe | Outcome::Noise => return voice.keep(caught),
            Outcome::Of(Place::Far) => return voice.far = Some(Kept::new(caught)),
            Outcome::Of(Place::Late) => Mark::Late,
            Outcome::Of(Place::Again) => Mark::Again,
            _ => Mark::Ahead,
        };
        let is_restart = outcome == Outcome::Of(Place::Restart);
        let far = voice.far.take().filter(|_| is_restart);
        self.begin(at, source, book, emit);
        let of = Of::new(at, source, book);
        if let Some(far) = far {
            emit(&of.row(&far.view(), Mark::Restart));
        }
        emit(&of.row(&View::new(caught), mark));
    }

    /// No more packets of a source come. Those that were kept are of one, if it was announced.
    pub(crate) fn end(&mut self, at: At<'_>, source: &mut Source, book: &Book, emit: Emit<'_>) {
        if source.sound.as_ref().is_none_or(|voice| voice.is_over) {
            return;
        }
        self.begin(at, source, book, emit);
        if let Some(voice) = &mut source.sound {
            voice.is_over = true;
        }
        emit(&Of::new(at, source, book).end());
    }

    /// Gives a source its name and emits what was kept of it, at the first call.
    fn begin(&mut self, at: At<'_>, source: &mut Source, book: &Book, emit: Emit<'_>) {
        let Some(voice) = &mut source.sound else { return };
        if !voice.file.is_empty() {
            return;
        }
        voice.file = self.names.of(source.ssrc, source.first.number, at);
        let kept = std::mem::take(&mut voice.kept);
        let of = Of::new(at, source, book);
        for packet in &kept {
            emit(&of.row(&packet.view(), Mark::Ahead));
        }
    }
}

/// Numbers between commas.
fn list(text: &str) -> Result<Vec<u32>, String> {
    let number = |word: &str| match word.strip_prefix("0x").or_else(|| word.strip_prefix("0X")) {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => word.parse(),
    };
    let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
    let parsed = words.map(|word| {
        let is_plain = word.chars().all(|c| c.is_ascii_alphanumeric());
        number(word).ok().filter(|_| is_plain).ok_or_else(|| {
            format!("'{word}' is no SSRC: a number is needed, decimal or as 0x1a2b3c4d (RTP_SSRC, --ssrc)")
        })
    });
    parsed.collect()
}

#[cfg(test)]
mod tests {
    use super::list;

    #[test]
    fn lists_of_sources() {
        assert_eq!(list(""), Ok(vec![]));
        assert_eq!(list("0x1a2B3c4d, 7,4294967295"), Ok(vec![0x1a2b_3c4d, 7, u32::MAX]));
        for nonsense in ["1a2b3c4d", "0x123456789", "-1", "+1", "0x", "0x+1", "7;8", "4294967296"] {
            let told = list(nonsense).unwrap_err();
            assert!(told.contains("is no SSRC") && told.contains(nonsense), "{told}");
        }
    }
}
