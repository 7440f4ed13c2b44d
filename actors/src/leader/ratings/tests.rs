use rr_cluster::{AnchorFloors, CoursePolicy, PlateauPolicy, RatedPlayer, RegressionPolicy};
use rr_proto::{Event, JobId, TrainingCompleted, TrainingLosses, TrainingSteps};

use super::*;
use crate::leader::tests::strength::{crown, evaluated, play};
use crate::leader::tests::{House, hex};
use crate::supervision::ChildSpec;

async fn open() -> House {
    let house = House::open().await;
    let (store, publisher, bus) = (house.store.clone(), house.publisher.clone(), house.bus());
    let clock = house.clock.clone();
    let policy = CoursePolicy {
        plateau: PlateauPolicy::default(),
        regression: RegressionPolicy::default(),
        floors: AnchorFloors { vs_random: 0.9, vs_heuristic: 0.85 },
        players: 2,
    };
    let daemon = ChildSpec::worker("ratings", move |start| {
        let args = RatingsArgs {
            store: store.clone(),
            publisher: publisher.clone(),
            bus: bus.clone(),
            myself: start.address(),
            policies: [(hex(), policy)].into(),
            observer: start.observer(),
            clock: clock.clone(),
        };
        (RatingsActor, args)
    });
    house.start(daemon).await;
    house
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_evaluation_tells_ratings_and_a_fall_and_its_end_are_told_across_a_restart() {
    let house = open().await;
    let (before, champion) = (house.model(hex(), "before").await, house.model(hex(), "champion").await);
    let candidate = house.model(hex(), "candidate").await;
    crown(&house, before, None).await;
    crown(&house, champion, Some(before)).await;
    let [older, now, newer] = [before, champion, candidate].map(RatedPlayer::Model);
    play(&house, (older, RatedPlayer::Random), (50, 60), 1).await;
    play(&house, (older, now), (45, 60), 2).await;
    play(&house, (newer, now), (30, 60), 3).await;
    house.publish(evaluated(candidate, champion, 1)).await;
    let told = house.until("ELO_UPDATED", 2).await;
    let rated = told.iter().map(|event| match event {
        Event::EloUpdated(e) => (e.model, e.champion, e.previous),
        other => panic!("{other:?}"),
    });
    assert_eq!(rated.collect::<Vec<_>>(), [(champion, true, None), (candidate, false, None)]);
    let falls = house.until("REGRESSION_DETECTED", 1).await;
    let Event::RegressionDetected(fall) = &falls[0] else { panic!("{falls:?}") };
    assert_eq!((fall.model, fall.consecutive), (champion, 1));
    house.restart::<RatingsMsg>("ratings").await;
    // It wins so often that it is well above its predecessor.
    play(&house, (now, older), (180, 200), 4).await;
    house.clock.advance(std::time::Duration::from_secs(60));
    house.publish(evaluated(candidate, champion, 2)).await;
    let cleared = house.until("REGRESSION_CLEARED", 1).await;
    let Event::RegressionCleared(cleared) = &cleared[0] else { panic!("{cleared:?}") };
    assert_eq!(cleared.model, champion);
    let told = house.until("ELO_UPDATED", 4).await;
    let Event::EloUpdated(again) = &told[2] else { panic!("{told:?}") };
    assert!(
        again.previous.is_some_and(|previous| previous < again.rating.elo) && again.velocity.0 > 0.0,
        "{again:?}"
    );
    assert_eq!(house.until("REGRESSION_DETECTED", 1).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn losses_and_ratings_that_get_no_better_are_plateaus() {
    let house = open().await;
    let champion = house.model(hex(), "champion").await;
    crown(&house, champion, None).await;
    play(&house, (RatedPlayer::Model(champion), RatedPlayer::Random), (50, 60), 1).await;
    for round in 0..6u64 {
        house.clock.advance(std::time::Duration::from_secs(60));
        let run = TrainingCompleted {
            config: hex(),
            job: JobId::derive(&[b"run", &round.to_le_bytes()]),
            model: champion,
            parent: None,
            steps: TrainingSteps(1),
            samples_used: rr_proto::Samples(1),
            losses: TrainingLosses { total: 2.0, ..TrainingLosses::default() },
            duration_ms: 1,
        };
        house.publish(run).await;
        house.publish(evaluated(champion, champion, round)).await;
        house.settle().await;
    }
    let told = house.until("PLATEAU_DETECTED", 2).await;
    let metrics = told.iter().map(|event| match event {
        Event::PlateauDetected(e) => (format!("{:?}", e.metric), e.results),
        other => panic!("{other:?}"),
    });
    assert_eq!(metrics.collect::<Vec<_>>(), [("Elo".to_owned(), 5), ("Loss".to_owned(), 5)]);
}
