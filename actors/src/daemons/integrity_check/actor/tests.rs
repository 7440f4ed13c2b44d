use rr_engine::record::{GameRecord, PlayerTag};
use rr_engine::rules::Rules;
use rr_proto::{ConfigKey, GameId, Plies, Samples};
use rr_storage::{BlobStore, DataLayout, GameOrigin, GameParity, NewGame};

use super::*;
use crate::clock::ManualClock;
use crate::daemons::testing::DaemonHouse;
use crate::supervision::{ChildSpec, Strategy, SupervisorSpec, TreePath};

fn config() -> ConfigKey {
    "hex8_2p".parse().unwrap()
}

/// A game without a move, whose record decodes; or bytes that are none.
fn game(seed: u64, sound: bool) -> NewGame {
    let config_of_game = "hex8_2p".parse().unwrap();
    let record = GameRecord::new(
        config_of_game,
        Rules::for_config(config_of_game),
        seed,
        vec![PlayerTag::default(); 2],
    );
    let bytes = if sound { record.to_bytes().unwrap() } else { format!("no record {seed}").into_bytes() };
    NewGame {
        config: config(),
        plies: Plies(0),
        samples: Samples(1),
        source: GameOrigin::SelfPlay,
        models: Vec::new(),
        parity: GameParity::Passed,
        finished_at: UnixMillis(seed),
        record: bytes,
    }
}

struct Checked {
    house: DaemonHouse,
    blobs: Arc<BlobStore>,
    clock: Arc<ManualClock>,
}

impl Checked {
    async fn open() -> Self {
        let house = DaemonHouse::open().await;
        let blobs = Arc::new(BlobStore::open(&DataLayout::new(house.folder.path())).unwrap());
        Self { house, blobs, clock: Arc::new(ManualClock::at_ms(1_000_000_000)) }
    }

    async fn start(&self, root: &str) {
        let (store, publisher) = (self.house.store.clone(), self.house.publisher.clone());
        let (blobs, clock) = (Arc::clone(&self.blobs), self.clock.clone());
        let spec = SupervisorSpec::new(Strategy::OneForOne).child(ChildSpec::worker("check", move |start| {
            let args = IntegrityCheckArgs {
                store: store.clone(),
                blobs: Arc::clone(&blobs),
                publisher: publisher.clone(),
                node: DaemonHouse::node(),
                keeping: KeepingSection {
                    integrity_slice_mb: 1,
                    integrity_slice_games: 3,
                    ..KeepingSection::default()
                },
                clock: clock.clone(),
                myself: start.address(),
                observer: start.observer(),
            };
            (IntegrityCheckActor, args)
        }));
        self.house.start(root, spec).await;
    }

    /// Has slices checked until the pass has ended, or so many of them.
    async fn check(&self, root: &str, most: u64) {
        let check = self.house.tree.address(&TreePath::new(root).child("check"));
        let path = format!("{root}/check");
        for slice in 1..=most {
            check.cast(IntegrityCheckMsg::Tick).unwrap();
            let shown = self.house.until_shown(&path, |shown| shown["slices"] == slice).await;
            if shown["under_way"] == false {
                return;
            }
        }
    }
}

fn passes(told: &[Event]) -> Vec<(u64, u64, usize)> {
    let pass = |event: &Event| match event {
        Event::IntegrityChecked(e) => Some((e.checked, e.damaged, e.quarantined.len())),
        _ => None,
    };
    told.iter().filter_map(pass).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn damage_is_found_quarantined_with_its_reason_and_told_once() {
    let checked = Checked::open().await;
    let sound = checked.blobs.put(b"sound").unwrap();
    let broken = checked.blobs.put(b"to be damaged").unwrap();
    std::fs::write(checked.blobs.path(broken), b"damaged").unwrap();
    let games: Vec<NewGame> = (0..8).map(|seed| game(seed, seed != 5)).collect();
    let ids: Vec<GameId> = games.iter().map(NewGame::id).collect();
    checked.house.store.append_games(games).await.unwrap();
    checked.start("node").await;
    checked.check("node", 100).await;

    let told = checked.house.told().await;
    assert_eq!(passes(&told), [(10, 2, 2)]);
    let alerts = told.iter().filter(|event| event.name() == "HEALTH_ALERT").count();
    assert_eq!(alerts, 2, "one for the file, one for the game");
    assert!(checked.blobs.contains(sound) && !checked.blobs.contains(broken));
    let quarantined = checked.blobs.quarantined().unwrap();
    assert_eq!(quarantined.len(), 2);
    assert!(quarantined.iter().all(|file| !file.reason.is_empty()), "{quarantined:?}");
    let parities = move |snapshot: &rr_storage::StoreSnapshot| {
        ids.iter().map(|id| Ok(snapshot.game(*id)?.unwrap().parity)).collect::<Result<Vec<_>, _>>()
    };
    let parities = checked.house.store.query("parities", parities).await.unwrap();
    let failed = parities.iter().position(|parity| *parity == GameParity::Failed);
    assert_eq!((failed, parities.iter().filter(|p| **p == GameParity::Failed).count()), (Some(5), 1));

    // The next pass comes after a day; it finds the same damage and has nothing new to tell a person.
    checked.clock.advance(Duration::from_secs(86_400));
    checked.start("again").await;
    checked.check("again", 100).await;
    let told = checked.house.told().await;
    assert_eq!(passes(&told), [(10, 2, 2), (9, 1, 0)]);
    assert_eq!(told.iter().filter(|event| event.name() == "HEALTH_ALERT").count(), alerts);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_goes_on_where_the_last_slice_ended() {
    let checked = Checked::open().await;
    checked.house.store.append_games((0..10).map(|seed| game(seed, true)).collect()).await.unwrap();
    checked.start("node").await;
    checked.check("node", 3).await;
    checked.start("again").await;
    checked.check("again", 100).await;
    assert_eq!(passes(&checked.house.told().await), [(10, 0, 0)], "each game once");
    let slices = checked.house.until_shown("again/check", |_| true).await["slices"].as_u64().unwrap();
    assert_eq!(slices, 13, "of 16: one for files, four of this config, one of each of eleven others");
}
