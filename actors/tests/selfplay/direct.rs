//! Games without the tree.

use std::sync::Arc;

use rr_actors::workers::selfplay::{DirectPlay, play_games};
use rr_engine::board::GameConfig;
use rr_engine::search::SearchBudget;
use rr_engine::selfplay::{FleetModel, NumberedGames, PlaySettings};
use rr_onnx::{InferenceSession, NetSize, Runtime, SessionEvaluator, SessionOptions};

use super::house::network;

fn play(threads: usize) -> Vec<(u64, Vec<u8>)> {
    let config: GameConfig = "hex8_2p".parse().unwrap();
    let file = network(config, NetSize::new(1, 8), 7);
    let runtime = Runtime::load().unwrap();
    let session = |_| {
        let session =
            InferenceSession::new(&runtime, file.spec(), file.onnx(), &SessionOptions::cpu(1)).unwrap();
        vec![SessionEvaluator::new(session)]
    };
    let settings = PlaySettings::self_play(SearchBudget::Simulations(8));
    let direct = DirectPlay {
        config,
        models: vec![FleetModel { id: "net".to_owned(), fingerprint: 1 }],
        source: Arc::new(NumberedGames::new(3, 0, 10, 0, settings)),
        games_per_thread: 4,
        cache: None,
    };
    let mut games = Vec::new();
    let sessions = (0..threads).map(session).collect();
    play_games(&direct, sessions, |game| games.push((game.task.index, game.record.to_bytes().unwrap())))
        .unwrap();
    games.sort();
    games
}

#[test]
fn all_games_are_played_and_do_not_depend_on_threads() {
    let one = play(1);
    assert_eq!(one.len(), 10);
    assert_eq!(one, play(2));
}
