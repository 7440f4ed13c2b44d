use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use rr_proto::{ConfigKey, Games, Generation, ModelId, Plies, Samples, Sha256Digest, UnixMillis};
use rr_storage::{
    ChampionRow, ChampionSwap, GameAppend, GameOrigin, GameParity, NewGame, StateWrite, StoreOptions,
    StoreWrite,
};
use tempfile::TempDir;
use tokio::task::JoinHandle;

use super::{StoreAccess, StoreActor, StoreArgs};
use crate::clock::SystemClock;
use crate::error::{StoreFailure, SupervisionError};
use crate::supervision::{
    ActorTree, Backoff, ChildSpec, NodeState, Strategy, Supervisor, SupervisorMsg, SupervisorSpec, TreePath,
};

struct House {
    folder: TempDir,
    tree: ActorTree,
    store: StoreAccess,
    root: ractor::ActorRef<SupervisorMsg>,
    done: JoinHandle<Result<(), SupervisionError>>,
}

fn path() -> TreePath {
    TreePath::new("node/store")
}

async fn house(change: impl FnOnce(&mut StoreArgs)) -> House {
    let folder = tempfile::tempdir().unwrap();
    let options = StoreOptions { cache_bytes: 1 << 20, check_on_open: false, dedup_window: 100 };
    let mut args = StoreArgs::new(folder.path().join("store.redb"), options);
    change(&mut args);
    let tree = ActorTree::new(Arc::new(SystemClock::new()));
    let spec = SupervisorSpec::new(Strategy::RestForOne)
        .backoff(Backoff::none())
        .child(ChildSpec::worker("store", move |_| (StoreActor, args.clone())));
    let (root, done) = Supervisor::start_root("node", spec, &tree, 1).await.unwrap();
    let store = StoreAccess::new(tree.address(&path()), 512);
    House { folder, tree, store, root, done }
}

fn config() -> ConfigKey {
    "hex8_2p".parse().unwrap()
}

fn game(number: u64) -> NewGame {
    NewGame {
        config: config(),
        plies: Plies(40),
        samples: Samples(10),
        source: GameOrigin::SelfPlay,
        models: Vec::new(),
        parity: GameParity::Passed,
        finished_at: UnixMillis(number),
        record: number.to_le_bytes().to_vec(),
    }
}

async fn count(store: &StoreAccess) -> Games {
    store.query("count", |snapshot| snapshot.game_totals(config())).await.unwrap().games
}

/// Keeps the writer busy until the sender is used or dropped.
async fn hold_writer(store: &StoreAccess) -> (Sender<()>, JoinHandle<Result<(), StoreFailure>>) {
    let (release, held) = channel::<()>();
    let store = store.clone();
    let write = tokio::spawn(async move {
        let wait = move |_: &mut StoreWrite| {
            held.recv().unwrap_or_default();
            Ok(())
        };
        store.commit("block", wait).await
    });
    tokio::time::sleep(Duration::from_millis(30)).await;
    (release, write)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writes_answer_with_their_own_types() {
    let house = house(|_| {}).await;
    let stored = house.store.append_games(vec![game(1), game(2), game(1)]).await.unwrap();
    assert!(matches!(stored[1], GameAppend::Stored { sequence: 1, .. }));
    assert!(matches!(stored[2], GameAppend::Duplicate { .. }));
    let state = |revision| house.store.put_config_state(config(), revision, 1, vec![7]);
    assert_eq!(state(0).await.unwrap(), StateWrite::Written { revision: 1 });
    assert_eq!(state(0).await.unwrap(), StateWrite::Stale { current: 1 });
    assert_eq!(count(&house.store).await, Games(2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writes_that_arrive_during_a_commit_share_the_next_one() {
    let house = house(|_| {}).await;
    let (release, first) = hold_writer(&house.store).await;
    let writes: Vec<_> = (0..200)
        .map(|number| {
            let store = house.store.clone();
            tokio::spawn(async move { store.append_games(vec![game(number)]).await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(count(&house.store).await, Games(0), "readers don't wait for the writer");
    release.send(()).unwrap();
    first.await.unwrap().unwrap();
    for write in writes {
        write.await.unwrap().unwrap();
    }
    let report = house.store.report().await.unwrap();
    assert_eq!(report.transactions, 201);
    assert!(report.commits < 40 && report.largest_group > 20, "{report:?}");
    assert_eq!(count(&house.store).await, Games(200));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failing_write_does_not_take_its_group_with_it() {
    let house = house(|_| {}).await;
    let (release, first) = hold_writer(&house.store).await;
    let unknown = ChampionRow {
        model: ModelId::of(b"nobody"),
        previous: None,
        generation: Generation(1),
        evaluation: None,
        since: UnixMillis(1),
    };
    let (a, b, c) = (house.store.clone(), house.store.clone(), house.store.clone());
    let good = tokio::spawn(async move { a.append_games(vec![game(1)]).await });
    let refused = tokio::spawn(async move { b.swap_champion(config(), None, unknown).await });
    let broken = tokio::spawn(async move { c.commit::<(), _>("break", |_| panic!("told to")).await });
    tokio::time::sleep(Duration::from_millis(30)).await;
    release.send(()).unwrap();
    first.await.unwrap().unwrap();
    assert!(good.await.unwrap().is_ok());
    let refusal: Result<ChampionSwap, StoreFailure> = refused.await.unwrap();
    assert!(refusal.unwrap_err().to_string().contains("is not recorded"));
    assert!(matches!(broken.await.unwrap(), Err(StoreFailure::Panicked { label: "break" })));
    assert_eq!(count(&house.store).await, Games(1));
    assert_eq!(house.tree.node(&path()).unwrap().restarts, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_queue_refuses_and_a_busy_store_slows_its_callers() {
    let house = house(|args| args.queue = 2).await;
    let (release, first) = hold_writer(&house.store).await;
    let mut waiting = vec![first];
    for _ in 0..3 {
        let store = house.store.clone();
        waiting.push(tokio::spawn(async move { store.commit("nothing", |_| Ok(())).await }));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let refused = waiting.pop().unwrap().await.unwrap();
    assert!(matches!(refused, Err(StoreFailure::Busy)), "{refused:?}");

    let patient = StoreAccess::new(house.tree.address(&path()), 1);
    let (one, two) = (patient.clone(), patient);
    drop(release);
    for call in waiting {
        call.await.unwrap().unwrap();
    }
    let both = tokio::join!(one.commit("one", |_| Ok(1)), two.commit("two", |_| Ok(2)));
    assert_eq!((both.0.unwrap(), both.1.unwrap()), (1, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_is_there_after_a_restart() {
    let house = house(|_| {}).await;
    for life in 1..=5 {
        house.store.append_games(vec![game(u64::from(life))]).await.unwrap();
        house.tree.cell(&path()).unwrap().kill();
        let mut changes = house.tree.changes();
        while house
            .tree
            .node(&path())
            .is_none_or(|node| node.restarts < life || node.state != NodeState::Running)
        {
            changes.changed().await.unwrap();
        }
        assert_eq!(count(&house.store).await, Games(u64::from(life)));
    }
    assert_eq!(house.tree.node(&path()).unwrap().last_error.as_deref(), Some("killed"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_orderly_stop_commits_what_was_accepted_and_lets_go_of_the_file() {
    let house = house(|_| {}).await;
    let writes: Vec<_> = (0..50)
        .map(|number| {
            let store = house.store.clone();
            tokio::spawn(async move { store.append_games(vec![game(number)]).await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(5)).await;
    house.root.stop(None);
    house.done.await.unwrap().unwrap();
    let mut acknowledged = 0;
    for write in writes {
        acknowledged += u64::from(write.await.unwrap().is_ok());
    }
    let options = StoreOptions { cache_bytes: 1 << 20, check_on_open: true, dedup_window: 100 };
    let store = rr_storage::Store::open(&house.folder.path().join("store.redb"), options).unwrap();
    assert!(store.read().unwrap().game_totals(config()).unwrap().games >= Games(acknowledged));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn watchers_see_events_after_their_commit() {
    let house = house(|_| {}).await;
    let mut watch = house.store.watch_events().await.unwrap();
    assert_eq!(*watch.borrow_and_update(), 0);
    let append = |text: &'static [u8]| {
        house.store.commit("append event", move |write| write.append_event(Sha256Digest::of(text), text))
    };
    let _ = append(b"one").await.unwrap();
    let _ = append(b"two").await.unwrap();
    watch.wait_for(|&next| next == 2).await.unwrap();
    let _ = append(b"two").await.unwrap();
    assert_eq!(*watch.borrow(), 2, "a duplicate is no event");
    house.tree.cell(&path()).unwrap().kill();
    let lost = tokio::time::timeout(Duration::from_secs(5), watch.wait_for(|&next| next == 3)).await.unwrap();
    assert!(lost.is_err(), "watchers learn that the store is gone");
}
