//! One line of text for an event.

use rr_proto::{ErrorCode, Event, MatchTally};

use super::feedback_line::feedback_line;
use super::house_line::house_line;

/// Returns the line of an event, which begins with its wire name; none for what the running counts show anyway, for a first start of
/// a daemon, and for the bookkeeping of what waits: `rr-admin events tail` has those.
pub(super) fn event_line(event: &Event) -> Option<String> {
    let name = event.name();
    Some(match event {
        Event::NewGamesAvailable(_) | Event::TrainingProgress(_) | Event::EvaluationProgress(_) => {
            return None;
        }
        Event::SelfplayTargetUpdated(_) | Event::WorkQueued(_) => return None,
        Event::DaemonStarted(e) if e.restarts == 0 => return None,
        Event::TrainingThresholdReached(e) => format!(
            "{name} {}: {} new, {} in all, window of {}",
            e.config, e.new_samples, e.total_games, e.window_samples
        ),
        Event::TrainingStarted(e) => format!(
            "{name} {}: run {} attempt {}, step {} to {}, window of {}",
            e.config,
            e.job.short(),
            e.attempt,
            e.start_step.get(),
            e.total_steps.get(),
            e.window_samples
        ),
        Event::TrainingCompleted(e) => format!(
            "{name} {}: model {} after {:.1} s, loss {:.3} (policy {:.3}, value {:.3})",
            e.config,
            e.model.short(),
            e.duration_ms as f64 / 1000.0,
            e.losses.total,
            e.losses.policy,
            e.losses.value
        ),
        Event::TrainingFailed(e) if e.failure.code == ErrorCode::Cancelled => {
            format!("{name} {}: {}", e.config, e.failure.message)
        }
        Event::TrainingFailed(e) => format!(
            "{name} {}: attempt {} failed ({}){}",
            e.config,
            e.attempt,
            e.failure.message,
            if e.will_retry { ", it is tried again" } else { "" }
        ),
        other => {
            let told = feedback_line(other).or_else(|| house_line(other));
            return told.map(|told| format!("{name} {told}")).or_else(|| strength_line(other));
        }
    })
}

/// Returns the line of an event about how strong a model is.
fn strength_line(event: &Event) -> Option<String> {
    let name = event.name();
    Some(match event {
        Event::EvaluationStarted(e) => {
            format!("{name} {}: {} plays up to {} games", e.config, e.candidate.short(), e.max_games)
        }
        Event::EvaluationCompleted(e) => format!(
            "{name} {}: {} scored {}, test {:?} at LLR {:.2}, Elo {:.0} ({:.0} to {:.0}){}",
            e.config,
            e.candidate.short(),
            tally(&e.versus_champion),
            e.sprt.verdict,
            e.sprt.llr,
            e.rating.elo.get(),
            e.rating.low.get(),
            e.rating.high.get(),
            e.versus_anchors
                .iter()
                .map(|anchor| format!(", against {} {}", anchor.opponent, tally(&anchor.tally)))
                .collect::<String>()
        ),
        Event::EvaluationFailed(e) => {
            format!("{name} {}: {} ({})", e.config, e.candidate.short(), e.failure.message)
        }
        Event::ModelPromoted(e) => format!(
            "{name} {}: generation {} is {}, Elo {:.0} ({:.0} to {:.0}), {:+.0} over the one before",
            e.config,
            e.generation.get(),
            e.model.short(),
            e.rating.elo.get(),
            e.rating.low.get(),
            e.rating.high.get(),
            e.gain.get()
        ),
        Event::PromotionFailed(e) => {
            format!("{name} {}: {} ({})", e.config, e.model.short(), e.failure.message)
        }
        Event::RegressionDetected(e) => format!(
            "{name} {}: {} at Elo {:.0}, the best was {:.0} ({:?})",
            e.config,
            e.model.short(),
            e.current.get(),
            e.best.get(),
            e.level
        ),
        Event::PromotionCandidate(e) => {
            format!("{name} {}: {} is to follow {}", e.config, e.model.short(), e.champion.short())
        }
        Event::RegressionCleared(e) => {
            format!("{name} {}: {} at {}, the best was {}", e.config, e.model.short(), e.current, e.best)
        }
        Event::PromotionRolledBack(e) => {
            format!("{name} {}: {} back to {} ({})", e.config, e.from.short(), e.to.short(), e.reason)
        }
        Event::ModelDistributionComplete(e) => {
            let nodes = if e.nodes.len() == 1 { "node" } else { "nodes" };
            format!("{name} {}: {} on {} {nodes}", e.config, e.model.short(), e.nodes.len())
        }
        _ => return None,
    })
}

fn tally(tally: &MatchTally) -> String {
    format!("{}-{}-{} W-D-L", tally.wins, tally.draws, tally.losses)
}

#[cfg(test)]
mod tests {
    use rr_proto::EventEnvelope;

    use super::event_line;

    /// One stored example of every event.
    const EXAMPLES: &str = include_str!("../../../proto/golden/events.txt");

    #[test]
    fn every_event_has_a_line_that_begins_with_its_name_except_what_the_counts_show() {
        let mut silent = Vec::new();
        for example in EXAMPLES.lines() {
            let hex = example.rsplit(' ').next().unwrap();
            let bytes: Vec<u8> = (0..hex.len() / 2)
                .map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap())
                .collect();
            let event = EventEnvelope::from_bytes(&bytes).unwrap().event;
            match event_line(&event) {
                Some(line) => assert!(line.starts_with(event.name()), "{line}"),
                None => silent.push(event.name()),
            }
        }
        let expected = [
            "NEW_GAMES_AVAILABLE",
            "SELFPLAY_TARGET_UPDATED",
            "WORK_QUEUED",
            "TRAINING_PROGRESS",
            "EVALUATION_PROGRESS",
        ];
        assert_eq!(silent, expected);
    }
}
