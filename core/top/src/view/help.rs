//! The keys, in front of everything else.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Text};
use ratatui::widgets::{Block, Clear, Paragraph};

use crate::keys::HELP;

const WIDTH: u16 = 74;

pub(super) fn draw(frame: &mut Frame<'_>) {
    let area = frame.area();
    let (width, height) = (WIDTH.min(area.width), (HELP.len() as u16 + 2).min(area.height));
    let place = Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 2,
        width,
        height,
    };
    let lines = HELP.map(|(key, what)| Line::raw(format!(" {key:10} {what}")));
    let text = Text::from(lines.to_vec());
    frame.render_widget(Clear, place);
    frame.render_widget(Paragraph::new(text).block(Block::bordered().title(" keys ")), place);
}
