use rr_proto::{DataSyncCompleted, DataSyncFailed, Games, NodeId};
use rr_storage::GameParity;
use serde_json::json;

use super::*;
use crate::daemons::testing::{House, played, stored};
use crate::supervision::ChildSpec;

const NAME: &str = "stale-fallback";
const MINUTE: Duration = Duration::from_secs(60);

fn config() -> ConfigKey {
    "hex8_2p".parse().unwrap()
}

/// A fallback with a game that ended at the start.
async fn open() -> House {
    let mut house = House::new();
    let (store, publisher, bus) = (house.store.clone(), house.publisher.clone(), house.bus());
    let clock = house.clock.clone();
    let child = ChildSpec::worker(NAME, move |start| {
        let args = StaleFallbackArgs {
            settings: SyncSection::default(),
            configs: [config()].into(),
            store: store.clone(),
            publisher: publisher.clone(),
            bus: bus.clone(),
            myself: start.address(),
            observer: start.observer(),
            clock: clock.clone(),
        };
        (StaleFallbackActor, args)
    });
    house.start(vec![child]).await;
    house.append(vec![stored(&played("hex8_2p", 1), GameParity::Passed, house.now())]).await;
    house
}

async fn fail(house: &House, consecutive: u32) {
    house.clock.advance(MINUTE);
    let failure = FailureNote { code: ErrorCode::Io, message: "the cable is out".to_owned() };
    let node = NodeId::new("test").unwrap();
    let event = DataSyncFailed { node, config: None, consecutive, failure, at: house.now() };
    let _ = house.publisher.publish(event.into(), None).await.unwrap();
}

async fn succeed(house: &House) {
    house.clock.advance(MINUTE);
    let node = NodeId::new("test").unwrap();
    let (games, bytes, duration_ms, at) = (Games(0), 0, 1, house.now());
    let event = DataSyncCompleted { node, config: None, games, bytes, duration_ms, at };
    let _ = house.publisher.publish(event.into(), None).await.unwrap();
}

async fn told(house: &House, count: usize) -> Vec<StaleTrainingFallback> {
    let events = house.events_named("STALE_TRAINING_FALLBACK", count).await;
    events
        .into_iter()
        .map(|event| match event {
            Event::StaleTrainingFallback(event) => event,
            other => panic!("{other:?}"),
        })
        .collect()
}

async fn allowed(house: &House) -> bool {
    house.store.query("fallback", |s| fallback_allows(s, config())).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_failures_in_a_row_allow_older_data_through_a_kill_and_a_success_ends_it() {
    let house = open().await;
    for consecutive in 1..=3 {
        fail(&house, consecutive).await;
    }
    house.until(NAME, |shown| shown["failures_in_a_row"] == json!(3)).await;
    house.kill(NAME).await;
    // The node that counts began anew as well.
    fail(&house, 1).await;
    house.until(NAME, |shown| shown["failures_in_a_row"] == json!(4)).await;
    assert!(!allowed(&house).await);
    fail(&house, 2).await;
    let began = told(&house, 1).await.pop().unwrap();
    assert!(began.active && began.config == Some(config()), "{began:?}");
    assert_eq!((began.data_age_ms, &began.reason[..]), (300_000, "5 transfers of data failed in a row"));
    house.until(NAME, |shown| shown["active"] == json!(["hex8_2p"])).await;
    assert!(allowed(&house).await);
    succeed(&house).await;
    let ended = told(&house, 2).await.pop().unwrap();
    assert!(!ended.active);
    assert!(!allowed(&house).await);
    let shown = house.until(NAME, |shown| shown["failures_in_a_row"] == json!(0)).await;
    assert_eq!((&shown["active"], &shown["status"]), (&json!([]), &json!("healthy")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forty_five_minutes_without_a_transfer_allow_it_until_the_data_is_two_days_old() {
    let house = open().await;
    succeed(&house).await;
    house.until(NAME, |shown| shown["last_sync_ms"] == json!(house.now().0)).await;
    house.clock.advance(44 * MINUTE);
    house.tell(NAME, StaleFallbackMsg::Tick);
    house.clock.advance(MINUTE);
    house.tell(NAME, StaleFallbackMsg::Tick);
    assert!(told(&house, 1).await[0].active);
    house.clock.advance(48 * 60 * MINUTE);
    house.tell(NAME, StaleFallbackMsg::Tick);
    let ended = told(&house, 2).await.pop().unwrap();
    assert!(!ended.active && ended.reason.contains("over 48 h old"), "{ended:?}");
}
