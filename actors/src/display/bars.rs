//! Progress bars: a heading, self-play towards the next training, the training run, the test between its bounds.
//!
//! A terminal of 80 columns shows every word; where numbers grow too long, the line loses its end and not its beginning.

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use ratatui::crossterm::terminal;
use rr_proto::Event;

use super::event_line::event_line;
use super::snapshot::{LoopSnapshot, TrainingView};
use super::wrapped::wrapped;
use crate::workers::arena::ArenaStatus;

/// Parts that the range between the bounds of a test is shown in.
const TEST_PARTS: u64 = 100;
/// Columns by which an event is indented where it goes on in the next line.
const HANG: usize = 2;

/// Draws bars.
pub(super) struct BarScreen {
    all: MultiProgress,
    heading: ProgressBar,
    speed: ProgressBar,
    self_play: ProgressBar,
    training: ProgressBar,
    evaluation: ProgressBar,
}

impl BarScreen {
    pub fn new(all: MultiProgress) -> Self {
        let add = |template: &str, name: &'static str| {
            let style = ProgressStyle::with_template(template);
            let style =
                style.map_or_else(|_| ProgressStyle::default_bar(), |style| style.progress_chars("█▉ "));
            all.add(ProgressBar::new(1).with_style(style).with_prefix(name))
        };
        let heading = add("{wide_msg}", "");
        let speed = add("{wide_msg}", "");
        let bar = "{prefix:>9} [{bar:12}] {wide_msg}";
        let (self_play, training, evaluation) =
            (add(bar, "self-play"), add(bar, "training"), add(bar, "test"));
        Self { heading, speed, self_play, training, evaluation, all }
    }

    /// Draws the newest counts.
    pub fn show(&self, snapshot: &LoopSnapshot) {
        self.heading.set_message(heading(snapshot));
        self.speed.set_message(speed(snapshot));
        if let Some(report) = &snapshot.report {
            self.self_play.set_length(snapshot.threshold.get().max(1));
            self.self_play.set_position(report.new_samples.get().min(snapshot.threshold.get()));
            let towards = format!("{} of {} new samples", report.new_samples.get(), snapshot.threshold.get());
            self.self_play.set_message(towards);
        }
        match &snapshot.training {
            Some(view) => {
                self.training.set_length(view.steps.max(1));
                self.training.set_position(view.step);
                self.training.set_message(training(view));
            }
            None => idle(&self.training),
        }
        match &snapshot.arena {
            Some(view) => {
                let range = (view.sprt.upper - view.sprt.lower).max(1e-9);
                let share = ((view.sprt.llr - view.sprt.lower) / range).clamp(0.0, 1.0);
                self.evaluation.set_length(TEST_PARTS);
                self.evaluation.set_position((share * TEST_PARTS as f64).round() as u64);
                self.evaluation.set_message(evaluation(view));
            }
            None => idle(&self.evaluation),
        }
    }

    /// Prints an event above the bars.
    pub fn happened(&self, event: &Event) {
        if let Some(line) = event_line(event) {
            // A terminal breaks a long line in the middle of a word.
            let columns = terminal::size().map_or(usize::MAX, |(columns, _)| usize::from(columns));
            let _ = self.all.println(wrapped(&line, columns, HANG).join("\n")); // the terminal may be gone
        }
    }

    /// Takes the bars off the terminal.
    pub fn clear(&self) {
        let _ = self.all.clear(); // the terminal may be gone
    }
}

/// Says who is champion and how strong.
fn heading(snapshot: &LoopSnapshot) -> String {
    let Some(report) = &snapshot.report else { return snapshot.heading() };
    let champion = report.champion.map_or_else(|| "none".to_owned(), |model| model.short());
    let elo = report.rating.map_or_else(
        || "Elo not rated yet".to_owned(),
        |r| format!("Elo {:.0} ({:.0} to {:.0})", r.elo.get(), r.low.get(), r.high.get()),
    );
    format!("{} generation {}, champion {champion}, {elo}", report.config, report.generation.get())
}

/// Says what there is and how fast more comes.
fn speed(snapshot: &LoopSnapshot) -> String {
    let Some(report) = &snapshot.report else { return String::new() };
    let (words, device) = (snapshot.self_play(), &snapshot.device);
    format!("{words}, {} simulations, {device}", report.simulations)
}

/// Says how training goes.
fn training(view: &TrainingView) -> String {
    let (losses, speed) = (&view.losses, view.samples_per_second);
    format!(
        "{}/{}, loss {:.2} (policy {:.2}, value {:.2}), {speed:.0}/s",
        view.step, view.steps, losses.total, losses.policy, losses.value
    )
}

/// Says how the evaluation goes: wins, draws and losses, and the likelihood ratio between its bounds.
fn evaluation(view: &ArenaStatus) -> String {
    let (tally, sprt) = (&view.tally, &view.sprt);
    format!(
        "against {} {}-{}-{}, LLR {:.2} ({:.2} to {:.2})",
        view.part, tally.wins, tally.draws, tally.losses, sprt.llr, sprt.lower, sprt.upper
    )
}

fn idle(bar: &ProgressBar) {
    bar.set_position(0);
    bar.set_message("-");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::leader::config::ConfigReport;
    use crate::workers::arena::MatchPart;
    use rr_proto::{
        Elo, Games, Generation, JobId, MatchTally, ModelId, RatingEstimate, Samples, SprtProgress,
        SprtVerdict, TrainingLosses,
    };

    /// Columns of a small terminal.
    const COLUMNS: usize = 80;
    /// Columns that a bar leaves: name, brackets, bar.
    const BESIDE_BAR: usize = COLUMNS - 25;

    fn busy() -> LoopSnapshot {
        let model = ModelId::of(b"champion");
        let rating = RatingEstimate { elo: Elo(1612.0), low: Elo(1580.0), high: Elo(1644.0) };
        let report = ConfigReport {
            config: "hexagonal_4p".parse().unwrap(),
            stage: "training",
            games: Games(20_000),
            samples: Samples(1_000_000),
            new_samples: Samples(4999),
            champion: Some(model),
            generation: Generation(120),
            rating: Some(rating),
            simulations: 1600,
            failures: 0,
            refusals: 0,
        };
        let losses = TrainingLosses { total: 7.345, policy: 5.234, value: 1.056, auxiliary: 1.055 };
        let training = TrainingView { step: 1999, steps: 2000, losses, samples_per_second: 2_345.0 };
        let arena = ArenaStatus {
            config: "hexagonal_4p".parse().unwrap(),
            job: JobId::derive(&[b"job"]),
            candidate: ModelId::of(b"candidate"),
            champion: model,
            part: MatchPart::Heuristic,
            tally: MatchTally { wins: 190, draws: 12, losses: 197 },
            sprt: SprtProgress { llr: -1.234, lower: -2.944, upper: 2.944, verdict: SprtVerdict::Undecided },
            max_games: 400,
        };
        LoopSnapshot {
            report: Some(report),
            threshold: Samples(5000),
            positions_per_second: 12_345.6,
            training: Some(training),
            arena: Some(arena),
            device: "cpu:0 (cpu)".to_owned(),
            ..LoopSnapshot::default()
        }
    }

    #[test]
    fn eighty_columns_hold_every_line() {
        let snapshot = busy();
        let (view, arena) = (snapshot.training.unwrap(), snapshot.arena.unwrap());
        for (line, columns) in [
            (heading(&snapshot), COLUMNS),
            (speed(&snapshot), COLUMNS),
            (training(&view), BESIDE_BAR),
            (evaluation(&arena), BESIDE_BAR),
        ] {
            assert!(line.chars().count() <= columns, "{} of {columns} columns: {line}", line.chars().count());
        }
        assert!(heading(&snapshot).contains("Elo 1612 (1580 to 1644)"));
        assert_eq!(evaluation(&arena), "against heuristic 190-12-197, LLR -1.23 (-2.94 to 2.94)");
    }
}
