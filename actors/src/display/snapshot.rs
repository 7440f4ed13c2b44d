//! Everything that the display shows at one moment.

use rr_proto::{Event, Samples, TrainingLosses};

use crate::leader::config::ConfigReport;
use crate::node::StatusBoard;
use crate::workers::arena::ArenaStatus;

/// Shows a training run.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct TrainingView {
    /// The step reached.
    pub step: u64,
    /// The step it ends at.
    pub steps: u64,
    /// Losses of late.
    pub losses: TrainingLosses,
    /// Training speed.
    pub samples_per_second: f64,
}

impl TrainingView {
    /// Follows the events of a run; none when it is over.
    pub fn follow(view: Option<Self>, event: &Event) -> Option<Self> {
        match event {
            Event::TrainingStarted(e) => Some(Self {
                step: e.start_step.get(),
                steps: e.total_steps.get(),
                ..view.unwrap_or_default()
            }),
            Event::TrainingProgress(e) => Some(Self {
                step: e.step.get(),
                steps: e.total_steps.get(),
                losses: e.losses,
                samples_per_second: e.samples_per_second,
            }),
            Event::TrainingCompleted(_) | Event::TrainingFailed(_) => None,
            _ => view,
        }
    }
}

/// Shows one config's loop at one moment.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LoopSnapshot {
    /// Whether this node has no leader, so that no loop will ever report.
    pub leaderless: bool,
    /// How far the loop is; none before its first word.
    pub report: Option<ConfigReport>,
    /// New samples that ask for the next training run.
    pub threshold: Samples,
    /// Games in progress over all slots.
    pub running_games: usize,
    /// Positions per second over all slots.
    pub positions_per_second: f64,
    /// The training run at work.
    pub training: Option<TrainingView>,
    /// The evaluation at work.
    pub arena: Option<ArenaStatus>,
    /// The device in use.
    pub device: String,
}

impl LoopSnapshot {
    /// Reads the newest counts.
    pub fn take(
        board: &StatusBoard,
        training: Option<TrainingView>,
        (threshold, device): (Samples, &str),
    ) -> Self {
        Self {
            leaderless: board.configs.is_empty(),
            report: board.configs.first().and_then(|(_, channel)| channel.borrow().clone()),
            threshold,
            running_games: board.self_play.iter().map(|slot| slot.borrow().games_in_progress).sum(),
            positions_per_second: board.positions_per_second(),
            training,
            arena: *board.arena.borrow(),
            device: device.to_owned(),
        }
    }

    /// Says who is champion and how strong: `hex8_2p generation 2, champion 1234abcd, Elo 612 (580 to 644), 150 simulations`.
    pub fn heading(&self) -> String {
        if self.leaderless {
            return format!("waiting for the orders of a leader, {}", self.device);
        }
        let Some(report) = &self.report else { return "starting".to_owned() };
        let champion = report.champion.map_or_else(|| "none".to_owned(), |model| model.short());
        let elo = report.rating.map_or_else(
            || "Elo not rated yet".to_owned(),
            |r| format!("Elo {:.0} ({:.0} to {:.0})", r.elo.get(), r.low.get(), r.high.get()),
        );
        format!(
            "{} generation {}, champion {champion}, {elo}, {} simulations, {}",
            report.config,
            report.generation.get(),
            report.simulations,
            self.device
        )
    }

    /// Says how self-play goes.
    pub fn self_play(&self) -> String {
        let Some(report) = &self.report else { return String::new() };
        format!("{}, {}, {:.0} positions/s", report.games, report.samples, self.positions_per_second)
    }

    /// Says how training goes.
    pub fn training(&self) -> Option<String> {
        self.training.map(|t| {
            format!(
                "step {}/{} loss {:.3} (policy {:.3}, value {:.3}) {:.0} samples/s",
                t.step, t.steps, t.losses.total, t.losses.policy, t.losses.value, t.samples_per_second
            )
        })
    }

    /// Says how the evaluation goes.
    pub fn evaluation(&self) -> Option<String> {
        self.arena.map(|a| {
            format!(
                "{} against {}: {}-{}-{} W-D-L, LLR {:.2} between {:.2} and {:.2}",
                a.candidate.short(),
                a.part.name(),
                a.tally.wins,
                a.tally.draws,
                a.tally.losses,
                a.sprt.llr,
                a.sprt.lower,
                a.sprt.upper
            )
        })
    }
}
