//! Progress of a command: a bar on a terminal, a line now and then elsewhere.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// Time between two lines where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(10);

/// Shows how far a command is, on standard error: the answer alone goes to standard output.
pub struct TaskProgress {
    bar: Option<ProgressBar>,
    what: String,
    total: u64,
    done: u64,
    last_line: Instant,
}

impl TaskProgress {
    /// Starts at zero of `total`.
    pub fn new(what: &str, total: u64) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let template = "{prefix:<10} [{bar:40}] {pos}/{len} {elapsed_precise} (left {eta}) {msg}";
            let style = ProgressStyle::with_template(template)
                .map_or_else(|_| ProgressStyle::default_bar(), |style| style.progress_chars("=> "));
            ProgressBar::new(total).with_style(style).with_prefix(what.to_owned())
        });
        Self { bar, what: what.to_owned(), total, done: 0, last_line: Instant::now() }
    }

    /// Moves to `done`, with a few words on how it goes.
    pub fn set(&mut self, done: u64, words: &str) {
        self.done = done;
        match &self.bar {
            Some(bar) => {
                bar.set_position(done);
                bar.set_message(words.to_owned());
            }
            None if self.last_line.elapsed() >= LINE_EVERY => {
                self.last_line = Instant::now();
                eprintln!("{} {done}/{} {words}", self.what, self.total);
            }
            None => {}
        }
    }

    /// Prints a line that stays, above the bar where there is one.
    pub fn line(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.println(text),
            None => eprintln!("{text}"),
        }
    }

    /// Ends the bar.
    pub fn finish(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}
