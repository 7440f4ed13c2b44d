//! Games of one config that become durable together with the event that tells of them.

use rr_proto::{ConfigKey, Event, Games, ModelId, NewGamesAvailable, NodeId, Samples};
use rr_storage::{GameAppend, NewGame, StorageError, StoreWrite};

use crate::bus::EventPublisher;

/// Holds games of one config, with who played them.
#[derive(Clone, Default)]
pub(crate) struct GameGroup {
    pub games: Vec<NewGame>,
    pub model: Option<ModelId>,
}

impl GameGroup {
    /// Stores the games and the event, with the counts as they are in this transaction; returns how many of them are new.
    pub fn store(
        &self,
        write: &mut StoreWrite,
        (publisher, node): (&EventPublisher, &NodeId),
        config: ConfigKey,
    ) -> Result<u64, StorageError> {
        let appended = write.append_games(&self.games)?;
        let (mut new_games, mut new_samples) = (0, 0);
        for (game, append) in self.games.iter().zip(&appended) {
            if let GameAppend::Stored { id, .. } = append {
                tracing::debug!(game = %id, %config, plies = game.plies.get(), "a game is stored");
                new_games += 1;
                new_samples += game.samples.get();
            }
        }
        if new_games == 0 {
            return Ok(0); // an earlier try was stored after all, with its event
        }
        let totals = write.game_totals(config)?;
        let event = Event::from(NewGamesAvailable {
            config,
            new_games: Games(new_games),
            new_samples: Samples(new_samples),
            total_games: totals.games,
            total_samples: totals.samples,
            model: self.model,
            node: node.clone(),
        });
        let staged = publisher.stage(event, None);
        let staged = staged.map_err(|error| StorageError::Refused {
            what: "the event of new games",
            reason: error.to_string(),
        })?;
        let _ = staged.append(write)?;
        Ok(new_games)
    }
}
