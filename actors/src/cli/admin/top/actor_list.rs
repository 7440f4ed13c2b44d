//! The list of actors: what is shown of the tree, where the cursor stands, what is tagged.

use std::collections::BTreeSet;
use std::time::Duration;

use super::known_tree::KnownTree;
use super::sort_column::SortColumn;
use super::tree_rows::{RowChoice, TreeRow, parent, tree_rows};

/// Holds the rows and the place of the reader in them.
#[derive(Debug, Clone, Default)]
pub(super) struct ActorList {
    choice: RowChoice,
    rows: Vec<TreeRow>,
    tagged: BTreeSet<String>,
    cursor: usize,
    top: usize,
    page: usize,
}

impl ActorList {
    /// Returns the rows, from the first to the last.
    pub fn rows(&self) -> &[TreeRow] {
        &self.rows
    }

    /// Returns the rows on the screen.
    pub fn visible(&self) -> &[TreeRow] {
        let end = self.rows.len().min(self.top + self.page);
        self.rows.get(self.top..end).unwrap_or_default()
    }

    /// Returns what is chosen to be shown.
    pub fn choice(&self) -> &RowChoice {
        &self.choice
    }

    /// Returns the path under the cursor.
    pub fn selected(&self) -> Option<&str> {
        self.rows.get(self.cursor).map(|row| row.path.as_str())
    }

    /// Returns the row of the cursor.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// Tells whether a path is tagged.
    pub fn is_tagged(&self, path: &str) -> bool {
        self.tagged.contains(path)
    }

    /// Returns what is tagged, else what is under the cursor.
    pub fn meant(&self) -> Vec<String> {
        match self.tagged.is_empty() {
            true => self.selected().map(str::to_owned).into_iter().collect(),
            false => self.tagged.iter().cloned().collect(),
        }
    }

    /// Chooses the rows anew; the cursor stays with its actor, or with its place where a sort keeps moving the actors.
    pub fn refresh(&mut self, tree: &KnownTree, now: Duration) {
        let selected = self.selected().map(str::to_owned);
        self.rows = tree_rows(tree, &self.choice, now);
        self.tagged.retain(|path| tree.get(path).is_some());
        if self.choice.sort.is_steady()
            && let Some(at) = selected.and_then(|path| self.rows.iter().position(|row| row.path == path))
        {
            self.cursor = at;
        }
        self.settle();
    }

    /// Says how many rows the screen has.
    pub fn resize(&mut self, page: usize) {
        self.page = page;
        self.settle();
    }

    /// Keeps the cursor within the rows and the screen around the cursor.
    fn settle(&mut self) {
        self.cursor = self.cursor.min(self.rows.len().saturating_sub(1));
        let page = self.page.max(1);
        self.top = self.top.min(self.cursor).max((self.cursor + 1).saturating_sub(page));
        self.top = self.top.min(self.rows.len().saturating_sub(page));
    }

    /// Moves the cursor by rows.
    pub fn step(&mut self, rows: isize) {
        self.cursor = self.cursor.saturating_add_signed(rows);
        self.settle();
    }

    /// Moves the cursor by pages, so that one row stays in view.
    pub fn page(&mut self, pages: isize) {
        self.step(pages.saturating_mul(self.page.saturating_sub(1).max(1).cast_signed()));
    }

    /// Moves the cursor to the first row.
    pub fn go_to_start(&mut self) {
        self.cursor = 0;
        self.settle();
    }

    /// Moves the cursor to the last row.
    pub fn go_to_end(&mut self) {
        self.cursor = usize::MAX;
        self.settle();
    }

    /// Moves the cursor to the next row whose path has a text in it, from the cursor's row on or from the one after it; tells whether
    /// there is one.
    pub fn find(&mut self, text: &str, after: bool) -> bool {
        let text = text.to_lowercase();
        let count = self.rows.len();
        let order = (0..count).map(|step| (self.cursor + usize::from(after) + step) % count);
        let mut order = order.filter(|at| self.rows[*at].path.to_lowercase().contains(&text));
        let found = order.next().filter(|_| !text.is_empty());
        if let Some(at) = found {
            self.cursor = at;
            self.settle();
        }
        found.is_some()
    }

    /// Tags the row of the cursor or takes its tag, and goes on to the next.
    pub fn toggle_tag(&mut self) {
        let Some(path) = self.selected().map(str::to_owned) else { return };
        if !self.tagged.remove(&path) {
            self.tagged.insert(path);
        }
        self.step(1);
    }

    /// Takes all tags.
    pub fn untag(&mut self) {
        self.tagged.clear();
    }

    /// Returns how many are tagged.
    pub fn tags(&self) -> usize {
        self.tagged.len()
    }

    /// Turns the tree into a list or back.
    pub fn toggle_flat(&mut self) {
        self.choice.flat = !self.choice.flat;
    }

    /// Sorts by a column, from its first row on.
    pub fn sort_by(&mut self, column: SortColumn) {
        if self.choice.sort != column {
            self.choice.sort = column;
            self.choice.reversed = false;
            self.go_to_start();
        }
    }

    /// Turns the order round.
    pub fn reverse(&mut self) {
        self.choice.reversed = !self.choice.reversed;
        self.go_to_start();
    }

    /// Shows only what has a text in it.
    pub fn filter(&mut self, text: &str) {
        text.clone_into(&mut self.choice.filter);
    }

    /// Folds what is below the cursor away.
    pub fn fold(&mut self) {
        let Some(path) = self.selected().map(str::to_owned) else { return };
        self.choice.folded.insert(path);
    }

    /// Shows again what is folded below the cursor.
    pub fn unfold(&mut self) {
        let Some(path) = self.selected().map(str::to_owned) else { return };
        self.choice.folded.remove(&path);
    }

    /// Folds what is below the cursor away where something is shown there, else goes up to the parent.
    pub fn fold_or_rise(&mut self) {
        let Some(path) = self.selected().map(str::to_owned) else { return };
        let below = format!("{path}/");
        let has_children = self.rows.get(self.cursor + 1).is_some_and(|row| row.path.starts_with(&below));
        if has_children && !self.choice.flat {
            self.fold();
        } else if let Some(at) = parent(&path).and_then(|up| self.rows.iter().position(|row| row.path == up))
        {
            self.cursor = at;
            self.settle();
        }
    }

    /// Folds everything below the root's children, or shows everything again.
    pub fn toggle_all(&mut self, tree: &KnownTree) {
        if self.choice.folded.is_empty() {
            let parents = tree.iter().filter_map(|known| parent(&known.actor.path));
            self.choice.folded = parents.filter(|path| path.contains('/')).map(str::to_owned).collect();
        } else {
            self.choice.folded.clear();
        }
    }
}
