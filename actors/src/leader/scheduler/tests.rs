use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ractor::{Actor, ActorProcessingErr, ActorRef};
use rr_cluster::{ConfigExplanation, PlateauPolicy, ScheduleWeights, TermKind};
use rr_proto::{
    ConfigKey, Elo, EloPerHour, EloUpdated, ExplorationBoost, Games, ModelId, QualityGrade,
    QualityScoreUpdated, RatingEstimate,
};
use tokio::sync::watch;

use super::*;
use crate::leader::config::ConfigMsg;
use crate::leader::tests::{House, SOON, hex};
use crate::supervision::{Address, ChildSpec, TreePath};

/// Writes down which slots it was given last.
struct Loop;

type Given = Arc<Mutex<Option<BTreeSet<usize>>>>;

impl Actor for Loop {
    type Msg = ConfigMsg;
    type State = Given;
    type Arguments = Given;

    async fn pre_start(&self, _: ActorRef<ConfigMsg>, given: Given) -> Result<Given, ActorProcessingErr> {
        Ok(given)
    }

    async fn handle(
        &self,
        _: ActorRef<ConfigMsg>,
        message: ConfigMsg,
        given: &mut Given,
    ) -> Result<(), ActorProcessingErr> {
        if let ConfigMsg::Slots(slots) = message {
            *given.lock().unwrap() = Some(slots);
        }
        Ok(())
    }
}

fn square() -> ConfigKey {
    "square8_2p".parse().unwrap()
}

struct Scheduled {
    house: House,
    given: Vec<Given>,
    weights: watch::Sender<ScheduleWeights>,
    scheduler: Address<SchedulerMsg>,
}

/// Two configs and four slots; time passes for the scheduler only when a test asks.
async fn open() -> Scheduled {
    let house = House::open().await;
    let (mut configs, mut given) = (Vec::new(), Vec::new());
    for key in [hex(), square()] {
        let slots = Given::default();
        let (actor, _) = Actor::spawn(None, Loop, slots.clone()).await.unwrap();
        let path = TreePath::new("loops").child(key.as_str());
        configs.push(LedConfig { key, address: Address::fixed(path, &actor) });
        given.push(slots);
    }
    let weights = watch::channel(ScheduleWeights::default()).0;
    let configs: Arc<[LedConfig]> = configs.into();
    let (store, publisher, bus) = (house.store.clone(), house.publisher.clone(), house.bus());
    let (clock, told) = (house.clock.clone(), weights.subscribe());
    let daemon = ChildSpec::worker("scheduler", move |start| {
        let args = SchedulerArgs {
            store: store.clone(),
            publisher: publisher.clone(),
            bus: bus.clone(),
            configs: configs.clone(),
            slots: 4,
            weights: told.clone(),
            plateau: PlateauPolicy::default(),
            every: Duration::from_secs(86_400),
            myself: start.address(),
            observer: start.observer(),
            clock: clock.clone(),
        };
        (SchedulerActor, args)
    });
    house.start(daemon).await;
    let scheduler = house.daemon("scheduler");
    Scheduled { house, given, weights, scheduler }
}

impl Scheduled {
    async fn explain(&self) -> Vec<ConfigExplanation> {
        self.scheduler.call(SchedulerMsg::Explain, SOON).await.unwrap()
    }

    /// Waits until both loops were given slots, and counts them.
    async fn slots(&self) -> Vec<usize> {
        let deadline = tokio::time::Instant::now() + SOON;
        loop {
            let count = |given: &Given| given.lock().unwrap().as_ref().map(BTreeSet::len);
            if let Some(counts) = self.given.iter().map(count).collect() {
                return counts;
            }
            assert!(tokio::time::Instant::now() < deadline, "nobody was given slots");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    async fn of(&self, config: ConfigKey) -> ConfigExplanation {
        self.explain().await.into_iter().find(|told| told.config == config).unwrap()
    }

    async fn allocate(&self) {
        self.scheduler.cast(SchedulerMsg::Allocate).unwrap();
        self.explain().await; // answered after it
    }

    async fn term(&self, config: ConfigKey, kind: TermKind) -> f64 {
        let told = self.of(config).await;
        told.score.terms.iter().find(|term| term.kind == kind).unwrap().value
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_config_gets_its_share_of_the_slots_and_its_target_is_told() {
    let open = open().await;
    let targets = open.house.until("SELFPLAY_TARGET_UPDATED", 2).await;
    assert_eq!(targets.iter().filter_map(rr_proto::Event::config).collect::<Vec<_>>(), [square(), hex()]);
    open.allocate().await;
    assert_eq!(open.slots().await, [2, 2]);
    // A target that did not move is not told again.
    open.allocate().await;
    assert_eq!(open.house.until("SELFPLAY_TARGET_UPDATED", 2).await.len(), 2);
    let told = open.explain().await;
    assert_eq!(told.iter().map(|told| told.share).sum::<f64>(), 1.0);
    assert!(told.iter().all(|told| told.score.terms.len() == 6 && told.score.starvation == 25.0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_heard_moves_the_terms_and_survives_a_restart() {
    let open = open().await;
    let at = open.house.now();
    let (config, games) = (hex(), Games(40));
    let quality = QualityScoreUpdated {
        config,
        score: 0.2,
        previous: None,
        grade: QualityGrade::Low,
        diversity: 0.4,
        games,
        at,
    };
    open.house.publish(quality).await;
    let until = rr_proto::UnixMillis(at.0 + 1_000);
    let boost = ExplorationBoost { config, factor: 2.0, until, reason: "test".to_owned() };
    open.house.publish(boost).await;
    for elo in [500.0, 540.0] {
        let rating = RatingEstimate { elo: Elo(elo), low: Elo(elo - 5.0), high: Elo(elo + 5.0) };
        let (model, previous) = (ModelId::of(b"champion"), None);
        open.house
            .publish(EloUpdated {
                config,
                model,
                previous,
                rating,
                games,
                champion: true,
                velocity: EloPerHour(0.0),
            })
            .await;
        open.house.clock.advance(Duration::from_secs(1));
    }
    open.house.settle().await;
    for life in 0..2 {
        assert_eq!(open.term(hex(), TermKind::Quality).await, 0.2);
        assert_eq!(open.term(hex(), TermKind::Diversity).await, 0.4);
        assert_eq!(open.term(square(), TermKind::Quality).await, 0.7);
        let hex_score = open.of(hex()).await.score;
        assert_eq!((hex_score.momentum, hex_score.exploration), (1.5, 1.0), "the boost has ended");
        assert_eq!(open.term(hex(), TermKind::EloVelocity).await, 1.0);
        if life == 0 {
            open.house.restart::<SchedulerMsg>("scheduler").await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn new_weights_count_from_the_next_allocation() {
    let open = open().await;
    let (config, at) = (hex(), open.house.now());
    let quality = QualityScoreUpdated {
        config,
        score: 1.0,
        previous: None,
        grade: QualityGrade::High,
        diversity: 1.0,
        games: Games(40),
        at,
    };
    open.house.publish(quality).await;
    open.house.settle().await;
    let before = open.of(hex()).await.share;
    open.weights.send_replace(ScheduleWeights { quality: 1.0, staleness: 0.0, ..ScheduleWeights::default() });
    let after = open.of(hex()).await;
    assert!(after.share > before, "{before} and then {after:#?}");
    assert_eq!(after.score.terms[0].weight, 0.0);
}
