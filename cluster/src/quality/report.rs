//! The newest games of a config together.

use std::collections::BTreeMap;

use rr_proto::{Games, QualityGrade};
use serde::{Deserialize, Serialize};

use super::traits::{GameTraits, OPENING};

/// Holds what a score means and when it is told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct QualityPolicy {
    /// Under this games are of low quality.
    pub low: f64,
    /// From this they are of high quality.
    pub high: f64,
    /// Under this no training run starts.
    pub min_to_train: f64,
    /// Change from which a score is told again.
    pub change: f64,
    /// Games without which nothing is said.
    pub min_games: Games,
}

/// Says how good a set of games is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct QualityReport {
    /// The mean score, from 0 to 1.
    pub score: f64,
    /// The share of the games that no other resembles: that begins like no other.
    pub diversity: f64,
    /// How many games were looked at.
    pub games: Games,
    /// The share of games with a winner.
    pub decisive: f64,
    /// The mean of policy targets in a game.
    pub targets: f64,
    /// Games whose moves are all the same as those of an earlier one; they are worth nothing.
    pub repeated: Games,
}

impl QualityReport {
    /// Grades games, oldest first; none where there is none.
    ///
    /// A game's score is a fifth for its outcome, a fifth for its length, 45 % for its policy targets and 15 % for an opening that no
    /// other game of the set has; a game that repeats an earlier one move by move scores nothing.
    pub fn of(games: &[GameTraits]) -> Option<Self> {
        if games.is_empty() {
            return None;
        }
        let (mut openings, mut seen) = (BTreeMap::<u64, u64>::new(), BTreeMap::<u64, ()>::new());
        games.iter().for_each(|game| *openings.entry(game.opening).or_default() += 1);
        let (mut score, mut alone, mut repeated) = (0.0, 0u64, 0u64);
        for game in games {
            let unlike = openings.get(&game.opening).is_none_or(|count| *count == 1);
            alone += u64::from(unlike);
            if seen.insert(game.moves, ()).is_some() {
                repeated += 1;
            } else {
                score += game.own_score() + if unlike { OPENING } else { 0.0 };
            }
        }
        let count = games.len() as f64;
        let decisive = games.iter().filter(|game| game.decisive).count() as f64 / count;
        let targets = games.iter().map(|game| game.targets.0 as f64).sum::<f64>() / count;
        Some(Self {
            score: (score / count).clamp(0.0, 1.0),
            diversity: alone as f64 / count,
            games: Games(games.len() as u64),
            decisive,
            targets,
            repeated: Games(repeated),
        })
    }
}

impl QualityPolicy {
    /// Says what a score means.
    pub fn grade(&self, score: f64) -> QualityGrade {
        if score < self.low {
            QualityGrade::Low
        } else if score < self.high {
            QualityGrade::Fair
        } else {
            QualityGrade::High
        }
    }

    /// Tells whether a report says enough that is new after the one that was told before.
    pub fn is_news(&self, told: Option<&QualityReport>, now: &QualityReport) -> bool {
        let Some(told) = told else { return true };
        // A change of exactly that much counts, however its digits round.
        let moved = |a: f64, b: f64| (a - b).abs() + 1e-9 >= self.change;
        let trains = |report: &QualityReport| report.score >= self.min_to_train;
        self.grade(told.score) != self.grade(now.score)
            || trains(told) != trains(now)
            || moved(told.score, now.score)
            || moved(told.diversity, now.diversity)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rr_proto::{Plies, Samples};

    use super::*;

    const POLICY: QualityPolicy =
        QualityPolicy { low: 0.6, high: 0.8, min_to_train: 0.3, change: 0.1, min_games: Games(20) };

    fn game(opening: u64, moves: u64) -> GameTraits {
        GameTraits { plies: Plies(160), cells: 61, decisive: true, targets: Samples(30), opening, moves }
    }

    #[test]
    fn different_full_games_are_the_best_and_the_same_game_over_and_over_the_worst() {
        let best: Vec<_> = (0..50).map(|n| game(n, n)).collect();
        let best = QualityReport::of(&best).unwrap();
        assert!((best.score - 1.0).abs() < 1e-9 && best.diversity == 1.0, "{best:?}");
        let alike: Vec<_> = (0..50).map(|n| game(7, n)).collect();
        let alike = QualityReport::of(&alike).unwrap();
        assert!((alike.score - 0.85).abs() < 1e-9 && alike.diversity == 0.0, "{alike:?}");
        let same = QualityReport::of(&[game(7, 7); 50]).unwrap();
        assert!(same.score < 0.02 && same.repeated == Games(49), "{same:?}");
        assert_eq!(QualityReport::of(&[]), None);
    }

    #[test]
    fn games_that_teach_no_policy_are_low() {
        let empty: Vec<_> = (0..50).map(|n| GameTraits { targets: Samples(0), ..game(n, n) }).collect();
        let score = QualityReport::of(&empty).unwrap().score;
        assert_eq!(POLICY.grade(score), QualityGrade::Low, "{score}");
    }

    #[test]
    fn the_thresholds_are_those_of_old_and_small_changes_are_no_news() {
        let grades = [0.599, 0.6, 0.799, 0.8].map(|score| POLICY.grade(score));
        use QualityGrade::{Fair, High, Low};
        assert_eq!(grades, [Low, Fair, Fair, High]);
        let at = |score, diversity| QualityReport {
            score,
            diversity,
            ..QualityReport::of(&[game(1, 1)]).unwrap()
        };
        assert!(POLICY.is_news(None, &at(0.9, 0.5)));
        assert!(!POLICY.is_news(Some(&at(0.9, 0.5)), &at(0.95, 0.45)));
        assert!(POLICY.is_news(Some(&at(0.9, 0.5)), &at(1.0, 0.5)));
        assert!(POLICY.is_news(Some(&at(0.9, 0.5)), &at(0.9, 0.39)));
        assert!(POLICY.is_news(Some(&at(0.61, 0.5)), &at(0.59, 0.5)), "the grade changed");
        assert!(POLICY.is_news(Some(&at(0.29, 0.5)), &at(0.31, 0.5)), "training may go on");
    }

    proptest! {
        #[test]
        fn shares_stay_shares_and_the_order_changes_nothing(
            games in prop::collection::vec((0u64..400, 0u64..5, 0u64..9, 0u64..40, any::<bool>()), 1..60),
        ) {
            let mut games: Vec<_> = games
                .into_iter()
                .map(|(plies, opening, moves, targets, decisive)| {
                    // The same moves make the same game.
                    let plies = plies * 7 % (moves + 50);
                    GameTraits { plies: Plies(plies), cells: 61, decisive, targets: Samples(targets), opening, moves }
                })
                .collect();
            let report = QualityReport::of(&games).unwrap();
            for share in [report.score, report.diversity, report.decisive] {
                prop_assert!((0.0..=1.0).contains(&share), "{:?}", report);
            }
            games.reverse();
            let turned = QualityReport::of(&games).unwrap();
            prop_assert_eq!((turned.diversity, turned.repeated), (report.diversity, report.repeated));
        }
    }
}
