//! Segments in the order of their numbers, none overlapping another.

use std::collections::VecDeque;

use flowz_api::Checkpoint;

use super::Segment;

/// The segments.
#[derive(Debug, Default, Checkpoint)]
pub(super) struct List(VecDeque<Segment>);

impl List {
    /// Place of the first segment that ends beyond a number. Most are asked about the highest ones.
    pub(super) fn first_beyond(&self, number: i64) -> usize {
        if self.0.back().is_none_or(|last| last.end <= number) {
            return self.0.len();
        }
        self.0.partition_point(|segment| segment.end <= number)
    }

    /// The segment at a place.
    pub(super) fn get(&self, at: usize) -> Option<&Segment> {
        self.0.get(at)
    }

    /// The segment at a place, to be changed.
    pub(super) fn get_mut(&mut self, at: usize) -> Option<&mut Segment> {
        self.0.get_mut(at)
    }

    /// Place of the segment whose last byte is in front of a number.
    pub(super) fn ending_at(&self, number: i64) -> Option<usize> {
        self.0.binary_search_by_key(&number, |segment| segment.end).ok()
    }

    /// The segments below a place.
    pub(super) fn below(&self, at: usize) -> impl Iterator<Item = &Segment> {
        self.0.range(..at.min(self.0.len()))
    }

    /// Puts a segment at a place.
    pub(super) fn insert(&mut self, at: usize, segment: Segment) {
        self.0.insert(at.min(self.0.len()), segment);
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Takes the lowest one away.
    pub(super) fn pop_lowest(&mut self) -> Option<Segment> {
        self.0.pop_front()
    }
}
