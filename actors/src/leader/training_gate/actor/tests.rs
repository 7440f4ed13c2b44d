use std::sync::Mutex;
use std::time::Duration;

use ractor::Message;
use rr_cluster::PendingGrant;
use rr_proto::{Event, Games, ModelId, Samples, TrainingSteps};
use rr_storage::{GameOrigin, GameParity, NewGame};
use serde_json::json;

use super::*;
use crate::daemons::parity_gate::{
    GrantWish, ParityGateActor, ParityGateArgs, ParityGateMsg, recorded_grant,
};
use crate::daemons::testing::{House, played, stored};
use crate::permit::HoldReason;
use crate::supervision::{ChildSpec, TreePath};

const NAME: &str = "training-gate";
const HOUR: Duration = Duration::from_secs(3_600);
const GATE: TrainingGate = TrainingGate {
    max_age: Duration::from_secs(4 * 3_600),
    absolute_max_age: Duration::from_secs(48 * 3_600),
    min_quality: 0.3,
    max_failed_share: 0.5,
};

/// Writes down what it is sent.
struct Neighbour<M>(std::marker::PhantomData<fn(M)>);

type Notes = Arc<Mutex<Vec<String>>>;

impl<M: Message + std::fmt::Debug> Actor for Neighbour<M> {
    type Msg = M;
    type State = Notes;
    type Arguments = Notes;

    async fn pre_start(&self, _: ActorRef<M>, notes: Notes) -> Result<Notes, ActorProcessingErr> {
        Ok(notes)
    }

    async fn handle(&self, _: ActorRef<M>, message: M, notes: &mut Notes) -> Result<(), ActorProcessingErr> {
        notes.lock().unwrap().push(format!("{message:?}"));
        Ok(())
    }
}

fn neighbour<M: Message + std::fmt::Debug>(name: &str, notes: &Notes) -> ChildSpec {
    let notes = notes.clone();
    ChildSpec::worker(name, move |_| (Neighbour::<M>(std::marker::PhantomData), notes.clone()))
}

/// A gate between a probe of a config and a probe of the trainer, and a parity gate that looks when told to.
struct Stand {
    house: House,
    trained: Notes,
    told: Notes,
}

impl Stand {
    async fn open(grant: Option<GrantWish>) -> Self {
        let mut house = House::new();
        let (trained, told) = (Notes::default(), Notes::default());
        let children = vec![
            neighbour::<TrainerMsg>("trainer", &trained),
            neighbour::<ConfigMsg>("config", &told),
            gate(&house),
            parity(&house, grant),
        ];
        house.start(children).await;
        Self { house, trained, told }
    }

    /// Sends the order of a run, as the config does every few seconds.
    fn order(&self, order: TrainingOrder) {
        let asker = self.house.tree.address(&TreePath::new("node/config"));
        let config = "hex8_2p".parse().unwrap();
        self.house.tell(NAME, TrainingGateMsg::Order { config, order, asker });
    }

    async fn trained(&self, count: usize) {
        self.house
            .eventually("trainer", || (self.trained.lock().unwrap().len() >= count).then_some(()))
            .await;
    }

    /// Waits until the config was told so often whether its run waits, and returns the newest word.
    async fn held(&self, count: usize) -> bool {
        let newest = || {
            let told = self.told.lock().unwrap();
            told.get(count - 1).map(|word| word.contains("held: true"))
        };
        self.house.eventually("config", newest).await
    }

    async fn blocked(&self, count: usize) -> Vec<(TrainingBlock, String)> {
        let events = self.house.events_named("TRAINING_BLOCKED_BY_QUALITY", count).await;
        events
            .into_iter()
            .map(|event| match event {
                Event::TrainingBlockedByQuality(event) => (event.block, event.reason),
                other => panic!("{other:?}"),
            })
            .collect()
    }

    fn game(&self, seed: u64, parity: GameParity) -> NewGame {
        stored(&played("hex8_2p", seed), parity, self.house.now())
    }

    fn trainings(&self) -> usize {
        self.trained.lock().unwrap().len()
    }
}

fn gate(house: &House) -> ChildSpec {
    let (store, publisher, permit) = (house.store.clone(), house.publisher.clone(), house.permit.clone());
    let (trainer, clock) = (house.tree.address(&TreePath::new("node/trainer")), house.clock.clone());
    ChildSpec::worker(NAME, move |start| {
        let args = TrainingGateArgs {
            gate: GATE,
            store: store.clone(),
            publisher: publisher.clone(),
            trainer: trainer.clone(),
            permit: permit.clone(),
            myself: start.address(),
            observer: start.observer(),
            clock: clock.clone(),
        };
        (TrainingGateActor, args)
    })
}

fn parity(house: &House, grant: Option<GrantWish>) -> ChildSpec {
    let (store, publisher, clock) = (house.store.clone(), house.publisher.clone(), house.clock.clone());
    ChildSpec::worker("parity-gate", move |start| {
        let args = ParityGateArgs {
            every: HOUR,
            grant: grant.clone(),
            store: store.clone(),
            publisher: publisher.clone(),
            myself: start.address(),
            observer: start.observer(),
            clock: clock.clone(),
        };
        (ParityGateActor, args)
    })
}

fn run(number: u64, attempt: u32) -> TrainingOrder {
    TrainingOrder {
        job: JobId::derive(&[&number.to_le_bytes()]),
        attempt,
        parent: ModelId::derive(&[b"parent"]),
        steps: TrainingSteps(10),
        batch: Samples(8),
        window: Samples(100_000),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fresh_games_with_verdicts_train_at_once_and_a_repeat_goes_straight_on() {
    let stand = Stand::open(None).await;
    stand.house.append(vec![stand.game(1, GameParity::Passed)]).await;
    stand.order(run(1, 1));
    stand.trained(1).await;
    assert!(!stand.held(1).await);
    // What was let through is at work: that its data gets old meanwhile is no reason to hold it.
    stand.house.clock.advance(5 * HOUR);
    stand.order(run(1, 1));
    stand.trained(2).await;
    let told = stand.house.event_names().await; // the parity gate may have looked by now
    assert!(!told.contains(&"TRAINING_BLOCKED_BY_QUALITY"), "{told:?}");
    stand.order(run(1, 2));
    assert!(stand.held(2).await, "another attempt is asked about anew");
    assert_eq!(stand.trainings(), 2);
}

/// Failure class 25: a gate that is passed over in silence.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn training_with_pending_games_without_a_grant_does_not_start_until_they_are_replayed() {
    let stand = Stand::open(None).await;
    stand.house.until("parity-gate", |shown| shown["status"] == json!("healthy")).await;
    stand.house.append(vec![stand.game(1, GameParity::Passed), stand.game(2, GameParity::Pending)]).await;
    for word in 1..=3 {
        stand.order(run(1, 1));
        assert!(stand.held(word).await);
    }
    stand.house.kill(NAME).await;
    stand.order(run(1, 1));
    assert!(stand.held(4).await);
    let blocked = stand.blocked(1).await;
    assert_eq!((blocked.len(), blocked[0].0), (1, TrainingBlock::Parity), "told once, whoever restarts");
    assert_eq!(stand.trainings(), 0);
    let shown = stand.house.until(NAME, |shown| shown["waiting"]["hex8_2p"] != json!(null)).await;
    assert!(shown["waiting"]["hex8_2p"][0].as_str().unwrap().contains("no verdict yet"), "{shown:#}");
    stand.house.tell("parity-gate", ParityGateMsg::Look);
    stand.house.events_named("PARITY_GATE_CHANGED", 1).await;
    stand.order(run(1, 1));
    assert!(!stand.held(5).await);
    stand.trained(1).await;
}

/// Failure class 25: a bypass that never ends.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_grant_lets_pending_games_train_and_counts_no_more_once_it_has_ended() {
    let wish = GrantWish { holder: "test".to_owned(), lasts: HOUR };
    let stand = Stand::open(Some(wish)).await;
    stand.house.until("parity-gate", |shown| shown["grant_in_force"] == json!(true)).await;
    stand.house.append(vec![stand.game(1, GameParity::Pending)]).await;
    stand.order(run(1, 1));
    stand.trained(1).await;
    let grant: PendingGrant = stand.house.store.query("grant", recorded_grant).await.unwrap().unwrap();
    assert_eq!((grant.uses, grant.newest_uses[0].games), (1, Games(1)));
    assert_eq!(grant.newest_uses[0].job, run(1, 1).job);
    stand.house.until(NAME, |shown| shown["under_grant"] == json!(1)).await;
    stand.house.clock.advance(HOUR);
    stand.order(run(2, 1));
    assert!(stand.held(2).await);
    let blocked = stand.blocked(1).await;
    assert!(blocked[0].1.contains("training.allow_pending_gate of test has ended"), "{blocked:?}");
    assert_eq!(stand.trainings(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn old_games_wait_for_newer_ones_and_each_cause_is_told_once() {
    let stand = Stand::open(None).await;
    stand.house.append(vec![stand.game(1, GameParity::Passed)]).await;
    stand.house.clock.advance(5 * HOUR);
    stand.order(run(1, 1));
    assert!(stand.held(1).await);
    stand.house.permit.hold(HoldReason::Memory, "ram: 90 % in use");
    stand.order(run(1, 1));
    assert!(stand.held(2).await);
    let blocks: Vec<_> = stand.blocked(2).await.into_iter().map(|(block, _)| block).collect();
    assert_eq!(blocks, [TrainingBlock::Stale, TrainingBlock::Resources]);
    stand.house.permit.release(HoldReason::Memory);
    // A game of an evaluation makes the data no younger.
    let arena = NewGame { source: GameOrigin::Arena, ..stand.game(2, GameParity::Passed) };
    stand.house.append(vec![arena]).await;
    stand.order(run(1, 1));
    assert!(stand.held(3).await);
    stand.house.append(vec![stand.game(3, GameParity::Passed)]).await;
    stand.order(run(1, 1));
    assert!(!stand.held(4).await);
    stand.trained(1).await;
    assert_eq!(stand.blocked(2).await.len(), 2);
    stand.house.clock.advance(5 * HOUR);
    stand.order(run(2, 1));
    assert!(stand.held(5).await);
    assert_eq!(stand.blocked(3).await[2].0, TrainingBlock::Stale, "it ended, so it is told again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_replays_otherwise_never_trains() {
    let stand = Stand::open(None).await;
    stand.house.append(vec![stand.game(1, GameParity::Failed)]).await;
    stand.order(run(1, 1));
    assert!(stand.held(1).await);
    assert_eq!(stand.blocked(1).await[0].0, TrainingBlock::Parity);
}
