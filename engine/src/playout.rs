//! Random games, for measuring and for fuzzing.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use crate::{
    EngineError,
    board::GameConfig,
    rules::{Move, MoveList, Position},
    with_board_width,
};

/// Plies after which a random game is given up, so that none goes on for ever.
const LONGEST_GAME_PLIES: u32 = 50_000;

/// Plies between two questions whether to go on.
const STRIDE_PLIES: u64 = 1024;

/// Sums up random games.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlayoutReport {
    /// Games played to their end.
    pub games: u64,
    /// Plies played.
    pub plies: u64,
    /// Legal moves listed, all plies together.
    pub moves: u64,
}

/// Plays random games one after another on this thread, listing the legal moves at every ply, until `go_on`
/// returns false; it is asked every thousand plies or so, and so decides by plies or by a clock.
///
/// # Errors
/// A player count outside 2 to 4.
pub fn playout(
    config: GameConfig,
    seed: u64,
    go_on: impl FnMut(&PlayoutReport) -> bool,
) -> Result<PlayoutReport, EngineError> {
    with_board_width!(config.board, W => run::<W>(config, seed, go_on))
}

fn run<const W: usize>(
    config: GameConfig,
    seed: u64,
    mut go_on: impl FnMut(&PlayoutReport) -> bool,
) -> Result<PlayoutReport, EngineError> {
    let initial = Position::<W>::initial(config)?;
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut list = MoveList::with_capacity(4 * initial.geometry().cells());
    let mut report = PlayoutReport::default();
    let mut ask_at = STRIDE_PLIES;
    loop {
        let mut position = initial.clone();
        for _ in 0..LONGEST_GAME_PLIES {
            position.legal_moves(&mut list);
            report.moves += list.len() as u64;
            let Some(mv) = random_move(&position, &list, &mut rng) else { break };
            position.apply(mv);
            report.plies += 1;
            if report.plies >= ask_at {
                ask_at = report.plies + STRIDE_PLIES;
                if !go_on(&report) {
                    return Ok(report);
                }
            }
        }
        report.games += 1;
    }
}

/// Picks one of the legal moves with equal chances, leaving out those that cannot be played (S10) or change
/// nothing (S5); `None` if there is no move.
pub fn random_move<const W: usize>(
    position: &Position<W>,
    moves: &[Move],
    rng: &mut impl Rng,
) -> Option<Move> {
    loop {
        let i = (u64::from(rng.next_u32()) * moves.len() as u64) >> 32;
        let mv = *moves.get(i as usize)?;
        if !position.is_failing(mv) && !position.is_without_effect(mv) {
            return Some(mv);
        }
    }
}
