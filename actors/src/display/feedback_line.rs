//! One line of text for an event by which results steer what is played and trained next.

use rr_proto::{Event, QualityScoreUpdated};

/// Returns what follows the wire name in the line of an event about feedback and quality.
pub(super) fn feedback_line(event: &Event) -> Option<String> {
    steering_line(event).or_else(|| quality_line(event))
}

fn steering_line(event: &Event) -> Option<String> {
    Some(match event {
        Event::SelfplayComplete(e) => format!("{}: slot {} played {}", e.config, e.slot, e.games),
        Event::SelfplayTargetUpdated(e) => format!("{}: {} to {} ({})", e.config, e.from, e.to, e.reason),
        Event::WorkQueued(e) if e.games.get() == 0 => format!("{}: {}", e.config, e.job.short()),
        Event::WorkQueued(e) => format!("{}: {} of {}", e.config, e.job.short(), e.games),
        Event::NpzExportComplete(e) => {
            format!("{}: {} of {} in {} files", e.config, e.samples, e.games, e.shards)
        }
        Event::EloUpdated(e) => {
            let change = e
                .previous
                .map_or(String::new(), |before| format!(" ({:+.0})", (e.rating.elo - before).get()));
            let (elo, velocity) = (e.rating.elo, e.velocity);
            format!("{}: {} at {elo}{change} after {}, {velocity}", e.config, e.model.short(), e.games)
        }
        Event::CurriculumRebalanced(e) => {
            let weights = e.weights.iter().map(|w| format!("{} {:.2}", w.config, w.weight));
            weights.collect::<Vec<_>>().join(", ")
        }
        Event::PlateauDetected(e) => {
            format!("{}: {:?} {:.3}, best {:.3}", e.config, e.metric, e.current, e.best)
        }
        Event::ProgressStallDetected(e) => {
            format!(
                "{}: {} for {}, attempt {}",
                e.config,
                e.velocity,
                hours(e.stalled_ms),
                e.recovery_attempt
            )
        }
        Event::ProgressRecovered(e) => {
            format!("{}: {} after {}", e.config, e.velocity, hours(e.stalled_ms))
        }
        Event::OpponentMastered(e) => {
            format!("{}: {:.0} % against {} in {}", e.config, e.score * 100.0, e.opponent, e.games)
        }
        Event::HyperparameterUpdated(e) => {
            format!("{}: {:?} {} to {} ({})", e.config, e.parameter, e.from, e.to, e.reason)
        }
        Event::ExplorationBoost(e) => format!("{}: times {:.2} ({})", e.config, e.factor, e.reason),
        _ => return None,
    })
}

fn quality_line(event: &Event) -> Option<String> {
    Some(match event {
        Event::TrainingLossAnomaly(e) => {
            format!("{}: {} at step {}, back to {}", e.config, e.reason, e.step.get(), e.back_to.get())
        }
        Event::TrainingBlockedByQuality(e) => format!("{}: {:?} ({})", e.config, e.block, e.reason),
        Event::QualityScoreUpdated(e) => {
            let QualityScoreUpdated { config, score, grade, diversity, games, .. } = e;
            format!(
                "{config}: {score:.2} ({grade:?}), {:.0} % begin like no other of {games}",
                diversity * 100.0
            )
        }
        Event::QualityCheckFailed(e) => format!("{}: {}", e.config, e.failure.message),
        Event::ParityGateChanged(e) => {
            format!("{}: {:?} to {:?}, {} of {} differ", e.config, e.from, e.to, e.failed.get(), e.checked)
        }
        _ => return None,
    })
}

fn hours(ms: u64) -> String {
    format!("{:.1} h", ms as f64 / 3_600_000.0)
}
