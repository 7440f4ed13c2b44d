//! Colours and signs: as many as the terminal has, none where `NO_COLOR` asks for none.

use std::env;

use ratatui::style::{Color, Modifier, Style};

/// What a text is, for its style.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    /// Like any other.
    Plain,
    /// Of less interest.
    Dim,
    /// A name to be seen first.
    Strong,
    /// The names of the columns.
    Heading,
    /// As it should be.
    Good,
    /// To be looked at.
    Warn,
    /// Not as it should be.
    Bad,
    /// Under the cursor.
    Cursor,
    /// Tagged.
    Tagged,
    /// What a key does.
    Key,
    /// The part of a bar that is full.
    Bar,
}

/// Holds the colours and the signs of a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Palette {
    /// Whether there are colours; else weight, underlining and reversal tell tones apart.
    pub colours: bool,
    /// Whether there are more signs than those of ASCII.
    pub signs: bool,
}

impl Palette {
    /// Reads what the terminal can do from the environment.
    pub fn of_environment() -> Self {
        let set = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set).unwrap_or_default();
        let locale = locale.to_ascii_lowercase();
        let signs = locale.contains("utf-8") || locale.contains("utf8");
        Self { colours: set("NO_COLOR").is_none(), signs }
    }

    /// Returns the style of a tone.
    pub fn style(self, tone: Tone) -> Style {
        let (plain, bold) = (Style::new(), Style::new().add_modifier(Modifier::BOLD));
        if !self.colours {
            return match tone {
                Tone::Plain | Tone::Good | Tone::Bar => plain,
                Tone::Dim => plain.add_modifier(Modifier::DIM),
                Tone::Strong | Tone::Warn => bold,
                Tone::Bad | Tone::Tagged => bold.add_modifier(Modifier::UNDERLINED),
                Tone::Heading | Tone::Cursor | Tone::Key => plain.add_modifier(Modifier::REVERSED),
            };
        }
        match tone {
            Tone::Plain => plain,
            Tone::Dim => plain.fg(Color::DarkGray),
            Tone::Strong => bold,
            Tone::Heading => plain.fg(Color::Black).bg(Color::Green),
            Tone::Good | Tone::Bar => plain.fg(Color::Green),
            Tone::Warn => plain.fg(Color::Yellow),
            Tone::Bad => bold.fg(Color::Red),
            Tone::Cursor | Tone::Key => plain.fg(Color::Black).bg(Color::Cyan),
            Tone::Tagged => bold.fg(Color::Yellow),
        }
    }

    /// Returns the sign where a text was cut.
    pub fn cut(self) -> char {
        if self.signs { '…' } else { '~' }
    }

    /// Returns what leads to a row, from the level above it: the last of its siblings or not.
    pub fn branch(self, is_last: bool) -> &'static str {
        match (self.signs, is_last) {
            (true, true) => "└─ ",
            (true, false) => "├─ ",
            (false, true) => "`- ",
            (false, false) => "|- ",
        }
    }

    /// Returns what runs past a row, from a level further above.
    pub fn trunk(self, is_last: bool) -> &'static str {
        match (self.signs, is_last) {
            (_, true) => "   ",
            (true, false) => "│  ",
            (false, false) => "|  ",
        }
    }

    /// Returns the sign for a level from 0 to 1, as in a row of speeds.
    pub fn level(self, level: f64) -> char {
        let signs: &[char] = if self.signs {
            &[' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█']
        } else {
            &[' ', '.', '.', ':', ':', '|', '|', '#', '#']
        };
        let at = (level.clamp(0.0, 1.0) * (signs.len() - 1) as f64).ceil();
        signs[(at as usize).min(signs.len() - 1)]
    }

    /// Returns the signs of a curve: a point, the champion's point, the interval, the axis.
    pub fn curve(self) -> [char; 4] {
        if self.signs { ['●', '◆', '│', '┤'] } else { ['o', '#', '|', '+'] }
    }

    /// Returns the signs of a frame: corners from the upper left on by rows, then a horizontal and a vertical line.
    pub fn frame(self) -> [char; 6] {
        if self.signs { ['┌', '┐', '└', '┘', '─', '│'] } else { ['+', '+', '+', '+', '-', '|'] }
    }
}
