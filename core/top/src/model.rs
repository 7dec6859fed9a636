//! What is on the screen: the flows of a moment, what the user has chosen, and what keys do to it.

use std::sync::Arc;

use crate::condition::Filter;
use crate::keys::Key;
use crate::snapshot::{Row, Snapshot, Source, filtered};
use crate::sort::Sort;

/// How a screen begins.
#[derive(Clone, PartialEq, Debug)]
pub struct Start {
    /// What is read.
    pub title: String,
    /// Where packets come from.
    pub source: Source,
    /// The order of flows.
    pub sort: Sort,
    /// Which flows.
    pub filter: Filter,
}

/// What is on the screen.
#[derive(Debug)]
pub struct Model {
    pub(crate) start: Start,
    pub(crate) snapshot: Option<Arc<Snapshot>>,
    /// Those of the snapshot that the filter lets through, in order.
    pub(crate) rows: Vec<Row>,
    /// The place of the selected one, and of the first one on the screen.
    pub(crate) selected: usize,
    pub(crate) top: usize,
    page: usize,
    pub(crate) is_paused: bool,
    pub(crate) has_help: bool,
    /// The filter that is being written, and what is wrong with it.
    pub(crate) prompt: Option<String>,
    pub(crate) error: Option<String>,
    /// What has happened to interfaces.
    pub(crate) remark: Option<String>,
}

/// What is to be done behind a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Act {
    /// Nothing else.
    Draw,
    /// Other flows are wanted.
    Ask,
    Quit,
}

impl Model {
    /// A screen without flows.
    pub fn new(start: Start) -> Self {
        Self {
            start,
            snapshot: None,
            rows: Vec::new(),
            selected: 0,
            top: 0,
            page: 1,
            is_paused: false,
            has_help: false,
            prompt: None,
            error: None,
            remark: None,
        }
    }

    /// A moment comes, which is not looked at while the picture stands.
    pub(crate) fn show(&mut self, snapshot: &Arc<Snapshot>) {
        if self.is_paused {
            return;
        }
        self.snapshot = Some(Arc::clone(snapshot));
        self.arrange();
    }

    /// The screen has room for so many flows.
    pub(crate) fn set_page(&mut self, rows: usize) {
        self.page = rows.max(1);
        self.follow();
    }

    /// Rows on the screen.
    pub(crate) fn visible(&self) -> &[Row] {
        let end = self.rows.len().min(self.top + self.page);
        self.rows.get(self.top..end).unwrap_or(&[])
    }

    /// The flow that is selected.
    pub(crate) fn selected_row(&self) -> Option<&Row> {
        self.rows.get(self.selected)
    }

    /// A key was pressed.
    pub(crate) fn key(&mut self, key: Key) -> Act {
        if key == Key::Interrupt {
            return Act::Quit;
        }
        if self.prompt.is_some() {
            return self.write(key);
        }
        self.remark = None;
        if std::mem::take(&mut self.has_help) && !matches!(key, Key::Char('q')) {
            return Act::Draw;
        }
        match key {
            Key::Char('q') => return Act::Quit,
            Key::Char('b') => return self.sort_by(Sort::Bytes),
            Key::Char('p') => return self.sort_by(Sort::Packets),
            Key::Char('a') => return self.sort_by(Sort::Age),
            Key::Char('r') => return self.sort_by(Sort::Rate),
            Key::Char('h' | '?') => self.has_help = true,
            Key::Char(' ') => self.is_paused = !self.is_paused,
            Key::Char('/') => self.prompt = Some(self.start.filter.text().to_owned()),
            Key::Up => self.select(self.selected.saturating_sub(1)),
            Key::Down => self.select(self.selected + 1),
            Key::PageUp => self.select(self.selected.saturating_sub(self.page)),
            Key::PageDown => self.select(self.selected + self.page),
            Key::Home => self.select(0),
            Key::End => self.select(usize::MAX),
            _ => {}
        }
        Act::Draw
    }

    /// A key while the filter is written.
    fn write(&mut self, key: Key) -> Act {
        let Some(prompt) = &mut self.prompt else { return Act::Draw };
        match key {
            Key::Char(c) => prompt.push(c),
            Key::Backspace => drop(prompt.pop()),
            Key::Escape => (self.prompt, self.error) = (None, None),
            Key::Enter => return self.apply(),
            _ => {}
        }
        Act::Draw
    }

    fn apply(&mut self) -> Act {
        match Filter::parse(self.prompt.as_deref().unwrap_or_default()) {
            Ok(filter) => {
                (self.prompt, self.error) = (None, None);
                self.start.filter = filter;
                self.arrange();
                Act::Ask
            }
            Err(error) => {
                self.error = Some(error);
                Act::Draw
            }
        }
    }

    fn sort_by(&mut self, sort: Sort) -> Act {
        self.start.sort = sort;
        self.arrange();
        Act::Ask
    }

    /// Makes the rows anew: the snapshot may have been made before the user has chosen.
    fn arrange(&mut self) {
        let Some(snapshot) = &self.snapshot else { return };
        self.rows = filtered(&snapshot.rows, &self.start.filter, self.start.sort);
        self.follow();
    }

    fn select(&mut self, at: usize) {
        self.selected = at;
        self.follow();
    }

    /// What is selected is there and on the screen.
    fn follow(&mut self) {
        self.selected = self.selected.min(self.rows.len().saturating_sub(1));
        let last = (self.top + self.page).saturating_sub(1);
        if self.selected < self.top {
            self.top = self.selected;
        } else if self.selected > last {
            self.top = self.selected + 1 - self.page;
        }
        self.top = self.top.min(self.rows.len().saturating_sub(self.page));
    }
}

#[cfg(test)]
mod tests {
    use super::{Act, Model};

    use crate::keys::Key;
    use crate::snapshot::Source;
    use crate::sort::Sort;
    use crate::test_support::{model, rows, snapshot};

    fn ids(model: &Model) -> Vec<u64> {
        model.visible().iter().map(|row| row.entry.id.0).collect()
    }

    fn write(model: &mut Model, text: &str) -> Act {
        model.key(Key::Char('/'));
        for c in text.chars() {
            assert_eq!(model.key(Key::Char(c)), Act::Draw);
        }
        model.key(Key::Enter)
    }

    #[test]
    fn the_selection_stays_on_the_screen() {
        let mut model = model(Source::Interfaces);
        let mut at = |key| {
            assert_eq!(model.key(key), Act::Draw);
            (model.selected, model.top)
        };
        assert_eq!(at(Key::Up), (0, 0));
        assert_eq!(at(Key::PageDown), (10, 1));
        assert_eq!(at(Key::Down), (11, 2));
        assert_eq!(at(Key::End), (39, 30));
        assert_eq!(at(Key::Down), (39, 30));
        assert_eq!(at(Key::PageUp), (29, 29));
        assert_eq!(at(Key::Up), (28, 28));
        assert_eq!(at(Key::Home), (0, 0));
        at(Key::End);
        model.set_page(100);
        assert_eq!((model.top, model.visible().len()), (0, 40));
        model.set_page(0);
        assert_eq!((model.selected, model.visible().len()), (39, 1));
        model.show(&snapshot(rows().into_iter().take(3).collect(), Source::Interfaces));
        assert_eq!((model.selected, model.top), (2, 2));
        model.show(&snapshot(Vec::new(), Source::Interfaces));
        assert_eq!((model.selected, model.visible().len()), (0, 0));
        assert!(model.selected_row().is_none());
    }

    #[test]
    fn orders() {
        let mut model = model(Source::Interfaces);
        for (key, sort, first) in [
            ('a', Sort::Age, 3),
            ('r', Sort::Rate, 1),
            ('p', Sort::Packets, 2),
            ('b', Sort::Bytes, 1),
        ] {
            assert_eq!(model.key(Key::Char(key)), Act::Ask);
            assert_eq!((model.start.sort, ids(&model)[0]), (sort, first), "{key}");
        }
    }

    #[test]
    fn a_filter_is_written() {
        let mut model = model(Source::Interfaces);
        assert_eq!(write(&mut model, "dstPort == 443x"), Act::Draw);
        assert!(model.error.is_some() && model.prompt.is_some() && model.rows.len() == 40);
        model.key(Key::Backspace);
        assert_eq!(model.key(Key::Enter), Act::Ask);
        assert!(model.error.is_none() && model.prompt.is_none());
        assert_eq!(ids(&model), [1, 7, 13, 19, 25, 31, 37]);
        model.key(Key::Char('/'));
        assert_eq!(model.prompt.as_deref(), Some("dstPort == 443"));
        // Letters are no orders here.
        assert_eq!(model.key(Key::Char('q')), Act::Draw);
        model.key(Key::Escape);
        assert_eq!((model.prompt.as_ref(), model.rows.len()), (None, 7));
        model.key(Key::Char('/'));
        for _ in 0..20 {
            model.key(Key::Backspace);
        }
        assert_eq!(model.key(Key::Enter), Act::Ask);
        assert_eq!(model.rows.len(), 40);
    }

    #[test]
    fn the_picture_stands() {
        let mut model = model(Source::Interfaces);
        model.key(Key::Char(' '));
        model.show(&snapshot(Vec::new(), Source::Interfaces));
        assert_eq!(model.rows.len(), 40);
        // What stands can still be filtered.
        assert_eq!(write(&mut model, "flowInd < 3"), Act::Ask);
        assert_eq!(model.rows.len(), 2);
        model.key(Key::Char(' '));
        model.show(&snapshot(Vec::new(), Source::Interfaces));
        assert_eq!(model.rows.len(), 0);
    }

    #[test]
    fn help_and_end() {
        let mut model = model(Source::Interfaces);
        model.key(Key::Char('h'));
        assert!(model.has_help);
        assert_eq!((model.key(Key::Char('a')), model.has_help), (Act::Draw, false));
        assert_eq!(model.start.sort, Sort::Bytes, "any key leaves the help, and does no more");
        model.key(Key::Char('?'));
        assert_eq!(model.key(Key::Char('q')), Act::Quit);
        model.key(Key::Char('/'));
        assert_eq!(model.key(Key::Interrupt), Act::Quit);
    }
}
