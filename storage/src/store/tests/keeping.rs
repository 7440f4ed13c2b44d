//! What those need who keep the store in order: what is referred to, what is missing, what can go.

use std::collections::BTreeSet;
use std::time::SystemTime;

use proptest::prelude::*;
use rr_proto::{BlobId, Games, JobId};

use super::*;
use crate::tables::{GAME_LOG, GAME_RECORDS, GAMES};

/// Takes a part of a stored game, as damage would.
fn damage(store: &Store, id: GameId, gap: GameGap) {
    let row = store.read().unwrap().game(id).unwrap().unwrap();
    let work = |write: &mut StoreWrite| -> Result<(), StorageError> {
        match gap {
            GameGap::Undescribed => drop(write.table(GAMES)?.remove(id.as_bytes()).unwrap()),
            GameGap::Unrecorded => drop(write.table(GAME_RECORDS)?.remove(id.as_bytes()).unwrap()),
            GameGap::Unlisted => {
                drop(write.table(GAME_LOG)?.remove((row.config.as_str(), row.sequence)).unwrap());
            }
        }
        Ok(())
    };
    store.write(work).unwrap();
}

/// Looks at all games, a few at a time.
fn gaps(store: &Store, limit: usize) -> (u64, Vec<(GameId, GameGap)>) {
    let (mut looked_at, mut gaps, mut from) = (0, Vec::new(), None);
    loop {
        let stretch = store.read().unwrap().game_gaps(from, limit).unwrap();
        looked_at += stretch.looked_at;
        gaps.extend(stretch.gaps);
        match stretch.next {
            Some(next) => from = Some(next),
            None => return (looked_at, gaps),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn every_gap_is_found_whatever_the_stretch(broken in prop::collection::vec(0u8..4, 1..25), limit in 1usize..9) {
        let folder = tempfile::tempdir().unwrap();
        let store = open(folder.path());
        append(&store, 0..broken.len() as u64);
        let mut expected = BTreeSet::new();
        let kinds = [None, Some(GameGap::Undescribed), Some(GameGap::Unlisted), Some(GameGap::Unrecorded)];
        for (number, kind) in broken.iter().enumerate() {
            if let Some(gap) = kinds[usize::from(*kind)] {
                let id = game(number as u64).id();
                damage(&store, id, gap);
                expected.insert((id, format!("{gap:?}")));
            }
        }
        let (looked_at, found) = gaps(&store, limit);
        let recorded = broken.iter().filter(|kind| **kind != 3).count() as u64;
        prop_assert_eq!(looked_at, recorded);
        let count = found.len();
        let found: BTreeSet<_> = found.into_iter().map(|(id, gap)| (id, format!("{gap:?}"))).collect();
        prop_assert_eq!(count, found.len(), "each gap is found once");
        prop_assert_eq!(found, expected);
    }
}

#[test]
fn what_is_not_listed_is_listed_again_at_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    append(&store, 0..3);
    let lost = game(1).id();
    damage(&store, lost, GameGap::Unlisted);
    assert_eq!(gaps(&store, 10).1, [(lost, GameGap::Unlisted)]);
    assert!(store.write(|write| write.relist_game(lost)).unwrap());
    assert!(!store.write(|write| write.relist_game(lost)).unwrap(), "it is listed");
    assert!(gaps(&store, 10).1.is_empty());
    let snapshot = store.read().unwrap();
    assert_eq!(snapshot.game(lost).unwrap().unwrap().sequence, 3);
    assert_eq!(snapshot.game_totals(config()).unwrap().samples, Samples(40));
}

#[test]
fn an_undescribed_record_comes_back_whole_and_takes_its_place_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    append(&store, 0..2);
    let lost = game(0).id();
    damage(&store, lost, GameGap::Undescribed);
    assert_eq!(store.read().unwrap().undescribed_record(lost).unwrap(), Some(game(0).record));
    assert!(store.write(|write| write.adopt_game(&game(0))).unwrap());
    assert!(!store.write(|write| write.adopt_game(&game(0))).unwrap(), "it is described");
    assert!(gaps(&store, 10).1.is_empty());
    let snapshot = store.read().unwrap();
    assert_eq!(snapshot.game(lost).unwrap().unwrap().sequence, 0);
    assert_eq!(snapshot.game_totals(config()).unwrap().games, Games(2), "it is listed once");
    assert_eq!(snapshot.undescribed_record(game(9).id()).unwrap(), None);

    damage(&store, lost, GameGap::Unlisted);
    damage_description(&store, lost);
    assert!(store.write(|write| write.adopt_game(&game(0))).unwrap());
    assert_eq!(store.read().unwrap().game(lost).unwrap().unwrap().sequence, 2, "nothing lists it any more");
}

/// Takes the description alone.
fn damage_description(store: &Store, id: GameId) {
    let remove = |write: &mut StoreWrite| -> Result<(), StorageError> {
        drop(write.table(GAMES)?.remove(id.as_bytes()).unwrap());
        Ok(())
    };
    store.write(remove).unwrap();
}

#[test]
fn ended_jobs_are_forgotten_by_age_and_others_never() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let job = |name: &str, state, at| JobRow {
        id: JobId::derive(&[name.as_bytes()]),
        kind: JobKind::Training,
        config: config(),
        state,
        attempt: 1,
        created_at: UnixMillis(0),
        updated_at: UnixMillis(at),
        detail: Vec::new(),
    };
    let jobs = [
        job("old", JobState::Completed, 1),
        job("kept", JobState::Failed, 1),
        job("new", JobState::Completed, 10),
        job("open", JobState::Running, 1),
    ];
    store.write(|write| jobs.iter().try_for_each(|job| write.put_job(job))).unwrap();
    let keep = BTreeSet::from([jobs[1].id]);
    assert_eq!(store.write(|write| write.trim_jobs(UnixMillis(5), &keep)).unwrap(), 1);
    let snapshot = store.read().unwrap();
    let left: Vec<bool> = jobs.iter().map(|job| snapshot.job(job.id).unwrap().is_some()).collect();
    assert_eq!(left, [false, true, true, true]);
}

/// One thing that happens to blobs and to what refers to them.
#[derive(Debug, Clone)]
enum Step {
    Put(u8),
    Record(u8),
    Promote(u8),
    Shard(u8),
    Checkpoint(u8),
    DropCheckpoint(u8),
    Collect,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        (0u8..6).prop_map(Step::Put),
        (0u8..6).prop_map(Step::Record),
        (0u8..6).prop_map(Step::Promote),
        (0u8..6).prop_map(Step::Shard),
        (0u8..6).prop_map(Step::Checkpoint),
        (0u8..6).prop_map(Step::DropCheckpoint),
        Just(Step::Collect),
    ];
    prop::collection::vec(step, 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    /// Whatever comes in which order, a blob that something refers to is never collected.
    #[test]
    fn no_blob_with_a_live_pointer_is_deleted(steps in steps()) {
        let folder = tempfile::tempdir().unwrap();
        let store = open(folder.path());
        let blobs = BlobStore::open(&DataLayout::new(folder.path())).unwrap();
        let bytes = |number: u8| vec![number; 8];
        let blob = |number: u8| BlobId::of(&bytes(number));
        let row = |number: u8| ModelRow { id: ModelId::from(blob(number)), ..model("m") };
        let job = |number: u8| JobId::derive(&[&[number]]);
        for step in steps {
            match step {
                Step::Put(n) => drop(blobs.put(&bytes(n)).unwrap()),
                // As everybody does it: first the file, then what refers to it.
                Step::Record(n) => {
                    blobs.put(&bytes(n)).unwrap();
                    let _ = store.write(|write| write.append_model(&row(n))).unwrap();
                }
                Step::Promote(n) => {
                    let now = store.read().unwrap().champion(config()).unwrap().map(|row| row.model);
                    let recorded = store.read().unwrap().model(row(n).id).unwrap().is_some();
                    let next = ChampionRow {
                        model: row(n).id,
                        previous: now,
                        generation: Generation(1),
                        evaluation: None,
                        since: UnixMillis(1),
                    };
                    if recorded {
                        let _ = store.write(|write| write.swap_champion(config(), now, &next)).unwrap();
                    }
                }
                Step::Shard(n) => {
                    let shard = ShardRow {
                        config: config(),
                        first_game: u64::from(n % 3),
                        games: Games(1),
                        samples: Samples(1),
                        blob: blobs.put(&bytes(n)).unwrap(),
                        format: 1,
                        created_at: UnixMillis(1),
                    };
                    store.write(|write| write.put_shard(&shard)).unwrap();
                }
                Step::Checkpoint(n) => {
                    let blobs = vec![blobs.put(&bytes(n)).unwrap()];
                    let checkpoint =
                        CheckpointRow { job: job(n % 2), step: TrainingSteps(1), blobs, created_at: UnixMillis(1) };
                    store.write(|write| write.put_checkpoint(&checkpoint)).unwrap();
                }
                Step::DropCheckpoint(n) => drop(store.write(|write| write.drop_checkpoint(job(n % 2))).unwrap()),
                Step::Collect => {
                    let live = store.read().unwrap().live_blobs().unwrap();
                    let report = blobs.collect(&live, SystemTime::now()).unwrap();
                    prop_assert_eq!(report.kept, live.len() as u64, "only what is referred to is kept");
                }
            }
            for live in store.read().unwrap().live_blobs().unwrap() {
                prop_assert!(blobs.get(live).is_ok(), "{live} is referred to and gone");
            }
        }
    }
}

#[test]
fn a_database_that_was_emptied_shrinks_and_keeps_what_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    for round in 0..20u64 {
        append(&store, round * 200..(round + 1) * 200);
    }
    assert!(matches!(store.compact(0.99).unwrap(), Compaction::NotWorthIt { .. }));
    let ids: Vec<GameId> = stored_games(&store);
    let remove = |write: &mut StoreWrite| -> Result<(), StorageError> {
        let mut records = write.table(GAME_RECORDS)?;
        ids[10..].iter().for_each(|id| drop(records.remove(id.as_bytes()).unwrap()));
        Ok(())
    };
    store.write(remove).unwrap();
    let reader = store.read().unwrap();
    assert_eq!(store.compact(0.0).unwrap(), Compaction::Busy, "somebody reads");
    drop(reader);
    let Compaction::Done { before, after } = store.compact(0.0).unwrap() else {
        panic!("it was not compacted")
    };
    assert!(after < before, "{before} {after}");
    assert_eq!(store.read().unwrap().game_record(ids[3]).unwrap().unwrap(), game(3).record);
    append(&store, [90_000]);
}
