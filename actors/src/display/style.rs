//! How a node shows itself.

use std::io::IsTerminal;

use indicatif::{MultiProgress, ProgressDrawTarget};

/// Says where and how a node shows itself.
#[derive(Debug, Clone, Default)]
pub enum DisplayStyle {
    /// Not at all: another program reads the standard output.
    #[default]
    Off,
    /// Plain lines on the standard output.
    Lines,
    /// Progress bars on the terminal.
    Bars(MultiProgress),
}

impl DisplayStyle {
    /// Chooses bars where the standard output is a terminal, lines elsewhere.
    pub fn of_stdout() -> Self {
        if std::io::stdout().is_terminal() {
            Self::Bars(MultiProgress::with_draw_target(ProgressDrawTarget::stdout_with_hz(5)))
        } else {
            Self::Lines
        }
    }

    /// Returns the bars, where there are any.
    pub fn bars(&self) -> Option<&MultiProgress> {
        match self {
            Self::Bars(bars) => Some(bars),
            Self::Off | Self::Lines => None,
        }
    }
}
