//! What is drawn on: the text of one drawing, as far as it is not yet in its file.

use flowz_api::Checkpoint;
use flowz_api::packet::{NANOS, Timestamp};
use flowz_plot::{Color, Command, Head, Mark, Place, Value};

/// Bytes that go to the file at once.
const AT_ONCE: usize = 2048;

/// Where the axes begin.
#[derive(Clone, Copy, Debug, Checkpoint)]
pub(super) struct Axes {
    /// The first packet of the connection.
    pub(super) start: Timestamp,
    /// Times count from there, or from the first point.
    pub(super) times: bool,
    /// Sequence numbers count from the first one of their side.
    pub(super) numbers: bool,
}

/// A drawing.
#[derive(Debug, Checkpoint)]
pub(super) struct Paper {
    /// What its file is called behind the letters of the connection.
    pub(super) suffix: &'static str,
    text: String,
    /// The time at 0, if times are relative.
    zero: Option<Timestamp>,
}

impl Paper {
    /// One with its head. For tcptrace numbers of time sequence graphs are `double` unless they are relative.
    pub(super) fn new(suffix: &'static str, axes: &Axes, head: &Head) -> Self {
        let mut text = String::new();
        flowz_plot::head(head, &mut text);
        Self { suffix, text, zero: axes.times.then_some(axes.start) }
    }

    /// Times count from another moment, if they are relative.
    pub(super) fn zero_at(&mut self, time: Timestamp) {
        self.zero = self.zero.map(|_| time);
    }

    /// Draws.
    pub(super) fn draw(&mut self, command: &Command<'_, Value>) {
        flowz_plot::write(command, &mut self.text);
    }

    /// What follows has this colour.
    pub(super) fn color(&mut self, color: Color) {
        self.draw(&Command::Color(color));
    }

    /// A point at a moment.
    pub(super) fn point(&self, time: Timestamp, y: u32) -> [Value; 2] {
        let since = self.zero.map_or(time.0, |zero| time - zero);
        [Value::Micros(since.div_euclid(1000)), Value::Whole(y.into())]
    }

    /// A mark.
    pub(super) fn mark(&mut self, mark: Mark, time: Timestamp, y: u32) {
        self.draw(&Command::Mark(mark, self.point(time, y), None));
    }

    /// A mark of another colour.
    pub(super) fn colored(&mut self, mark: Mark, time: Timestamp, y: u32, color: Color) {
        self.draw(&Command::Mark(mark, self.point(time, y), Some(color)));
    }

    /// A line.
    pub(super) fn line(&mut self, from: (Timestamp, u32), to: (Timestamp, u32)) {
        let line = Command::Line(self.point(from.0, from.1), self.point(to.0, to.1));
        self.draw(&line);
    }

    /// A text.
    pub(super) fn text(
        &mut self,
        place: Place,
        (time, y): (Timestamp, u32),
        color: Option<Color>,
        text: &str,
    ) {
        self.draw(&Command::Text(place, self.point(time, y), color, text));
    }

    /// What is to go to the file now; all of it at the end.
    pub(super) fn take(&mut self, is_end: bool, then: impl FnOnce(&[u8])) {
        if is_end {
            flowz_plot::end(&mut self.text);
        }
        if is_end || self.text.len() >= AT_ONCE {
            then(self.text.as_bytes());
            self.text.clear();
        }
    }
}

/// Colours for another run.
mod kept {
    use flowz_api::checkpoint::{Checkpoint, LoadError, Reader, Writer};
    use flowz_plot::Color;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the derive hands over references")]
    pub(super) fn save(color: &Color, out: &mut Writer<'_>) {
        Color::ALL.iter().position(|other| other == color).save(out);
    }

    pub(super) fn load(from: &mut Reader<'_>) -> Result<Color, LoadError> {
        let at = Option::<usize>::load(from)?;
        at.and_then(|at| Color::ALL.get(at)).copied().ok_or(LoadError::Value("colour"))
    }
}

/// A series of points with lines between them and a name at the first line that does not end at 0.
#[derive(Debug, Checkpoint)]
pub(super) struct Series {
    name: &'static str,
    #[checkpoint(with = kept)]
    color: Color,
    last: Option<(Timestamp, u32)>,
    is_named: bool,
}

impl Series {
    pub(super) fn new(name: &'static str, color: Color) -> Self {
        Self { name, color, last: None, is_named: false }
    }

    /// Draws the next point.
    pub(super) fn add(&mut self, paper: &mut Paper, time: Timestamp, y: u32) {
        if let (Some((before, last)), false) = (self.last, self.is_named) {
            let between = between(before, time);
            let middle = last.midpoint(y) + ((last ^ y) & 1);
            if y > 0 {
                paper.text(Place::Left, (between, middle), Some(self.color), self.name);
                self.is_named = true;
            }
        }
        paper.color(self.color);
        paper.mark(Mark::Dot, time, y);
        if let Some(last) = self.last {
            paper.line((time, y), last);
        }
        self.last = Some((time, y));
    }
}

/// About the middle of two moments: tcptrace halves the whole seconds between them and what is left each on its own.
fn between(a: Timestamp, b: Timestamp) -> Timestamp {
    let between = b - a;
    let (seconds, left) = (between.div_euclid(NANOS) / 2, between.rem_euclid(NANOS) / 2);
    Timestamp(a.0 + seconds * NANOS + left)
}

#[cfg(test)]
mod tests {
    use flowz_api::packet::Timestamp;

    use super::between;

    #[test]
    fn the_middle() {
        let middle = |a, b| between(Timestamp::new(7, a), Timestamp::new(7, b)).0 - 7_000_000_000;
        assert_eq!(middle(100, 300), 200);
        assert_eq!(middle(100, 2_000_000_300), 1_000_000_200);
        assert_eq!(middle(100, 3_000_000_300), 1_000_000_200, "half a second is lost");
    }
}
