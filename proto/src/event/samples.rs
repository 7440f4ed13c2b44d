//! One fixed example of every event, for golden bytes and round trips.

use std::num::NonZeroU32;

use crate::*;

const CONFIG: &str = "hex8_2p";

fn config() -> ConfigKey {
    CONFIG.parse().unwrap()
}

fn model(tag: u8) -> ModelId {
    ModelId::from_bytes([tag; 32])
}

fn job() -> JobId {
    JobId::from_bytes([7; 16])
}

fn node() -> NodeId {
    NodeId::new("node-1").unwrap()
}

fn losses() -> TrainingLosses {
    TrainingLosses { total: 2.5, policy: 1.5, value: 0.75, auxiliary: 0.25 }
}

fn failure() -> FailureNote {
    FailureNote {
        code: ErrorCode::OutOfMemory,
        message: "out of memory; lower training.batch_size".to_owned(),
    }
}

fn tally() -> MatchTally {
    MatchTally { wins: 30, draws: 2, losses: 8 }
}

fn sprt(verdict: SprtVerdict) -> SprtProgress {
    SprtProgress { llr: 3.0, lower: -2.944, upper: 2.944, verdict }
}

fn rating() -> RatingEstimate {
    RatingEstimate { elo: Elo(612.0), low: Elo(580.0), high: Elo(644.0) }
}

fn training() -> Vec<Event> {
    vec![
        TrainingThresholdReached {
            config: config(),
            job: job(),
            new_samples: Samples(4096),
            window_samples: Samples(20_000),
            total_games: Games(300),
            trigger: TrainingTrigger::NewSamples,
        }
        .into(),
        TrainingStarted {
            config: config(),
            job: job(),
            attempt: 1,
            parent: Some(model(1)),
            start_step: TrainingSteps(100),
            total_steps: TrainingSteps(300),
            window_samples: Samples(20_000),
            node: node(),
        }
        .into(),
        TrainingProgress {
            config: config(),
            job: job(),
            step: TrainingSteps(150),
            total_steps: TrainingSteps(300),
            losses: losses(),
            learning_rate: 0.001,
            samples_per_second: 900.0,
        }
        .into(),
        TrainingCompleted {
            config: config(),
            job: job(),
            model: model(2),
            parent: Some(model(1)),
            steps: TrainingSteps(300),
            samples_used: Samples(25_600),
            losses: losses(),
            duration_ms: 61_000,
        }
        .into(),
        TrainingFailed {
            config: config(),
            job: job(),
            attempt: 2,
            checkpoint_step: TrainingSteps(200),
            will_retry: true,
            failure: failure(),
        }
        .into(),
    ]
}

fn evaluation() -> Vec<Event> {
    vec![
        EvaluationStarted {
            config: config(),
            job: job(),
            candidate: model(2),
            champion: Some(model(1)),
            max_games: 400,
        }
        .into(),
        EvaluationProgress {
            config: config(),
            job: job(),
            candidate: model(2),
            tally: tally(),
            sprt: sprt(SprtVerdict::Undecided),
        }
        .into(),
        EvaluationCompleted {
            config: config(),
            job: job(),
            candidate: model(2),
            champion: None,
            games: NonZeroU32::new(80).unwrap(),
            versus_champion: tally(),
            versus_anchors: vec![OpponentTally { opponent: "random".to_owned(), tally: tally() }],
            sprt: sprt(SprtVerdict::Accepted),
            rating: rating(),
        }
        .into(),
        EvaluationFailed { config: config(), job: job(), candidate: model(2), games: 3, failure: failure() }
            .into(),
    ]
}

fn promotion() -> Vec<Event> {
    vec![
        ModelPromoted {
            config: config(),
            model: model(2),
            previous: Some(model(1)),
            generation: Generation(4),
            evaluation: job(),
            rating: rating(),
            gain: Elo(41.5),
        }
        .into(),
        PromotionFailed { config: config(), model: model(2), evaluation: job(), failure: failure() }.into(),
        RegressionDetected {
            config: config(),
            model: model(2),
            level: RegressionLevel::Severe,
            current: Elo(500.0),
            best: Elo(555.0),
            consecutive: 2,
        }
        .into(),
        CurriculumRebalanced {
            trigger: "MODEL_PROMOTED".to_owned(),
            cause: Some(config()),
            revision: 9,
            weights: vec![CurriculumWeight { config: config(), weight: 1.25 }],
        }
        .into(),
    ]
}

/// Returns one example of every event.
pub(crate) fn all() -> Vec<Event> {
    let games = NewGamesAvailable {
        config: config(),
        new_games: Games(16),
        new_samples: Samples(240),
        total_games: Games(300),
        total_samples: Samples(4500),
        model: Some(model(1)),
        node: node(),
    };
    [vec![games.into()], training(), evaluation(), promotion()].concat()
}

/// Puts an event into a fixed envelope.
pub(crate) fn envelope(event: Event) -> EventEnvelope {
    EventEnvelope {
        header: EventHeader {
            id: EventId::from_bytes([3; 16]),
            time: UnixMillis(1_700_000_000_000),
            sender: node(),
            term: 0,
            correlation: EventId::from_bytes([4; 16]),
            trace: Some(TraceContext { trace_id: [5; 16], span_id: [6; 8], flags: 1 }),
        },
        event,
    }
}
