//! Line charts side by side, as SVG: a logarithmic axis to the right, a mark for each point with its value, a bar
//! from its smallest to its largest value.

use std::fmt::Write as _;

/// One chart.
pub(super) struct Panel {
    pub(super) title: &'static str,
    /// Words for the axes.
    pub(super) x: &'static str,
    pub(super) y: &'static str,
    pub(super) scale: Scale,
    /// From left to right.
    pub(super) points: Vec<Point>,
}

/// One mark.
pub(super) struct Point {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) low: f64,
    pub(super) high: f64,
}

/// The axis upwards.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Scale {
    /// From zero, in equal steps.
    FromZero,
    /// Logarithmic, whole powers of ten.
    Decades,
}

const WIDTH: f64 = 340.0;
const HEIGHT: f64 = 300.0;
/// Around the area of a chart.
const LEFT: f64 = 62.0;
const RIGHT: f64 = 24.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 52.0;

const STYLE: &str = "\
text { font: 11px sans-serif; fill: #222 } .title { font-size: 12px; font-weight: bold } .value { font-size: 10px }
.axis { stroke: #222 } .grid { stroke: #ddd } .bar { stroke: #1f5fa8 } \
.line { fill: none; stroke: #1f5fa8; stroke-width: 1.5 } .mark { fill: #1f5fa8 }";

/// The charts as a picture.
pub(super) fn svg(panels: &[Panel]) -> String {
    let width = WIDTH * panels.len() as f64;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {HEIGHT}\" width=\"{width}\" \
         height=\"{HEIGHT}\">\n<style>\n{STYLE}\n</style>\n\
         <rect width=\"{width}\" height=\"{HEIGHT}\" fill=\"#fff\"/>\n"
    );
    for (n, panel) in panels.iter().enumerate() {
        let _ = writeln!(out, "<g transform=\"translate({} 0)\">", WIDTH * n as f64);
        draw(&mut out, panel);
        out.push_str("</g>\n");
    }
    out.push_str("</svg>\n");
    out
}

fn draw(out: &mut String, panel: &Panel) {
    let [right, bottom] = [WIDTH - RIGHT, HEIGHT - BOTTOM];
    text(
        out,
        f64::midpoint(LEFT, right),
        20.0,
        "class=\"title\" text-anchor=\"middle\"",
        panel.title,
    );
    text(out, f64::midpoint(LEFT, right), HEIGHT - 14.0, "text-anchor=\"middle\"", panel.x);
    let turned = format!(
        "text-anchor=\"middle\" transform=\"rotate(-90 14 {0})\"",
        f64::midpoint(TOP, bottom)
    );
    text(out, 14.0, f64::midpoint(TOP, bottom), &turned, panel.y);
    let up = Upwards::from_panel(panel);
    for tick in &up.ticks {
        let y = up.place(*tick);
        line(out, "grid", [LEFT, y, right, y]);
        text(out, LEFT - 6.0, y + 4.0, "text-anchor=\"end\"", &short(*tick));
    }
    line(out, "axis", [LEFT, bottom, right, bottom]);
    line(out, "axis", [LEFT, TOP, LEFT, bottom]);
    let x = Rightwards::from_points(&panel.points);
    let path: Vec<_> = panel.points.iter().map(|p| place(x.place(p.x), up.place(p.y))).collect();
    let _ = writeln!(out, "<polyline class=\"line\" points=\"{}\"/>", path.join(" "));
    for point in &panel.points {
        let (at, y) = (x.place(point.x), up.place(point.y));
        line(out, "bar", [at, up.place(point.low), at, up.place(point.high)]);
        let _ = writeln!(out, "<circle class=\"mark\" cx=\"{at:.1}\" cy=\"{y:.1}\" r=\"3\"/>");
        let above = up.place(point.high) - 7.0;
        text(out, at, above, "class=\"value\" text-anchor=\"middle\"", &format!("{:.0}", point.y));
        line(out, "axis", [at, bottom, at, bottom + 4.0]);
        text(out, at, bottom + 17.0, "text-anchor=\"middle\"", &short(point.x));
    }
}

fn line(out: &mut String, class: &str, [x1, y1, x2, y2]: [f64; 4]) {
    let (from, to) = (place(x1, y1), place(x2, y2));
    let _ = writeln!(out, "<polyline class=\"{class}\" points=\"{from} {to}\"/>");
}

fn place(x: f64, y: f64) -> String {
    format!("{x:.1},{y:.1}")
}

fn text(out: &mut String, x: f64, y: f64, attributes: &str, words: &str) {
    let words = words.replace('&', "&amp;").replace('<', "&lt;");
    let _ = writeln!(out, "<text x=\"{x:.1}\" y=\"{y:.1}\" {attributes}>{words}</text>");
}

/// The logarithmic axis to the right; the outer points stand a little inside.
struct Rightwards {
    first: f64,
    span: f64,
}

impl Rightwards {
    const MARGIN: f64 = 18.0;

    fn from_points(points: &[Point]) -> Self {
        let all = points.iter().map(|p| p.x.max(1.0).log10());
        let first = all.clone().fold(f64::INFINITY, f64::min);
        let last = all.fold(f64::NEG_INFINITY, f64::max);
        Self { first, span: last - first }
    }

    fn place(&self, x: f64) -> f64 {
        let room = WIDTH - LEFT - RIGHT - 2.0 * Self::MARGIN;
        let share =
            if self.span > 0.0 { (x.max(1.0).log10() - self.first) / self.span } else { 0.5 };
        LEFT + Self::MARGIN + room * share
    }
}

/// The axis upwards.
struct Upwards {
    scale: Scale,
    /// From the lowest to the highest.
    ticks: Vec<f64>,
}

impl Upwards {
    fn from_panel(panel: &Panel) -> Self {
        let highest = panel.points.iter().map(|p| p.high).fold(1.0, f64::max);
        let lowest = panel.points.iter().map(|p| p.low).fold(highest, f64::min).max(1.0);
        let ticks = match panel.scale {
            Scale::FromZero => {
                let step = step(highest);
                // Room for the value above the highest point.
                let steps = (highest * 1.05 / step).ceil() as u32;
                (0..=steps).map(|n| f64::from(n) * step).collect()
            }
            Scale::Decades => {
                let from = lowest.log10().floor() as i32;
                let to = (highest.log10().ceil() as i32).max(from + 1);
                (from..=to).map(|n| 10f64.powi(n)).collect()
            }
        };
        Self { scale: panel.scale, ticks }
    }

    fn place(&self, y: f64) -> f64 {
        let on_axis = |y: f64| match self.scale {
            Scale::FromZero => y,
            Scale::Decades => y.max(1.0).log10(),
        };
        let end = |tick: Option<&f64>| tick.copied().map_or(0.0, on_axis);
        let (from, to) = (end(self.ticks.first()), end(self.ticks.last()));
        let bottom = HEIGHT - BOTTOM;
        bottom - (bottom - TOP) * (on_axis(y) - from) / (to - from)
    }
}

/// 1, 2 or 5 times a power of ten, so that there are three to seven steps.
fn step(highest: f64) -> f64 {
    let power = 10f64.powf(highest.log10().floor());
    match highest / power {
        share if share < 1.5 => power / 5.0,
        share if share < 3.5 => power / 2.0,
        share if share < 7.0 => power,
        _ => power * 2.0,
    }
}

/// A number in few characters: `1.4 M`.
fn short(number: f64) -> String {
    let (scaled, unit) = match number {
        n if n >= 1e6 => (n / 1e6, " M"),
        n if n >= 1e4 => (n / 1e3, " k"),
        n => (n, ""),
    };
    let text = format!("{scaled:.1}");
    format!("{}{unit}", text.strip_suffix(".0").unwrap_or(&text))
}

#[cfg(test)]
mod tests {
    use super::{HEIGHT, Panel, Point, Scale, Upwards, short, step, svg};

    fn panel(scale: Scale, values: &[(f64, f64)]) -> Panel {
        let point = |&(x, y): &(f64, f64)| Point { x, y, low: y, high: y * 1.1 };
        let points = values.iter().map(point).collect();
        Panel { title: "a < b", x: "x", y: "y", scale, points }
    }

    #[test]
    fn ticks_and_labels() {
        assert_eq!([120.0, 220.0, 480.0, 900.0].map(step), [20.0, 50.0, 100.0, 200.0]);
        let all = [1_393_694.0, 10_000_000.0, 348_423.0, 1000.0, 0.0].map(short);
        assert_eq!(all, ["1.4 M", "10 M", "348.4 k", "1000", "0"]);
        let up = Upwards::from_panel(&panel(Scale::FromZero, &[(1.0, 400.0), (2.0, 436.0)]));
        assert_eq!(up.ticks, [0.0, 100.0, 200.0, 300.0, 400.0, 500.0, 600.0]);
        let up = Upwards::from_panel(&panel(Scale::Decades, &[(1.0, 14.0), (2.0, 436.0)]));
        assert_eq!(up.ticks, [10.0, 100.0, 1000.0]);
        assert_eq!(up.place(10.0), HEIGHT - super::BOTTOM);
        assert_eq!(up.place(1000.0), super::TOP);
    }

    #[test]
    fn a_picture() {
        let panels = [
            panel(Scale::FromZero, &[(1e3, 400.0), (1e5, 200.0)]),
            panel(Scale::Decades, &[(1e3, 9.0)]),
            panel(Scale::Decades, &[]),
        ];
        let text = svg(&panels);
        let count = |part: &str| text.matches(part).count();
        assert_eq!([count("<g "), count("</g>"), count("<circle")], [3, 3, 3]);
        assert_eq!(count("a &lt; b"), 3);
        assert!(text.contains(">400<") && text.contains(">9<"), "{text}");
        assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
    }
}
