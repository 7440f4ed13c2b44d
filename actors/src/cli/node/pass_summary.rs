//! What one pass of the loop came to.

use std::time::Instant;

use serde::Serialize;
use tokio::sync::watch;

use crate::cli::output::out;
use crate::cli::{Failure, OutputFormat, TextTable};
use crate::leader::config::ConfigReport;
use crate::node::Node;
use crate::workers::arena::{ArenaStatus, MatchPart};

/// Says how a pass ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum PassOutcome {
    Promoted,
    Refused,
    Failed,
}

/// Describes a pass that ended.
#[derive(Debug, Clone, Serialize)]
pub(super) struct PassSummary {
    config: String,
    outcome: PassOutcome,
    games: u64,
    samples: u64,
    generation: u32,
    champion: Option<String>,
    elo: Option<f64>,
    elo_low: Option<f64>,
    elo_high: Option<f64>,
    candidate_wins: Option<u32>,
    candidate_draws: Option<u32>,
    candidate_losses: Option<u32>,
    sprt_llr: Option<f64>,
    seconds: f64,
}

/// Waits until the first pass that a node makes has ended.
pub(super) fn watch_pass(node: &Node) -> impl Future<Output = PassSummary> + use<> {
    let board = node.context().board.clone();
    let key = node.context().key;
    let start = Instant::now();
    async move {
        let reports =
            board.configs.iter().find(|(config, _)| *config == key).map(|(_, sender)| sender.subscribe());
        let Some(reports) = reports else { return std::future::pending().await };
        let mut arena = board.arena.subscribe();
        let mut test = None;
        let pass = end_of_pass(reports);
        tokio::pin!(pass);
        loop {
            tokio::select! {
                ended = &mut pass => {
                    let (outcome, report) = ended;
                    return summarise(outcome, &report, test, start.elapsed().as_secs_f64());
                }
                changed = arena.changed(), if changed_possible(&arena) => {
                    let seen = changed.ok().and_then(|()| *arena.borrow_and_update());
                    test = seen.filter(|status| status.part == MatchPart::Champion).or(test);
                }
            }
        }
    }
}

fn changed_possible(arena: &watch::Receiver<Option<ArenaStatus>>) -> bool {
    arena.has_changed().is_ok()
}

/// Follows a config until it has promoted or refused a candidate, or is back to collecting without either.
async fn end_of_pass(mut reports: watch::Receiver<Option<ConfigReport>>) -> (PassOutcome, ConfigReport) {
    let mut first: Option<ConfigReport> = None;
    let mut left = false;
    loop {
        let now = reports.borrow_and_update().clone();
        if let Some(now) = now {
            let base = first.get_or_insert_with(|| now.clone());
            let collecting = now.stage == "collecting";
            if now.generation != base.generation {
                return (PassOutcome::Promoted, now);
            }
            if now.refusals > base.refusals {
                return (PassOutcome::Refused, now);
            }
            if left && collecting {
                return (PassOutcome::Failed, now);
            }
            left |= !collecting;
        }
        if reports.changed().await.is_err() {
            return std::future::pending().await; // the node ends, and says so itself
        }
    }
}

fn summarise(
    outcome: PassOutcome,
    report: &ConfigReport,
    test: Option<ArenaStatus>,
    seconds: f64,
) -> PassSummary {
    PassSummary {
        config: report.config.to_string(),
        outcome,
        games: report.games.get(),
        samples: report.samples.get(),
        generation: report.generation.get(),
        champion: report.champion.map(|model| model.to_string()),
        elo: report.rating.map(|rating| rating.elo.get()),
        elo_low: report.rating.map(|rating| rating.low.get()),
        elo_high: report.rating.map(|rating| rating.high.get()),
        candidate_wins: test.map(|status| status.tally.wins),
        candidate_draws: test.map(|status| status.tally.draws),
        candidate_losses: test.map(|status| status.tally.losses),
        sprt_llr: test.map(|status| status.sprt.llr),
        seconds,
    }
}

impl PassSummary {
    /// Says whether the pass ended without a measured candidate.
    pub fn failed(&self) -> bool {
        self.outcome == PassOutcome::Failed
    }

    /// Prints the answer.
    pub fn print(&self, format: OutputFormat) -> Result<(), Failure> {
        if format.print_document(self)? {
            return Ok(());
        }
        let mut table = TextTable::new(["what", "value"]);
        let mut row = |what: &str, value: String| table.row([what.to_owned(), value]);
        row("config", self.config.clone());
        row(
            "outcome",
            match self.outcome {
                PassOutcome::Promoted => "the candidate was promoted",
                PassOutcome::Refused => "the candidate was refused; the champion stays",
                PassOutcome::Failed => "training or evaluation failed; see the log",
            }
            .to_owned(),
        );
        row("games stored", self.games.to_string());
        row("samples stored", self.samples.to_string());
        if let (Some(wins), Some(draws), Some(losses), Some(llr)) =
            (self.candidate_wins, self.candidate_draws, self.candidate_losses, self.sprt_llr)
        {
            row("candidate against champion", format!("{wins}-{draws}-{losses} W-D-L, LLR {llr:.2}"));
        }
        row("generation", self.generation.to_string());
        row("champion", self.champion.clone().unwrap_or_else(|| "none".to_owned()));
        if let (Some(elo), Some(low), Some(high)) = (self.elo, self.elo_low, self.elo_high) {
            row("champion's Elo", format!("{elo:.0} ({low:.0} to {high:.0})"));
        }
        row("seconds", format!("{:.1}", self.seconds));
        out!("{table}");
        Ok(())
    }
}
