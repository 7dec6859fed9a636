//! Draws a model.

mod bars;
mod help;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::Line;

use crate::assigned;
use crate::columns::{Column, cells, layout, titles};
use crate::format;
use crate::model::Model;
use crate::snapshot::{Row, Source};
use crate::text::{choice, figures, largest};

/// Lines above and below the flows.
const ABOVE: u16 = 5;
const BELOW: u16 = 2;

const HINTS: &str = "q quit  b p a r sort  / filter  Space stop  h help";

/// Flows that a screen of such a height has room for.
pub(crate) fn page(height: u16) -> usize {
    height.saturating_sub(ABOVE + BELOW).into()
}

/// Draws a model.
pub(crate) fn draw(frame: &mut Frame<'_>, model: &Model) {
    let heights = [Constraint::Length(ABOVE), Constraint::Fill(1), Constraint::Length(BELOW)];
    let [above, middle, below] = Layout::vertical(heights).areas(frame.area());
    let columns = layout(above.width.into(), model.snapshot.as_deref().map_or(0, largest));
    head(frame, model, &columns, above);
    for (at, row) in model.visible().iter().enumerate() {
        let is_selected = model.top + at == model.selected;
        let style = style(row, is_selected, model.start.source);
        put(frame, middle, at, Line::styled(cells(&columns, row), style));
    }
    foot(frame, model, below);
    if model.has_help {
        help::draw(frame);
    }
}

/// One line of an area.
fn put(frame: &mut Frame<'_>, area: Rect, at: usize, line: Line<'_>) {
    let at = at as u16;
    if at < area.height {
        let place = Rect { y: area.y + at, height: 1, ..area };
        frame.render_widget(line, place);
    }
}

fn style(row: &Row, is_selected: bool, source: Source) -> Style {
    let style = Style::new();
    // Of a capture all are over in the end.
    let is_over = row.entry.has_ended() && source == Source::Interfaces;
    let style = if is_over { style.add_modifier(Modifier::DIM) } else { style };
    if is_selected { style.add_modifier(Modifier::REVERSED) } else { style }
}

fn head(frame: &mut Frame<'_>, model: &Model, columns: &[Column], area: Rect) {
    let bold = Style::new().add_modifier(Modifier::BOLD);
    let status = status(model);
    let room = usize::from(area.width).saturating_sub(status.chars().count() + 1);
    let title = format::shortened(&format!("flowz top  {}", model.start.title), room);
    put(frame, area, 0, Line::styled(title, bold));
    put(frame, area, 0, Line::styled(status, bold).right_aligned());
    if let Some(snapshot) = &model.snapshot {
        put(frame, area, 1, figures(snapshot, model.start.source).into());
        put(frame, area, 2, bars::line(&snapshot.shares, area.width.into()));
        let choice = choice(snapshot, model.start.sort, &model.start.filter);
        put(frame, area, 3, choice.into());
    }
    let mut titles = titles(columns);
    let room = usize::from(area.width).saturating_sub(titles.chars().count());
    titles.push_str(&" ".repeat(room));
    put(frame, area, 4, Line::styled(titles, bold.add_modifier(Modifier::REVERSED)));
}

/// Whether the picture moves.
fn status(model: &Model) -> String {
    let Some(snapshot) = &model.snapshot else { return "waiting".to_owned() };
    match snapshot.totals.progress {
        _ if model.is_paused => "stopped".to_owned(),
        _ if snapshot.is_final => "end".to_owned(),
        Some(part) => format!("{} read", format::percent(part)),
        None if model.start.source == Source::Captures => "reading".to_owned(),
        None => "live".to_owned(),
    }
}

fn foot(frame: &mut Frame<'_>, model: &Model, area: Rect) {
    let bold = Style::new().add_modifier(Modifier::BOLD);
    let detail = model.selected_row().map(detail).unwrap_or_default();
    put(frame, area, 0, Line::styled(detail, Style::new().add_modifier(Modifier::DIM)));
    let width = usize::from(area.width);
    let Some(prompt) = &model.prompt else {
        let words = model.remark.as_deref().unwrap_or(HINTS);
        return put(frame, area, 1, words.into());
    };
    if let Some(error) = &model.error {
        let error: String = error.chars().take(width).collect();
        put(frame, area, 0, Line::styled(format!("{error:width$}"), bold));
    }
    // The end of a long text is where one writes.
    let count = prompt.chars().count();
    let shown: String = prompt.chars().skip((count + 2).saturating_sub(width)).collect();
    put(frame, area, 1, Line::styled(format!("/{shown}"), bold));
    frame.set_cursor_position((area.x + (shown.chars().count() + 1) as u16, area.bottom() - 1));
}

/// All that is known of a flow, for whom the columns are too narrow.
fn detail(row: &Row) -> String {
    let entry = &row.entry;
    let [source, destination] = format::ends(&entry.key, usize::MAX);
    let pair = |[sent, received]: [u64; 2]| {
        format!("{}> {}<", format::count(sent), format::count(received))
    };
    let (packets, bytes) = (pair(entry.packets), pair(entry.bytes));
    let service = assigned::service(&entry.key);
    let state = entry.state();
    format!("{source} {destination} {service} {state}, bytes {bytes}, packets {packets}")
}

#[cfg(test)]
mod tests {
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;

    use super::{draw, page};

    use crate::keys::Key;
    use crate::model::Model;
    use crate::snapshot::Source;
    use crate::test_support::model;

    /// The screen as text.
    fn screen(model: &mut Model, (width, height): (u16, u16)) -> String {
        model.set_page(page(height));
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| draw(frame, model)).unwrap();
        terminal.backend().to_string()
    }

    #[test]
    fn screens() {
        let mut live = model(Source::Interfaces);
        insta::assert_snapshot!("live_80x24", screen(&mut live, (80, 24)));
        insta::assert_snapshot!("live_200x50", screen(&mut live, (200, 50)));
        live.key(Key::PageDown);
        live.key(Key::Char(' '));
        live.key(Key::Char('r'));
        insta::assert_snapshot!("stopped_110x20", screen(&mut live, (110, 20)));
    }

    #[test]
    fn a_capture_and_its_filter() {
        let mut model = model(Source::Captures);
        model.key(Key::Char('/'));
        for c in "port == https".chars() {
            model.key(Key::Char(c));
        }
        model.key(Key::Enter);
        insta::assert_snapshot!("error_80x24", screen(&mut model, (80, 24)));
        for _ in 0..5 {
            model.key(Key::Backspace);
        }
        for c in "443".chars() {
            model.key(Key::Char(c));
        }
        model.key(Key::Enter);
        insta::assert_snapshot!("filter_80x24", screen(&mut model, (80, 24)));
    }

    #[test]
    fn help() {
        let mut model = model(Source::Interfaces);
        model.key(Key::Char('h'));
        insta::assert_snapshot!("help_80x24", screen(&mut model, (80, 24)));
    }

    #[test]
    fn any_size_can_be_drawn() {
        let mut model = model(Source::Captures);
        for width in [1, 2, 10, 39, 63, 80, 500] {
            for height in [1, 2, 5, 7, 8, 24, 120] {
                for key in ['h', 'h', '/'] {
                    model.key(Key::Char(key));
                    screen(&mut model, (width, height));
                }
                model.key(Key::Escape);
            }
        }
    }
}
