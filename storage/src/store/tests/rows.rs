use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use proptest::prelude::*;
use rr_proto::{
    BlobId, ConfigKey, Games, Generation, JobId, MatchId, ModelId, Samples, TrainingSteps, UnixMillis,
};

use super::*;

#[test]
fn games_are_stored_once_and_come_back_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let results = append(&store, [0, 1, 0]);
    assert!(matches!(results[1], GameAppend::Stored { sequence: 1, .. }));
    assert!(matches!(results[2], GameAppend::Duplicate { id } if id == game(0).id()));
    drop(store);
    let store = open(folder.path());
    let snapshot = store.read().unwrap();
    assert_eq!(snapshot.game_totals(config()).unwrap(), GameTotals { games: Games(2), samples: Samples(20) });
    assert_eq!(snapshot.game_record(game(1).id()).unwrap().unwrap(), game(1).record);
    let row = snapshot.game(game(1).id()).unwrap().unwrap();
    assert_eq!((row.sequence, row.plies, row.parity), (1, Plies(41), GameParity::Pending));
    let other: ConfigKey = "hex8_3p".parse().unwrap();
    assert_eq!(snapshot.game_totals(other).unwrap(), GameTotals::default());
}

#[test]
fn a_parity_verdict_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    append(&store, [0]);
    let id = game(0).id();
    assert!(store.write(|write| write.set_parity(id, GameParity::Passed)).unwrap());
    assert!(!store.write(|write| write.set_parity(game(9).id(), GameParity::Passed)).unwrap());
    assert_eq!(store.read().unwrap().game(id).unwrap().unwrap().parity, GameParity::Passed);
}

#[test]
fn the_replay_window_starts_at_the_first_game_it_needs() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    append(&store, 0..10);
    let snapshot = store.read().unwrap();
    for (samples, places) in [(0, 10..10), (1, 9..10), (10, 9..10), (11, 8..10), (95, 0..10), (1000, 0..10)] {
        assert_eq!(snapshot.newest_games(config(), Samples(samples)).unwrap(), places, "{samples} samples");
    }
    assert_eq!(snapshot.games(config(), 8..10).unwrap()[0].samples_so_far, Samples(90));
}

#[test]
fn one_of_many_concurrent_promotions_wins() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(open(folder.path()));
    let names: Vec<String> = (0..8).map(|number| format!("candidate {number}")).collect();
    for name in &names {
        let appended = store.write(|write| write.append_model(&model(name))).unwrap();
        assert_eq!(appended, ModelAppend::Stored);
    }
    let won = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for name in &names {
            let (store, won) = (Arc::clone(&store), &won);
            scope.spawn(move || {
                let next = champion(name, 1);
                match store.write(|write| write.swap_champion(config(), None, &next)).unwrap() {
                    ChampionSwap::Moved => {
                        won.fetch_add(1, Ordering::SeqCst);
                    }
                    ChampionSwap::Lost { current } => assert!(current.is_some()),
                    ChampionSwap::Already => panic!("each model is tried once"),
                }
            });
        }
    });
    assert_eq!(won.load(Ordering::SeqCst), 1);
    assert_eq!(store.read().unwrap().champions().unwrap().len(), 1);
}

fn champion(name: &str, job: u8) -> ChampionRow {
    ChampionRow {
        model: ModelId::of(name.as_bytes()),
        previous: None,
        generation: Generation(1),
        evaluation: Some(JobId::from_bytes([job; 16])),
        since: UnixMillis(5),
    }
}

#[test]
fn a_promotion_that_is_repeated_after_a_restart_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store.write(|write| write.append_model(&model("a")).map(|_| ())).unwrap();
    let swap = |store: &Store, expected| {
        store.write(|write| write.swap_champion(config(), expected, &champion("a", 1)))
    };
    assert_eq!(swap(&store, None).unwrap(), ChampionSwap::Moved);
    assert_eq!(swap(&store, None).unwrap(), ChampionSwap::Already);
    let again = ChampionRow { generation: Generation(3), ..champion("a", 1) };
    let anew = store.write(|write| write.swap_champion(config(), Some(again.model), &again)).unwrap();
    assert_eq!(anew, ChampionSwap::Moved, "the same model under a new number is another champion");
    let error = store
        .write(|write| write.swap_champion(config(), Some(ModelId::of(b"a")), &champion("b", 2)))
        .unwrap_err();
    assert!(error.to_string().contains("is not recorded; record it first"), "{error}");
}

#[test]
fn the_match_log_takes_each_match_once_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let row = |number: u8| MatchRow {
        id: MatchId::from_bytes([number; 16]),
        config: config(),
        job: None,
        seats: vec!["random".to_owned(), "heuristic".to_owned()],
        places: vec![2, 1],
        game: None,
        played_at: UnixMillis(number.into()),
    };
    for (number, expected) in [
        (3, MatchAppend::Stored { sequence: 0 }),
        (1, MatchAppend::Stored { sequence: 1 }),
        (3, MatchAppend::Duplicate),
    ] {
        assert_eq!(store.write(|write| write.append_match(&row(number))).unwrap(), expected);
    }
    let snapshot = store.read().unwrap();
    assert_eq!(snapshot.matches(config(), 0, 10).unwrap(), [row(3), row(1)]);
    assert_eq!(snapshot.matches(config(), 1, 10).unwrap(), [row(1)]);
    assert_eq!(snapshot.match_count(config()).unwrap(), Games(2));
    assert!(snapshot.has_match(row(1).id).unwrap() && !snapshot.has_match(row(2).id).unwrap());
}

#[test]
fn a_config_state_is_written_only_over_the_revision_it_came_from() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let put = |expected, state: &[u8]| {
        store.write(|write| write.put_config_state(config(), expected, 3, state.to_vec()))
    };
    assert_eq!(put(0, b"one").unwrap(), StateWrite::Written { revision: 1 });
    assert_eq!(put(0, b"other").unwrap(), StateWrite::Stale { current: 1 });
    assert_eq!(put(1, b"two").unwrap(), StateWrite::Written { revision: 2 });
    let row = store.read().unwrap().config_state(config()).unwrap().unwrap();
    assert_eq!(row, ConfigStateRow { revision: 2, fold_version: 3, state: b"two".to_vec() });
}

#[test]
fn an_ended_job_stays_ended_and_checkpoints_replace_one_another() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let job = |state| JobRow {
        id: JobId::from_bytes([1; 16]),
        kind: JobKind::Training,
        config: config(),
        state,
        attempt: 1,
        created_at: UnixMillis(1),
        updated_at: UnixMillis(2),
        detail: Vec::new(),
    };
    let put = |state| store.write(|write| write.put_job(&job(state)));
    put(JobState::Running).unwrap();
    assert_eq!(store.read().unwrap().open_jobs().unwrap(), [job(JobState::Running)]);
    put(JobState::Completed).unwrap();
    put(JobState::Completed).unwrap();
    assert!(put(JobState::Running).unwrap_err().to_string().contains("has ended (Completed)"));
    assert!(store.read().unwrap().open_jobs().unwrap().is_empty());

    let checkpoint = |step, blob: &[u8]| CheckpointRow {
        job: JobId::from_bytes([1; 16]),
        step: TrainingSteps(step),
        blobs: vec![BlobId::of(blob), BlobId::of(b"shared")],
        created_at: UnixMillis(step),
    };
    assert!(store.write(|write| write.put_checkpoint(&checkpoint(1, b"a"))).unwrap().is_empty());
    assert_eq!(store.write(|write| write.put_checkpoint(&checkpoint(2, b"b"))).unwrap(), [BlobId::of(b"a")]);
    assert_eq!(store.read().unwrap().checkpoints().unwrap(), [checkpoint(2, b"b")]);
    let dropped = store.write(|write| write.drop_checkpoint(checkpoint(2, b"b").job)).unwrap();
    assert_eq!(dropped, checkpoint(2, b"b").blobs);
}

#[test]
fn shards_and_models_are_listed_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let shard = |first_game| ShardRow {
        config: config(),
        first_game,
        games: Games(10),
        samples: Samples(100),
        blob: BlobId::derive(&[&first_game.to_le_bytes()]),
        format: 1,
        created_at: UnixMillis(0),
    };
    for first in [20, 0, 10] {
        store.write(|write| write.put_shard(&shard(first))).unwrap();
    }
    assert_eq!(store.read().unwrap().shards(config()).unwrap(), [shard(0), shard(10), shard(20)]);
    assert_eq!(
        store.write(|write| write.drop_shards_before(config(), 20)).unwrap(),
        [shard(0).blob, shard(10).blob]
    );
    assert_eq!(store.read().unwrap().shards(config()).unwrap(), [shard(20)]);

    for (name, expected) in
        [("b", ModelAppend::Stored), ("a", ModelAppend::Stored), ("b", ModelAppend::Duplicate)]
    {
        assert_eq!(store.write(|write| write.append_model(&model(name))).unwrap(), expected);
    }
    assert!(store.write(|write| write.set_model_card(model("a").id, "{\"elo\":1}".to_owned())).unwrap());
    let models = store.read().unwrap().models(config()).unwrap();
    assert_eq!(models[0], model("b"));
    assert_eq!(models[1].card_json, "{\"elo\":1}");
}

#[test]
fn what_fails_in_a_transaction_leaves_nothing_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let outcome: Result<(), StorageError> = store.write(|write| {
        let _ = write.append_games(&[game(0)])?;
        Err(StorageError::Refused { what: "a test", reason: "on purpose".to_owned() })
    });
    assert!(outcome.is_err());
    assert!(stored_games(&store).is_empty());
    append(&store, [1]);
    assert_eq!(stored_games(&store), [game(1).id()]);
}

#[test]
fn a_snapshot_does_not_see_later_writes() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    append(&store, [0]);
    let before = store.read().unwrap();
    append(&store, [1]);
    assert_eq!(before.game_totals(config()).unwrap().games, Games(1));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn the_log_is_the_order_of_first_arrivals(numbers in prop::collection::vec(0u64..12, 1..40), batch in 1usize..8) {
        let folder = tempfile::tempdir().unwrap();
        let store = open(folder.path());
        for part in numbers.chunks(batch) {
            append(&store, part.iter().copied());
        }
        let mut expected = Vec::new();
        for number in numbers {
            let id = game(number).id();
            if !expected.contains(&id) {
                expected.push(id);
            }
        }
        prop_assert_eq!(stored_games(&store), expected);
    }
}
