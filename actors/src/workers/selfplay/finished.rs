//! Finished games: replayed under the rules before anybody learns from them.

use rr_engine::board::GameConfig;
use rr_engine::record::{GameRecord, GameResult, RecordError, Replay};
use rr_engine::selfplay::CompletedGame;
use rr_engine::with_board_width;
use rr_proto::{ConfigKey, ModelId, Plies, Samples, UnixMillis};
use rr_storage::{GameOrigin, GameParity, NewGame};

use super::failure::WorkerFailure;

/// Holds what a replay of a record under the rules came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplayedGame {
    /// How the game ended; none where its moves lead to no end.
    pub result: Option<GameResult>,
    /// The place of each player, by the seat that the player sat in at the start; 1 is best, equal numbers are tied.
    pub places: Vec<u8>,
}

/// Replays a record move by move.
///
/// # Errors
/// A record that can't be played, or a move that the rules don't allow.
pub fn replay_game(record: &GameRecord) -> Result<ReplayedGame, RecordError> {
    with_board_width!(record.config.board, W => {
        let mut replay = Replay::<W>::new(record)?;
        replay.by_ref().try_for_each(|decision| decision.map(drop))?;
        let position = replay.position();
        let players = usize::from(record.config.players);
        let mut places = vec![1; players];
        // A game without a winner is shared by all.
        let won = position.outcome().is_some_and(|outcome| outcome.winner.is_some());
        if let (true, Some(ranking)) = (won, position.ranking()) {
            for (place, player) in (1..).zip(ranking) {
                places[player.index()] = place;
            }
            if position.swap_used() {
                places.swap(0, 1); // who swapped sides sits in the other colour since
            }
        }
        Ok(ReplayedGame { result: GameResult::of(position), places })
    })
}

/// Encodes a finished self-play game for the store, with the verdict of a replay of those very bytes; none for an abandoned game.
pub(super) fn new_game(
    config: GameConfig,
    game: &CompletedGame,
    model: Option<ModelId>,
    finished_at: UnixMillis,
) -> Result<Option<NewGame>, WorkerFailure> {
    if game.adjudicated || game.record.result.is_none() {
        return Ok(None);
    }
    let record = game.record.to_bytes()?;
    Ok(Some(NewGame {
        config: ConfigKey::new(config.board.name(), config.players)?,
        plies: Plies(game.record.moves.len() as u64),
        samples: Samples(game.record.searches.len() as u64),
        source: GameOrigin::SelfPlay,
        models: model.into_iter().collect(),
        parity: parity(&record, game),
        finished_at,
        record,
    }))
}

/// Replays a record and compares the end with the one that it tells of.
///
/// # Errors
/// What is otherwise, in words.
pub(crate) fn reproduced(record: &GameRecord) -> Result<(), String> {
    let replayed = replay_game(record).map_err(|error| error.to_string())?;
    if replayed.result == record.result {
        return Ok(());
    }
    let in_words = |result: Option<GameResult>| match result {
        None => "goes on".to_owned(),
        Some(result) => format!("ends by {:?}, won by {:?}", result.reason, result.winner),
    };
    Err(format!("the game {}, its replay {}", in_words(record.result), in_words(replayed.result)))
}

/// Replays stored bytes and compares the end with the game that was played.
fn parity(bytes: &[u8], game: &CompletedGame) -> GameParity {
    let judged = GameRecord::from_bytes(bytes).map_err(|error| error.to_string()).and_then(|record| {
        reproduced(&record)?;
        if record.result == game.record.result {
            Ok(())
        } else {
            Err("its record tells of another end".to_owned())
        }
    });
    match judged {
        Ok(()) => GameParity::Passed,
        Err(cause) => {
            let seed = game.record.seed;
            tracing::error!(seed, cause, "a finished game does not replay as it was played; it never trains");
            GameParity::Failed
        }
    }
}
