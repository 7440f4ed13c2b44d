use rr_proto::{Event, QualityCheckFailed, QualityScoreUpdated};
use rr_storage::{GameParity, NewGame};
use serde_json::json;

use super::*;
use crate::daemons::quality_monitor::told_quality;
use crate::daemons::testing::{House, played, stored};
use crate::supervision::ChildSpec;

const NAME: &str = "quality-monitor";

async fn open() -> House {
    let mut house = House::new();
    let (store, publisher, clock) = (house.store.clone(), house.publisher.clone(), house.clock.clone());
    let child = ChildSpec::worker(NAME, move |start| {
        let args = QualityMonitorArgs {
            settings: QualitySection { games: 20, min_games: 10, ..QualitySection::default() },
            store: store.clone(),
            publisher: publisher.clone(),
            myself: start.address(),
            observer: start.observer(),
            clock: clock.clone(),
        };
        (QualityMonitorActor, args)
    });
    house.start(vec![child]).await;
    house
}

fn config() -> ConfigKey {
    "hex8_2p".parse().unwrap()
}

/// Has games looked at until so many looks were made; without new games none is.
async fn look(house: &House, looks: u64) -> serde_json::Value {
    let ask = || {
        house.tell(NAME, QualityMonitorMsg::Look);
        Some(house.shown(NAME)).filter(|shown| shown["looks"] == json!(looks))
    };
    house.eventually(NAME, ask).await
}

/// Games that differ; without policies they teach little.
fn games(house: &House, seeds: std::ops::Range<u64>, policies: bool) -> Vec<NewGame> {
    let game = |seed| {
        let mut record = played("hex8_2p", seed);
        if !policies {
            record.searches.iter_mut().for_each(|search| search.policy.clear());
        }
        stored(&record, GameParity::Passed, house.now())
    };
    seeds.map(game).collect()
}

async fn scores(house: &House, count: usize) -> Vec<QualityScoreUpdated> {
    let events = house.events_named("QUALITY_SCORE_UPDATED", count).await;
    events
        .into_iter()
        .map(|event| match event {
            Event::QualityScoreUpdated(event) => event,
            other => panic!("{other:?}"),
        })
        .collect()
}

async fn failures(house: &House, count: usize) -> Vec<QualityCheckFailed> {
    let events = house.events_named("QUALITY_CHECK_FAILED", count).await;
    events
        .into_iter()
        .map(|event| match event {
            Event::QualityCheckFailed(event) => event,
            other => panic!("{other:?}"),
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn different_games_with_policies_are_good_and_told_once() {
    let house = open().await;
    house.append(games(&house, 0..9, true)).await;
    look(&house, 1).await;
    assert_eq!(house.event_names().await, [""; 0], "nine games say nothing yet");
    house.append(games(&house, 9..20, true)).await;
    look(&house, 2).await;
    let told = scores(&house, 1).await.pop().unwrap();
    assert_eq!((told.grade, told.previous, told.games), (QualityGrade::High, None, Games(20)));
    assert!(told.score > 0.9 && told.diversity > 0.9, "{told:?}");
    let shown = house.until(NAME, |shown| shown["configs"]["hex8_2p"]["grade"] == json!("High")).await;
    assert_eq!(shown["status"], json!("healthy"), "{shown:#}");
    house.kill(NAME).await;
    look(&house, 1).await;
    assert_eq!(scores(&house, 1).await.len(), 1, "a restart tells nothing twice");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn games_that_teach_nothing_are_told_of_once_and_so_is_their_recovery() {
    let house = open().await;
    house.append(games(&house, 0..20, false)).await;
    look(&house, 1).await;
    let failed = failures(&house, 1).await.pop().unwrap();
    assert!(failed.score.is_some_and(|score| score < 0.6), "{failed:?}");
    assert!(failed.failure.message.contains("0.0 policy targets"), "{failed:?}");
    assert_eq!(scores(&house, 1).await[0].grade, QualityGrade::Low);
    house.append(games(&house, 20..21, false)).await;
    look(&house, 2).await;
    assert_eq!(house.event_names().await.len(), 2, "one more of the same is no news");
    house.append(games(&house, 30..50, true)).await;
    look(&house, 3).await;
    let better = scores(&house, 2).await.pop().unwrap();
    assert!(better.previous.is_some() && better.grade == QualityGrade::High, "{better:?}");
    let told = house.store.query("told", |s| told_quality(s, config())).await.unwrap().unwrap();
    assert_eq!((told.score, told.diversity), (better.score, better.diversity));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn records_that_can_t_be_read_fail_the_check_and_not_the_daemon() {
    let house = open().await;
    house.append(games(&house, 0..20, true)).await;
    look(&house, 1).await;
    assert_eq!(scores(&house, 1).await.len(), 1);
    let garbage =
        |n: u64| NewGame { record: n.to_le_bytes().to_vec(), ..games(&house, 1..2, true).remove(0) };
    house.append((0..20).map(garbage).collect()).await;
    let shown = look(&house, 2).await;
    let failed = failures(&house, 1).await.pop().unwrap();
    assert!(failed.failure.message.contains("can be read"), "{failed:?}");
    assert_eq!(shown["status"], json!("healthy"), "{shown:#}");
}
