//! The course of one config: how its champion's rating, its losses and its results against the anchors go on.

use std::collections::VecDeque;

use rr_proto::{
    Elo, EloPerHour, Games, JobId, ModelId, PlateauMetric, RatingEstimate, RegressionLevel, UnixMillis,
};
use serde::{Deserialize, Serialize};

use super::history::{PlateauPolicy, RatingHistory, RatingPoint};
use crate::evaluation::{AnchorFloors, RegressionPolicy};

/// Evaluations over which the results against the anchors are averaged.
const WINDOW: usize = 5;
/// Evaluations that are remembered, so that one that is told again changes nothing.
const REMEMBERED: usize = 32;
/// Share by which a loss has to be under the best one to count as better.
const BETTER: f64 = 0.005;
/// Mean win rate of two players under which a champion that once was strong is in severe trouble.
const WEAK: f64 = 0.55;

/// Says what the course of a config is judged by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CoursePolicy {
    /// What a plateau is.
    pub plateau: PlateauPolicy,
    /// How a fall is graded.
    pub regression: RegressionPolicy,
    /// Win rates that a champion should reach against the anchors.
    pub floors: AnchorFloors,
    /// Players of the config.
    pub players: u8,
}

/// Names who is rated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RatedModel {
    /// The model.
    pub model: ModelId,
    /// Its rating.
    pub rating: RatingEstimate,
    /// The games behind it.
    pub games: Games,
}

/// Says how a config stands by its whole match log.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CourseStanding {
    /// When.
    pub at: UnixMillis,
    /// The champion.
    pub champion: RatedModel,
    /// The champion before, which a roll-back would return to.
    pub predecessor: Option<Elo>,
}

/// Holds the win rates of one evaluation.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct AnchorRates {
    /// Against the random player.
    pub random: f64,
    /// Against the heuristic player.
    pub heuristic: f64,
}

/// Tells of something that a course shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum CourseFinding {
    /// A metric stopped getting better.
    Plateau {
        /// Which.
        metric: PlateauMetric,
        /// Its best value.
        best: f64,
        /// Its newest value.
        current: f64,
        /// Results in a row that were no better.
        results: u32,
    },
    /// The champion plays worse than it should.
    Regressed {
        /// How bad it is.
        level: RegressionLevel,
        /// Its rating.
        current: Elo,
        /// What it is held against.
        best: Elo,
        /// How many times in a row it was seen.
        consecutive: u32,
    },
    /// Who had regressed plays well again, or somebody else took its place.
    Cleared {
        /// The champion's rating.
        current: Elo,
        /// What it is held against.
        best: Elo,
    },
}

/// Reduces the results of a config to what they show.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ConfigCourse {
    ratings: RatingHistory,
    on_plateau: bool,
    best_loss: Option<f64>,
    losses_no_better: u32,
    rates: VecDeque<AnchorRates>,
    /// Whether the floors were reached since the last fall under them.
    strong: bool,
    /// Whether a fall under them was told and is not over.
    weak: bool,
    /// Times in a row that the champion was seen below its predecessor.
    below: u32,
    jobs: VecDeque<JobId>,
}

impl ConfigCourse {
    /// Takes in an evaluation; one that was taken in before shows nothing.
    pub fn evaluated(
        &mut self,
        job: JobId,
        standing: &CourseStanding,
        rates: Option<AnchorRates>,
        policy: &CoursePolicy,
    ) -> Vec<CourseFinding> {
        if !self.is_new(job) {
            return Vec::new();
        }
        let mut findings = self.rated(standing, policy);
        findings.extend(self.fall(standing, policy));
        findings.extend(rates.and_then(|rates| self.measured(rates, standing, policy)));
        findings
    }

    /// Takes in that somebody else is champion.
    pub fn champion_changed(
        &mut self,
        standing: &CourseStanding,
        policy: &CoursePolicy,
    ) -> Vec<CourseFinding> {
        (self.best_loss, self.losses_no_better) = (None, 0); // its games are others, and so are the losses
        let mut findings = self.rated(standing, policy);
        findings.extend(self.cleared(standing, policy));
        findings
    }

    /// Takes in the loss of a training run.
    pub fn trained(&mut self, job: JobId, loss: f64, policy: &CoursePolicy) -> Option<CourseFinding> {
        if !self.is_new(job) || !loss.is_finite() {
            return None;
        }
        match self.best_loss {
            Some(best) if loss > best * (1.0 - BETTER) => {
                self.losses_no_better = self.losses_no_better.saturating_add(1);
                let results = self.losses_no_better;
                (results as usize == policy.plateau.ratings).then_some(CourseFinding::Plateau {
                    metric: PlateauMetric::Loss,
                    best,
                    current: loss,
                    results,
                })
            }
            _ => {
                (self.best_loss, self.losses_no_better) = (Some(loss), 0);
                None
            }
        }
    }

    /// Returns the velocity of the champion's rating.
    pub fn velocity(&self) -> EloPerHour {
        self.ratings.velocity()
    }

    /// Returns the champion's ratings that are looked back on, oldest first.
    pub fn ratings(&self) -> &[RatingPoint] {
        self.ratings.points()
    }

    fn is_new(&mut self, job: JobId) -> bool {
        if self.jobs.contains(&job) {
            return false;
        }
        self.jobs.push_back(job);
        self.jobs.drain(..self.jobs.len().saturating_sub(REMEMBERED));
        true
    }

    /// Adds the champion's rating, and tells of a plateau when it begins.
    fn rated(&mut self, standing: &CourseStanding, policy: &CoursePolicy) -> Vec<CourseFinding> {
        let current = standing.champion.rating.elo;
        self.ratings.record(RatingPoint { at: standing.at, elo: current }, &policy.plateau);
        let before = std::mem::replace(&mut self.on_plateau, self.ratings.on_plateau(&policy.plateau));
        if before || !self.on_plateau {
            return Vec::new();
        }
        let points = self.ratings.points();
        let best = points.iter().map(|point| point.elo.0).fold(f64::NEG_INFINITY, f64::max);
        let results = u32::try_from(points.len()).unwrap_or(u32::MAX);
        vec![CourseFinding::Plateau { metric: PlateauMetric::Elo, best, current: current.0, results }]
    }

    /// Holds the champion against its predecessor: it is the one that a roll-back would return to.
    fn fall(&mut self, standing: &CourseStanding, policy: &CoursePolicy) -> Option<CourseFinding> {
        let (current, Some(best)) = (standing.champion.rating.elo, standing.predecessor) else {
            return self.cleared(standing, policy);
        };
        match policy.regression.decide(best - current, games(standing)) {
            (None, _) => self.cleared(standing, policy),
            (Some(level), _) => {
                self.below = self.below.saturating_add(1);
                Some(CourseFinding::Regressed { level, current, best, consecutive: self.below })
            }
        }
    }

    /// Tells that a fall is over.
    fn cleared(&mut self, standing: &CourseStanding, policy: &CoursePolicy) -> Option<CourseFinding> {
        let current = standing.champion.rating.elo;
        let best = standing.predecessor.unwrap_or(current);
        let fallen = policy.regression.decide(best - current, games(standing)).0.is_some();
        (!fallen && std::mem::take(&mut self.below) > 0).then_some(CourseFinding::Cleared { current, best })
    }

    /// Holds the mean of the last evaluations against the floors: who reached them once must not fall under them.
    fn measured(
        &mut self,
        rates: AnchorRates,
        standing: &CourseStanding,
        policy: &CoursePolicy,
    ) -> Option<CourseFinding> {
        self.rates.push_back(rates);
        self.rates.drain(..self.rates.len().saturating_sub(WINDOW));
        if self.rates.len() < WINDOW {
            return None;
        }
        let mean = |of: fn(&AnchorRates) -> f64| self.rates.iter().map(of).sum::<f64>() / WINDOW as f64;
        let (random, heuristic) = (mean(|rates| rates.random), mean(|rates| rates.heuristic));
        let (over_random, over_heuristic) =
            (random >= policy.floors.vs_random, heuristic >= policy.floors.vs_heuristic);
        if over_random && over_heuristic {
            self.strong = true;
            let current = standing.champion.rating.elo;
            let best = standing.predecessor.unwrap_or(current);
            return std::mem::take(&mut self.weak).then_some(CourseFinding::Cleared { current, best });
        }
        if !std::mem::take(&mut self.strong) {
            return None; // it is on its way up, or its fall was told
        }
        let weak = WEAK * 2.0 / f64::from(policy.players.max(2));
        let level = match (random + heuristic) / 2.0 {
            mean if mean < weak => RegressionLevel::Severe,
            _ if !over_random => RegressionLevel::Moderate,
            _ => RegressionLevel::Minor,
        };
        let best = self.ratings.points().iter().map(|point| point.elo.0).fold(f64::NEG_INFINITY, f64::max);
        let current = standing.champion.rating.elo;
        self.weak = true;
        Some(CourseFinding::Regressed { level, current, best: Elo(best.max(current.0)), consecutive: 1 })
    }
}

/// The champion's games: a few of them say nothing, and the policy asks for enough.
fn games(standing: &CourseStanding) -> u32 {
    u32::try_from(standing.champion.games.0).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::model;
    use proptest::prelude::*;

    fn policy() -> CoursePolicy {
        CoursePolicy {
            plateau: PlateauPolicy::default(),
            regression: RegressionPolicy::default(),
            floors: AnchorFloors { vs_random: 0.9, vs_heuristic: 0.85 },
            players: 2,
        }
    }

    fn standing(at: u64, elo: f64, predecessor: Option<f64>) -> CourseStanding {
        let rating = RatingEstimate { elo: Elo(elo), low: Elo(elo - 20.0), high: Elo(elo + 20.0) };
        let champion = RatedModel { model: model(1), rating, games: Games(100) };
        CourseStanding { at: UnixMillis(at * 3_600_000), champion, predecessor: predecessor.map(Elo) }
    }

    fn job(n: u64) -> JobId {
        JobId::derive(&[b"job", &n.to_le_bytes()])
    }

    #[test]
    fn a_plateau_is_told_once_until_it_is_left() {
        let mut course = ConfigCourse::default();
        let elos = [500.0, 501.0, 502.0, 501.0, 503.0, 503.0, 530.0, 531.0, 531.0, 531.0, 531.0];
        let told: Vec<usize> = (0..)
            .zip(elos)
            .filter(|(n, elo)| {
                !course.evaluated(job(*n), &standing(*n, *elo, None), None, &policy()).is_empty()
            })
            .map(|(n, _)| n as usize)
            .collect();
        assert_eq!(told, [4, 10]);
        assert!(course.velocity().0 > 0.0);
    }

    #[test]
    fn a_fall_is_counted_and_its_end_told_once() {
        let mut course = ConfigCourse::default();
        let regressed = |level, consecutive| {
            vec![CourseFinding::Regressed { level, current: Elo(460.0), best: Elo(500.0), consecutive }]
        };
        let fallen = standing(1, 460.0, Some(500.0));
        assert_eq!(
            course.evaluated(job(1), &fallen, None, &policy()),
            regressed(RegressionLevel::Moderate, 1)
        );
        assert!(
            course.evaluated(job(1), &fallen, None, &policy()).is_empty(),
            "told again, it shows nothing"
        );
        assert_eq!(
            course.evaluated(job(2), &fallen, None, &policy()),
            regressed(RegressionLevel::Moderate, 2)
        );
        let well = standing(3, 495.0, Some(500.0));
        let cleared = vec![CourseFinding::Cleared { current: Elo(495.0), best: Elo(500.0) }];
        assert_eq!(course.evaluated(job(3), &well, None, &policy()), cleared);
        assert!(course.evaluated(job(4), &well, None, &policy()).is_empty());
        // A successor clears it too, and one that has played too little is not judged.
        course.evaluated(job(5), &fallen, None, &policy());
        let back = standing(6, 500.0, None);
        assert_eq!(
            course.champion_changed(&back, &policy()),
            [CourseFinding::Cleared { current: Elo(500.0), best: Elo(500.0) }]
        );
        let mut young = standing(7, 300.0, Some(500.0));
        young.champion.games = Games(49);
        assert!(course.evaluated(job(7), &young, None, &policy()).is_empty());
    }

    #[test]
    fn only_who_reached_the_floors_can_fall_under_them() {
        let rates = |random, heuristic| Some(AnchorRates { random, heuristic });
        let mut course = ConfigCourse::default();
        let mut told = |n: u64, rates| {
            let elo = 500.0 + 10.0 * n as f64;
            course.evaluated(job(n), &standing(n, elo, None), rates, &policy())
        };
        for n in 0..10 {
            assert!(told(n, rates(0.6, 0.1)).is_empty(), "a fresh loop is weak and not fallen");
        }
        for n in 10..15 {
            assert!(told(n, rates(1.0, 0.95)).is_empty());
        }
        let falls: Vec<CourseFinding> = (15..20).flat_map(|n| told(n, rates(1.0, 0.5))).collect();
        assert!(
            matches!(falls[..], [CourseFinding::Regressed { level: RegressionLevel::Minor, .. }]),
            "{falls:?}"
        );
        let again: Vec<CourseFinding> = (20..25).flat_map(|n| told(n, rates(1.0, 0.95))).collect();
        assert!(matches!(again[..], [CourseFinding::Cleared { .. }]), "{again:?}");
        let falls: Vec<CourseFinding> = (25..26).flat_map(|n| told(n, rates(0.0, 0.0))).collect();
        assert!(
            matches!(falls[..], [CourseFinding::Regressed { level: RegressionLevel::Moderate, .. }]),
            "{falls:?}"
        );
    }

    #[test]
    fn losses_that_get_no_better_are_a_plateau_until_a_champion_comes() {
        let mut course = ConfigCourse::default();
        let mut told = Vec::new();
        for (n, loss) in (0u64..).zip([3.0, 2.5, 2.5, 2.6, 2.499, 2.7, 2.5, 2.5, 2.6]) {
            told.extend(course.trained(job(n), loss, &policy()).map(|_| n));
        }
        assert_eq!(told, [6]);
        assert_eq!(course.trained(job(20), f64::NAN, &policy()), None);
        course.champion_changed(&standing(30, 500.0, None), &policy());
        assert!((31..36).all(|n| course.trained(job(n), 2.6, &policy()).is_none()));
        assert!(course.trained(job(36), 2.6, &policy()).is_some());
    }

    proptest! {
        #[test]
        fn what_is_kept_is_bounded_and_a_repetition_shows_nothing(
            steps in prop::collection::vec((0u64..40, any::<f64>(), any::<f64>(), any::<f64>()), 1..120)
        ) {
            let mut course = ConfigCourse::default();
            for (n, elo, best, rate) in steps {
                let rates = Some(AnchorRates { random: rate, heuristic: rate });
                let standing = standing(n, elo, Some(best));
                course.evaluated(job(n), &standing, rates, &policy());
                let before = course.clone();
                prop_assert!(course.evaluated(job(n), &standing, rates, &policy()).is_empty());
                // No number is equal to itself that is none.
                prop_assert_eq!(format!("{:?}", course), format!("{:?}", before));
                prop_assert!(course.jobs.len() <= REMEMBERED && course.rates.len() <= WINDOW);
                prop_assert!(course.ratings().len() <= policy().plateau.ratings);
            }
        }
    }
}
