//! What commands look like.

use plotters::prelude::{DrawingBackend, FontTransform, IntoFont, RGBColor};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color as _, TextStyle};
use plotters_backend::DrawingErrorKind;

use super::axes::{Axes, Axis};
use super::font::NAME;
use crate::model::{Color, Command, Head, Mark, Place};

/// Why something cannot be drawn.
pub(super) type Failure<D> = DrawingErrorKind<<D as DrawingBackend>::ErrorType>;

/// A point of the picture.
type Point = (i32, i32);

const PAPER: RGBColor = RGBColor(255, 255, 255);
const INK: RGBColor = RGBColor(0, 0, 0);
const GRID: RGBColor = RGBColor(225, 225, 225);
/// Points beside the drawing: left, above, right, below.
const LEFT: i32 = 110;
const ABOVE: i32 = 40;
const RIGHT: i32 = 20;
const BELOW: i32 = 60;
/// Sizes of texts.
const TITLE: f64 = 18.0;
const NAMES: f64 = 15.0;
const TEXTS: f64 = 12.0;
/// Half the size of marks.
const HALF: i32 = 3;
/// Times above this are moments, which need the whole width for their seconds alone.
const MOMENT: f64 = 1e6;

/// Colours on white paper: xplot's paper is black.
const fn shade(color: Color) -> RGBColor {
    match color {
        Color::White => RGBColor(40, 40, 40),
        Color::Green => RGBColor(0, 140, 40),
        Color::Red => RGBColor(210, 0, 0),
        Color::Blue => RGBColor(0, 60, 220),
        Color::Yellow => RGBColor(190, 140, 0),
        Color::Purple => RGBColor(130, 0, 160),
        Color::Orange => RGBColor(235, 110, 0),
        Color::Magenta => RGBColor(220, 0, 160),
        Color::Pink => RGBColor(230, 90, 130),
    }
}

/// A picture.
pub(super) struct Canvas<D> {
    backend: D,
    axes: Axes,
    size: Point,
    color: RGBColor,
}

impl<D: DrawingBackend> Canvas<D> {
    pub(super) fn new(backend: D, axes: Axes) -> Self {
        let (width, height) = backend.get_size();
        let size = (width.cast_signed(), height.cast_signed());
        Self { backend, axes, size, color: shade(Color::White) }
    }

    /// Paper, axes and title.
    pub(super) fn frame(&mut self, head: &Head) -> Result<(), Failure<D>> {
        self.backend.ensure_prepared()?;
        let (width, height) = self.size;
        self.backend.draw_rect((0, 0), self.size, &PAPER, true)?;
        let base = if self.axes.x.from > MOMENT { self.axes.x.from.floor() } else { 0.0 };
        let x = Axis { from: self.axes.x.from - base, to: self.axes.x.to - base };
        let (numbers, digits) = x.numbers();
        for number in numbers {
            let (at, _) = self.at([number + base, self.axes.y.from]);
            self.backend.draw_line((at, ABOVE), (at, height - BELOW), &GRID)?;
            let text = format!("{number:.digits$}");
            self.text(&text, (at, height - BELOW + 6), (HPos::Center, VPos::Top), (TEXTS, INK))?;
        }
        let (numbers, digits) = self.axes.y.numbers();
        for number in numbers {
            let (_, at) = self.at([self.axes.x.from, number]);
            self.backend.draw_line((LEFT, at), (width - RIGHT, at), &GRID)?;
            let text = format!("{number:.digits$}");
            self.text(&text, (LEFT - 6, at), (HPos::Right, VPos::Center), (TEXTS, INK))?;
        }
        let corner = (width - RIGHT, height - BELOW);
        self.backend.draw_rect((LEFT, ABOVE), corner, &INK, false)?;
        let middle = (LEFT + width - RIGHT) / 2;
        let named =
            if base > 0.0 { format!("{} (s behind {base})", head.x) } else { head.x.clone() };
        let below = (HPos::Center, VPos::Bottom);
        self.text(&named, (middle, height - 10), below, (NAMES, INK))?;
        self.text(&head.title, (middle, ABOVE - 8), below, (TITLE, INK))?;
        let style =
            style((HPos::Center, VPos::Top), (NAMES, INK)).transform(FontTransform::Rotate270);
        self.backend.draw_text(&head.y, &style, (8, (ABOVE + height - BELOW) / 2))
    }

    /// Draws a command.
    pub(super) fn draw(&mut self, command: &Command<'_, f64>) -> Result<(), Failure<D>> {
        match command {
            Command::Color(color) => self.color = shade(*color),
            Command::Line(from, to) => {
                let (from, to) = (self.at(*from), self.at(*to));
                self.backend.draw_line(from, to, &self.color)?;
            }
            Command::Mark(mark, point, color) => {
                let color = color.map_or(self.color, shade);
                self.mark(*mark, self.at(*point), color)?;
            }
            Command::Text(place, point, color, text) => {
                let color = color.map_or(self.color, shade);
                let (x, y) = self.at(*point);
                let (at, anchor) = match place {
                    Place::Above => ((x, y - HALF), (HPos::Center, VPos::Bottom)),
                    Place::Below => ((x, y + HALF), (HPos::Center, VPos::Top)),
                    Place::Left => ((x - HALF, y), (HPos::Right, VPos::Center)),
                    Place::Right => ((x + HALF, y), (HPos::Left, VPos::Center)),
                };
                self.text(text, at, anchor, (TEXTS, color))?;
            }
        }
        Ok(())
    }

    /// Completes the picture.
    pub(super) fn finish(mut self) -> Result<(), Failure<D>> {
        self.backend.present()
    }

    fn at(&self, [x, y]: [f64; 2]) -> Point {
        let (width, height) = self.size;
        let x = self.axes.x.share(x) * f64::from(width - LEFT - RIGHT);
        let y = self.axes.y.share(y) * f64::from(height - ABOVE - BELOW);
        (LEFT + x.round() as i32, height - BELOW - y.round() as i32)
    }

    fn text(
        &mut self,
        text: &str,
        at: Point,
        anchor: (HPos, VPos),
        look: (f64, RGBColor),
    ) -> Result<(), Failure<D>> {
        self.backend.draw_text(text, &style(anchor, look), at)
    }

    fn mark(&mut self, mark: Mark, (x, y): Point, color: RGBColor) -> Result<(), Failure<D>> {
        let paths: &[[Point; 2]] = match mark {
            Mark::Invisible => &[],
            Mark::Dot => return self.backend.draw_circle((x, y), 2, &color, true),
            Mark::Box => {
                let (from, to) = ((x - HALF, y - HALF), (x + HALF, y + HALF));
                return self.backend.draw_rect(from, to, &color, false);
            }
            Mark::Diamond => &[
                [(-HALF, 0), (0, -HALF)],
                [(0, -HALF), (HALF, 0)],
                [(HALF, 0), (0, HALF)],
                [(0, HALF), (-HALF, 0)],
            ],
            Mark::UpArrow => &[[(-HALF, HALF), (0, 0)], [(0, 0), (HALF, HALF)]],
            Mark::DownArrow => &[[(-HALF, -HALF), (0, 0)], [(0, 0), (HALF, -HALF)]],
            Mark::LeftArrow => &[[(HALF, -HALF), (0, 0)], [(0, 0), (HALF, HALF)]],
            Mark::RightArrow => &[[(-HALF, -HALF), (0, 0)], [(0, 0), (-HALF, HALF)]],
            Mark::UpTick => &[[(0, -HALF), (0, 0)]],
            Mark::DownTick => &[[(0, 0), (0, HALF)]],
            Mark::CrossTick => &[[(-HALF, 0), (HALF, 0)]],
        };
        for [from, to] in paths {
            let (from, to) = ((x + from.0, y + from.1), (x + to.0, y + to.1));
            self.backend.draw_line(from, to, &color)?;
        }
        Ok(())
    }
}

/// How a text looks.
fn style((h, v): (HPos, VPos), (size, color): (f64, RGBColor)) -> TextStyle<'static> {
    let mut style = TextStyle::from((NAME, size).into_font()).pos(Pos::new(h, v));
    style.color = color.to_backend_color();
    style
}
