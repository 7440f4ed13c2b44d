//! Everything that the screen shows, changed by news and by keys.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use rr_proto::admin::{GetStatusResponse, RatingPoint};

use super::actor_list::ActorList;
use super::dialog::{ActorPage, Dialog};
use super::known_tree::KnownTree;
use super::layout::TopLayout;
use super::news::{TopNews, TopOrder};
use crate::cli::admin::actors::actor_text;

/// Speeds of self-play that are remembered, one a second.
const SPEEDS: usize = 240;
/// How long what was said stays on the screen.
const SAID_FOR: Duration = Duration::from_secs(12);
/// Silence that is told of: answers come every second.
const SILENCE: Duration = Duration::from_secs(3);
/// Time between two questions about the actor that is shown.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// Holds what is shown.
#[derive(Debug, Default)]
pub(super) struct TopState {
    /// The tree.
    pub tree: KnownTree,
    /// How the node is, once it was told.
    pub status: Option<Box<GetStatusResponse>>,
    /// The ratings of each config's models.
    pub curves: BTreeMap<String, Vec<RatingPoint>>,
    /// Positions per second of late, the newest last.
    pub speeds: VecDeque<f64>,
    /// The rows.
    pub list: ActorList,
    /// What lies over them.
    pub dialog: Dialog,
    /// The text that was last searched for.
    pub searched: String,
    /// Which config is shown first, among those of the status.
    pub config: usize,
    /// Whether the screen is to end.
    pub ended: bool,
    /// Now, since the screen began.
    pub now: Duration,
    heard: Duration,
    silent: Option<String>,
    said: Option<(String, Duration)>,
    looked: Duration,
    size: (u16, u16),
}

impl TopState {
    /// Begins with a screen of a size, columns and rows.
    pub fn new(columns: u16, rows: u16) -> Self {
        let mut state = Self::default();
        state.resize(columns, rows);
        state
    }

    /// Fits everything into a screen of another size.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.size = (columns, rows);
        self.list.resize(self.layout().list_rows());
    }

    /// Returns where everything lies.
    pub fn layout(&self) -> TopLayout {
        TopLayout::new(self.size, self.status.as_deref())
    }

    /// Goes on to a moment; returns what is to be asked then.
    pub fn tick(&mut self, now: Duration) -> Vec<TopOrder> {
        self.now = now;
        if self.said.as_ref().is_some_and(|(_, at)| now.saturating_sub(*at) > SAID_FOR) {
            self.said = None;
        }
        self.refresh();
        match &self.dialog {
            Dialog::Actor(page)
                if now.saturating_sub(self.looked) >= LOOK_AGAIN && self.silence().is_none() =>
            {
                self.looked = now;
                vec![TopOrder::Show(page.path.clone())]
            }
            _ => Vec::new(),
        }
    }

    /// Chooses the rows anew.
    pub fn refresh(&mut self) {
        self.list.resize(self.layout().list_rows());
        self.list.refresh(&self.tree, self.shown_time());
    }

    /// Takes news in.
    pub fn hear(&mut self, news: TopNews) {
        match news {
            TopNews::End => return self.ended = true,
            TopNews::Silent(reason) => return self.silent = Some(reason),
            TopNews::Tree(change) => self.tree.apply(change, self.now),
            TopNews::Status(status) => self.take_status(status),
            TopNews::Curve { config, points } => {
                self.curves.insert(config, points);
            }
            TopNews::Actor(actor) => {
                if let Dialog::Actor(page) = &mut self.dialog
                    && page.path == actor.path
                {
                    page.text = actor_text(&actor);
                }
            }
            TopNews::Said(words) => return self.say(words),
        }
        self.heard = self.now;
        self.silent = None;
    }

    fn take_status(&mut self, status: Box<GetStatusResponse>) {
        // With one config this is its speed; with several each tells that of the node.
        let speed = status.configs.iter().map(|config| config.positions_per_second).fold(0.0, f64::max);
        self.speeds.push_back(speed);
        if self.speeds.len() > SPEEDS {
            self.speeds.pop_front();
        }
        self.config = self.config.min(status.configs.len().saturating_sub(1));
        self.status = Some(status);
    }

    /// Shows some words for a while.
    pub fn say(&mut self, words: impl Into<String>) {
        self.said = Some((words.into(), self.now));
    }

    /// Returns the words that are to be shown now.
    pub fn said(&self) -> Option<&str> {
        self.said.as_ref().map(|(words, _)| words.as_str())
    }

    /// Returns for how long the node has not answered, and why, where that is worth telling.
    pub fn silence(&self) -> Option<(Duration, &str)> {
        let span = self.now.saturating_sub(self.heard);
        match &self.silent {
            Some(reason) => Some((span, reason)),
            None if span > SILENCE => Some((span, "")),
            None => None,
        }
    }

    /// Returns the moment that is shown: nothing goes on while nobody tells.
    pub fn shown_time(&self) -> Duration {
        if self.silence().is_some() { self.heard } else { self.now }
    }

    /// Turns to a page of everything that is known of an actor.
    pub fn look_at(&mut self, page: ActorPage) -> Vec<TopOrder> {
        let order = TopOrder::Show(page.path.clone());
        self.dialog = Dialog::Actor(page);
        self.looked = self.now;
        vec![order]
    }
}
