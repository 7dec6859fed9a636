//! A line of bars: what part of the bytes each protocol has.

use ratatui::style::{Color, Style};
use ratatui::text::{Line, Span};

use crate::format::percent;
use crate::protocols::Share;

/// Most protocols that are shown; all others are one.
const MOST: usize = 6;
const COLORS: [Color; 4] = [Color::Green, Color::Cyan, Color::Yellow, Color::Magenta];
/// Shares of a character, from one eighth on.
const EIGHTHS: [char; 8] = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/// The line, in a width.
pub(super) fn line(shares: &[Share], width: usize) -> Line<'static> {
    let mut shown: Vec<Share> = shares.iter().take(MOST).cloned().collect();
    let rest: f64 = shares.iter().skip(MOST).map(|share| share.part).sum();
    if rest > 0.0 {
        shown.push(Share { name: "others".to_owned(), part: rest });
    }
    let label = |share: &Share| format!("{} {} ", share.name, percent(share.part));
    // Those whose names find room.
    let fits = |count: usize| {
        shown.iter().take(count).map(|share| label(share).chars().count() + 2).sum::<usize>()
            <= width
    };
    let count = (0..=shown.len()).rev().find(|count| fits(*count)).unwrap_or(0);
    shown.truncate(count);
    let labels: usize = shown.iter().map(|share| label(share).chars().count() + 2).sum();
    let room = width.saturating_sub(labels);
    let mut spans = Vec::new();
    for (share, color) in shown.iter().zip(COLORS.into_iter().cycle()) {
        spans.push(Span::raw(label(share)));
        spans.push(Span::styled(bar(share.part * room as f64), Style::new().fg(color)));
        spans.push(Span::raw(" "));
    }
    Line::from(spans)
}

/// A bar so many characters long, or a little less.
fn bar(length: f64) -> String {
    let eighths = (length.max(0.0) * 8.0) as usize;
    let mut bar = "█".repeat(eighths / 8);
    if let Some(end) = EIGHTHS.get(eighths % 8).filter(|end| **end != ' ') {
        bar.push(*end);
    }
    bar
}

#[cfg(test)]
mod tests {
    use super::{bar, line};

    use crate::protocols::Share;

    fn shares(parts: &[f64]) -> Vec<Share> {
        let share = |(at, part): (usize, &f64)| Share { name: format!("p{at}"), part: *part };
        parts.iter().enumerate().map(share).collect()
    }

    #[test]
    fn bars() {
        assert_eq!([0.0, 0.1, 1.5, 2.0].map(bar), ["", "", "█▌", "██"]);
    }

    #[test]
    fn lines_fit() {
        let many = shares(&[0.5, 0.2, 0.1, 0.1, 0.05, 0.02, 0.02, 0.01]);
        for width in 0..200 {
            assert!(line(&many, width).width() <= width, "{width}");
        }
        let text = |width| line(&many, width).to_string();
        assert!(text(200).contains("others 3%"), "{}", text(200));
        assert_eq!(text(10), "p0 50% ▌ ");
        assert_eq!(line(&[], 80).width(), 0);
    }
}
