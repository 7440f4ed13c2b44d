//! Every actor of a running node is struck in turn, under load: it serves again, what must restart with it does, nobody else
//! notices, nothing is lost or done twice, and the tree has the same shape afterwards.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a node that can't be struck fails the test")]

mod drilled;

use rr_actors::supervision::Fault;
use rr_proto::ConfigKey;
use rr_tests::StoreFacts;

use drilled::Drilled;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_actor_is_struck_in_turn_and_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let mut drilled = Drilled::start(folder.path()).await;
    for path in drilled.workers() {
        drilled.strike(&path, Fault::PanicInHandle).await;
        drilled.kill_with(&path, Fault::PanicInStart).await;
        drilled.restart_with(&path, Fault::PanicInStop).await;
    }
    drilled.keeps_working().await;
    let key: ConfigKey = "hex8_2p".parse().unwrap();
    let (data_dir, promised) = drilled.stop().await;
    let facts = StoreFacts::read(&data_dir, key);
    let kept: Vec<_> = facts.games.iter().map(|game| game.id).collect();
    assert!(kept.starts_with(&promised), "games that were stored are gone or have moved");
    let models: Vec<_> = facts.models.iter().map(|model| model.id).collect();
    assert!((1..models.len()).all(|at| !models[..at].contains(&models[at])), "a model is recorded twice");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_actor_that_hangs_is_found_and_restarted() {
    let folder = tempfile::tempdir().unwrap();
    let mut drilled = Drilled::start(folder.path()).await;
    let (foundation, rest): (Vec<_>, Vec<_>) = drilled.workers().into_iter().partition(Drilled::all_stand_on);
    // The watchdog can't find itself: the service manager's own watchdog does.
    let rest: Vec<_> = rest.into_iter().filter(|path| !path.as_str().ends_with("/watchdog")).collect();
    drilled.hang(&rest).await;
    for path in foundation {
        drilled.hang(&[path]).await;
    }
    drilled.keeps_working().await;
    let (data_dir, promised) = drilled.stop().await;
    let facts = StoreFacts::read(&data_dir, "hex8_2p".parse().unwrap());
    let kept: Vec<_> = facts.games.iter().map(|game| game.id).collect();
    assert!(kept.starts_with(&promised), "games that were stored are gone or have moved");
}
