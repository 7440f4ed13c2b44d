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

fn at() -> UnixMillis {
    UnixMillis(1_700_000_000_000)
}

fn usage(resource: ResourceKind) -> ResourceUse {
    ResourceUse { resource, place: Some("cuda:0".to_owned()), used_bytes: 900, total_bytes: 1000 }
}

fn selfplay() -> Vec<Event> {
    vec![
        NewGamesAvailable {
            config: config(),
            new_games: Games(16),
            new_samples: Samples(240),
            total_games: Games(300),
            total_samples: Samples(4500),
            model: Some(model(1)),
            node: node(),
        }
        .into(),
        SelfplayComplete {
            config: config(),
            model: Some(model(1)),
            node: node(),
            slot: 1,
            games: Games(64),
            duration_ms: 90_000,
            at: at(),
        }
        .into(),
        SelfplayTargetUpdated {
            config: config(),
            from: Games(200),
            to: Games(400),
            reason: "stalled".to_owned(),
            at: at(),
        }
        .into(),
        WorkQueued { config: config(), job: job(), games: Games(50), priority: 60 }.into(),
    ]
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
        NpzExportComplete {
            config: config(),
            job: job(),
            games: Games(300),
            samples: Samples(20_000),
            shards: 2,
            duration_ms: 1_500,
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
        TrainingLossAnomaly {
            config: config(),
            job: job(),
            step: TrainingSteps(120),
            back_to: TrainingSteps(100),
            reason: "the loss is NaN".to_owned(),
            rate_scale: 0.5,
        }
        .into(),
        TrainingBlockedByQuality {
            config: config(),
            block: TrainingBlock::Stale,
            reason: "newest game is 50 h old".to_owned(),
            at: at(),
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
        EloUpdated {
            config: config(),
            model: model(2),
            previous: Some(Elo(600.0)),
            rating: rating(),
            games: Games(80),
            champion: true,
            velocity: EloPerHour(6.0),
        }
        .into(),
    ]
}

fn promotion() -> Vec<Event> {
    vec![
        PromotionCandidate { config: config(), model: model(2), evaluation: job(), champion: model(1) }
            .into(),
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
        RegressionCleared {
            config: config(),
            model: model(2),
            current: Elo(560.0),
            best: Elo(555.0),
            at: at(),
        }
        .into(),
        PromotionRolledBack {
            config: config(),
            from: model(2),
            to: model(1),
            generation: Generation(5),
            level: Some(RegressionLevel::Critical),
            reason: "80 Elo under the one before".to_owned(),
        }
        .into(),
        ModelDistributionComplete {
            config: config(),
            model: model(2),
            generation: Generation(4),
            nodes: vec![node()],
            duration_ms: 40,
        }
        .into(),
    ]
}

fn curriculum() -> Vec<Event> {
    vec![
        CurriculumRebalanced {
            trigger: "MODEL_PROMOTED".to_owned(),
            cause: Some(config()),
            revision: 9,
            weights: vec![CurriculumWeight { config: config(), weight: 1.25 }],
        }
        .into(),
        PlateauDetected {
            config: config(),
            metric: PlateauMetric::Elo,
            best: 612.0,
            current: 610.0,
            results: 5,
            at: at(),
        }
        .into(),
        ProgressStallDetected {
            config: config(),
            velocity: EloPerHour(0.1),
            stalled_ms: 86_400_000,
            boost: 2.0,
            recovery_attempt: 1,
            at: at(),
        }
        .into(),
        ProgressRecovered { config: config(), velocity: EloPerHour(4.0), stalled_ms: 90_000_000, at: at() }
            .into(),
        OpponentMastered {
            config: config(),
            model: model(2),
            opponent: "random".to_owned(),
            score: 0.97,
            games: Games(50),
        }
        .into(),
        HyperparameterUpdated {
            config: config(),
            parameter: TunedParameter::Temperature,
            from: 1.0,
            to: 1.25,
            reason: "plateau".to_owned(),
            at: at(),
        }
        .into(),
        ExplorationBoost { config: config(), factor: 1.5, until: at(), reason: "loss spike".to_owned() }
            .into(),
    ]
}

fn quality() -> Vec<Event> {
    vec![
        QualityScoreUpdated {
            config: config(),
            score: 0.82,
            previous: Some(0.7),
            grade: QualityGrade::High,
            diversity: 0.9,
            games: Games(50),
            at: at(),
        }
        .into(),
        QualityCheckFailed {
            config: config(),
            score: Some(0.3),
            games: Games(50),
            failure: failure(),
            at: at(),
        }
        .into(),
        ParityGateChanged {
            config: config(),
            from: ParityGateState::Pending,
            to: ParityGateState::Passed,
            checked: Games(100),
            failed: Games(0),
            bypass_until: Some(at()),
            reason: "100 games replayed".to_owned(),
            at: at(),
        }
        .into(),
    ]
}

fn data() -> Vec<Event> {
    vec![
        DataSyncCompleted {
            node: node(),
            config: Some(config()),
            games: Games(12),
            bytes: 4096,
            duration_ms: 800,
            at: at(),
        }
        .into(),
        DataSyncFailed { node: node(), config: None, consecutive: 5, failure: failure(), at: at() }.into(),
        StaleTrainingFallback {
            config: Some(config()),
            active: true,
            data_age_ms: 3_600_000,
            reason: "5 failures in a row".to_owned(),
            at: at(),
        }
        .into(),
        OrphanGamesDetected {
            node: node(),
            count: 3,
            bytes: 12_000,
            examples: vec!["blobs/ab/cd".to_owned()],
            at: at(),
        }
        .into(),
        OrphanGamesRegistered { node: node(), registered: 2, games: Games(40), at: at() }.into(),
        IntegrityChecked {
            node: node(),
            checked: 120,
            damaged: 1,
            quarantined: vec!["blobs/ab/cd: wrong hash".to_owned()],
            duration_ms: 2_000,
            at: at(),
        }
        .into(),
    ]
}

fn resource() -> Vec<Event> {
    vec![
        ResourceConstraint {
            node: node(),
            usage: usage(ResourceKind::Ram),
            level: ResourceLevel::Warning,
            at: at(),
        }
        .into(),
        MemoryPressure { node: node(), usage: usage(ResourceKind::Vram), at: at() }.into(),
        MemoryPressureCleared {
            node: node(),
            usage: usage(ResourceKind::Vram),
            duration_ms: 60_000,
            at: at(),
        }
        .into(),
        DiskSpaceLow {
            node: node(),
            usage: usage(ResourceKind::Disk),
            level: ResourceLevel::Critical,
            at: at(),
        }
        .into(),
        DiskCleanupTriggered {
            node: node(),
            tasks: vec!["runs".to_owned()],
            files: 7,
            freed_bytes: 1 << 30,
            duration_ms: 300,
            at: at(),
        }
        .into(),
        IdleResourceDetected {
            node: node(),
            device: "cuda:0".to_owned(),
            utilization: 0.02,
            idle_ms: 120_000,
            recommended: Some(config()),
            at: at(),
        }
        .into(),
    ]
}

fn daemons() -> Vec<Event> {
    let daemon = || "node/leader/ratings".to_owned();
    vec![
        DaemonStarted { node: node(), daemon: daemon(), restarts: 1, at: at() }.into(),
        DaemonStopped { node: node(), daemon: daemon(), reason: "asked to".to_owned(), at: at() }.into(),
        DaemonStatusChanged {
            node: node(),
            daemon: daemon(),
            from: DaemonPhase::Running,
            to: DaemonPhase::Restarting,
            reason: "panicked".to_owned(),
            at: at(),
        }
        .into(),
        DaemonPermanentlyFailed {
            node: node(),
            daemon: daemon(),
            restarts: 10,
            failure: failure(),
            at: at(),
        }
        .into(),
        CascadeBreakerOpened { node: node(), restarts: 15, threshold: 15, open_ms: 120_000, at: at() }.into(),
        CascadeBreakerClosed { node: node(), duration_ms: 120_000, at: at() }.into(),
    ]
}

fn system() -> Vec<Event> {
    let subscribers = || vec!["ratings".to_owned()];
    vec![
        DlqStaleEvents {
            node: node(),
            count: 2,
            oldest: UnixMillis(5),
            subscribers: subscribers(),
            at: at(),
        }
        .into(),
        DlqEventsReplayed { node: node(), count: 2, subscribers: subscribers(), at: at() }.into(),
        DlqEventsPurged { node: node(), count: 2, reason: "asked to".to_owned(), at: at() }.into(),
        HealthAlert {
            node: node(),
            severity: AlertSeverity::Critical,
            subject: "store".to_owned(),
            message: "the disk is full; free some space".to_owned(),
            at: at(),
        }
        .into(),
    ]
}

/// Returns one example of every event, in the order of the rows.
pub(crate) fn all() -> Vec<Event> {
    let areas = [
        selfplay(),
        training(),
        evaluation(),
        promotion(),
        curriculum(),
        quality(),
        data(),
        resource(),
        daemons(),
        system(),
    ];
    areas.concat()
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
