//! The terminal: keys in, pictures out, and as it was before whichever way the program ends.

use std::io::{self, IsTerminal, Stdout, Write, stdout};
use std::panic;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use ratatui::backend::CrosstermBackend;
use ratatui::crossterm::cursor::Show;
use ratatui::crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use ratatui::crossterm::execute;
use ratatui::crossterm::terminal::{
    self, Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode,
};

use ratatui::layout::Rect;
use ratatui::{Terminal, TerminalOptions, Viewport};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use crate::desk::{Desk, Request};
use crate::keys::Key;
use crate::model::{Act, Model};
use crate::view;

/// How long keys are waited for before something else is looked at.
const WAIT: Timespec = Timespec { tv_sec: 0, tv_nsec: 50_000_000 };
/// Between two moments that are asked for, however short the interval.
const LEAST: Duration = Duration::from_millis(250);
/// The engine spends no more than one part of so many of its time on moments.
const PART: u32 = 20;

/// Whether the screen is ours: it is given back once.
static IS_OURS: AtomicBool = AtomicBool::new(false);

/// What the screen has to do with the rest of the program.
pub struct Link<'a> {
    /// Where moments are laid down.
    pub desk: &'a Desk,
    /// Asks for the next moment.
    pub ask: &'a dyn Fn(),
    /// Whether the program is to end: a signal came, or the run has failed.
    pub is_over: &'a dyn Fn() -> bool,
    /// Time between two moments.
    pub interval: Duration,
    /// Most flows of a moment.
    pub most: usize,
}

/// Why the screen has gone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ending {
    /// The user has seen enough.
    Quit,
    /// The program is to end.
    Over,
}

/// Whether both what is shown and what is typed have a terminal.
pub fn is_terminal() -> bool {
    stdout().is_terminal()
}

/// Columns of the terminal, if there is one.
pub fn width() -> Option<usize> {
    let size = if is_terminal() { terminal::size().ok() } else { None };
    size.map(|(width, _)| width.into()).filter(|width| *width > 0)
}

/// Shows a model until the user or the program ends it.
///
/// # Errors
///
/// If the terminal cannot be used.
pub fn run(mut model: Model, link: &Link<'_>) -> io::Result<Ending> {
    let _screen = Screen::take()?;
    work(&mut model, link)
}

/// A picture of the size that the terminal has now, and nothing on it. The size is fixed: else the terminal would be asked where its cursor
/// is, and not all of them answer.
fn picture() -> io::Result<Terminal<CrosstermBackend<Stdout>>> {
    let (width, height) = terminal::size()?;
    execute!(stdout(), Clear(ClearType::All))?;
    let viewport = Viewport::Fixed(Rect::new(0, 0, width, height));
    Terminal::with_options(CrosstermBackend::new(stdout()), TerminalOptions { viewport })
}

fn work(model: &mut Model, link: &Link<'_>) -> io::Result<Ending> {
    let mut terminal = picture()?;
    let (mut shown, mut must_draw) = (0, true);
    let mut pace = Pace { last: None, is_early: false };
    loop {
        // A thread that panics has given the screen back.
        if (link.is_over)() || !IS_OURS.load(Ordering::SeqCst) {
            return Ok(Ending::Over);
        }
        let (number, snapshot) = link.desk.latest();
        if let Some(snapshot) = snapshot.filter(|_| number != shown && !model.is_paused) {
            model.show(&snapshot);
            (shown, must_draw) = (number, true);
        }
        if let Some(remark) = link.desk.remarks().pop() {
            (model.remark, must_draw) = (Some(remark), true);
        }
        if pace.is_due(link) {
            (link.ask)();
        }
        if must_draw {
            terminal.draw(|frame| {
                model.set_page(view::page(frame.area().height));
                view::draw(frame, model);
            })?;
            must_draw = false;
        }
        if !wait()? {
            return Ok(Ending::Over);
        }
        if !event::poll(Duration::ZERO)? {
            continue;
        }
        let key = match event::read()? {
            Event::Key(key) => key_of(key),
            Event::Resize(..) => {
                terminal = picture()?;
                None
            }
            _ => continue,
        };
        must_draw = true;
        match key.map(|key| model.key(key)) {
            Some(Act::Quit) => return Ok(Ending::Quit),
            Some(Act::Ask) => {
                let (sort, filter) = (model.start.sort, model.start.filter.clone());
                link.desk.ask(Request { sort, filter, most: link.most });
                pace.is_early = true;
            }
            Some(Act::Draw) | None => {}
        }
    }
}

/// Waits for a key, but not for long; whether there still is a terminal. What reads keys never comes back from one that is gone,
/// as when its window was closed, so that is asked here.
fn wait() -> io::Result<bool> {
    let out = stdout();
    let mut terminal = [PollFd::new(&out, PollFlags::IN)];
    match poll(&mut terminal, Some(&WAIT)) {
        Ok(_) | Err(Errno::INTR) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(!terminal[0].revents().intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL))
}

/// When the next moment is asked for.
struct Pace {
    last: Option<Instant>,
    /// Somebody waits for it.
    is_early: bool,
}

impl Pace {
    #[allow(clippy::disallowed_methods, reason = "people look at it")]
    fn is_due(&mut self, link: &Link<'_>) -> bool {
        let now = Instant::now();
        let passed = self.last.map_or(Duration::MAX, |last| now.saturating_duration_since(last));
        let least = LEAST.max(link.desk.took() * PART);
        let wait = if self.is_early { least } else { link.interval.max(least) };
        if passed < wait {
            return false;
        }
        *self = Self { last: Some(now), is_early: false };
        true
    }
}

fn key_of(event: KeyEvent) -> Option<Key> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    let is_control = event.modifiers.contains(KeyModifiers::CONTROL);
    Some(match event.code {
        KeyCode::Char('c') if is_control => Key::Interrupt,
        KeyCode::Char('h') if is_control => Key::Backspace,
        KeyCode::Char(_) if is_control => return None,
        KeyCode::Char(c) => Key::Char(c),
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Escape,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        _ => return None,
    })
}

/// The screen while it is ours.
struct Screen;

impl Screen {
    fn take() -> io::Result<Self> {
        restore_on_panic();
        // From here on it is given back, also if the next step fails.
        IS_OURS.store(true, Ordering::SeqCst);
        let screen = Self;
        enable_raw_mode()?;
        execute!(stdout(), EnterAlternateScreen)?;
        Ok(screen)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        restore();
    }
}

/// Gives the screen back. Nothing can be done about a terminal that has gone.
fn restore() {
    if IS_OURS.swap(false, Ordering::SeqCst) {
        let mut out = stdout();
        drop(execute!(out, LeaveAlternateScreen, Show));
        drop(out.flush());
        drop(disable_raw_mode());
    }
}

/// A panic of any thread gives the screen back before it says what it has to say.
fn restore_on_panic() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            restore();
            before(info);
        }));
    });
}

#[cfg(test)]
mod tests {
    use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

    use super::key_of;

    use crate::keys::Key;

    #[test]
    fn keys() {
        let key = |code, modifiers| key_of(KeyEvent::new(code, modifiers));
        let none = KeyModifiers::NONE;
        assert_eq!(key(KeyCode::Char('q'), none), Some(Key::Char('q')));
        assert_eq!(key(KeyCode::Char('c'), KeyModifiers::CONTROL), Some(Key::Interrupt));
        assert_eq!(key(KeyCode::Char('x'), KeyModifiers::CONTROL), None);
        assert_eq!(key(KeyCode::PageDown, none), Some(Key::PageDown));
        assert_eq!(key(KeyCode::F(1), none), None);
        let mut released = KeyEvent::new(KeyCode::Char('q'), none);
        released.kind = KeyEventKind::Release;
        assert_eq!(key_of(released), None);
    }
}
