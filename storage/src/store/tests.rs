mod damage;
mod events;
mod keeping;
mod medium;
mod rows;

use std::path::Path;

use rr_proto::{ConfigKey, GameId, Generation, ModelId, NodeId, Plies, Samples, TrainingSteps, UnixMillis};

use crate::*;

pub(super) const OPTIONS: StoreOptions =
    StoreOptions { cache_bytes: 4 << 20, check_on_open: true, dedup_window: 10 };

pub(super) fn config() -> ConfigKey {
    "hex8_2p".parse().unwrap()
}

pub(super) fn open(folder: &Path) -> Store {
    Store::open(&folder.join("store.redb"), OPTIONS).unwrap()
}

pub(super) fn game(number: u64) -> NewGame {
    NewGame {
        config: config(),
        plies: Plies(40 + number),
        samples: Samples(10),
        source: GameOrigin::SelfPlay,
        models: vec![ModelId::of(b"model")],
        parity: GameParity::Pending,
        finished_at: UnixMillis(number),
        record: format!("game number {number} {}", "x".repeat(300)).into_bytes(),
    }
}

pub(super) fn model(name: &str) -> ModelRow {
    ModelRow {
        id: ModelId::of(name.as_bytes()),
        config: config(),
        parent: None,
        generation: Generation(0),
        steps: TrainingSteps(0),
        created_at: UnixMillis(1),
        file_bytes: 10,
        card_json: "{}".to_owned(),
    }
}

pub(super) fn append(store: &Store, numbers: impl IntoIterator<Item = u64>) -> Vec<GameAppend> {
    let games: Vec<_> = numbers.into_iter().map(game).collect();
    store.write(|write| write.append_games(&games)).unwrap()
}

pub(super) fn stored_games(store: &Store) -> Vec<GameId> {
    store.read().unwrap().games(config(), 0..u64::MAX).unwrap().into_iter().map(|entry| entry.id).collect()
}

pub(super) fn node() -> NodeId {
    NodeId::new("node").unwrap()
}
