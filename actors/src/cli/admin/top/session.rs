//! The terminal while the screen is up: keys and news come in, pictures go out, and everything is as before when it ends.

use std::io;
use std::sync::mpsc::{Receiver, Sender};
use std::time::{Duration, Instant};

use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, Event, KeyEventKind};
use tokio::signal::unix::{SignalKind, signal};

use super::feed::Feed;
use super::frame::draw;
use super::news::TopNews;
use super::palette::Palette;
use super::state::TopState;
use crate::cli::{Exit, Failure};

/// Time between two pictures: five a second.
const TICK: Duration = Duration::from_millis(200);

/// Owns the terminal; dropping it gives the terminal back. So does a panic, before its message is printed.
struct Screen(DefaultTerminal);

impl Screen {
    fn open() -> io::Result<Self> {
        ratatui::try_init().map(Self).inspect_err(|_| ratatui::restore())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.0.show_cursor(); // a terminal that is gone needs nothing
        let _ = ratatui::try_restore();
    }
}

/// Shows the screen until a key or a signal ends it.
///
/// # Errors
/// When the terminal takes or gives nothing, or the feed has ended by a bug of its own.
pub(super) fn run(feed: &Feed, news: &Receiver<TopNews>) -> Result<Exit, Failure> {
    let mut screen = Screen::open().map_err(terminal)?;
    let ended = show(&mut screen.0, feed, news);
    drop(screen);
    ended
}

fn show(terminal_of: &mut DefaultTerminal, feed: &Feed, news: &Receiver<TopNews>) -> Result<Exit, Failure> {
    let palette = Palette::of_environment();
    let begun = Instant::now();
    let size = terminal_of.size().map_err(terminal)?;
    let mut state = TopState::new(size.width, size.height);
    let mut next = begun;
    loop {
        let mut orders = Vec::new();
        let mut wait = next.saturating_duration_since(Instant::now());
        // Everything that was typed is heeded before the next picture.
        while event::poll(wait).map_err(terminal)? {
            match event::read().map_err(terminal)? {
                Event::Key(key) if key.kind != KeyEventKind::Release => orders.extend(state.key(key)),
                Event::Resize(columns, rows) => state.resize(columns, rows),
                _ => {}
            }
            wait = Duration::ZERO;
        }
        news.try_iter().for_each(|news| state.hear(news));
        if feed.has_ended() {
            return Err(Failure::new(Exit::Software, "the thread that calls the node has ended by a bug"));
        }
        orders.extend(state.tick(begun.elapsed()));
        orders.into_iter().for_each(|order| feed.order(order));
        if state.ended {
            return Ok(Exit::Done);
        }
        terminal_of.draw(|frame| draw(&state, palette, frame.buffer_mut())).map_err(terminal)?;
        next = Instant::now() + TICK;
    }
}

/// Tells the screen of signals that ask for the end: in raw mode Ctrl-C is a key, but `kill` is a signal.
///
/// # Errors
/// When signals can't be watched.
pub(super) fn watch_signals(news: Sender<TopNews>) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let thread = std::thread::Builder::new().name("rr-top-signals".to_owned());
    let kinds = [SignalKind::terminate(), SignalKind::interrupt(), SignalKind::hangup()];
    let [mut terminate, mut interrupt, mut hangup] = {
        let _entered = runtime.enter();
        let [terminate, interrupt, hangup] = kinds.map(signal);
        [terminate?, interrupt?, hangup?]
    };
    thread.spawn(move || {
        runtime.block_on(async {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
                _ = hangup.recv() => {}
            }
        });
        let _ = news.send(TopNews::End); // it may have ended already
    })?;
    Ok(())
}

fn terminal(error: io::Error) -> Failure {
    Failure::new(Exit::Io, format!("the terminal: {error}; see that it still is one, and its TERM"))
}
