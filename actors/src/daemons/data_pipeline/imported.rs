//! One game that somebody brought: what is checked before it is stored.

use rr_engine::record::{Expander, GameRecord};
use rr_engine::rules::Rules;
use rr_proto::{ConfigKey, ModelId, Plies, Samples, UnixMillis};
use rr_storage::{GameOrigin, GameParity, NewGame};

use crate::workers::selfplay::reproduced;

/// Checks a record and prepares it for the store, with the verdict of its replay.
///
/// # Errors
/// Why it is not taken, in words.
pub(super) fn imported(record: &GameRecord, ended: UnixMillis) -> Result<NewGame, String> {
    let config = record.config;
    let key = ConfigKey::new(config.board.name(), config.players).map_err(|error| error.to_string())?;
    if record.rules != Rules::for_config(config) {
        return Err(format!("it was played by other rules than those of {key}"));
    }
    if record.result.is_none() {
        return Err("it was not played to its end".to_owned());
    }
    reproduced(record)?;
    expanded(record)?;
    let mut models: Vec<ModelId> = record.players.iter().filter_map(|tag| tag.model.parse().ok()).collect();
    models.sort_unstable();
    models.dedup();
    Ok(NewGame {
        config: key,
        plies: Plies(record.moves.len() as u64),
        samples: Samples(record.searches.len() as u64),
        source: GameOrigin::Import,
        models,
        parity: GameParity::Passed,
        finished_at: ended,
        // Written anew, so that the same game is the same bytes whether it came as text or not.
        record: record.to_bytes().map_err(|error| error.to_string())?,
    })
}

/// Makes the samples that the trainer will make: a search that fits no decision would end its run.
fn expanded(record: &GameRecord) -> Result<(), String> {
    let mut expander = Expander::new(record.config.board, record.rules.line_effective);
    expander
        .expand(record, |_| Some(0), |_| ())
        .map_err(|error| format!("its searches can't be trained on: {error}"))
}
