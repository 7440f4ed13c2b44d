//! The scheduler's reasons as operators see them.

use rr_cluster::{ConfigExplanation, TermKind};
use rr_proto::admin::{ScheduleExplanation, ScheduleFactor, ScheduleTerm};

/// Describes how a config is weighed.
pub(super) fn explanation(told: &ConfigExplanation) -> ScheduleExplanation {
    let score = &told.score;
    let factor = |name: &str, value| ScheduleFactor { name: name.to_owned(), value };
    ScheduleExplanation {
        config: told.config.to_string(),
        terms: score
            .terms
            .iter()
            .map(|term| ScheduleTerm {
                name: term_name(term.kind).to_owned(),
                value: term.value,
                weight: term.weight,
            })
            .collect(),
        factors: vec![
            factor("starvation", score.starvation),
            factor("momentum", score.momentum),
            factor("exploration", score.exploration),
        ],
        total: score.total,
        share: told.share,
        target_games: told.target.get(),
    }
}

/// Returns the name of a term, as its weight is called in the section `scheduler`.
fn term_name(kind: TermKind) -> &'static str {
    match kind {
        TermKind::Staleness => "staleness",
        TermKind::EloVelocity => "elo_velocity",
        TermKind::Curriculum => "curriculum",
        TermKind::Quality => "quality",
        TermKind::Diversity => "diversity",
        TermKind::Information => "voi",
    }
}

#[cfg(test)]
mod tests {
    use rr_cluster::{ConfigSignals, SchedulePlan, ScheduleWeights};

    use super::*;

    #[test]
    fn the_sum_of_the_terms_times_the_factors_is_the_total() {
        let signals = [("hex8_2p".parse().unwrap(), ConfigSignals::default())].into();
        let plan = SchedulePlan::of(&signals, &ScheduleWeights::default());
        let told = explanation(&plan.configs[0]);
        assert_eq!((told.config.as_str(), told.terms.len(), told.share), ("hex8_2p", 6, 1.0));
        let sum: f64 = told.terms.iter().map(|term| term.value * term.weight).sum();
        let product: f64 = told.factors.iter().map(|factor| factor.value).product();
        assert!((sum * product - told.total).abs() < 1e-9, "{told:?}");
        assert!(told.target_games > 0);
    }
}
