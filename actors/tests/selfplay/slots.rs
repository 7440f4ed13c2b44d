//! Self-play slots.

use std::collections::BTreeMap;
use std::time::Duration;

use rr_actors::permit::HoldReason;
use rr_actors::workers::selfplay::SelfPlayMsg;
use rr_engine::record::GameRecord;
use rr_proto::{Event, ModelId};
use rr_storage::{GameParity, GameRow};

use super::house::{House, Plan, SOON};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_and_two_slots_play_the_same_games() {
    let mut runs = Vec::new();
    for slots in [1, 2] {
        let folder = tempfile::tempdir().unwrap();
        let house = House::open(folder.path(), Plan::new(slots)).await;
        let model = house.model(7).await;
        house.until_stored(16, house.assignment(model)).await;
        runs.push(house.games().await);
        house.close().await;
    }
    let same: Vec<u64> = runs[0].keys().filter(|seed| runs[1].contains_key(seed)).copied().collect();
    assert!(same.len() >= 8, "only {} games in both runs", same.len());
    for seed in same {
        assert_eq!(runs[0][&seed].1.to_bytes().unwrap(), runs[1][&seed].1.to_bytes().unwrap());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pause_keeps_the_games_and_a_resume_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let mut house = House::open(folder.path(), Plan::new(1)).await;
    let playing = house.assignment(house.model(7).await);
    house.until_stored(2, playing).await;
    house.assign(rr_actors::workers::SelfPlayAssignment { active: false, ..playing });
    let paused = house.slots[0].wait_for(|status| !status.playing).await.unwrap();
    let (positions, games) = (paused.positions, paused.games_in_progress);
    drop(paused);
    assert!(games > 0, "games are in progress");
    tokio::time::sleep(Duration::from_millis(300)).await;
    let still = *house.slots[0].borrow();
    assert_eq!((still.positions, still.games_in_progress), (positions, games));
    let before = house.games().await.len() as u64;
    house.until_stored(before + 8, playing).await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_held_slot_takes_no_games_until_every_reason_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let mut house = House::open(folder.path(), Plan::new(1)).await;
    let playing = house.assignment(house.model(7).await);
    house.until_stored(2, playing).await;
    house.permit.hold(HoldReason::Memory, "a test");
    house.permit.hold(HoldReason::Drain, "another test");
    let held = *house.slots[0].wait_for(|status| !status.playing).await.unwrap();
    house.assign(playing); // the order comes again, as the config actor repeats it
    house.permit.release(HoldReason::Memory);
    tokio::time::sleep(Duration::from_millis(300)).await;
    let still = *house.slots[0].borrow();
    assert_eq!((still.playing, still.positions), (false, held.positions), "one reason is left");
    house.permit.release(HoldReason::Drain);
    house.slots[0].wait_for(|status| status.playing && status.positions > held.positions).await.unwrap();
    house.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_model_plays_the_games_that_begin_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::open(folder.path(), Plan::new(1)).await;
    let (first, second) = (house.model(7).await, house.model(8).await);
    house.until_stored(4, house.assignment(first)).await;
    let mut games = house.games().await;
    let by = |games: &BTreeMap<u64, (GameRow, GameRecord)>, model: ModelId| {
        games.values().filter(|(row, _)| row.models == [model]).count()
    };
    // Games of the first that had begun end first, however many of them a slow machine has open.
    while by(&games, second) < 8 {
        house.until_stored(games.len() as u64 + 8, house.assignment(second)).await;
        games = house.games().await;
    }
    assert!(by(&games, first) >= 4);
    assert_eq!(by(&games, first) + by(&games, second), games.len(), "no game changes its model");
    for (row, record) in games.values() {
        assert!(record.players.iter().all(|player| player.model == row.models[0].to_string()));
        assert_eq!(row.parity, GameParity::Passed);
        assert_eq!(row.samples.0, record.searches.len() as u64);
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_slot_loses_nothing_that_was_stored_and_repeats_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::open(folder.path(), Plan::new(2)).await;
    let assignment = house.assignment(house.model(7).await);
    let mut stored = 0;
    for round in 0..4 {
        house.until_stored(stored + 6, assignment).await;
        let before = house.games().await;
        house.slot(round % 2).wait_up(SOON).await.unwrap().kill();
        house.until_stored(before.len() as u64 + 6, assignment).await;
        let after = house.games().await; // it checks that no seed occurs twice
        assert!(before.keys().all(|seed| after[seed].1 == before[seed].1));
        stored = after.len() as u64;
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_start_plays_other_games_and_events_add_up() {
    let folder = tempfile::tempdir().unwrap();
    let mut stored = 0;
    for _ in 0..2 {
        let house = House::open(folder.path(), Plan::new(1)).await;
        let model = house.model(7).await;
        house.until_stored(stored + 6, house.assignment(model)).await;
        house.close().await;
        // A stop stores what had ended; nobody writes any more.
        let house = House::open(folder.path(), Plan::new(0)).await;
        stored = house.games().await.len() as u64;
        let (mut games, mut samples) = (0, 0);
        for event in house.events().await {
            let Event::NewGamesAvailable(event) = event else { continue };
            games += event.new_games.0;
            samples += event.new_samples.0;
            assert_eq!((event.total_games.0, event.total_samples.0), (games, samples));
            assert_eq!(event.model, Some(model));
        }
        assert_eq!(games, stored);
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missing_model_ends_the_slot_with_the_reason_and_the_next_order_heals_it() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::open(folder.path(), Plan::new(1)).await;
    let missing = ModelId::of(b"nobody");
    let before = house.slot(0).wait_up(SOON).await.unwrap().get_id();
    house.slot(0).cast(SelfPlayMsg::Assign(house.assignment(missing))).unwrap();
    let deadline = tokio::time::Instant::now() + SOON;
    while house.slot(0).current().is_none_or(|actor| actor.get_id() == before) {
        assert!(tokio::time::Instant::now() < deadline, "the slot did not restart");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let node = house.tree.node(house.slot(0).path()).unwrap();
    assert!(node.last_error.unwrap().contains("is not recorded in the store"));
    house.until_stored(2, house.assignment(house.model(7).await)).await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_in_full_play_is_quick_and_stores_what_had_ended() {
    let folder = tempfile::tempdir().unwrap();
    let mut plan = Plan::new(1);
    plan.selfplay.commit_ms = 60_000;
    plan.selfplay.commit_games = 1_000;
    let mut house = House::open(folder.path(), plan).await;
    let model = house.model(7).await;
    house.assign(house.assignment(model));
    house.slots[0].wait_for(|status| status.games >= 3).await.unwrap();
    let started = tokio::time::Instant::now();
    house.close().await;
    assert!(started.elapsed() < Duration::from_secs(4), "{:?}", started.elapsed());
    let house = House::open(folder.path(), Plan::new(0)).await;
    assert!(house.games().await.len() >= 3);
    house.close().await;
}

#[test]
fn a_replay_gives_places_by_seat() {
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let games: Vec<GameRecord> = runtime.block_on(async {
        let house = House::open(folder.path(), Plan::new(1)).await;
        let model = house.model(7).await;
        house.until_stored(6, house.assignment(model)).await;
        let games = house.games().await.into_values().map(|(_, record)| record).collect();
        house.close().await;
        games
    });
    for mut record in games {
        let replayed = rr_actors::workers::selfplay::replay_game(&record).unwrap();
        assert_eq!(replayed.result, record.result);
        let won = record.result.unwrap().winner.is_some();
        let mut places = replayed.places.clone();
        places.sort_unstable();
        assert_eq!(places, if won { [1, 2] } else { [1, 1] });
        // A move that the rules don't allow is found.
        let last = record.moves.len() - 1;
        record.moves[last] = record.moves[0];
        assert!(rr_actors::workers::selfplay::replay_game(&record).is_err());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slot_says_once_when_it_has_brought_its_games_and_plays_on() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::open(folder.path(), Plan::new(1)).await;
    let playing = house.assignment(house.model(7).await);
    let mut told = Vec::new();
    for (name, games) in [("first", 3), ("second", 2)] {
        let job = rr_proto::JobId::derive(&[name.as_bytes()]);
        let target = Some(rr_actors::workers::SelfPlayTarget { job, games: rr_proto::Games(games) });
        let stored = house.games().await.len() as u64;
        // Many more than it is to bring: it does not stop, and does not say so twice.
        let order = rr_actors::workers::SelfPlayAssignment { target, ..playing };
        house.until_stored(stored + 12, order).await;
        told.push(games);
        let events = house.events().await;
        let complete = events.iter().filter_map(|event| match event {
            Event::SelfplayComplete(e) => Some((e.slot, e.games.0)),
            _ => None,
        });
        assert_eq!(complete.collect::<Vec<_>>(), told.iter().map(|games| (0, *games)).collect::<Vec<_>>());
    }
    house.close().await;
}
