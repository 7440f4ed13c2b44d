//! The tree as the stream of its changes told it.

use std::collections::BTreeMap;
use std::time::Duration;

use rr_proto::admin::{Actor, ActorLoad, WatchTreeResponse};

/// One actor and when it was last told of.
#[derive(Debug, Clone)]
pub(super) struct KnownActor {
    /// What was told.
    pub actor: Actor,
    told: Duration,
}

impl KnownActor {
    /// Returns for how long it has been up at `now`, in milliseconds; time alone is not told.
    pub fn uptime_ms(&self, now: Duration) -> Option<u64> {
        let since = now.saturating_sub(self.told).as_millis();
        Some(self.actor.uptime_ms?.saturating_add(u64::try_from(since).unwrap_or(u64::MAX)))
    }

    /// Returns what is known of its mailbox; zeros where nobody counts.
    pub fn load(&self) -> ActorLoad {
        self.actor.load.unwrap_or_default()
    }
}

/// Holds every actor in the order of the tree.
#[derive(Debug, Clone, Default)]
pub(super) struct KnownTree {
    actors: BTreeMap<String, KnownActor>,
    order: Vec<String>,
}

impl KnownTree {
    /// Takes in what was told at `now`.
    pub fn apply(&mut self, change: WatchTreeResponse, now: Duration) {
        if change.snapshot {
            self.order = change.actors.iter().map(|actor| actor.path.clone()).collect();
            self.actors.clear();
        }
        for path in &change.removed {
            self.actors.remove(path);
        }
        for actor in change.actors {
            self.actors.insert(actor.path.clone(), KnownActor { actor, told: now });
        }
        if !change.order.is_empty() || !change.removed.is_empty() {
            self.order = change.order;
        }
    }

    /// Returns the actors in the order of the tree.
    pub fn iter(&self) -> impl Iterator<Item = &KnownActor> {
        self.order.iter().filter_map(|path| self.actors.get(path))
    }

    /// Returns the actor at a path.
    pub fn get(&self, path: &str) -> Option<&KnownActor> {
        self.actors.get(path)
    }

    /// Returns how many actors there are and how many of them run.
    pub fn counts(&self) -> (usize, usize) {
        let running = self.iter().filter(|known| known.actor.state == "running").count();
        (self.order.len(), running)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actor(path: &str, uptime_ms: Option<u64>) -> Actor {
        Actor { path: path.to_owned(), uptime_ms, state: "running".to_owned(), ..Actor::default() }
    }

    fn paths(tree: &KnownTree) -> Vec<&str> {
        tree.iter().map(|known| known.actor.path.as_str()).collect()
    }

    #[test]
    fn changes_add_up_and_time_goes_on() {
        let (second, mut tree) = (Duration::from_secs(1), KnownTree::default());
        let actors = vec![actor("node", Some(10)), actor("node/b", Some(10))];
        tree.apply(WatchTreeResponse { snapshot: true, actors, ..WatchTreeResponse::default() }, second);
        assert_eq!(tree.get("node").unwrap().uptime_ms(3 * second), Some(2010));
        let order = ["node", "node/a", "node/b"].map(str::to_owned).to_vec();
        let change =
            WatchTreeResponse { actors: vec![actor("node/a", None)], order, ..WatchTreeResponse::default() };
        tree.apply(change, second);
        assert_eq!(paths(&tree), ["node", "node/a", "node/b"]);
        assert_eq!(tree.get("node/a").unwrap().uptime_ms(second), None);
        let (removed, order) = (vec!["node/b".to_owned()], vec!["node".to_owned(), "node/a".to_owned()]);
        tree.apply(WatchTreeResponse { removed, order, ..WatchTreeResponse::default() }, second);
        assert_eq!((paths(&tree), tree.counts()), (vec!["node", "node/a"], (2, 2)));
        let actors = vec![actor("node", Some(0))];
        tree.apply(WatchTreeResponse { snapshot: true, actors, ..WatchTreeResponse::default() }, second);
        assert_eq!(paths(&tree), ["node"]);
    }
}
