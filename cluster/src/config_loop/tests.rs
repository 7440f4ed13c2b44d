use std::time::Duration;

use proptest::prelude::*;
use rr_proto::{
    ConfigKey, Games, Generation, JobId, ModelId, RegressionLevel, Samples, TrainingSteps, UnixMillis,
};

use super::*;
use crate::evaluation::{
    AnchorFloors, EvaluationReport, FloorPolicy, OpeningScore, PromotionGate, RegressionPolicy, Sprt,
    SprtParams,
};
use crate::testing::model;

fn params() -> LoopParams {
    LoopParams {
        min_games: Games(10),
        new_samples: Samples(500),
        window: ReplayWindow { min: Samples(2000), ..ReplayWindow::default() },
        uses_per_sample: 4.0,
        batch: Samples(64),
        min_steps: TrainingSteps(10),
        max_steps: TrainingSteps(100),
        first_sprt: SprtParams::against_random_start(2),
        sprt: SprtParams::against_champion(2),
        gate: PromotionGate {
            floors: AnchorFloors { vs_random: 0.9, vs_heuristic: 0.85 },
            policy: FloorPolicy::None,
            confidence: 0.95,
        },
        regression: RegressionPolicy::default(),
        backoff: BackoffPolicy { first: Duration::from_secs(1), ..BackoffPolicy::default() },
        max_refusals: 3,
    }
}

fn report(candidate: ModelId, champion: ModelId, won: bool) -> EvaluationReport {
    let mut test = Sprt::new(SprtParams::against_champion(2)).unwrap();
    for _ in 0..60 {
        test.record(OpeningScore::from_shares(2, &[won.then_some(1); 2]).unwrap());
    }
    EvaluationReport::new(candidate, champion, &test).unwrap()
}

/// Carries out the commands of a loop as a node would, with failures, repetitions and restarts.
struct World {
    state: LoopState,
    params: LoopParams,
    now: UnixMillis,
    pointer: ModelId,
    outstanding: Vec<LoopCommand>,
    sent: Vec<LoopInput>,
    proven: Vec<JobId>,
    drawn: u64,
    models: u64,
    generation: Generation,
}

impl World {
    fn new() -> Self {
        let mut world = Self {
            state: LoopState::new(ConfigKey::ALL[6]),
            params: params(),
            now: UnixMillis(1_000_000),
            pointer: model(0),
            outstanding: Vec::new(),
            sent: Vec::new(),
            proven: Vec::new(),
            drawn: 0,
            models: 0,
            generation: Generation::ZERO,
        };
        world.params.check().unwrap();
        world.send(LoopInput::ChampionInstalled { model: model(0) });
        world
    }

    fn send(&mut self, input: LoopInput) {
        self.sent.push(input.clone());
        let commands = self.state.fold(input.clone(), self.now, &self.params);
        for command in commands {
            if let LoopCommand::Promote(order) = &command {
                assert!(self.proven.contains(&order.evaluation), "promotes without a won evaluation");
            }
            if matches!(
                command,
                LoopCommand::Train(_)
                    | LoopCommand::Evaluate(_)
                    | LoopCommand::Promote(_)
                    | LoopCommand::RollBack(_)
            ) {
                // A new order of a stage stands in for the order before.
                let rolls_back = |c: &LoopCommand| matches!(c, LoopCommand::RollBack(_));
                self.outstanding.retain(|old| rolls_back(old) != rolls_back(&command));
                self.outstanding.push(command);
            }
        }
        let before = self.state.clone();
        assert_eq!(
            self.state.fold(input, self.now, &self.params),
            Vec::new(),
            "a repetition orders something"
        );
        assert_eq!(self.state, before, "a repetition changes the state");
    }

    fn answer(&mut self, pick: usize, well: bool, retryable: bool) {
        if self.outstanding.is_empty() {
            return;
        }
        let command = self.outstanding.remove(pick % self.outstanding.len());
        let input = match command {
            LoopCommand::Train(order) if well => {
                self.drawn += order.draws().0;
                self.models += 1;
                LoopInput::TrainingCompleted {
                    job: order.job,
                    model: model(self.models),
                    samples_used: order.draws(),
                }
            }
            LoopCommand::Train(order) => {
                LoopInput::TrainingFailed { job: order.job, attempt: order.attempt, retryable }
            }
            LoopCommand::Evaluate(order) if !retryable && !well => {
                LoopInput::EvaluationFailed { job: order.job, retryable: true }
            }
            LoopCommand::Evaluate(order) => {
                if well {
                    self.proven.push(order.job);
                }
                LoopInput::EvaluationCompleted {
                    job: order.job,
                    report: report(order.candidate, order.champion, well),
                }
            }
            LoopCommand::Promote(order) if self.pointer == order.expected && well => {
                self.pointer = order.candidate;
                self.outstanding.clear();
                LoopInput::Promoted { evaluation: order.evaluation, model: order.candidate }
            }
            LoopCommand::Promote(order) => LoopInput::PromotionFailed {
                evaluation: order.evaluation,
                attempt: order.attempt,
                retryable: retryable && self.pointer == order.expected,
            },
            LoopCommand::RollBack(order) if self.pointer == order.from && well => {
                self.pointer = order.to;
                LoopInput::RolledBack { job: order.job, generation: self.state.next_generation() }
            }
            LoopCommand::RollBack(order) => LoopInput::RollBackFailed { job: order.job },
            _ => return,
        };
        self.send(input);
    }

    /// Has a person call a training or an evaluation off, if one is out.
    fn call_off(&mut self) {
        let job = |command: &LoopCommand| match command {
            LoopCommand::Train(order) => Some(order.job),
            LoopCommand::Evaluate(order) => Some(order.job),
            _ => None,
        };
        let Some(called_off) = self.outstanding.iter().find_map(job) else { return };
        self.outstanding.retain(|command| job(command) != Some(called_off));
        self.send(LoopInput::CalledOff { job: called_off });
        assert_eq!(self.state.stage().name(), "collecting");
    }

    fn restart(&mut self) {
        let bytes = postcard::to_allocvec(&self.state).unwrap();
        self.state = postcard::from_bytes(&bytes).unwrap();
        let resumed = self.state.resume();
        for command in &self.outstanding {
            assert!(resumed.contains(command), "{command:?} is lost; in {:?}", self.state);
        }
        assert_eq!(resumed.len(), self.outstanding.len(), "{resumed:?} against {:?}", self.outstanding);
        self.outstanding = resumed;
    }

    fn check(&mut self) {
        let champion = self.state.champion().unwrap();
        assert!(champion.generation >= self.generation, "the champion's number fell");
        self.generation = champion.generation;
        assert_eq!(champion.model, self.pointer);
        assert!(self.drawn <= self.state.samples().0 * 4, "trained beyond the bucket");
    }
}

fn deed() -> impl Strategy<Value = (u8, u64, bool, bool)> {
    (0u8..11, 0u64..2000, prop::bool::weighted(0.7), any::<bool>())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn invariants_hold_through_failures_repetitions_and_restarts(deeds in prop::collection::vec(deed(), 1..120)) {
        let mut world = World::new();
        let (mut games, mut samples) = (0, 0);
        for (kind, amount, well, retryable) in deeds {
            match kind {
                0..=2 => {
                    games += 5;
                    samples += amount;
                    world.send(LoopInput::GamesStored { total_games: Games(games), total_samples: Samples(samples) });
                }
                3..=6 => world.answer(amount as usize, well, retryable),
                7 => {
                    world.now = world.now.after(Duration::from_millis(amount));
                    world.send(LoopInput::Tick);
                }
                8 => {
                    let level = if well { RegressionLevel::Critical } else { RegressionLevel::Minor };
                    world.send(LoopInput::RegressionFound { model: world.pointer, level });
                }
                9 => world.call_off(),
                _ => {
                    // A late repetition of anything that was ever sent must not be taken for news.
                    let index = amount as usize % world.sent.len();
                    let old = world.sent[index].clone();
                    if !matches!(old, LoopInput::RegressionFound { .. } | LoopInput::Tick | LoopInput::GamesStored { .. }) {
                        let before = world.state.clone();
                        let commands = world.state.fold(old.clone(), world.now, &world.params);
                        let starts = matches!(old, LoopInput::ChampionInstalled { .. });
                        prop_assert!(starts || (commands.is_empty() && world.state == before), "{:?}", old);
                        world.state = before;
                    }
                }
            }
            world.check();
            if amount % 3 == 0 {
                world.restart();
            }
        }
    }
}

#[test]
fn the_happy_path_promotes_and_goes_on() {
    let mut world = World::new();
    world.send(LoopInput::GamesStored { total_games: Games(9), total_samples: Samples(900) });
    assert_eq!(world.state.stage().name(), "collecting");
    world.send(LoopInput::GamesStored { total_games: Games(20), total_samples: Samples(1000) });
    assert_eq!(world.state.stage().name(), "training");
    let LoopCommand::Train(order) = world.outstanding[0].clone() else { panic!() };
    assert_eq!((order.steps, order.window, order.parent), (TrainingSteps(62), Samples(1000), model(0)));
    world.answer(0, true, true);
    assert_eq!(world.state.candidate(), Some(model(1)));
    world.answer(0, true, true);
    assert_eq!(world.state.stage().name(), "promoting");
    world.answer(0, true, true);
    assert_eq!(world.state.champion(), Some(ChampionRef { model: model(1), generation: Generation(1) }));
    assert_eq!(world.state.stage().name(), "collecting");
}

#[test]
fn a_run_that_is_called_off_gives_its_draws_back_and_the_next_one_needs_new_samples() {
    let mut world = World::new();
    world.send(LoopInput::GamesStored { total_games: Games(20), total_samples: Samples(1000) });
    let draws = world.state.available_draws();
    let LoopCommand::Train(first) = world.outstanding[0].clone() else { panic!() };
    world.send(LoopInput::CalledOff { job: JobId::derive(&[b"another"]) });
    assert_eq!(world.state.stage().name(), "training");
    world.call_off();
    assert_eq!(world.state.available_draws(), draws + first.draws());
    assert_eq!((world.state.failures(), world.state.resume()), (0, vec![]));
    world.send(LoopInput::Tick);
    assert_eq!(world.state.stage().name(), "collecting", "the same samples do not ask for a run again");
    world.send(LoopInput::GamesStored { total_games: Games(30), total_samples: Samples(1500) });
    let LoopCommand::Train(second) = world.outstanding[0].clone() else { panic!() };
    assert_ne!(first.job, second.job);

    world.answer(0, true, true);
    assert_eq!(world.state.stage().name(), "evaluating");
    world.call_off();
    world.send(LoopInput::GamesStored { total_games: Games(40), total_samples: Samples(2000) });
    assert_eq!(world.state.stage().name(), "training");
}

#[test]
fn a_failed_run_waits_resumes_and_is_given_up_at_last() {
    let mut world = World::new();
    world.send(LoopInput::GamesStored { total_games: Games(20), total_samples: Samples(1000) });
    let draws = world.state.available_draws();
    for attempt in 1..=3 {
        let LoopCommand::Train(order) = world.outstanding[0].clone() else { panic!() };
        assert_eq!(order.attempt, attempt);
        world.answer(0, false, true);
        assert!(world.outstanding.is_empty());
        world.send(LoopInput::Tick);
        assert!(world.outstanding.is_empty(), "retried without a wait");
        world.now = world.now.after(Duration::from_secs(60));
        if attempt < 3 {
            world.send(LoopInput::Tick);
        }
    }
    assert_eq!(world.state.stage().name(), "collecting");
    assert_eq!(world.state.available_draws(), draws + Samples(62 * 64));
}

#[test]
fn after_refusals_training_goes_on_from_the_champion_again() {
    let mut world = World::new();
    let mut parents = Vec::new();
    for round in 1..=5u64 {
        world.send(LoopInput::GamesStored {
            total_games: Games(20 * round),
            total_samples: Samples(1000 * round),
        });
        let LoopCommand::Train(order) = world.outstanding[0].clone() else { panic!() };
        parents.push(order.parent);
        world.answer(0, true, true);
        world.answer(0, false, true);
    }
    assert_eq!(parents, [model(0), model(1), model(2), model(0), model(4)]);
    assert_eq!(world.state.refusals(), 5);
}

#[test]
fn a_critical_regression_returns_to_the_predecessor() {
    let mut world = World::new();
    world.send(LoopInput::GamesStored { total_games: Games(20), total_samples: Samples(1000) });
    for _ in 0..3 {
        world.answer(0, true, true);
    }
    world.send(LoopInput::RegressionFound { model: model(1), level: RegressionLevel::Severe });
    assert!(world.outstanding.is_empty());
    world.send(LoopInput::RegressionFound { model: model(1), level: RegressionLevel::Critical });
    world.answer(0, true, true);
    assert_eq!(world.state.champion(), Some(ChampionRef { model: model(0), generation: Generation(2) }));
    assert_eq!((world.state.predecessor(), world.state.next_generation()), (None, Generation(3)));
}

#[test]
fn impossible_parameters_are_refused() {
    let good = params();
    for bad in [
        LoopParams { uses_per_sample: 0.0, ..good },
        LoopParams { uses_per_sample: f64::NAN, ..good },
        LoopParams { batch: Samples(0), ..good },
        LoopParams { max_steps: TrainingSteps(1), ..good },
        LoopParams { window: ReplayWindow { exponent: 0.0, ..good.window }, ..good },
        LoopParams { backoff: BackoffPolicy { max_attempts: 0, ..good.backoff }, ..good },
    ] {
        assert!(bad.check().is_err(), "{bad:?}");
    }
}
