//! How far the verdicts of a config are, as a fold over its games in order.

use rr_proto::{Games, ParityGateState};
use rr_storage::{GameParity, StoredValue};
use serde::{Deserialize, Serialize};

/// Newest games among which one that failed keeps the gate of its config failed.
const REMEMBERED: u64 = 1_000;

/// Counts the verdicts of a config.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ParityTally {
    /// All games before this place have a verdict.
    pub next: u64,
    /// Games with one.
    pub checked: Games,
    /// Those that replay otherwise.
    pub failed: Games,
    /// The place of the newest of them.
    pub last_failed: Option<u64>,
    /// What was told last.
    pub told: ParityGateState,
}

impl StoredValue for ParityTally {
    const NAME: &'static str = "tally of verdicts";
    const VERSION: u16 = 1;
}

impl ParityTally {
    /// Takes in the verdict of the game at `next`; a place without a game has none.
    pub fn take(&mut self, verdict: Option<GameParity>) {
        match verdict {
            Some(GameParity::Passed) => self.checked += Games(1),
            Some(GameParity::Failed) => {
                self.checked += Games(1);
                self.failed += Games(1);
                self.last_failed = Some(self.next);
            }
            Some(GameParity::Pending) | None => {}
        }
        self.next += 1;
    }

    /// Returns the state of the gate when `total` games are stored.
    pub fn state(&self, total: u64) -> ParityGateState {
        let failed = self.last_failed.is_some_and(|at| at + REMEMBERED > self.next);
        if failed {
            ParityGateState::Failed
        } else if self.next < total || total == 0 {
            ParityGateState::Pending
        } else {
            ParityGateState::Passed
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_failed_game_keeps_the_gate_failed_until_a_thousand_others_passed() {
        let mut tally = ParityTally::default();
        assert_eq!(tally.state(0), ParityGateState::Pending);
        tally.take(Some(GameParity::Passed));
        assert_eq!((tally.state(1), tally.state(2)), (ParityGateState::Passed, ParityGateState::Pending));
        tally.take(Some(GameParity::Failed));
        assert_eq!((tally.state(2), tally.failed), (ParityGateState::Failed, Games(1)));
        (2..1_001).for_each(|_| tally.take(Some(GameParity::Passed)));
        assert_eq!(tally.state(tally.next), ParityGateState::Passed);
    }

    proptest! {
        #[test]
        fn every_game_is_counted_once(verdicts in prop::collection::vec(0u8..3, 0..200)) {
            let mut tally = ParityTally::default();
            for verdict in &verdicts {
                tally.take([Some(GameParity::Passed), Some(GameParity::Failed), None][usize::from(*verdict)]);
            }
            let count = |wanted: u8| verdicts.iter().filter(|v| **v == wanted).count() as u64;
            prop_assert_eq!(tally.next, verdicts.len() as u64);
            prop_assert_eq!((tally.checked, tally.failed), (Games(count(0) + count(1)), Games(count(1))));
        }
    }
}
