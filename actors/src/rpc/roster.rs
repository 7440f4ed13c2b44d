//! The daemons of a node as operators see them.

use crate::supervision::TreePath;

/// Names one daemon of the registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterEntry {
    /// Its name in the registry.
    pub name: String,
    /// The names of the duties that it does.
    pub duties: Vec<String>,
    /// Whether the node is of no use without it.
    pub critical: bool,
    /// Its actor, or the supervisor of its actors.
    pub path: TreePath,
}

/// Lists the daemons that the node's role calls for, in starting order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DaemonRoster(Vec<RosterEntry>);

impl DaemonRoster {
    /// Lists these.
    pub fn new(entries: Vec<RosterEntry>) -> Self {
        Self(entries)
    }

    /// Returns the daemons in starting order.
    pub fn entries(&self) -> &[RosterEntry] {
        &self.0
    }

    /// Finds a daemon by its name, by one of its duties in any case, or by its path.
    pub fn find(&self, name: &str) -> Option<&RosterEntry> {
        let by_name = |entry: &&RosterEntry| entry.name == name || entry.path.as_str() == name;
        let by_duty = |entry: &&RosterEntry| entry.duties.iter().any(|duty| duty.eq_ignore_ascii_case(name));
        self.0.iter().find(by_name).or_else(|| self.0.iter().find(by_duty))
    }

    /// Returns every name that [`Self::find`] knows.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flat_map(|entry| {
            [entry.name.as_str(), entry.path.as_str()]
                .into_iter()
                .chain(entry.duties.iter().map(String::as_str))
        })
    }

    /// Tells whether a critical daemon lives at a path.
    pub fn is_critical(&self, path: &TreePath) -> bool {
        self.0.iter().any(|entry| entry.critical && entry.path == *path)
    }
}
