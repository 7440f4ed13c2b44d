//! The rows of the screen: which actors are shown, in which order, and how deep.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::known_tree::{KnownActor, KnownTree};
use super::sort_column::SortColumn;

/// Says what is to be shown of a tree.
#[derive(Debug, Clone, Default)]
pub(super) struct RowChoice {
    /// A list of paths instead of a tree.
    pub flat: bool,
    /// What siblings, or all actors of a list, are sorted by.
    pub sort: SortColumn,
    /// The other way round.
    pub reversed: bool,
    /// Paths whose children are not shown.
    pub folded: BTreeSet<String>,
    /// Only paths with this text in them, in any case, and what leads to them; all when empty.
    pub filter: String,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TreeRow {
    /// Whose.
    pub path: String,
    /// Of each level on the way down from the root, whether it is the last of its siblings; empty in a list.
    pub lasts: Vec<bool>,
    /// How many actors are folded away below it.
    pub folded: usize,
    /// Whether it is only shown because it leads to one that passes the filter.
    pub leads: bool,
}

/// Chooses the rows.
pub(super) fn tree_rows(tree: &KnownTree, choice: &RowChoice, now: Duration) -> Vec<TreeRow> {
    let filter = choice.filter.to_lowercase();
    let passes = |path: &str| filter.is_empty() || path.to_lowercase().contains(&filter);
    let mut work = Walk { children: BTreeMap::new(), choice, now, rows: Vec::new() };
    if choice.flat {
        let mut actors: Vec<&KnownActor> = tree.iter().filter(|known| passes(&known.actor.path)).collect();
        work.sort(&mut actors);
        let row = |known: &KnownActor| TreeRow {
            path: known.actor.path.clone(),
            lasts: Vec::new(),
            folded: 0,
            leads: false,
        };
        return actors.into_iter().map(row).collect();
    }
    let shown: BTreeSet<&str> = tree
        .iter()
        .filter(|known| passes(&known.actor.path))
        .flat_map(|known| ways(&known.actor.path))
        .collect();
    for known in tree.iter().filter(|known| shown.contains(known.actor.path.as_str())) {
        let above = parent(&known.actor.path).filter(|parent| tree.get(parent).is_some());
        work.children.entry(above.unwrap_or("")).or_default().push(known);
    }
    work.below("", &mut Vec::new());
    for row in &mut work.rows {
        row.leads = !passes(&row.path);
    }
    work.rows
}

/// Returns a path and all paths that lead to it.
fn ways(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| parent(path))
}

/// Returns the path above, if there is one.
pub(super) fn parent(path: &str) -> Option<&str> {
    path.rsplit_once('/').map(|(above, _)| above)
}

/// A walk down the tree.
struct Walk<'a> {
    children: BTreeMap<&'a str, Vec<&'a KnownActor>>,
    choice: &'a RowChoice,
    now: Duration,
    rows: Vec<TreeRow>,
}

impl<'a> Walk<'a> {
    /// Sorts siblings; equal ones stay in the order of the tree.
    fn sort(&self, actors: &mut [&KnownActor]) {
        let (sort, now) = (self.choice.sort, self.now);
        actors.sort_by(|a, b| sort.compare(a, b, now));
        if self.choice.reversed {
            actors.reverse();
        }
    }

    fn below(&mut self, path: &str, lasts: &mut Vec<bool>) {
        let mut actors = self.children.remove(path).unwrap_or_default();
        self.sort(&mut actors);
        let count = actors.len();
        for (at, known) in actors.into_iter().enumerate() {
            let path: &'a str = &known.actor.path;
            lasts.push(at + 1 == count);
            let is_folded = self.choice.folded.contains(path) && self.choice.filter.is_empty();
            let folded = if is_folded { self.size(path) } else { 0 };
            self.rows.push(TreeRow { path: path.to_owned(), lasts: lasts.clone(), folded, leads: false });
            if folded == 0 {
                self.below(path, lasts);
            }
            lasts.pop();
        }
    }

    /// Counts what lies below a path.
    fn size(&self, path: &str) -> usize {
        let children = self.children.get(path).map_or(&[][..], Vec::as_slice);
        children.iter().map(|known| 1 + self.size(&known.actor.path)).sum()
    }
}
