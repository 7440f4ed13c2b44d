//! What each key does.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::dialog::{ActorPage, Dialog};
use super::news::{Deed, TopOrder};
use super::popup::last_top;
use super::sort_column::SortColumn;
use super::state::TopState;

/// Lines that a page key scrolls a text by.
const PAGE: usize = 10;

impl TopState {
    /// Does what a key asks for; returns what the node is to be asked.
    pub fn key(&mut self, key: KeyEvent) -> Vec<TopOrder> {
        let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
        if is_control && matches!(key.code, KeyCode::Char('c' | 'C')) {
            self.ended = true;
            return Vec::new();
        }
        let orders = match std::mem::take(&mut self.dialog) {
            Dialog::None if is_control => Vec::new(),
            Dialog::None => self.list_key(key.code),
            Dialog::Search(text) => self.search_key(key.code, text),
            Dialog::Filter(text) => self.filter_key(key.code, text),
            Dialog::Sort(at) => self.sort_key(key.code, at),
            Dialog::Help(top) => self.help_key(key.code, top),
            Dialog::Confirm(deed, paths) => self.confirm_key(key.code, deed, paths),
            Dialog::Actor(page) => self.actor_key(key.code, page),
        };
        self.refresh();
        orders
    }

    fn list_key(&mut self, key: KeyCode) -> Vec<TopOrder> {
        match key {
            KeyCode::F(10) | KeyCode::Char('q' | 'Q') => self.ended = true,
            KeyCode::F(1) | KeyCode::Char('h' | 'H' | '?') => self.dialog = Dialog::Help(0),
            KeyCode::F(3) | KeyCode::Char('/') => self.dialog = Dialog::Search(String::new()),
            KeyCode::Char('n') => self.find_next(),
            KeyCode::F(4) | KeyCode::Char('\\') => {
                self.dialog = Dialog::Filter(self.list.choice().filter.clone());
            }
            KeyCode::F(5) | KeyCode::Char('t' | 'T') => self.list.toggle_flat(),
            KeyCode::F(6) => self.dialog = Dialog::Sort(self.list.choice().sort.index()),
            KeyCode::Char('<') => self.list.sort_by(self.list.choice().sort.step(-1)),
            KeyCode::Char('>') => self.list.sort_by(self.list.choice().sort.step(1)),
            KeyCode::Char('I' | 'i') => self.list.reverse(),
            KeyCode::F(9) | KeyCode::Char('k' | 'K') => self.confirm(Deed::Kill),
            KeyCode::Char('r' | 'R') => self.confirm(Deed::Restart),
            KeyCode::Char(' ') => self.list.toggle_tag(),
            KeyCode::Char('U' | 'u') => self.list.untag(),
            KeyCode::Char('c' | 'C') => self.next_config(),
            KeyCode::Enter => return self.look(),
            KeyCode::Esc => self.list.filter(""),
            key => self.move_key(key),
        }
        Vec::new()
    }

    fn move_key(&mut self, key: KeyCode) {
        match key {
            KeyCode::Up => self.list.step(-1),
            KeyCode::Down => self.list.step(1),
            KeyCode::PageUp => self.list.page(-1),
            KeyCode::PageDown => self.list.page(1),
            KeyCode::Home => self.list.go_to_start(),
            KeyCode::End => self.list.go_to_end(),
            KeyCode::Left => self.list.fold_or_rise(),
            KeyCode::Char('-') => self.list.fold(),
            KeyCode::Right | KeyCode::Char('+' | '=') => self.list.unfold(),
            KeyCode::Char('*') => self.list.toggle_all(&self.tree),
            _ => {}
        }
    }

    fn search_key(&mut self, key: KeyCode, mut text: String) -> Vec<TopOrder> {
        match key {
            KeyCode::Esc | KeyCode::Enter => return Vec::new(),
            KeyCode::F(3) | KeyCode::Down => {
                self.list.find(&text, true);
            }
            key => {
                if typed(key, &mut text) {
                    self.list.find(&text, false);
                }
            }
        }
        self.searched.clone_from(&text);
        self.dialog = Dialog::Search(text);
        Vec::new()
    }

    fn find_next(&mut self) {
        let text = self.searched.clone();
        if !self.list.find(&text, true) {
            self.say(if text.is_empty() {
                "nothing was searched for yet: F3 or /".to_owned()
            } else {
                format!("no other actor has `{text}` in its path")
            });
        }
    }

    fn filter_key(&mut self, key: KeyCode, mut text: String) -> Vec<TopOrder> {
        match key {
            KeyCode::Enter | KeyCode::F(4) => return Vec::new(),
            KeyCode::Esc => self.list.filter(""),
            KeyCode::Up | KeyCode::Down | KeyCode::PageUp | KeyCode::PageDown => {
                self.move_key(key);
                self.dialog = Dialog::Filter(text);
            }
            key => {
                typed(key, &mut text);
                self.list.filter(&text);
                self.dialog = Dialog::Filter(text);
            }
        }
        Vec::new()
    }

    fn sort_key(&mut self, key: KeyCode, at: usize) -> Vec<TopOrder> {
        let last = SortColumn::ALL.len() - 1;
        match key {
            KeyCode::Up => self.dialog = Dialog::Sort(at.saturating_sub(1)),
            KeyCode::Down => self.dialog = Dialog::Sort((at + 1).min(last)),
            KeyCode::Home | KeyCode::PageUp => self.dialog = Dialog::Sort(0),
            KeyCode::End | KeyCode::PageDown => self.dialog = Dialog::Sort(last),
            KeyCode::Enter | KeyCode::F(6) => self.list.sort_by(SortColumn::ALL[at.min(last)]),
            KeyCode::Esc | KeyCode::F(10) | KeyCode::Char('q') => {}
            _ => self.dialog = Dialog::Sort(at),
        }
        Vec::new()
    }

    fn help_key(&mut self, key: KeyCode, top: usize) -> Vec<TopOrder> {
        let last = last_top(&Dialog::Help(top), self.layout().screen);
        if let Some(top) = scrolled(key, top) {
            self.dialog = Dialog::Help(top.min(last));
        }
        Vec::new()
    }

    fn actor_key(&mut self, key: KeyCode, mut page: ActorPage) -> Vec<TopOrder> {
        if let Some(top) = scrolled(key, page.top) {
            page.top = top;
            let dialog = Dialog::Actor(page.clone());
            page.top = top.min(last_top(&dialog, self.layout().screen));
            self.dialog = Dialog::Actor(page);
        }
        Vec::new()
    }

    fn confirm(&mut self, deed: Deed) {
        let paths = self.list.meant();
        let verb = deed.verb();
        if self.silence().is_some() {
            self.say(format!("the node does not answer: nobody can {verb} anything now"));
        } else if paths.iter().any(|path| !path.contains('/')) {
            self.say(format!("the root of the tree can't be {}: rr-admin shutdown ends a node", deed.past()));
        } else if !paths.is_empty() {
            self.dialog = Dialog::Confirm(deed, paths);
        }
    }

    /// Only `y` confirms: Enter is too near to everything else.
    fn confirm_key(&mut self, key: KeyCode, deed: Deed, paths: Vec<String>) -> Vec<TopOrder> {
        match key {
            KeyCode::Char('y' | 'Y') if self.silence().is_some() => {
                self.say(format!("the node does not answer: nothing was {}", deed.past()));
                Vec::new()
            }
            KeyCode::Char('y' | 'Y') => {
                self.list.untag();
                paths.into_iter().map(|path| TopOrder::Do(deed, path)).collect()
            }
            KeyCode::Char('n' | 'N' | 'q') | KeyCode::Esc | KeyCode::F(10) => {
                self.say(format!("nothing was {}", deed.past()));
                Vec::new()
            }
            _ => {
                self.dialog = Dialog::Confirm(deed, paths);
                Vec::new()
            }
        }
    }

    fn look(&mut self) -> Vec<TopOrder> {
        let Some(path) = self.list.selected().map(str::to_owned) else { return Vec::new() };
        self.look_at(ActorPage { path, ..ActorPage::default() })
    }

    fn next_config(&mut self) {
        let count = self.status.as_ref().map_or(0, |status| status.configs.len());
        self.config = if count == 0 { 0 } else { (self.config + 1) % count };
    }
}

/// Changes a text as a line of input does; tells whether it did.
fn typed(key: KeyCode, text: &mut String) -> bool {
    match key {
        KeyCode::Char(letter) => {
            text.push(letter);
            true
        }
        KeyCode::Backspace => text.pop().is_some(),
        _ => false,
    }
}

/// Returns the first line of a text after a key; none where the key closes it.
fn scrolled(key: KeyCode, top: usize) -> Option<usize> {
    match key {
        KeyCode::Up => Some(top.saturating_sub(1)),
        KeyCode::Down => Some(top.saturating_add(1)),
        KeyCode::PageUp => Some(top.saturating_sub(PAGE)),
        KeyCode::PageDown | KeyCode::Char(' ') => Some(top.saturating_add(PAGE)),
        KeyCode::Home => Some(0),
        KeyCode::End => Some(usize::MAX),
        _ => None,
    }
}
