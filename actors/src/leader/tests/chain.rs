//! The whole way back: ratings find that a champion fell, the loop calls its predecessor back, feedback explores meanwhile.

use std::sync::{Arc, Mutex};

use ractor::{Actor, ActorProcessingErr, ActorRef};
use rr_cluster::{
    AnchorFloors, BudgetPolicy, CoursePolicy, EvaluationReport, FeedbackPolicy, OpeningScore, PlateauPolicy,
    RatedPlayer, RegressionPolicy, Sprt, SprtParams,
};
use rr_config::{EvaluationSection, PromotionSection, TrainingSection};
use rr_proto::{
    Event, Games, Generation, JobId, ModelId, NewGamesAvailable, NodeId, RegressionLevel, Samples,
    SprtVerdict, TrainingCompleted, TrainingLosses, TrainingSteps, UnixMillis,
};
use rr_storage::{JobKind, JobRow, JobState};
use tokio::sync::watch;

use super::strength::{crown, evaluated, play};
use super::{House, SOON, hex};
use crate::leader::config::{ConfigActor, ConfigArgs, loop_params};
use crate::leader::{
    FeedbackActor, FeedbackArgs, PromotionActor, PromotionArgs, RatingsActor, RatingsArgs, StoredFeedback,
};
use crate::supervision::{Address, ChildSpec, TreePath};
use crate::workers::SelfPlayAssignment;
use crate::workers::selfplay::SelfPlayMsg;

/// Writes down what it is told to play.
struct Slot;

type Told = Arc<Mutex<Option<SelfPlayAssignment>>>;

impl Actor for Slot {
    type Msg = SelfPlayMsg;
    type State = Told;
    type Arguments = Told;

    async fn pre_start(&self, _: ActorRef<SelfPlayMsg>, told: Told) -> Result<Told, ActorProcessingErr> {
        Ok(told)
    }

    async fn handle(
        &self,
        _: ActorRef<SelfPlayMsg>,
        message: SelfPlayMsg,
        told: &mut Told,
    ) -> Result<(), ActorProcessingErr> {
        if let SelfPlayMsg::Assign(assignment) = message {
            *told.lock().unwrap() = Some(assignment);
        }
        Ok(())
    }
}

/// Starts everybody on the way back, and returns what the only slot is told.
async fn start(house: &House) -> Told {
    let told = Told::default();
    let (slot, _) = Actor::spawn(None, Slot, told.clone()).await.unwrap();
    let slot = Address::fixed(TreePath::new("slots/0"), &slot);
    let (store, publisher, clock) = (house.store.clone(), house.publisher.clone(), house.clock.clone());
    let regression = RegressionPolicy::default();
    let args = PromotionArgs { store, publisher, regression, clock };
    house.start(ChildSpec::worker("promotion", move |_| (PromotionActor, args.clone()))).await;
    let policy = CoursePolicy {
        plateau: PlateauPolicy::default(),
        regression,
        floors: AnchorFloors { vs_random: 0.9, vs_heuristic: 0.85 },
        players: 2,
    };
    let (store, publisher, bus) = (house.store.clone(), house.publisher.clone(), house.bus());
    let clock = house.clock.clone();
    let ratings = ChildSpec::worker("ratings", move |start| {
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
    house.start(ratings).await;
    let (store, publisher, bus) = (house.store.clone(), house.publisher.clone(), house.bus());
    let clock = house.clock.clone();
    let feedback = ChildSpec::worker("feedback", move |start| {
        let args = FeedbackArgs {
            store: store.clone(),
            publisher: publisher.clone(),
            bus: bus.clone(),
            configs: [hex()].into(),
            policy: FeedbackPolicy::default(),
            temperature: 1.0,
            learning_rate: 0.002,
            myself: start.address(),
            observer: start.observer(),
            clock: clock.clone(),
        };
        (FeedbackActor, args)
    });
    house.start(feedback).await;
    house.start(config(house, slot)).await;
    told
}

/// The loop of the config; nobody trains or measures for it but the test.
fn config(house: &House, slot: Address<SelfPlayMsg>) -> ChildSpec {
    let training = TrainingSection {
        min_games: 1,
        new_samples: 1,
        min_steps: 1,
        batch_size: 1,
        ..TrainingSection::default()
    };
    let params =
        loop_params(hex(), &training, &EvaluationSection::default(), &PromotionSection::default()).unwrap();
    let (store, publisher, bus) = (house.store.clone(), house.publisher.clone(), house.bus());
    let (clock, promotion) = (house.clock.clone(), house.daemon("promotion"));
    ChildSpec::worker("config", move |start| {
        let nobody = TreePath::new("nobody");
        let args = ConfigArgs {
            config: hex().as_str().parse().unwrap(),
            params,
            pause_while_busy: false,
            budget: BudgetPolicy::default(),
            simulations: 0,
            store: store.clone(),
            publisher: publisher.clone(),
            bus: bus.clone(),
            training: start.tree.address(&nobody),
            arena: start.tree.address(&nobody),
            promotion: promotion.clone(),
            curriculum: start.tree.address(&nobody),
            selfplay: vec![slot.clone()],
            slots: [0].into(),
            myself: start.address(),
            status: watch::channel(None).0,
            clock: clock.clone(),
        };
        (ConfigActor, args)
    })
}

/// Brings the loop to the point where a candidate is champion.
async fn promote(house: &House, start: ModelId, next: ModelId) {
    let games = NewGamesAvailable {
        config: hex(),
        new_games: Games(100),
        new_samples: Samples(1_000),
        total_games: Games(100),
        total_samples: Samples(1_000),
        model: Some(start),
        node: NodeId::new("test").unwrap(),
    };
    house.publish(games).await;
    let queued = house.until("WORK_QUEUED", 1).await;
    let Event::WorkQueued(run) = &queued[0] else { panic!("{queued:?}") };
    let trained = TrainingCompleted {
        config: hex(),
        job: run.job,
        model: next,
        parent: Some(start),
        steps: TrainingSteps(1),
        samples_used: Samples(1),
        losses: TrainingLosses { total: 2.0, ..TrainingLosses::default() },
        duration_ms: 1,
    };
    house.publish(trained).await;
    let queued = house.until("WORK_QUEUED", 2).await;
    let Event::WorkQueued(evaluation) = &queued[1] else { panic!("{queued:?}") };
    report(house, evaluation.job, next, start).await;
    let mut event = evaluated(next, start, 0);
    event.job = evaluation.job;
    house.publish(event).await;
    house.until("MODEL_PROMOTED", 1).await;
    house.settle().await;
}

/// Ends an evaluation as the arena does, with a test that the candidate won.
async fn report(house: &House, job: JobId, candidate: ModelId, champion: ModelId) {
    let waiting = house.store.query("job", move |s| s.job(job)).await.unwrap().unwrap();
    assert_eq!(
        (waiting.kind, waiting.state),
        (JobKind::Evaluation, JobState::Queued),
        "the order waits in the store"
    );
    let mut test = Sprt::new(SprtParams::against_random_start(2)).unwrap();
    while test.verdict() == SprtVerdict::Undecided {
        test.record(OpeningScore::from_shares(2, &[Some(1); 2]).unwrap());
    }
    let report = EvaluationReport::new(candidate, champion, &test).unwrap();
    let detail = postcard::to_stdvec(&report).unwrap();
    let updated_at = UnixMillis(2);
    house.store.put_job(JobRow { state: JobState::Completed, updated_at, detail, ..waiting }).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_champion_that_falls_is_told_called_back_and_explored_around() {
    let house = House::open().await;
    let (start_model, next) = (house.model(hex(), "start").await, house.model(hex(), "next").await);
    crown(&house, start_model, None).await;
    let told = start(&house).await;
    promote(&house, start_model, next).await;
    let [older, newer] = [start_model, next].map(RatedPlayer::Model);
    play(&house, (older, RatedPlayer::Random), (80, 100), 1).await;
    play(&house, (older, newer), (57, 60), 2).await;
    house.publish(evaluated(house.model(hex(), "other").await, next, 9)).await;

    let falls = house.until("REGRESSION_DETECTED", 1).await;
    let Event::RegressionDetected(fall) = &falls[0] else { panic!("{falls:?}") };
    assert_eq!((fall.model, fall.level), (next, RegressionLevel::Critical));
    let backs = house.until("PROMOTION_ROLLED_BACK", 1).await;
    let Event::PromotionRolledBack(back) = &backs[0] else { panic!("{backs:?}") };
    assert_eq!((back.from, back.to, back.generation), (next, start_model, Generation(2)));
    let champion = house.store.query("champion", |s| s.champion(hex())).await.unwrap().unwrap();
    assert_eq!(champion.model, start_model);
    let boosts = house.until("EXPLORATION_BOOST", 2).await;
    let factors = boosts.iter().map(|event| match event {
        Event::ExplorationBoost(e) => e.factor,
        other => panic!("{other:?}"),
    });
    assert_eq!(
        factors.collect::<Vec<_>>(),
        [1.5, 1.25],
        "half of it is left when the predecessor plays again"
    );
    assert_eq!(house.until("REGRESSION_CLEARED", 1).await.len(), 1);
    // What is played next is the predecessor's, and hotter.
    let deadline = tokio::time::Instant::now() + SOON;
    while !told.lock().unwrap().is_some_and(|told| (told.model, told.exploration) == (start_model, 125)) {
        assert!(tokio::time::Instant::now() < deadline, "{told:?}");
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let stored = house.store.query("feedback", |s| StoredFeedback::read(s, hex())).await.unwrap();
    assert_eq!(stored.state.exploration(house.now()), 1.25);
}
