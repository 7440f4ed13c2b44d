//! One game, and what of its score lies in itself.

use rr_proto::{Plies, Samples};

/// Shares of the parts in a game's score; together 1.
pub(super) const OUTCOME: f64 = 0.20;
pub(super) const LENGTH: f64 = 0.20;
pub(super) const TARGETS: f64 = 0.45;
pub(super) const OPENING: f64 = 0.15;

/// What a game without a winner is worth beside one with: its value target says the least.
const DRAW: f64 = 0.3;
/// Plies up to which a game is worth nothing for its length.
const TOO_SHORT: f64 = 10.0;
/// Plies from which a game is played out, as a share of the board's cells.
const PLAYED_OUT: f64 = 0.5;
/// Plies from which a game goes in circles, and where it is worth half, in numbers of cells; ordinary games last two to three.
const CIRCLING: f64 = 12.0;
const CIRCLED: f64 = 24.0;
/// Plies to a policy target with which a game has enough of them: most searches are fast ones, which give none.
const PLIES_PER_TARGET: f64 = 20.0;

/// Holds what the score of a game is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GameTraits {
    /// Moves, forced ones included.
    pub plies: Plies,
    /// Cells of its board.
    pub cells: u32,
    /// Whether somebody won.
    pub decisive: bool,
    /// Positions whose search gives a policy to learn.
    pub targets: Samples,
    /// Stands for its first moves: equal for games that begin alike.
    pub opening: u64,
    /// Stands for all its moves: equal for games that are the same.
    pub moves: u64,
}

impl GameTraits {
    /// Returns the part of the score that lies in the game itself, from 0 to 1 − the share of its opening.
    pub(super) fn own_score(&self) -> f64 {
        let outcome = if self.decisive { 1.0 } else { DRAW };
        OUTCOME * outcome + LENGTH * self.length() + TARGETS * self.targets()
    }

    /// Grades the length: nothing for a few plies, all for a game that is played out, half for one that went in circles.
    fn length(&self) -> f64 {
        let (plies, cells) = (self.plies.0 as f64, f64::from(self.cells.max(1)));
        let played_out = (PLAYED_OUT * cells).max(TOO_SHORT + 1.0);
        let risen = (plies - TOO_SHORT) / (played_out - TOO_SHORT);
        let circled = (plies - CIRCLING * cells) / ((CIRCLED - CIRCLING) * cells);
        risen.clamp(0.0, 1.0) * (1.0 - 0.5 * circled.clamp(0.0, 1.0))
    }

    fn targets(&self) -> f64 {
        let wanted = (self.plies.0 as f64 / PLIES_PER_TARGET).max(1.0);
        (self.targets.0 as f64 / wanted).min(1.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const GAME: GameTraits = GameTraits {
        plies: Plies(160),
        cells: 61,
        decisive: true,
        targets: Samples(30),
        opening: 1,
        moves: 1,
    };

    #[test]
    fn the_parts_add_up_and_each_counts() {
        let near = |a: f64, b: f64| (a - b).abs() < 1e-9;
        assert!(near(OUTCOME + LENGTH + TARGETS + OPENING, 1.0));
        assert!(near(GAME.own_score(), 0.85));
        assert!(near(GameTraits { decisive: false, ..GAME }.own_score(), 0.85 - 0.14));
        assert!(near(GameTraits { targets: Samples(0), ..GAME }.own_score(), 0.40));
        assert!(near(GameTraits { targets: Samples(4), ..GAME }.own_score(), 0.40 + 0.225));
        assert!(near(GameTraits { plies: Plies(10), ..GAME }.own_score(), 0.65));
        assert!(near(GameTraits { plies: Plies(24 * 61), targets: Samples(80), ..GAME }.own_score(), 0.75));
    }

    proptest! {
        #[test]
        fn a_score_is_a_share_and_more_targets_never_lower_it(
            plies in 0u64..5_000, cells in 0u32..500, decisive: bool, a in 0u64..5_000, b in 0u64..5_000,
        ) {
            let game = |targets| GameTraits { plies: Plies(plies), cells, decisive, targets: Samples(targets), opening: 0, moves: 0 };
            let (fewer, more) = (game(a.min(b)).own_score(), game(a.max(b)).own_score());
            prop_assert!((0.0..=1.0 - OPENING + 1e-9).contains(&fewer));
            prop_assert!(fewer <= more);
        }
    }
}
