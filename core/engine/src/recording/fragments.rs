//! Parts of records: what the plugins of one place make of events.

use std::ops::Range;

use flowz_api::cell_writer::TextStyle;
use flowz_api::plugin::{Emission, Emissions};
use flowz_api::record::Record;
use flowz_host::placement::Place;
use flowz_host::plugin_set::PluginSet;

/// Parts of records in the order of the steps, and what was emitted.
#[derive(Debug, Default)]
pub struct Fragments {
    /// Segments one behind the other.
    pub(super) bytes: Record,
    /// Their lengths.
    pub(super) lengths: Vec<u32>,
    /// What was emitted, in the order of the steps.
    pub(super) emitted: Vec<Emitted>,
    pub(super) emitted_bytes: Vec<u8>,
    /// Ends of flows with alarms: their steps, and how many plugins have raised one.
    pub(super) alarms: Vec<(u32, u32)>,
    /// The step at which a plugin panicked or gave up.
    pub(super) failed_at: Option<u32>,
}

/// Something that was emitted at a step. The plugin's number is its place in the order of all.
#[derive(Debug)]
pub(super) struct Emitted {
    pub(super) step: u32,
    pub(super) emission: Emission,
}

impl Fragments {
    /// Forgets all and keeps the memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.lengths.clear();
        self.emitted.clear();
        self.emitted_bytes.clear();
        self.alarms.clear();
        self.failed_at = None;
    }

    /// The step at which a plugin panicked or gave up: what is behind it is not complete.
    pub fn failed_at(&self) -> Option<u32> {
        self.failed_at
    }

    /// Appends a segment that `write` makes, as values or as text.
    #[inline]
    pub(super) fn segment(&mut self, style: Option<TextStyle>, write: impl FnOnce(&mut Record)) {
        self.bytes.set_style(style);
        let before = self.bytes.bytes().len();
        write(&mut self.bytes);
        self.lengths.push((self.bytes.bytes().len() - before) as u32);
    }

    /// A flow ends on which so many plugins have raised an alarm.
    #[inline]
    pub(super) fn alarms(&mut self, step: u32, plugins: u32) {
        if plugins > 0 {
            self.alarms.push((step, plugins));
        }
    }

    /// Takes what plugins of a set have emitted.
    pub(super) fn take(&mut self, step: u32, set: &PluginSet, emissions: &mut Emissions) {
        self.emitted_bytes.extend_from_slice(&emissions.bytes);
        self.emitted.extend(emissions.list.drain(..).map(|emission| {
            let plugin = set.position(emission.plugin);
            Emitted { step, emission: Emission { plugin, ..emission } }
        }));
        emissions.clear();
    }
}

/// Which plugins make which parts of a record: neighbours in one place are one segment.
#[derive(Clone, Debug, Default)]
pub(crate) struct Segments {
    /// The place of each segment.
    pub(super) places: Vec<Place>,
}

impl Segments {
    /// For plugins in these places.
    pub(crate) fn new(places: &[Place]) -> Self {
        let mut segments = places.to_vec();
        segments.dedup();
        Self { places: segments }
    }

    /// The segments of one place, as ranges of its plugins.
    pub(crate) fn ranges(places: &[Place], place: Place) -> Vec<Range<usize>> {
        let (mut ranges, mut next) = (Vec::<Range<usize>>::new(), 0);
        let mut goes_on = false;
        for other in places {
            if *other != place {
                goes_on = false;
                continue;
            }
            match ranges.last_mut().filter(|_| goes_on) {
                Some(range) => range.end += 1,
                None => ranges.push(next..next + 1),
            }
            (goes_on, next) = (true, next + 1);
        }
        ranges
    }
}

#[cfg(test)]
mod tests {
    use super::Segments;
    use flowz_host::placement::Place::{Front, Lane, Whole};

    #[test]
    fn neighbours() {
        let places = [Lane, Lane, Front, Lane, Whole, Whole, Lane];
        assert_eq!(Segments::new(&places).places, [Lane, Front, Lane, Whole, Lane]);
        assert_eq!(Segments::ranges(&places, Lane), [0..2, 2..3, 3..4]);
        assert_eq!(Segments::ranges(&places, Whole), vec![0..2; 1]);
        assert_eq!(Segments::ranges(&places, Front), vec![0..1; 1]);
        assert!(Segments::ranges(&[], Lane).is_empty());
    }
}
