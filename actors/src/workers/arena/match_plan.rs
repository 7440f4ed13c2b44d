//! Which games a part of an evaluation consists of, and what they are called.

use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use rr_cluster::RatedPlayer;
use rr_engine::board::GameConfig;
use rr_engine::player::AgentKind;
use rr_engine::selfplay::{GameSource, GameTask, PairedMatches, PlaySettings, SeatPlan};
use rr_proto::{JobId, MatchId, ModelId};

/// Names the opponent of a part of an evaluation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MatchPart {
    /// The champion.
    Champion,
    /// The random player.
    Random,
    /// The one-ply heuristic player.
    Heuristic,
}

impl MatchPart {
    /// Returns the name, part of the names of its games.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Champion => "champion",
            Self::Random => "random",
            Self::Heuristic => "heuristic",
        }
    }
}

impl fmt::Display for MatchPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Describes one part: the candidate in one seat, its opponent in all others, over openings played in every seat rotation.
#[derive(Debug, Clone, PartialEq)]
pub struct MatchPlan {
    /// Board and player count.
    pub config: GameConfig,
    /// The evaluation.
    pub job: JobId,
    /// The opponent.
    pub part: MatchPart,
    /// Who is measured.
    pub candidate: ModelId,
    /// The champion.
    pub champion: ModelId,
    /// Openings, at most.
    pub openings: u64,
    /// Random decisions of an opening.
    pub opening_plies: u32,
    /// Seed of the configuration.
    pub seed: u64,
    /// How the network players play.
    pub settings: PlaySettings,
}

impl MatchPlan {
    /// Returns the games, at most.
    pub fn games(&self) -> u64 {
        self.openings * u64::from(self.config.players)
    }

    /// Returns the games that `is_missing` says are missing, in order.
    pub(super) fn source(&self, mut is_missing: impl FnMut(u64) -> bool) -> MatchGames {
        let pairs = self.pairs();
        let mut games = VecDeque::new();
        while let Some(task) = pairs.next_game() {
            if is_missing(task.index) {
                games.push_back(task);
            }
        }
        MatchGames { games: Mutex::new(games), cancelled: AtomicBool::new(false) }
    }

    /// Returns the seat of the candidate in a game.
    pub fn candidate_seat(&self, game: u64) -> usize {
        (game % u64::from(self.config.players)) as usize
    }

    /// Names a game: the same one has the same name in every attempt.
    pub fn match_id(&self, game: u64) -> MatchId {
        let part = self.part.name().as_bytes();
        MatchId::derive(&[b"evaluation", self.job.as_bytes(), part, &game.to_le_bytes()])
    }

    /// Names who sits where in a game.
    pub fn seats(&self, game: u64) -> Vec<String> {
        let opponent = match self.part {
            MatchPart::Champion => RatedPlayer::Model(self.champion),
            MatchPart::Random => RatedPlayer::Random,
            MatchPart::Heuristic => RatedPlayer::Heuristic,
        };
        let mut seats = vec![opponent.to_string(); usize::from(self.config.players)];
        seats[self.candidate_seat(game)] = RatedPlayer::Model(self.candidate).to_string();
        seats
    }

    fn pairs(&self) -> PairedMatches {
        let opponent = match self.part {
            MatchPart::Champion => SeatPlan::Model(1),
            MatchPart::Random => SeatPlan::Agent(AgentKind::Random),
            MatchPart::Heuristic => SeatPlan::Agent(AgentKind::Heuristic),
        };
        let mut contestants = vec![opponent; usize::from(self.config.players)];
        contestants[0] = SeatPlan::Model(0);
        let name = MatchId::derive(&[b"openings", self.job.as_bytes(), self.part.name().as_bytes()]);
        let head: [u8; 8] = std::array::from_fn(|i| name.as_bytes()[i]);
        let run_seed = self.seed ^ u64::from_le_bytes(head);
        PairedMatches::new(contestants, run_seed, self.openings, self.opening_plies, self.settings)
    }
}

/// Hands out the games of a part that are still to be played.
pub(super) struct MatchGames {
    games: Mutex<VecDeque<GameTask>>,
    cancelled: AtomicBool,
}

impl MatchGames {
    /// Drops the games in progress and hands out no more.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }
}

impl GameSource for MatchGames {
    fn next_game(&self) -> Option<GameTask> {
        self.games.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }

    fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rr_engine::search::SearchBudget;

    fn plan(part: MatchPart, key: &str) -> MatchPlan {
        MatchPlan {
            config: key.parse().unwrap(),
            job: JobId::derive(&[b"job"]),
            part,
            candidate: ModelId::of(b"candidate"),
            champion: ModelId::of(b"champion"),
            openings: 3,
            opening_plies: 4,
            seed: 1,
            settings: PlaySettings::evaluation(SearchBudget::Simulations(8)),
        }
    }

    #[test]
    fn the_candidate_sits_once_in_every_seat_of_an_opening() {
        for (key, players) in [("hex8_2p", 2), ("hex8_3p", 3), ("square8_4p", 4)] {
            let plan = plan(MatchPart::Champion, key);
            let source = plan.source(|_| true);
            for game in 0..plan.games() {
                let task = source.next_game().unwrap();
                assert_eq!(task.index, game);
                let seat = plan.candidate_seat(game);
                let models = &task.seats[..players];
                for (at, who) in models.iter().enumerate() {
                    assert_eq!(*who, SeatPlan::Model(usize::from(at != seat)));
                    let name = if at == seat { plan.candidate } else { plan.champion };
                    assert_eq!(plan.seats(game)[at], name.to_string());
                }
            }
            assert_eq!(source.next_game(), None);
        }
    }

    #[test]
    fn parts_have_names_and_openings_of_their_own() {
        let (champion, random) = (plan(MatchPart::Champion, "hex8_2p"), plan(MatchPart::Random, "hex8_2p"));
        assert_ne!(champion.match_id(0), random.match_id(0));
        let opening = |plan: &MatchPlan| plan.source(|game| game == 2).next_game().unwrap().opening;
        assert_ne!(opening(&champion), opening(&random));
        assert_eq!(random.seats(1)[0], "random");
    }
}
