//! How long a match against an anchor goes on.

use rr_cluster::{AnchorRecord, is_mastered};

/// Says when enough games were played against an anchor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct AnchorRule {
    /// The win rate that the config asks for.
    pub floor: f64,
    /// Confidence of the interval that is held against it.
    pub confidence: f64,
    /// Whether the promotion hangs on it.
    pub binds: bool,
    /// Whether the anchor was mastered before.
    pub mastered: bool,
    /// Games that are worth their time by themselves.
    pub usual: u32,
    /// Games that are played for the floor's sake.
    pub most: u32,
}

impl AnchorRule {
    /// Returns after how many games, at most, it is time to ask whether that was enough.
    pub fn limits(&self) -> impl Iterator<Item = u32> + use<> {
        let more = (self.binds && self.most > self.usual).then_some(self.most);
        std::iter::once(self.usual).chain(more)
    }

    /// Says whether more games would tell nothing: the floor has its answer, and the win rate is known, or an anchor that was mastered
    /// before is again, or the usual games are over.
    pub fn is_enough(&self, record: &AnchorRecord) -> bool {
        let known = record.is_precise() || self.mastered && is_mastered(record, self.floor);
        (known || record.games().0 >= u64::from(self.usual)) && self.answers(record)
    }

    /// Says whether the promotion need not wait for more games.
    pub fn answers(&self, record: &AnchorRecord) -> bool {
        !self.binds || record.decides(self.floor, self.confidence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rr_proto::Games;

    fn rule(binds: bool) -> AnchorRule {
        AnchorRule { floor: 0.9, confidence: 0.95, binds, mastered: false, usual: 64, most: 256 }
    }

    fn record(wins: u32, games: u64) -> AnchorRecord {
        AnchorRecord::new(f64::from(wins), Games(games)).unwrap()
    }

    #[test]
    fn a_floor_that_binds_is_asked_on_until_it_answers() {
        // A win rate known to ten points, whose lower end is a hair under the floor: 0.899.
        let lately_refused = record(51, 52);
        assert!(rule(false).is_enough(&lately_refused) && !rule(true).is_enough(&lately_refused));
        assert!(rule(true).is_enough(&record(56, 57)), "the floor is shown to be reached");
        assert!(!rule(true).is_enough(&record(60, 64)) && rule(false).is_enough(&record(60, 64)));
        assert!(rule(true).is_enough(&record(70, 100)), "and here to be missed");
        assert_eq!(rule(true).limits().collect::<Vec<_>>(), [64, 256]);
        assert_eq!(rule(false).limits().collect::<Vec<_>>(), [64]);
    }

    #[test]
    fn an_anchor_that_was_mastered_before_is_done_with_sooner() {
        // Sure of the floor, and not yet known to ten points.
        let (again, lower) = (record(30, 30), AnchorRule { floor: 0.8, ..rule(true) });
        assert!(!again.is_precise() && lower.answers(&again) && !lower.is_enough(&again));
        assert!(AnchorRule { mastered: true, ..lower }.is_enough(&again));
        assert!(!AnchorRule { mastered: true, ..rule(true) }.is_enough(&again), "its floor lies higher");
    }
}
