//! The actor itself. Supervised by `leader`, one for one. Ratings are a fold over the stored log; the course that they make is
//! stored with every step, in one transaction with the events that tell of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use ractor::{Actor, ActorProcessingErr, ActorRef};
use rr_cluster::{AnchorRates, CourseFinding, CoursePolicy, CourseStanding, EvaluationReport, RatedModel};
use rr_proto::{
    ConfigKey, EloPerHour, EloUpdated, Event, EventKind, JobId, ModelId, PlateauDetected, RegressionCleared,
    RegressionDetected, UnixMillis,
};
use rr_storage::{StorageError, StoreSnapshot, StoreWrite};
use serde::Serialize;

use super::standing::{StrengthFacts, facts};
use super::stored::{StoredCourse, StoredCourses};
use crate::bus::{BusMsg, Delivery, DurableSubscription, EventFilter, EventPublisher, EventSink, StartFrom};
use crate::clock::Clock;
use crate::daemons::DaemonHealth;
use crate::error::BusFailure;
use crate::store::StoreAccess;
use crate::supervision::{Address, Observer};

/// The events that change how a config stands.
const KINDS: [EventKind; 4] = [
    EventKind::EvaluationCompleted,
    EventKind::ModelPromoted,
    EventKind::PromotionRolledBack,
    EventKind::TrainingCompleted,
];

/// What the ratings actor is told.
#[derive(Debug)]
pub enum RatingsMsg {
    /// A network was trained or measured, or a champion came or went.
    Heard(Delivery),
}

/// What the ratings actor needs.
#[derive(Clone)]
pub struct RatingsArgs {
    /// The store of the node.
    pub store: StoreAccess,
    /// Events.
    pub publisher: EventPublisher,
    /// The event bus.
    pub bus: Address<BusMsg>,
    /// This actor, for events.
    pub myself: Address<RatingsMsg>,
    /// What the course of each led config is judged by.
    pub policies: BTreeMap<ConfigKey, CoursePolicy>,
    /// Shows the state.
    pub observer: Observer,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Watches the ratings of all configs.
pub struct RatingsActor;

/// The courses of the configs.
pub struct RatingsState {
    args: RatingsArgs,
    stored: StoredCourses,
    health: DaemonHealth,
}

/// What the ratings show of a config.
#[derive(Debug, Serialize)]
struct ShownCourse {
    config: ConfigKey,
    velocity: EloPerHour,
    ratings: Vec<f64>,
}

/// What the ratings show.
#[derive(Debug, Serialize)]
struct RatingNumbers {
    configs: Vec<ShownCourse>,
}

impl Actor for RatingsActor {
    type Msg = RatingsMsg;
    type State = RatingsState;
    type Arguments = RatingsArgs;

    async fn pre_start(
        &self,
        _myself: ActorRef<RatingsMsg>,
        args: RatingsArgs,
    ) -> Result<RatingsState, ActorProcessingErr> {
        let stored = args.store.query("courses", |snapshot| snapshot.fact(StoredCourses::FACT)).await?;
        let health = DaemonHealth::new(Arc::clone(&args.clock));
        Ok(RatingsState { args, stored: stored.unwrap_or_default(), health })
    }

    async fn post_start(
        &self,
        _myself: ActorRef<RatingsMsg>,
        state: &mut RatingsState,
    ) -> Result<(), ActorProcessingErr> {
        let subscription = DurableSubscription {
            name: "ratings".to_owned(),
            filter: EventFilter::kinds(&KINDS),
            sink: EventSink::new(state.args.myself.clone(), RatingsMsg::Heard),
            from: StartFrom::Beginning,
        };
        subscription.open(&state.args.bus).await?;
        state.show();
        Ok(())
    }

    async fn handle(
        &self,
        _myself: ActorRef<RatingsMsg>,
        RatingsMsg::Heard(delivery): RatingsMsg,
        state: &mut RatingsState,
    ) -> Result<(), ActorProcessingErr> {
        let heard = state.heard(delivery.event(), delivery.header().time).await;
        state.health.count("ELO_SYNC", &heard);
        delivery.settle(&heard);
        state.show();
        Ok(())
    }
}

impl RatingsState {
    async fn heard(&mut self, event: &Event, at: UnixMillis) -> Result<(), BusFailure> {
        let Some(config) = event.config() else { return Ok(()) };
        let Some(policy) = self.args.policies.get(&config).copied() else { return Ok(()) };
        let mut next = self.stored.configs.get(&config).cloned().unwrap_or_default();
        let mut events = Vec::new();
        match event {
            Event::TrainingCompleted(e) => {
                let found = next.course.trained(e.job, e.losses.total, &policy);
                events.extend(found.map(|found| told(config, e.model, found, at)));
            }
            Event::EvaluationCompleted(e) => {
                let evaluated = Some((e.job, e.candidate));
                let facts = self.facts(config, evaluated, at).await?;
                events = taken(config, &mut next, &facts, &policy, Some(e.job));
            }
            // Who is champion changed, and nothing was played.
            _ => {
                let facts = self.facts(config, None, at).await?;
                events = taken(config, &mut next, &facts, &policy, None);
            }
        }
        self.keep(config, next, events).await
    }

    async fn facts(
        &self,
        config: ConfigKey,
        evaluated: Option<(JobId, ModelId)>,
        at: UnixMillis,
    ) -> Result<StrengthFacts, BusFailure> {
        let read = move |snapshot: &StoreSnapshot| facts(snapshot, config, evaluated, at);
        Ok(self.args.store.query("ratings", read).await?)
    }

    /// Stores the course of a config with the events that tell of it.
    async fn keep(
        &mut self,
        config: ConfigKey,
        course: StoredCourse,
        events: Vec<Event>,
    ) -> Result<(), BusFailure> {
        for event in &events {
            if let Event::RegressionDetected(e) = event {
                tracing::warn!(%config, level = ?e.level, current = %e.current, best = %e.best, "the champion plays worse than it should");
            }
        }
        if events.is_empty() && self.stored.configs.get(&config) == Some(&course) {
            return Ok(());
        }
        let mut next = self.stored.clone();
        next.configs.insert(config, course);
        let stage = |event| self.args.publisher.stage(event, None);
        let staged = events.into_iter().map(stage).collect::<Result<Vec<_>, _>>()?;
        let row = next.clone();
        let work = move |write: &mut StoreWrite| -> Result<(), StorageError> {
            write.put_fact(StoredCourses::FACT, &row)?;
            staged.iter().try_for_each(|event| event.append(write).map(drop))
        };
        self.args.store.commit("courses", work).await?;
        self.stored = next;
        Ok(())
    }

    fn show(&self) {
        let shown = |(config, stored): (&ConfigKey, &StoredCourse)| ShownCourse {
            config: *config,
            velocity: stored.course.velocity(),
            ratings: stored.course.ratings().iter().map(|point| point.elo.0.round()).collect(),
        };
        let numbers = RatingNumbers { configs: self.stored.configs.iter().map(shown).collect() };
        self.args.observer.show(self.health.with(&numbers));
    }
}

/// Takes facts into the course and returns the events that tell of it: ratings first, then what they show.
fn taken(
    config: ConfigKey,
    next: &mut StoredCourse,
    facts: &StrengthFacts,
    policy: &CoursePolicy,
    job: Option<JobId>,
) -> Vec<Event> {
    let Some(standing) = &facts.standing else { return Vec::new() };
    let before = next.course.clone();
    let findings = match job {
        Some(job) => next.course.evaluated(job, standing, facts.report.as_ref().and_then(rates), policy),
        None => next.course.champion_changed(standing, policy),
    };
    if before == next.course {
        return Vec::new(); // heard before
    }
    let velocity = next.course.velocity();
    let rated = [(Some(standing.champion), true), (facts.candidate, false)];
    let mut events = Vec::new();
    for (rated, champion) in rated.into_iter().filter_map(|(rated, champion)| Some((rated?, champion))) {
        let RatedModel { model, rating, games } = rated;
        let previous = next.tell(model, rating.elo);
        events.push(EloUpdated { config, model, previous, rating, games, champion, velocity }.into());
    }
    let CourseStanding { at, champion, .. } = standing;
    events.extend(findings.into_iter().map(|finding| told(config, champion.model, finding, *at)));
    events
}

/// Returns the win rates of an evaluation that played both anchors.
fn rates(report: &EvaluationReport) -> Option<AnchorRates> {
    Some(AnchorRates { random: report.vs_random()?.rate(), heuristic: report.vs_heuristic()?.rate() })
}

/// Puts a finding into its event.
fn told(config: ConfigKey, model: ModelId, finding: CourseFinding, at: UnixMillis) -> Event {
    match finding {
        CourseFinding::Plateau { metric, best, current, results } => {
            PlateauDetected { config, metric, best, current, results, at }.into()
        }
        CourseFinding::Regressed { level, current, best, consecutive } => {
            RegressionDetected { config, model, level, current, best, consecutive }.into()
        }
        CourseFinding::Cleared { current, best } => {
            RegressionCleared { config, model, current, best, at }.into()
        }
    }
}
