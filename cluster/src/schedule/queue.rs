//! The pieces of self-play that wait or are at work: one for every config, and the next one as soon as it is done.

use std::collections::BTreeMap;

use rr_proto::{ConfigKey, Games, JobId, UnixMillis};
use serde::{Deserialize, Serialize};

/// Names a piece of self-play.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlayOrder {
    /// The piece of work.
    pub job: JobId,
    /// Games of the config that were stored when it was ordered.
    pub from: Games,
    /// Games that it is to bring.
    pub games: Games,
    /// When it was ordered.
    pub ordered_at: UnixMillis,
    /// Whether some of them are stored.
    pub begun: bool,
}

/// Says what changes in the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueueChange {
    /// The first games are stored.
    Begun(PlayOrder),
    /// All games are stored.
    Done(PlayOrder),
    /// A piece waits; for how many games may have changed since it was first told.
    Queued(PlayOrder),
}

/// Keeps a piece of self-play for every config.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct PlayQueue {
    orders: BTreeMap<ConfigKey, PlayOrder>,
    serial: u64,
}

impl PlayQueue {
    /// Returns the piece of a config that waits or is at work.
    pub fn order(&self, config: ConfigKey) -> Option<&PlayOrder> {
        self.orders.get(&config)
    }

    /// Sees to it that a config has work: `stored` games are there, `target` more are wanted; none are wanted while it is zero.
    pub fn fill(
        &mut self,
        config: ConfigKey,
        (stored, target): (Games, Games),
        now: UnixMillis,
    ) -> Vec<QueueChange> {
        let mut changes = Vec::new();
        if let Some(order) = self.orders.get_mut(&config) {
            if !order.begun && stored > order.from {
                order.begun = true;
                changes.push(QueueChange::Begun(*order));
            }
            if stored < order.from + order.games {
                if !order.begun && target != Games::ZERO && order.games != target {
                    order.games = target;
                    changes.push(QueueChange::Queued(*order));
                }
                return changes;
            }
            changes.push(QueueChange::Done(*order));
            self.orders.remove(&config);
        }
        if target > Games::ZERO {
            self.serial += 1;
            let job = JobId::derive(&[b"self-play", config.as_str().as_bytes(), &self.serial.to_le_bytes()]);
            let order = PlayOrder { job, from: stored, games: target, ordered_at: now, begun: false };
            self.orders.insert(config, order);
            changes.push(QueueChange::Queued(order));
        }
        changes
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn there_is_always_work_and_every_piece_ends_once(
            steps in prop::collection::vec((0u64..300, 1u64..500), 1..100)
        ) {
            let (mut queue, config, mut stored) = (PlayQueue::default(), ConfigKey::ALL[0], 0);
            let (mut queued, mut done) = (BTreeSet::new(), BTreeSet::new());
            for (more, target) in steps {
                stored += more;
                for change in queue.fill(config, (Games(stored), Games(target)), UnixMillis(1)) {
                    match change {
                        QueueChange::Queued(order) => { queued.insert(order.job); }
                        QueueChange::Begun(order) => prop_assert!(order.begun && stored > order.from.0),
                        QueueChange::Done(order) => {
                            prop_assert!(done.insert(order.job), "done twice");
                            prop_assert!(stored >= order.from.0 + order.games.0);
                        }
                    }
                }
                let order = *queue.order(config).unwrap();
                prop_assert!(order.games > Games::ZERO && stored < order.from.0 + order.games.0);
                prop_assert!(queue.fill(config, (Games(stored), order.games), UnixMillis(1)).is_empty(), "asked again it changes nothing");
            }
            prop_assert_eq!(queued.len(), done.len() + 1);
        }
    }

    #[test]
    fn who_wants_no_games_gets_no_work_and_what_has_begun_keeps_its_size() {
        let (mut queue, config) = (PlayQueue::default(), ConfigKey::ALL[0]);
        assert!(queue.fill(config, (Games(5), Games::ZERO), UnixMillis(1)).is_empty());
        assert_eq!(queue.order(config), None);
        queue.fill(config, (Games(5), Games(10)), UnixMillis(1));
        assert!(matches!(
            queue.fill(config, (Games(5), Games(20)), UnixMillis(1))[..],
            [QueueChange::Queued(_)]
        ));
        assert!(matches!(
            queue.fill(config, (Games(6), Games(30)), UnixMillis(1))[..],
            [QueueChange::Begun(_)]
        ));
        assert!(queue.fill(config, (Games(7), Games(30)), UnixMillis(1)).is_empty());
        assert_eq!(queue.order(config).map(|order| order.games), Some(Games(20)));
    }
}
