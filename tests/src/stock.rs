//! A data folder with something in it, made without a node.

use std::fs;
use std::path::Path;

use rr_engine::board::GameConfig;
use rr_onnx::ModelFile;
use rr_proto::{ConfigKey, Generation, ModelId, NodeId, Plies, Samples, TrainingSteps, UnixMillis};
use rr_storage::{
    BlobStore, ChampionRow, DataDir, GameAppend, GameOrigin, GameParity, LockHolder, ModelRow, NewGame,
    Store, StoreOptions, StoreWrite,
};

use crate::played::{played_game, random_network};
use crate::system::forking;

/// Tells what was put into a data folder.
#[derive(Debug, Clone)]
pub struct StockedFolder {
    /// The config.
    pub key: ConfigKey,
    /// The champion.
    pub champion: ModelId,
    /// The number of games.
    pub games: usize,
}

/// Makes a data folder of hex8 with two players that holds games of random moves and a random champion.
///
/// # Panics
/// Where the disk refuses.
pub fn stocked_folder(root: &Path, games: usize) -> StockedFolder {
    let config: GameConfig = "hex8_2p".parse().expect("a config");
    let key: ConfigKey = "hex8_2p".parse().expect("a key");
    let node: NodeId = "stock".parse().expect("a name");
    let _forking = forking();
    let folder = DataDir::open(root, &LockHolder::this_process(node)).expect("the folder opens");
    let options = StoreOptions { cache_bytes: 8 << 20, check_on_open: false, dedup_window: 100 };
    let store = Store::open(&folder.layout().database(), options).expect("the store opens");
    let blobs = BlobStore::open(folder.layout()).expect("the blobs open");

    let scratch = root.join("tmp/champion.onnx");
    random_network(&scratch, config, |_| {});
    let model = ModelFile::load(&scratch).expect("a sound model");
    fs::remove_file(&scratch).expect("the copy goes");
    fs::remove_file(scratch.with_extension("json")).expect("the copy goes");
    let champion = ModelId::from(blobs.put(model.onnx()).expect("the blob is stored"));
    let row = ModelRow {
        id: champion,
        config: key,
        parent: None,
        generation: Generation::ZERO,
        steps: TrainingSteps::ZERO,
        created_at: UnixMillis(1),
        file_bytes: model.onnx().len() as u64,
        card_json: String::from_utf8(model.card_bytes().expect("a card")).expect("a text"),
    };
    let first = ChampionRow {
        model: champion,
        previous: None,
        generation: Generation::ZERO,
        evaluation: None,
        since: UnixMillis(1),
    };
    let new: Vec<NewGame> = (0..games as u64).map(|seed| stored(config, key, seed)).collect();
    store
        .write(|write: &mut StoreWrite| {
            let _ = write.append_model(&row)?;
            let _ = write.swap_champion(key, None, &first)?;
            let appended = write.append_games(&new)?;
            assert!(appended.iter().all(|one| matches!(one, GameAppend::Stored { .. })));
            Ok::<(), rr_storage::StorageError>(())
        })
        .expect("everything is stored");
    StockedFolder { key, champion, games }
}

fn stored(config: GameConfig, key: ConfigKey, seed: u64) -> NewGame {
    let game = played_game(config, seed);
    NewGame {
        config: key,
        plies: Plies(game.moves.len().try_into().expect("a game is short")),
        samples: Samples(0),
        source: GameOrigin::Import,
        models: Vec::new(),
        parity: GameParity::Passed,
        finished_at: UnixMillis(1),
        record: game.to_bytes().expect("a game is sound"),
    }
}
