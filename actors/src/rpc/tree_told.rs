//! What a reader of the tree was told, and what of it has changed since.

use std::collections::BTreeMap;

use rr_proto::admin::{Actor, WatchTreeResponse};

/// Remembers what a reader was told; starts with nothing.
#[derive(Debug, Default)]
pub(super) struct TreeTold {
    told: Option<BTreeMap<String, Actor>>,
    order: Vec<String>,
}

impl TreeTold {
    /// Returns what the reader has to be told so that it knows this tree; nothing where it knows it.
    pub fn update(&mut self, actors: Vec<Actor>) -> Option<WatchTreeResponse> {
        let order: Vec<String> = actors.iter().map(|actor| actor.path.clone()).collect();
        let now: BTreeMap<String, Actor> =
            actors.iter().map(|actor| (actor.path.clone(), timeless(actor))).collect();
        let Some(before) = self.told.replace(now) else {
            self.order = order;
            return Some(WatchTreeResponse { snapshot: true, actors, ..WatchTreeResponse::default() });
        };
        let after = self.told.as_ref();
        let is_gone = |path: &&String| after.is_none_or(|after| !after.contains_key(*path));
        let removed: Vec<String> = before.keys().filter(is_gone).cloned().collect();
        let differs =
            |actor: &Actor| before.get(&actor.path) != after.and_then(|after| after.get(&actor.path));
        let changed: Vec<Actor> = actors.into_iter().filter(differs).collect();
        let order = if order == self.order {
            Vec::new()
        } else {
            self.order.clone_from(&order);
            order
        };
        if changed.is_empty() && removed.is_empty() && order.is_empty() {
            return None;
        }
        Some(WatchTreeResponse { snapshot: false, actors: changed, removed, order })
    }
}

/// Leaves out what changes by itself: a reader has a clock of its own.
fn timeless(actor: &Actor) -> Actor {
    Actor { uptime_ms: actor.uptime_ms.map(|_| 0), ..actor.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn actor(path: u8, restarts: u32) -> Actor {
        Actor { path: format!("node/{path}"), restarts, uptime_ms: Some(7), ..Actor::default() }
    }

    /// Does what a reader does.
    fn apply(known: &mut Vec<Actor>, change: WatchTreeResponse) {
        if change.snapshot {
            *known = change.actors;
            return;
        }
        known.retain(|actor| !change.removed.contains(&actor.path));
        for actor in change.actors {
            match known.iter_mut().find(|known| known.path == actor.path) {
                Some(place) => *place = actor,
                None => known.push(actor),
            }
        }
        if !change.order.is_empty() {
            known.sort_by_key(|actor| change.order.iter().position(|path| *path == actor.path));
        }
    }

    #[test]
    fn time_alone_is_not_told() {
        let mut told = TreeTold::default();
        assert!(told.update(vec![actor(1, 0)]).unwrap().snapshot);
        let later = Actor { uptime_ms: Some(9000), ..actor(1, 0) };
        assert_eq!(told.update(vec![later.clone()]), None);
        let down = Actor { uptime_ms: None, ..later };
        assert_eq!(told.update(vec![down]).unwrap().actors.len(), 1);
    }

    proptest! {
        #[test]
        fn a_reader_that_applies_every_change_knows_the_tree(
            trees in prop::collection::vec(prop::collection::btree_map(0u8..12, 0u32..3, 0..8), 1..12), turned: bool,
        ) {
            let (mut told, mut known) = (TreeTold::default(), Vec::new());
            for tree in trees {
                let mut tree: Vec<Actor> = tree.into_iter().map(|(path, restarts)| actor(path, restarts)).collect();
                if turned {
                    tree.reverse();
                }
                match told.update(tree.clone()) {
                    Some(change) => apply(&mut known, change),
                    None => prop_assert_eq!(&known, &tree),
                }
                prop_assert_eq!(&known, &tree);
            }
        }
    }
}
