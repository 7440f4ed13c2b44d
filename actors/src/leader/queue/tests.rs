use std::sync::Arc;

use rr_proto::{ConfigKey, Event, Games, JobId, Plies, Samples, SelfplayComplete, SelfplayTargetUpdated};
use rr_storage::{GameOrigin, GameParity, JobState, NewGame};

use super::*;
use crate::leader::scheduler::StoredSchedule;
use crate::leader::tests::{House, hex};
use crate::supervision::ChildSpec;

async fn open() -> House {
    let house = House::open().await;
    let (store, publisher, bus) = (house.store.clone(), house.publisher.clone(), house.bus());
    let clock = house.clock.clone();
    let configs: Arc<[ConfigKey]> = [hex()].into();
    let daemon = ChildSpec::worker("queue-populator", move |start| {
        let args = QueuePopulatorArgs {
            store: store.clone(),
            publisher: publisher.clone(),
            bus: bus.clone(),
            configs: configs.clone(),
            myself: start.address(),
            observer: start.observer(),
            clock: clock.clone(),
        };
        (QueuePopulatorActor, args)
    });
    house.start(daemon).await;
    house
}

/// Says as the scheduler does how many games are wanted.
async fn want(house: &House, games: u64) {
    let mut schedule = StoredSchedule::default();
    schedule.targets.insert(hex(), Games(games));
    let put = move |write: &mut rr_storage::StoreWrite| write.put_fact(StoredSchedule::FACT, &schedule);
    house.store.commit("schedule", put).await.unwrap();
    let (config, from, to, at) = (hex(), Games(0), Games(games), house.now());
    house.publish(SelfplayTargetUpdated { config, from, to, reason: "test".to_owned(), at }).await;
    house.settle().await;
}

async fn play(house: &House, games: std::ops::Range<u64>) {
    let game = |n: u64| NewGame {
        config: hex(),
        plies: Plies(1),
        samples: Samples(1),
        source: GameOrigin::SelfPlay,
        models: Vec::new(),
        parity: GameParity::Passed,
        finished_at: house.now(),
        record: n.to_le_bytes().to_vec(),
    };
    house.store.append_games(games.map(game).collect()).await.unwrap();
    let (config, games, at) = (hex(), Games(1), house.now());
    let node = rr_proto::NodeId::new("test").unwrap();
    // The clock makes each one an event of its own.
    house.clock.advance(std::time::Duration::from_millis(1));
    house
        .publish(SelfplayComplete { config, model: None, node, slot: 0, games, duration_ms: at.0, at })
        .await;
    house.settle().await;
}

async fn state(house: &House, job: JobId) -> JobState {
    house.store.query("job", move |s| s.job(job)).await.unwrap().unwrap().state
}

fn queued(events: &[Event]) -> Vec<(JobId, u64)> {
    let told = events.iter().map(|event| match event {
        Event::WorkQueued(e) => (e.job, e.games.0),
        other => panic!("{other:?}"),
    });
    told.collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_waits_begins_and_ends_and_the_next_one_waits_at_once() {
    let house = open().await;
    want(&house, 10).await;
    let told = queued(&house.until("WORK_QUEUED", 1).await);
    let first = told[0].0;
    assert_eq!((told[0].1, state(&house, first).await), (10, JobState::Queued));
    // What has not begun follows the scheduler.
    want(&house, 6).await;
    assert_eq!(queued(&house.until("WORK_QUEUED", 2).await), [(first, 10), (first, 6)]);
    play(&house, 0..4).await;
    assert_eq!(state(&house, first).await, JobState::Running);
    house.restart::<QueuePopulatorMsg>("queue-populator").await;
    play(&house, 4..7).await;
    let told = queued(&house.until("WORK_QUEUED", 3).await);
    assert_eq!(state(&house, first).await, JobState::Completed);
    assert_eq!((told.len(), told[2].1, state(&house, told[2].0).await), (3, 6, JobState::Queued));
    assert_ne!(told[2].0, first);
    let open = house.store.query("open jobs", |s| s.open_jobs()).await.unwrap();
    assert_eq!(open.iter().map(|row| row.id).collect::<Vec<_>>(), [told[2].0]);
}
