//! Games that are stored and not listed, entered again.

use rr_engine::record::GameRecord;
use rr_proto::{ConfigKey, GameId, Games, ModelId, Plies, Samples, UnixMillis};
use rr_storage::{GameGap, GameOrigin, GameParity, GameStretch, NewGame, StoreSnapshot};

use super::found::FoundOrphans;
use crate::error::StoreFailure;
use crate::store::StoreAccess;
use crate::workers::selfplay::replay_game;

/// Games that one look takes in.
const STRETCH: usize = 2_000;

/// Holds what a look at the games came to.
#[derive(Debug, Clone, Default)]
pub(super) struct GamesLook {
    pub entered: Games,
    pub left: FoundOrphans,
    /// Where the next look begins; none at the end, where the next one begins anew.
    pub next: Option<GameId>,
}

/// Looks at the games from `from` on, and enters again what can be.
pub(super) async fn look_at_games(
    store: &StoreAccess,
    from: Option<GameId>,
    now: UnixMillis,
) -> Result<GamesLook, StoreFailure> {
    let gaps = move |snapshot: &StoreSnapshot| snapshot.game_gaps(from, STRETCH);
    let GameStretch { gaps, next, .. } = store.query("games without a place", gaps).await?;
    let mut look = GamesLook { next, ..GamesLook::default() };
    for (id, gap) in gaps {
        let entered = match gap {
            GameGap::Unlisted => store.commit("list game", move |write| write.relist_game(id)).await?,
            GameGap::Undescribed => adopt(store, id, now).await?,
            GameGap::Unrecorded => {
                // Nothing brings a record back; it must not keep others from training.
                let failed = GameParity::Failed;
                store.commit("lost record", move |write| write.set_parity(id, failed)).await?;
                false
            }
        };
        if entered {
            look.entered += Games(1);
        } else {
            look.left.add(format!("game {id} ({})", in_words(gap)), 0);
        }
    }
    Ok(look)
}

/// Describes a game by what its record says; returns whether that was possible.
async fn adopt(store: &StoreAccess, id: GameId, now: UnixMillis) -> Result<bool, StoreFailure> {
    let read = move |snapshot: &StoreSnapshot| snapshot.undescribed_record(id);
    let Some(bytes) = store.query("record without a description", read).await? else { return Ok(false) };
    let Some(game) = tokio::task::spawn_blocking(move || describe(bytes, now)).await.ok().flatten() else {
        return Ok(false);
    };
    store.commit("describe game", move |write| write.adopt_game(&game)).await
}

fn describe(record: Vec<u8>, finished_at: UnixMillis) -> Option<NewGame> {
    let game = GameRecord::from_bytes(&record).ok()?;
    let replayed = replay_game(&game).is_ok_and(|replayed| replayed.result == game.result);
    let mut models: Vec<ModelId> =
        game.players.iter().filter_map(|player| player.model.parse().ok()).collect();
    models.sort_unstable();
    models.dedup();
    Some(NewGame {
        config: ConfigKey::new(game.config.board.name(), game.config.players).ok()?,
        plies: Plies(game.moves.len() as u64),
        samples: Samples(game.searches.len() as u64),
        // Games of other origins carry no searches, and teach nothing.
        source: if game.searches.is_empty() { GameOrigin::Import } else { GameOrigin::SelfPlay },
        models,
        parity: if replayed { GameParity::Passed } else { GameParity::Failed },
        finished_at,
        record,
    })
}

fn in_words(gap: GameGap) -> &'static str {
    match gap {
        GameGap::Undescribed => "its record can't be read",
        GameGap::Unlisted => "it is not listed",
        GameGap::Unrecorded => "its record is gone",
    }
}
