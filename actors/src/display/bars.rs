//! Progress bars: a heading, self-play towards the next training, the training run, the test between its bounds.

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use rr_proto::Event;

use super::event_line::event_line;
use super::snapshot::LoopSnapshot;

/// Parts that the range between the bounds of a test is shown in.
const TEST_PARTS: u64 = 100;

/// Draws bars.
pub(super) struct BarScreen {
    all: MultiProgress,
    heading: ProgressBar,
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
        let bar = "{prefix:>9} [{bar:20}] {wide_msg}";
        let (self_play, training, evaluation) =
            (add(bar, "self-play"), add(bar, "training"), add(bar, "test"));
        Self { heading, self_play, training, evaluation, all }
    }

    /// Draws the newest counts.
    pub fn show(&self, snapshot: &LoopSnapshot) {
        self.heading.set_message(snapshot.heading());
        if let Some(report) = &snapshot.report {
            self.self_play.set_length(snapshot.threshold.get().max(1));
            self.self_play.set_position(report.new_samples.get().min(snapshot.threshold.get()));
            let towards = format!("{} of {} new samples", report.new_samples.get(), snapshot.threshold.get());
            self.self_play.set_message(format!("{}, {towards}", snapshot.self_play()));
        }
        match (snapshot.training, snapshot.training()) {
            (Some(view), Some(words)) => {
                self.training.set_length(view.steps.max(1));
                self.training.set_position(view.step);
                self.training.set_message(words);
            }
            _ => idle(&self.training),
        }
        match (snapshot.arena, snapshot.evaluation()) {
            (Some(view), Some(words)) => {
                let range = (view.sprt.upper - view.sprt.lower).max(1e-9);
                let share = ((view.sprt.llr - view.sprt.lower) / range).clamp(0.0, 1.0);
                self.evaluation.set_length(TEST_PARTS);
                self.evaluation.set_position((share * TEST_PARTS as f64).round() as u64);
                self.evaluation.set_message(words);
            }
            _ => idle(&self.evaluation),
        }
    }

    /// Prints an event above the bars.
    pub fn happened(&self, event: &Event) {
        if let Some(line) = event_line(event) {
            let _ = self.all.println(line); // the terminal may be gone
        }
    }

    /// Takes the bars off the terminal.
    pub fn clear(&self) {
        let _ = self.all.clear(); // the terminal may be gone
    }
}

fn idle(bar: &ProgressBar) {
    bar.set_position(0);
    bar.set_message("-");
}
