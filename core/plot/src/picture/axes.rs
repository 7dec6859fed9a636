//! The range of a drawing, and the numbers at its axes.

use std::io::BufRead;

use crate::model::Command;
use crate::read::{ReadError, Reader};

/// What is left free at each end of an axis, as a share of it.
const FREE: f64 = 0.03;
/// About so many numbers stand at an axis.
const NUMBERS: f64 = 8.0;

/// The range of an axis.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Axis {
    pub(super) from: f64,
    pub(super) to: f64,
}

/// Both axes.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Axes {
    pub(super) x: Axis,
    pub(super) y: Axis,
}

impl Axis {
    const EMPTY: Self = Self { from: f64::INFINITY, to: f64::NEG_INFINITY };

    fn add(&mut self, value: f64) {
        self.from = self.from.min(value);
        self.to = self.to.max(value);
    }

    /// With some space at both ends, and never empty.
    fn widened(self) -> Self {
        if self.from > self.to {
            return Self { from: 0.0, to: 1.0 };
        }
        let span = self.to - self.from;
        let free = if span > 0.0 { span * FREE } else { self.from.abs().max(1.0) * FREE };
        Self { from: self.from - free, to: self.to + free }
    }

    /// Where a value is: 0 at the beginning, 1 at the end.
    pub(super) fn share(&self, value: f64) -> f64 {
        ((value - self.from) / (self.to - self.from)).clamp(0.0, 1.0)
    }

    /// Round numbers in the range, with digits behind the point that tell them apart.
    pub(super) fn numbers(&self) -> (Vec<f64>, usize) {
        let rough = (self.to - self.from) / NUMBERS;
        let power = rough.log10().floor();
        let unit = 10_f64.powf(power);
        let step = [1.0, 2.0, 5.0, 10.0].into_iter().find(|n| n * unit >= rough).unwrap_or(10.0);
        let digits = if step < 10.0 { -power } else { -power - 1.0 }.clamp(0.0, 9.0);
        let step = step * unit;
        let first = (self.from / step).ceil();
        let numbers = (0..=NUMBERS as u32).map(|n| (first + f64::from(n)) * step);
        (numbers.take_while(|number| *number <= self.to).collect(), digits as usize)
    }
}

impl Axes {
    /// The axes of a drawing.
    pub(super) fn of<R: BufRead>(reader: &mut Reader<R>) -> Result<Self, ReadError> {
        let (mut x, mut y) = (Axis::EMPTY, Axis::EMPTY);
        let mut add = |[a, b]: &[f64; 2]| {
            x.add(*a);
            y.add(*b);
        };
        while let Some(command) = reader.command()? {
            match &command {
                Command::Color(_) => {}
                Command::Mark(_, point, _) | Command::Text(_, point, _, _) => add(point),
                Command::Line(from, to) => {
                    add(from);
                    add(to);
                }
            }
        }
        Ok(Self { x: x.widened(), y: y.widened() })
    }
}

#[cfg(test)]
mod tests {
    use super::Axis;

    #[test]
    fn round_numbers() {
        let numbers = |from, to| Axis { from, to }.numbers();
        assert_eq!(numbers(0.0, 8.0).0, [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]);
        assert_eq!(numbers(-3.0, 97.0), (vec![0.0, 20.0, 40.0, 60.0, 80.0], 0));
        let (small, digits) = numbers(1000.0, 1000.01);
        assert_eq!((small.len(), digits), (6, 3));
        assert_eq!(Axis::EMPTY.widened(), Axis { from: 0.0, to: 1.0 });
        let point = Axis { from: 5.0, to: 5.0 }.widened();
        assert!(point.from < 5.0 && point.to > 5.0);
    }
}
