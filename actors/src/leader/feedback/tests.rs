use std::sync::Arc;
use std::time::Duration;

use rr_cluster::FeedbackPolicy;
use rr_proto::{
    ConfigKey, Elo, Event, JobId, ModelId, PlateauDetected, PlateauMetric, RegressionDetected,
    RegressionLevel, TrainingLossAnomaly, TrainingSteps, TunedParameter,
};

use super::*;
use crate::leader::tests::{House, hex};
use crate::supervision::ChildSpec;

async fn open() -> House {
    let house = House::open().await;
    let (store, publisher, bus) = (house.store.clone(), house.publisher.clone(), house.bus());
    let clock = house.clock.clone();
    let configs: Arc<[ConfigKey]> = [hex()].into();
    let daemon = ChildSpec::worker("feedback", move |start| {
        let args = FeedbackArgs {
            store: store.clone(),
            publisher: publisher.clone(),
            bus: bus.clone(),
            configs: configs.clone(),
            policy: FeedbackPolicy::default(),
            temperature: 1.0,
            learning_rate: 0.002,
            myself: start.address(),
            observer: start.observer(),
            clock: clock.clone(),
        };
        (FeedbackActor, args)
    });
    house.start(daemon).await;
    house
}

fn anomaly(step: u64) -> TrainingLossAnomaly {
    let (job, step, back_to) = (JobId::derive(&[b"run"]), TrainingSteps(step), TrainingSteps(0));
    TrainingLossAnomaly { config: hex(), job, step, back_to, reason: "spike".to_owned(), rate_scale: 0.5 }
}

async fn factors(house: &House) -> (f64, f64) {
    let stored = house.store.query("feedback", |s| StoredFeedback::read(s, hex())).await.unwrap();
    (stored.state.exploration(house.now()), stored.state.learning_rate(house.now()))
}

/// The told changes of a parameter.
fn told(events: &[Event], wanted: TunedParameter) -> Vec<(f64, f64)> {
    let changes = events.iter().filter_map(|event| match event {
        Event::HyperparameterUpdated(e) if e.parameter == wanted => Some((e.from, e.to)),
        _ => None,
    });
    changes.collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bad_loss_cools_the_rate_and_explores_until_their_time_is_over() {
    let house = open().await;
    house.publish(anomaly(7)).await;
    let changes = house.until("HYPERPARAMETER_UPDATED", 2).await;
    assert_eq!(told(&changes, TunedParameter::Temperature), [(1.0, 1.15)]);
    assert_eq!(told(&changes, TunedParameter::LearningRate), [(0.002, 0.002 * 0.8)]);
    let boosts = house.until("EXPLORATION_BOOST", 1).await;
    let Event::ExplorationBoost(boost) = &boosts[0] else { panic!("{boosts:?}") };
    assert_eq!((boost.factor, boost.until.since(house.now())), (1.15, Duration::from_secs(3600)));
    // A restart keeps it, and what is heard again changes nothing.
    house.settle().await;
    let feedback = house.daemon::<FeedbackMsg>("feedback");
    house.restart::<FeedbackMsg>("feedback").await;
    assert_eq!(factors(&house).await, (1.15, 0.8));
    house.clock.advance(Duration::from_secs(3600));
    feedback.cast(FeedbackMsg::Look).unwrap();
    let changes = house.until("HYPERPARAMETER_UPDATED", 3).await;
    assert_eq!(told(&changes, TunedParameter::Temperature), [(1.0, 1.15), (1.15, 1.0)]);
    assert_eq!(factors(&house).await, (1.0, 0.8), "the rate's time is longer");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn however_much_comes_the_factors_stay_within_their_bounds() {
    let house = open().await;
    let (config, model, at) = (hex(), ModelId::of(b"champion"), house.now());
    for n in 0..20u32 {
        house.publish(anomaly(u64::from(n))).await;
        let metric = if n % 2 == 0 { PlateauMetric::Elo } else { PlateauMetric::Loss };
        house.publish(PlateauDetected { config, metric, best: 1.0, current: 1.0, results: n, at }).await;
        let (current, best) = (Elo(400.0), Elo(500.0));
        let level = RegressionLevel::Critical;
        house.publish(RegressionDetected { config, model, level, current, best, consecutive: n }).await;
    }
    house.settle().await;
    assert_eq!(factors(&house).await, (2.0, 0.5));
}
