//! What a match came to.

use std::time::Duration;

use rr_cluster::{OpeningScore, Sprt, WilsonInterval};
use rr_engine::board::GameConfig;
use rr_engine::selfplay::{CompletedGame, PairedMatches};
use rr_proto::SprtVerdict;
use serde::Serialize;

use crate::cli::output::out;
use crate::cli::{Exit, Failure, OutputFormat, TextTable};

/// Counts a match from the view of its first contestant.
pub(super) struct MatchSummary {
    names: (String, String),
    config: GameConfig,
    sprt: Sprt,
    wins: u64,
    draws: u64,
    losses: u64,
    points: f64,
    /// Shares of the games of the opening in hand.
    opening: Vec<Option<u8>>,
}

/// The answer as it is printed.
#[derive(Debug, Serialize)]
struct MatchAnswer {
    config: String,
    first: String,
    second: String,
    games: u64,
    wins: u64,
    draws: u64,
    losses: u64,
    score: f64,
    score_low: f64,
    score_high: f64,
    elo: f64,
    elo_low: f64,
    elo_high: f64,
    sprt_llr: f64,
    sprt_lower: f64,
    sprt_upper: f64,
    sprt_verdict: &'static str,
    seconds: f64,
}

impl MatchSummary {
    pub fn new(names: (String, String), config: GameConfig, sprt: Sprt) -> Self {
        let opening = Vec::new();
        Self { names, config, sprt, wins: 0, draws: 0, losses: 0, points: 0.0, opening }
    }

    /// Counts a game; games come in the order of their numbers, so that those of an opening are neighbours.
    pub fn add(&mut self, source: &PairedMatches, game: &CompletedGame) -> Result<(), Failure> {
        let players = usize::from(self.config.players);
        let seat = (0..players).find(|seat| source.contestant(game.task.index, *seat) == 0).unwrap_or(0);
        let share = f64::from(game.utilities[seat]);
        self.points += share;
        let shared = (share > 1e-6).then(|| (1.0 / share).round() as u8);
        match shared {
            Some(1) => self.wins += 1,
            Some(_) => self.draws += 1,
            None => self.losses += 1,
        }
        if game.task.index.is_multiple_of(players as u64) {
            self.opening.clear();
        }
        self.opening.push(shared);
        if self.opening.len() == players {
            let score = OpeningScore::from_shares(self.config.players, &self.opening);
            self.sprt.record(score.map_err(|error| Failure::new(Exit::Software, error))?);
            self.opening.clear();
        }
        Ok(())
    }

    pub fn games(&self) -> u64 {
        self.wins + self.draws + self.losses
    }

    pub fn in_short(&self) -> String {
        format!("{}-{}-{} W-D-L", self.wins, self.draws, self.losses)
    }

    fn answer(&self, elapsed: Duration) -> MatchAnswer {
        let games = self.games();
        let interval = WilsonInterval::of(self.points, u32::try_from(games).unwrap_or(u32::MAX));
        let score = if games == 0 { 0.0 } else { self.points / games as f64 };
        let test = self.sprt.progress();
        let elo = |share| elo_of(share, self.config.players);
        MatchAnswer {
            config: self.config.key(),
            first: self.names.0.clone(),
            second: self.names.1.clone(),
            games,
            wins: self.wins,
            draws: self.draws,
            losses: self.losses,
            score,
            score_low: interval.low,
            score_high: interval.high,
            elo: elo(score),
            elo_low: elo(interval.low),
            elo_high: elo(interval.high),
            sprt_llr: test.llr,
            sprt_lower: test.lower,
            sprt_upper: test.upper,
            sprt_verdict: match test.verdict {
                SprtVerdict::Accepted => "accepted",
                SprtVerdict::Rejected => "rejected",
                SprtVerdict::Undecided | SprtVerdict::Capped => "undecided",
            },
            seconds: elapsed.as_secs_f64(),
        }
    }

    pub fn print(&self, elapsed: Duration, format: OutputFormat) -> Result<(), Failure> {
        let answer = self.answer(elapsed);
        if format.print_document(&answer)? {
            return Ok(());
        }
        let mut table = TextTable::new(["what", "value"]);
        let mut row = |what: &str, value: String| table.row([what.to_owned(), value]);
        row("config", answer.config);
        row("match", format!("{} against {}", answer.first, answer.second));
        row("games", format!("{} in {:.1} s", answer.games, answer.seconds));
        row("wins-draws-losses", self.in_short());
        row("score", format!("{:.3} ({:.3} to {:.3})", answer.score, answer.score_low, answer.score_high));
        row(
            "elo difference",
            format!("{:+.0} ({:+.0} to {:+.0})", answer.elo, answer.elo_low, answer.elo_high),
        );
        let params = self.sprt.params();
        row(
            "sprt",
            format!(
                "{} (LLR {:.2} between {:.2} and {:.2}, {:+.0} against {:+.0} Elo)",
                answer.sprt_verdict,
                answer.sprt_llr,
                answer.sprt_lower,
                answer.sprt_upper,
                params.elo0,
                params.elo1
            ),
        );
        out!("{table}");
        Ok(())
    }
}

/// Returns by how much a player is above each of its equal opponents, from its mean score; 1,200 Elo at most.
fn elo_of(score: f64, players: u8) -> f64 {
    let opponents = f64::from(players.max(2)) - 1.0;
    let odds = opponents * score / (1.0 - score);
    (400.0 * odds.log10()).clamp(-1200.0, 1200.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn par_is_no_difference_and_extremes_are_bounded() {
        assert_eq!(elo_of(0.5, 2), 0.0);
        assert!(elo_of(0.25, 4).abs() < 1e-9);
        assert!((elo_of(0.64, 2) - 100.0).abs() < 0.1);
        assert_eq!((elo_of(1.0, 2), elo_of(0.0, 3)), (1200.0, -1200.0));
    }
}
