//! Shares a number of games by score.

use std::collections::BTreeMap;

use rr_proto::{ConfigKey, Games};

/// Returns each config's share of self-play in proportion to its score, none getting less than `floor` of an equal share.
///
/// The shares add up to one. A score that is not a positive number counts as none, and its config gets the floor.
pub fn shares(scores: &BTreeMap<ConfigKey, f64>, floor: f64) -> BTreeMap<ConfigKey, f64> {
    let floor = if floor.is_finite() { floor.clamp(0.0, 1.0) } else { 0.0 };
    let usable = |s: f64| if s.is_finite() { s.max(0.0) } else { 0.0 };
    // Scaled by the largest, so that the sum of huge scores stays finite.
    let largest = scores.values().map(|s| usable(*s)).fold(0.0, f64::max);
    let scaled = |s: f64| if largest > 0.0 { usable(s) / largest } else { 1.0 };
    let sum: f64 = scores.values().map(|s| scaled(*s)).sum();
    let equal = 1.0 / scores.len().max(1) as f64;
    scores.iter().map(|(key, s)| (*key, floor * equal + (1.0 - floor) * scaled(*s) / sum)).collect()
}

/// Shares `games` among the configs as [`shares`] says.
///
/// The numbers add up to `games`; what rounding leaves goes to the largest remainders.
pub fn allocate(scores: &BTreeMap<ConfigKey, f64>, games: Games, floor: f64) -> BTreeMap<ConfigKey, Games> {
    let exact: BTreeMap<ConfigKey, f64> =
        shares(scores, floor).into_iter().map(|(key, share)| (key, share * games.0 as f64)).collect();
    let mut given: BTreeMap<ConfigKey, Games> =
        exact.iter().map(|(key, games)| (*key, Games(games.floor() as u64))).collect();
    let mut remainders: Vec<(ConfigKey, f64)> =
        exact.iter().map(|(key, games)| (*key, games.fract())).collect();
    remainders.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut left = games.0.saturating_sub(given.values().map(|g| g.0).sum());
    for (key, _) in remainders.into_iter().cycle() {
        if left == 0 {
            break;
        }
        *given.entry(key).or_default() += Games(1);
        left -= 1;
    }
    given
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{ConfigSignals, ScheduleScore, ScheduleWeights};
    use super::*;
    use crate::ratings::EloTrend;
    use rr_proto::EloPerHour;
    use std::time::Duration;

    fn signals() -> impl Strategy<Value = ConfigSignals> {
        (0u64..3000, 0u64..300_000, -100.0f64..100.0, 0.0f64..3.0, 0.0f64..1.0, 0.0f64..1.0).prop_map(
            |(games, idle, velocity, curriculum, quality, diversity)| ConfigSignals {
                games: Games(games),
                idle: Duration::from_secs(idle),
                velocity: EloPerHour(velocity),
                curriculum,
                quality,
                diversity,
                ..ConfigSignals::default()
            },
        )
    }

    proptest! {
        #[test]
        fn a_starving_config_never_loses_by_starving(s in signals(), fewer in 0u64..3000) {
            let weights = ScheduleWeights::default();
            let starved = ConfigSignals { games: Games(s.games.0.saturating_sub(fewer)), ..s };
            prop_assert!(ScheduleScore::of(&starved, &weights).total >= ScheduleScore::of(&s, &weights).total);
        }

        #[test]
        fn a_regression_never_cuts_the_score(s in signals(), boost in -1.0f64..3.0) {
            let weights = ScheduleWeights::default();
            let calm = ConfigSignals { trend: EloTrend::Stable, ..s };
            let regressed = ConfigSignals { trend: EloTrend::Regressing, exploration: boost, ..s };
            prop_assert!(ScheduleScore::of(&regressed, &weights).total >= ScheduleScore::of(&calm, &weights).total);
        }

        #[test]
        fn scores_are_above_zero_whatever_comes_in(weight: f64, quality: f64, curriculum: f64, exploration: f64) {
            let weights = ScheduleWeights { quality: weight, staleness: f64::NAN, ..ScheduleWeights::default() };
            let s = ConfigSignals { quality, curriculum, exploration, ..ConfigSignals::default() };
            let score = ScheduleScore::of(&s, &weights);
            prop_assert!(score.total > 0.0, "{}", score.explain());
        }

        #[test]
        fn shares_add_up_and_keep_the_floor(scores in prop::collection::vec(-1.0f64..10.0, 12), games in 0u64..10_000) {
            let scores: BTreeMap<_, _> = ConfigKey::ALL.into_iter().zip(scores).collect();
            let shares = allocate(&scores, Games(games), 0.3);
            prop_assert_eq!(shares.values().map(|g| g.0).sum::<u64>(), games);
            let least = (games as f64 / 12.0 * 0.3).floor() as u64;
            prop_assert!(shares.values().all(|g| g.0 >= least));
        }
    }

    #[test]
    fn the_default_weights_add_up_to_one() {
        let sum: f64 =
            super::super::TermKind::ALL.into_iter().map(|t| ScheduleWeights::default().of(t)).sum();
        assert!((sum - 1.0).abs() < 1e-12);
    }
}
