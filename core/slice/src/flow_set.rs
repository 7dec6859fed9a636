//! Numbers of flows: those that a user writes, or those that a condition chooses.

/// Bits of a word.
const BITS: u64 = 64;

/// A set of numbers of flows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FlowSet {
    /// Ranges with both their ends, in rising order and apart.
    Ranges(Vec<(u64, u64)>),
    /// A bit for each number from 0 on.
    Bits(Vec<u64>),
}

impl FlowSet {
    /// No flow, with room for those that are inserted.
    pub fn empty() -> Self {
        Self::Bits(Vec::new())
    }

    /// The flows of a text such as `5,17-20`; `None` if it is something else, an error if it is no such list though it looks like one.
    pub fn parse(text: &str) -> Option<Result<Self, String>> {
        let is_list = text.chars().all(|c| c.is_ascii_digit() || ",- \t".contains(c));
        if !is_list || !text.contains(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let ranges = text.split(',').map(|part| range(part.trim()).ok_or(part));
        Some(match ranges.collect::<Result<Vec<_>, _>>() {
            Ok(ranges) => Ok(Self::Ranges(joined(ranges))),
            Err(part) => Err(format!("'{part}' is neither a flow's number nor a range as 17-20")),
        })
    }

    /// Adds a flow to a set that was [empty](Self::empty).
    pub fn insert(&mut self, flow: u64) {
        match self {
            Self::Bits(words) => {
                let word = (flow / BITS) as usize;
                if word >= words.len() {
                    words.resize(word + 1, 0);
                }
                words[word] |= 1 << (flow % BITS);
            }
            Self::Ranges(ranges) => {
                ranges.push((flow, flow));
                *ranges = joined(std::mem::take(ranges));
            }
        }
    }

    /// Whether a flow is in it.
    pub fn has(&self, flow: u64) -> bool {
        match self {
            Self::Bits(words) => {
                let word = usize::try_from(flow / BITS).ok().and_then(|at| words.get(at));
                word.is_some_and(|word| word >> (flow % BITS) & 1 != 0)
            }
            Self::Ranges(ranges) => {
                let at = ranges.partition_point(|(_, last)| *last < flow);
                ranges.get(at).is_some_and(|(first, _)| *first <= flow)
            }
        }
    }

    /// Whether no flow is in it.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Bits(words) => words.iter().all(|word| *word == 0),
            Self::Ranges(ranges) => ranges.is_empty(),
        }
    }
}

/// `17` or `17-20`.
fn range(text: &str) -> Option<(u64, u64)> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    (first <= last).then_some((first, last))
}

/// Ranges in rising order, none of which touches another one.
fn joined(mut ranges: Vec<(u64, u64)>) -> Vec<(u64, u64)> {
    ranges.sort_unstable();
    let mut apart: Vec<(u64, u64)> = Vec::with_capacity(ranges.len());
    for (first, last) in ranges {
        match apart.last_mut() {
            Some(before) if first <= before.1.saturating_add(1) => before.1 = before.1.max(last),
            _ => apart.push((first, last)),
        }
    }
    apart
}

#[cfg(test)]
mod tests {
    use super::FlowSet;

    #[test]
    fn lists_of_numbers() {
        let set = FlowSet::parse(" 7, 17-20,19-22,9 ").unwrap().unwrap();
        assert_eq!(set, FlowSet::Ranges(vec![(7, 7), (9, 9), (17, 22)]));
        for (flow, is_in) in
            [(6, false), (7, true), (8, false), (17, true), (22, true), (23, false)]
        {
            assert_eq!(set.has(flow), is_in, "{flow}");
        }
        assert_eq!(FlowSet::parse("dstPort == 443"), None);
        assert_eq!(FlowSet::parse(""), None);
        for text in ["7-", "20-17", "1,,2", "99999999999999999999999"] {
            assert!(FlowSet::parse(text).unwrap().is_err(), "{text}");
        }
    }

    #[test]
    fn flows_that_are_chosen() {
        let mut set = FlowSet::empty();
        assert!(set.is_empty());
        for flow in [1, 63, 64, 1000] {
            set.insert(flow);
        }
        let found: Vec<_> = (0..2000).filter(|flow| set.has(*flow)).collect();
        assert_eq!(found, [1, 63, 64, 1000]);
        assert!(!set.is_empty() && !set.has(u64::MAX));
    }
}
