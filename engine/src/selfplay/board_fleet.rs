//! Fleets of RingRift games behind one type for all boards.

use super::driver::{FleetDriver, FleetOptions};
use super::fleet::GameFleet;
use super::recording::CompletedGame;
use crate::EngineError;
use crate::action::{PlayScratch, PlayState};
use crate::board::GameConfig;
use crate::rules::Rules;
use crate::with_board_width;

/// Builds the fleet of one thread for a config; its finished games are records.
///
/// # Errors
/// Rules that cannot be played.
pub fn board_fleet(
    config: GameConfig,
    rules: Rules,
    options: FleetOptions,
) -> Result<Box<dyn FleetDriver<CompletedGame>>, EngineError> {
    with_board_width!(config.board, W => {
        let start = PlayState::<W>::initial(config, rules, &mut PlayScratch::new())?;
        let first = start.clone();
        let finish = Box::new(move |game, models: &[_]| CompletedGame::of(&first, game, models));
        Ok(Box::new(GameFleet::with_finisher(start, options, finish)))
    })
}
