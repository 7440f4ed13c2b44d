use rr_proto::{
    Elo, EvaluationCompleted, JobId, ModelId, OpponentTally, RatingEstimate, RegressionCleared,
    RegressionDetected, Sha256Digest, SprtVerdict, TrainingCompleted, TrainingProgress, TrainingStarted,
    UnixMillis,
};

use super::*;

fn config() -> ConfigKey {
    "hex8_2p".parse().unwrap()
}

fn job() -> JobId {
    JobId::derive(&[b"job"])
}

fn model() -> ModelId {
    ModelId::from(Sha256Digest::of(b"model"))
}

fn losses(total: f64) -> TrainingLosses {
    TrainingLosses { total, policy: total / 2.0, value: total / 4.0, auxiliary: total / 4.0 }
}

fn scraped(tally: &EventTally) -> Scrape {
    let mut scrape = Scrape::default();
    tally.scrape(&mut scrape);
    scrape
}

#[test]
fn a_training_run_is_followed_to_its_end() {
    let mut tally = EventTally::default();
    tally.hear(&Event::TrainingStarted(TrainingStarted {
        config: config(),
        job: job(),
        attempt: 1,
        parent: None,
        start_step: TrainingSteps(0),
        total_steps: TrainingSteps(100),
        window_samples: Samples(5),
        node: "n".parse().unwrap(),
    }));
    tally.hear(&Event::TrainingProgress(TrainingProgress {
        config: config(),
        job: job(),
        step: TrainingSteps(40),
        total_steps: TrainingSteps(100),
        losses: losses(2.0),
        learning_rate: 0.1,
        samples_per_second: 500.0,
    }));
    let at_work = scraped(&tally);
    let value = |scrape: &Scrape, metric, labels: &[&str]| scrape.value(metric, labels).unwrap();
    assert!((value(&at_work, Metric::TrainingRunning, &["hex8_2p"]) - 1.0).abs() < 1e-9);
    assert!((value(&at_work, Metric::TrainingStep, &["hex8_2p"]) - 40.0).abs() < 1e-9);
    assert!((value(&at_work, Metric::TrainingLoss, &["hex8_2p", "policy"]) - 1.0).abs() < 1e-9);
    tally.hear(&Event::TrainingCompleted(TrainingCompleted {
        config: config(),
        job: job(),
        model: model(),
        parent: None,
        steps: TrainingSteps(100),
        samples_used: Samples(3_200),
        losses: losses(1.0),
        duration_ms: 2_500,
    }));
    let after = scraped(&tally);
    assert!(value(&after, Metric::TrainingRunning, &["hex8_2p"]).abs() < 1e-9);
    assert!((value(&after, Metric::TrainingTime, &["hex8_2p"]) - 2.5).abs() < 1e-9);
    assert!((value(&after, Metric::TrainingSamples, &["hex8_2p"]) - 3_200.0).abs() < 1e-9);
    assert!((value(&after, Metric::TrainingRuns, &["hex8_2p", "completed"]) - 1.0).abs() < 1e-9);
    assert!((value(&after, Metric::EventsHeard, &["TRAINING_PROGRESS"]) - 1.0).abs() < 1e-9);
}

#[test]
fn scores_and_the_test_are_those_of_the_last_candidate() {
    let mut tally = EventTally::default();
    let games = |wins, losses| MatchTally { wins, draws: 0, losses };
    let event = |opponent: &str, versus_champion| {
        Event::EvaluationCompleted(EvaluationCompleted {
            config: config(),
            job: job(),
            candidate: model(),
            champion: None,
            games: 8.try_into().unwrap(),
            versus_champion,
            versus_anchors: vec![OpponentTally { opponent: opponent.to_owned(), tally: games(3, 1) }],
            sprt: SprtProgress { llr: 1.5, lower: -2.9, upper: 2.9, verdict: SprtVerdict::Capped },
            rating: RatingEstimate { elo: Elo(0.0), low: Elo(0.0), high: Elo(0.0) },
        })
    };
    tally.hear(&event("random", games(2, 2)));
    tally.hear(&event("heuristic", games(0, 0)));
    let scrape = scraped(&tally);
    let score = |opponent| scrape.value(Metric::EvaluationScore, &["hex8_2p", opponent]);
    assert_eq!((score("heuristic"), score("random"), score("champion")), (Some(0.75), None, None));
    assert_eq!(scrape.value(Metric::EvaluationRatio, &["hex8_2p", "now"]), Some(1.5));
    assert_eq!(scrape.value(Metric::EvaluationRuns, &["hex8_2p", "completed"]), Some(2.0));
}

#[test]
fn a_regression_stands_until_it_is_cleared() {
    let mut tally = EventTally::default();
    let (current, best) = (Elo(500.0), Elo(600.0));
    let detected = RegressionDetected {
        config: config(),
        model: model(),
        level: RegressionLevel::Critical,
        current,
        best,
        consecutive: 1,
    };
    tally.hear(&detected.into());
    let standing = |tally: &EventTally| scraped(tally).value(Metric::RegressionNow, &["hex8_2p", "critical"]);
    assert_eq!(standing(&tally), Some(1.0));
    tally.hear(
        &RegressionCleared { config: config(), model: model(), current, best, at: UnixMillis(1) }.into(),
    );
    assert_eq!(standing(&tally), Some(0.0));
    assert_eq!(scraped(&tally).value(Metric::Regressions, &["hex8_2p", "critical"]), Some(1.0), "it was one");
}
