//! A file that somebody puts into the inbox of a running node.

use std::fs;
use std::time::Duration;

use rr_actors::node::Node;
use rr_actors::supervision::TreePath;
use rr_engine::board::GameConfig;
use rr_engine::record::GameRecord;
use rr_engine::rules::{MoveList, Position};
use rr_engine::with_board_width;
use rr_storage::{GameOrigin, GameParity};
use serde_json::json;

use crate::house::plan;

/// Plays legal moves, some here and some there, until the game ends.
fn played(config: GameConfig) -> GameRecord {
    with_board_width!(config.board, W => {
        let mut position = Position::<W>::initial(config).unwrap();
        let tags = vec![rr_engine::record::PlayerTag::default(); usize::from(config.players)];
        let mut record = GameRecord::new(config, *position.rules(), 0, tags);
        let mut moves = MoveList::new();
        while !position.is_over() {
            position.legal_moves(&mut moves);
            let chosen = moves[(record.moves.len() * 7_919 + 13) % moves.len()];
            record.moves.push(chosen);
            position.apply(chosen);
        }
        record.finish(&position);
        record
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_game_put_into_the_inbox_is_stored_and_a_broken_file_is_kept_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let own = [("sync.interval_seconds", "1"), ("selfplay.enabled", "false")];
    let plan = plan(folder.path(), &own);
    let inbox = plan.data_dir.join("inbox");
    fs::create_dir_all(&inbox).unwrap();
    let record = played("square8_2p".parse().unwrap()).to_bytes().unwrap();
    fs::write(inbox.join("game.rrb"), &record).unwrap();
    fs::write(inbox.join("broken.rrb"), &record[..record.len() / 2]).unwrap();
    let node = Node::start(plan).await.unwrap();
    let pipeline = TreePath::new("node/daemons/data-pipeline");
    let wanted = |shown: &serde_json::Value| shown["games"] == json!(1) && shown["quarantined"] == json!(1);
    let mut tries = 0;
    while !node.tree().observed(&pipeline).is_some_and(|shown| wanted(&shown)) {
        assert!(tries < 6_000, "{:#?}", node.tree().observed(&pipeline));
        tries += 1;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let id = rr_proto::GameId::of(&record);
    let row = node.context().store.query("game", move |snapshot| snapshot.game(id)).await.unwrap().unwrap();
    assert_eq!((row.source, row.parity), (GameOrigin::Import, GameParity::Passed));
    assert!(inbox.join("done/game.rrb").exists());
    let reason = fs::read_to_string(inbox.join("quarantine/broken.rrb.reason.txt")).unwrap();
    assert!(reason.contains("cut short"), "{reason}");
    node.stop().await.unwrap();
}
