//! The scale of inter-arrival times: sections of bins of one width each, finer for short times.

/// Most sections.
pub(crate) const MOST_SECTIONS: usize = 6;

/// Upper end and width of the bins of each section, in milliseconds.
const SECTIONS: [(u32, u32); MOST_SECTIONS] =
    [(200, 1), (400, 5), (1_000, 10), (10_000, 20), (100_000, 50), (1_000_000, 100)];

/// The sections in use.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bins {
    sections: &'static [(u32, u32)],
}

impl Default for Bins {
    fn default() -> Self {
        Self::new(3)
    }
}

impl Bins {
    /// The first so many sections.
    pub(crate) fn new(sections: u32) -> Self {
        Self { sections: SECTIONS.get(..sections as usize).unwrap_or(&SECTIONS) }
    }

    /// The number of the bin of a time in milliseconds.
    #[inline]
    pub(crate) fn number(self, ms: u64) -> u16 {
        let (mut first, mut begin) = (0, 0);
        for &(end, width) in self.sections {
            if ms < u64::from(end) {
                return (first + (ms as u32 - begin) / width) as u16;
            }
            first += (end - begin) / width;
            begin = end;
        }
        first as u16
    }

    /// The lower edge of a bin in milliseconds.
    pub(crate) fn edge(self, number: u16) -> u32 {
        let (mut rest, mut begin) = (u32::from(number), 0);
        for &(end, width) in self.sections {
            let bins = (end - begin) / width;
            if rest < bins {
                return begin + rest * width;
            }
            rest -= bins;
            begin = end;
        }
        begin
    }

    /// Where the last bin begins, in milliseconds.
    pub(crate) fn end(self) -> f64 {
        self.sections.last().map_or(0.0, |(end, _)| f64::from(*end))
    }

    /// The middle of the bin with this lower edge; of the last one, which has no upper edge, the lower one.
    pub(crate) fn middle(self, edge: u32) -> f64 {
        let section = self.sections.iter().find(|(end, _)| edge < *end);
        f64::from(edge) + section.map_or(0.0, |(_, width)| f64::from(*width) / 2.0)
    }
}
