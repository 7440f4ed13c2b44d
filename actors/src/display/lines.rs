//! Plain lines: one for every event, and one on the counts every ten seconds.

use std::io::Write;
use std::time::{Duration, Instant};

use rr_proto::Event;

use super::event_line::event_line;
use super::snapshot::LoopSnapshot;

/// Time between two lines of counts.
const EVERY: Duration = Duration::from_secs(10);

/// Prints lines.
pub(super) struct LineScreen {
    last: Option<Instant>,
}

impl LineScreen {
    pub fn new() -> Self {
        Self { last: None }
    }

    /// Prints the counts, unless the last line of counts is young.
    pub fn show(&mut self, snapshot: &LoopSnapshot) {
        if snapshot.report.is_none() || self.last.is_some_and(|last| last.elapsed() < EVERY) {
            return;
        }
        self.last = Some(Instant::now());
        print(&line(snapshot));
    }

    pub fn happened(&mut self, event: &Event) {
        if let Some(line) = event_line(event) {
            print(&line);
        }
    }
}

/// Writes the counts as one line.
fn line(snapshot: &LoopSnapshot) -> String {
    let mut parts = vec![snapshot.heading(), snapshot.self_play()];
    match (snapshot.training(), snapshot.evaluation(), &snapshot.report) {
        (Some(training), _, _) => parts.push(format!("training: {training}")),
        (None, Some(evaluation), _) => parts.push(format!("evaluating: {evaluation}")),
        (None, None, Some(report)) => {
            let (stage, new, wanted) = (report.stage, report.new_samples.get(), snapshot.threshold.get());
            // A stage that has not spoken yet counts nothing of its own.
            let counts = ["collecting", "waiting for data"].contains(&stage);
            parts.push(if counts {
                format!("{stage}: {new} of {wanted} new samples")
            } else {
                stage.to_owned()
            });
        }
        (None, None, None) => {}
    }
    parts.join(" | ")
}

/// Prints a line; nobody may be reading any more.
fn print(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}
