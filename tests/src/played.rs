//! Games and networks, made without our programs.

use std::fs;
use std::path::Path;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rr_engine::board::GameConfig;
use rr_engine::record::{GameRecord, GameResult, PlayerTag, Replay};
use rr_engine::rules::{MoveList, Position, Rules};
use rr_engine::with_board_width;
use rr_onnx::{GraphOptions, ModelCard, ModelOrigin, NetSize, NetSpec, ParamTable, inference_graph};

/// Plays a whole game of random moves.
///
/// # Panics
/// Where the rules end in a dead end.
pub fn played_game(config: GameConfig, seed: u64) -> GameRecord {
    with_board_width!(config.board, W => play::<W>(config, seed))
}

fn play<const W: usize>(config: GameConfig, seed: u64) -> GameRecord {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let rules = Rules::for_config(config);
    let players = vec![PlayerTag { name: "random".to_owned(), model: String::new() }; config.players.into()];
    let mut record = GameRecord::new(config, rules, seed, players);
    let mut position = Position::<W>::new(config, rules).expect("the default rules can be played");
    let mut moves = MoveList::new();
    while !position.is_over() {
        position.decisions(&mut moves);
        let mv = moves[rng.random_range(0..moves.len())];
        position.apply(mv);
        record.moves.push(mv);
    }
    record.finish(&position);
    record
}

/// Replays the bytes of a record under the rules and compares its end.
///
/// # Errors
/// What is wrong, in words.
pub fn replayed(bytes: &[u8]) -> Result<GameRecord, String> {
    let record = GameRecord::from_bytes(bytes).map_err(|error| error.to_string())?;
    let found = with_board_width!(record.config.board, W => end_of::<W>(&record))?;
    if found == record.result { Ok(record) } else { Err(format!("{found:?} is not {:?}", record.result)) }
}

fn end_of<const W: usize>(record: &GameRecord) -> Result<Option<GameResult>, String> {
    let mut replay = Replay::<W>::new(record).map_err(|error| error.to_string())?;
    for decision in replay.by_ref() {
        decision.map_err(|error| error.to_string())?;
    }
    Ok(GameResult::of(replay.position()))
}

/// Writes a random network of one block with its card; `change` may spoil the weights first.
///
/// # Panics
/// Where the disk refuses.
pub fn random_network(path: &Path, config: GameConfig, change: impl FnOnce(&mut Vec<f32>)) {
    let spec = NetSpec::for_board(config.board, NetSize::new(1, 8)).expect("one block is a network");
    let mut weights = ParamTable::new(&spec).init(&mut ChaCha8Rng::seed_from_u64(7));
    change(&mut weights);
    let onnx = inference_graph(&spec, &weights, GraphOptions::cpu(&spec)).expect("the graph is written");
    let origin = ModelOrigin { configs: vec![config.key()], ..ModelOrigin::default() };
    let card = ModelCard::new(&spec, &onnx, origin);
    fs::write(path, onnx).expect("the model is written");
    let card = serde_json::to_vec_pretty(&card).expect("a card is JSON");
    fs::write(path.with_extension("json"), card).expect("the card is written");
}
