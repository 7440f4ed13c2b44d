use rr_proto::UnixMillis;
use rr_storage::{GameParity, NewGame, Store, StoreOptions};
use rr_train::read_shard;

use super::*;
use crate::daemons::testing::{played, stored};

/// A store with games, and the plan of a run on it.
struct Bench {
    folder: tempfile::TempDir,
    store: Store,
}

impl Bench {
    fn with(games: &[NewGame]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = StoreOptions { cache_bytes: 1 << 20, check_on_open: false, dedup_window: 10 };
        let store = Store::open(&folder.path().join("store.redb"), options).unwrap();
        let _ = store.write(|write| write.append_games(games)).unwrap();
        Self { folder, store }
    }

    fn run(&self) -> RunFolder {
        RunFolder::new(&DataLayout::new(self.folder.path()), order().job)
    }

    /// Returns the records that a run would train on.
    fn shards(&self, granted: bool) -> Result<(Vec<Vec<u8>>, WindowExport), PrepareError> {
        fs::create_dir_all(&self.run().root).unwrap();
        let snapshot = self.store.read().unwrap();
        let (shards, export) = self.run().write_shards(&plan(granted), &snapshot)?;
        let records =
            shards.iter().flat_map(|shard| read_shard(&shard.path, Some(&shard.sha256)).unwrap().records);
        Ok((records.collect(), export))
    }
}

fn order() -> TrainingOrder {
    TrainingOrder {
        job: JobId::derive(&[b"run"]),
        attempt: 1,
        parent: ModelId::derive(&[b"parent"]),
        steps: rr_proto::TrainingSteps(1),
        batch: Samples(1),
        window: Samples(1_000_000),
    }
}

fn plan(granted: bool) -> RunPlan {
    RunPlan {
        config: "hex8_2p".parse().unwrap(),
        key: "hex8_2p".parse().unwrap(),
        order: order(),
        settings: TrainingSection::default(),
        devices: DevicesSection::default(),
        net: NetShape { blocks: 1, channels: 8 },
        seed: 1,
        now: UnixMillis(1),
        granted,
    }
}

fn game(seed: u64, parity: GameParity) -> NewGame {
    stored(&played("hex8_2p", seed), parity, UnixMillis(seed))
}

#[test]
fn games_with_a_good_verdict_train_whoever_brought_them_and_no_others() {
    let import = NewGame { source: GameOrigin::Import, ..game(2, GameParity::Passed) };
    let arena = NewGame { source: GameOrigin::Arena, ..game(3, GameParity::Passed) };
    let untaught = NewGame { samples: Samples(0), ..game(4, GameParity::Passed) };
    let games = [
        game(1, GameParity::Passed),
        import,
        arena,
        untaught,
        game(5, GameParity::Pending),
        game(6, GameParity::Failed),
    ];
    let bench = Bench::with(&games);
    let (records, export) = bench.shards(false).unwrap();
    assert_eq!(records, [games[0].record.clone(), games[1].record.clone()]);
    assert_eq!((export.games, export.pending), (Games(2), Games(0)));
    let (records, export) = bench.shards(true).unwrap();
    assert_eq!(records.last(), Some(&games[4].record));
    assert_eq!((export.games, export.pending), (Games(3), Games(1)));
}

#[test]
fn failed_games_never_train_even_under_the_grant() {
    let bench = Bench::with(&[game(1, GameParity::Failed)]);
    assert!(matches!(bench.shards(true), Err(PrepareError::NoGames(_))));
}

#[test]
fn a_folder_that_was_prepared_under_a_grant_is_prepared_anew_once_that_has_ended() {
    let bench = Bench::with(&[]);
    let run = bench.run();
    fs::create_dir_all(&run.root).unwrap();
    assert!(run.prepared(true).is_none());
    let data = JobData::Shards(Vec::new());
    TrainingJob::new("run", "hex8_2p".parse().unwrap(), data, run.root.join("out"))
        .write(&run.job_file())
        .unwrap();
    assert!(run.prepared(true).is_some() && run.prepared(false).is_some());
    fs::write(run.root.join(PENDING_FILE), "1").unwrap();
    assert!(run.prepared(true).is_some() && run.prepared(false).is_none());
}
