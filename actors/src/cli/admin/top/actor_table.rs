//! The list of actors under the names of its columns.

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::ink::{tint, write};
use super::known_tree::KnownActor;
use super::numbers::{count_text, cut_end, cut_start, rate_text, wait_text};
use super::palette::{Palette, Tone};
use super::sort_column::SortColumn;
use super::state::TopState;
use super::tree_rows::TreeRow;
use crate::cli::admin::span_text;

/// Columns that a name takes at least before numbers find room.
const LEAST_NAME: usize = 28;
/// Columns that a name takes at most where its last error is shown.
const MOST_NAME: usize = 40;
/// Columns that an error needs to say anything.
const LEAST_ERROR: usize = 30;
/// Columns of numbers that come before the last error; the others come after it.
const BEFORE_ERROR: usize = 7;

/// One column of numbers.
struct Column {
    title: &'static str,
    width: usize,
    sort: Option<SortColumn>,
    text: fn(&KnownActor, Duration) -> String,
}

/// The columns, the most important first: those at the end go first where there is no room.
const COLUMNS: [Column; 10] = [
    Column { title: "STATE", width: 8, sort: Some(SortColumn::State), text: |known, _| state_text(known) },
    Column {
        title: "RST",
        width: 4,
        sort: Some(SortColumn::Restarts),
        text: |known, _| known.actor.restarts.to_string(),
    },
    Column {
        title: "MBOX",
        width: 5,
        sort: Some(SortColumn::Mailbox),
        text: |known, _| count_text(known.load().mailbox_depth as f64),
    },
    Column {
        title: "MSG/S",
        width: 6,
        sort: Some(SortColumn::Rate),
        text: |known, _| rate_text(known.load().messages_per_second),
    },
    Column {
        title: "UPTIME",
        width: 6,
        sort: Some(SortColumn::Uptime),
        text: |known, now| known.uptime_ms(now).map_or_else(|| "-".to_owned(), span_text),
    },
    Column {
        title: "LAG",
        width: 6,
        sort: Some(SortColumn::Lag),
        text: |known, _| wait_text(known.load().mailbox_lag_ms),
    },
    Column {
        title: "BUSY",
        width: 6,
        sort: Some(SortColumn::Busy),
        text: |known, _| wait_text(known.load().busy_ms),
    },
    Column {
        title: "HANDLED",
        width: 7,
        sort: None,
        text: |known, _| count_text(known.load().handled as f64),
    },
    Column { title: "SHED", width: 5, sort: None, text: |known, _| count_text(known.load().shed as f64) },
    Column { title: "TIME", width: 6, sort: None, text: |known, _| wait_text(known.load().handler_ms) },
];

/// Draws the names of the columns and the rows that are in view.
pub(super) fn draw(state: &TopState, palette: Palette, area: Rect, screen: &mut Buffer) {
    let grid = Grid::new(usize::from(area.width));
    let choice = state.list.choice();
    let heading = palette.style(Tone::Heading);
    tint(screen, area, 0, heading);
    let place = format!("{}/{}", state.list.cursor() + 1, state.list.rows().len().max(1));
    write(screen, area, 0, &[(grid.heading(&place, choice.sort, choice.reversed), heading)]);
    let selected = state.list.selected().unwrap_or_default();
    for (row, shown) in (1..area.height).zip(state.list.visible()) {
        let Some(known) = state.tree.get(&shown.path) else { continue };
        let pieces = grid.row(state, palette, shown, known);
        write(screen, area, row, &pieces);
        if state.silence().is_some() {
            tint(screen, area, row, palette.style(Tone::Dim));
        }
        if shown.path == selected {
            tint(screen, area, row, palette.style(Tone::Cursor));
        }
    }
    if state.list.rows().is_empty() && area.height > 1 {
        let words = match (state.status.is_some(), choice.filter.is_empty()) {
            (_, false) => format!("no actor has `{}` in its path; Esc shows all", choice.filter),
            (true, true) => "the node has not told of its actors yet".to_owned(),
            (false, true) => String::new(),
        };
        write(screen, area, 1, &[(words, palette.style(Tone::Dim))]);
    }
}

/// Divides a row.
struct Grid {
    name: usize,
    columns: &'static [Column],
    error: usize,
}

impl Grid {
    fn new(width: usize) -> Self {
        let taken = |count: usize| COLUMNS[..count].iter().map(|column| column.width + 1).sum::<usize>();
        let fits = |count: &usize| {
            let error = if *count > BEFORE_ERROR { 1 + LEAST_ERROR } else { 0 };
            taken(*count) + LEAST_NAME + error <= width
        };
        let count = (0..=COLUMNS.len()).rev().find(fits).unwrap_or(0);
        let room = width.saturating_sub(taken(count));
        let has_error = room > LEAST_NAME + LEAST_ERROR;
        let name = if has_error { (room / 2).clamp(LEAST_NAME, MOST_NAME) } else { room };
        Self { name, columns: &COLUMNS[..count], error: if has_error { room - name - 1 } else { 0 } }
    }

    /// Writes the names of the columns and the place of the cursor; the column that is sorted by has a sign.
    fn heading(&self, place: &str, sort: SortColumn, reversed: bool) -> String {
        let sign = if reversed { '^' } else { 'v' };
        let mark = match sort {
            SortColumn::Tree if reversed => "^".to_owned(),
            SortColumn::Actor => sign.to_string(),
            _ => " ".to_owned(),
        };
        let name = cut_end(&format!("{mark}ACTOR {place}"), self.name, ' ');
        let mut text = format!("{name:<width$}", width = self.name);
        for column in self.columns {
            let title = if column.sort == Some(sort) && column.title.len() < column.width {
                format!("{sign}{}", column.title)
            } else if column.sort == Some(sort) {
                format!("{sign}{}", &column.title[..column.width - 1])
            } else {
                column.title.to_owned()
            };
            text.push_str(&aligned(column, &title));
        }
        if self.error > 0 {
            text.push_str(" LAST ERROR");
        }
        text
    }

    fn row(
        &self,
        state: &TopState,
        palette: Palette,
        row: &TreeRow,
        known: &KnownActor,
    ) -> Vec<(String, Style)> {
        let is_tagged = state.list.is_tagged(&row.path);
        let mark = if is_tagged { "*" } else { " " };
        let trunk = trunk(palette, &row.lasts);
        let room = self.name.saturating_sub(1 + trunk.chars().count());
        let name = format!("{:<room$}", name(palette, row, room));
        let tone = match (is_tagged, row.leads, known.actor.critical) {
            (true, ..) => Tone::Tagged,
            (_, true, _) => Tone::Dim,
            (.., true) => Tone::Strong,
            _ => Tone::Plain,
        };
        let mut pieces = vec![
            (mark.to_owned(), palette.style(Tone::Tagged)),
            (trunk, palette.style(Tone::Dim)),
            (name, palette.style(tone)),
        ];
        for column in self.columns {
            let text = aligned(column, &(column.text)(known, state.shown_time()));
            pieces.push((text, palette.style(column_tone(column, known))));
        }
        if self.error > 0 {
            let error = known.actor.last_error.lines().next().unwrap_or_default();
            let text = format!(" {}", cut_end(error, self.error, palette.cut()));
            pieces.push((text, palette.style(Tone::Warn)));
        }
        pieces
    }
}

fn aligned(column: &Column, text: &str) -> String {
    let width = column.width;
    // The state is a word, all others are numbers.
    if column.title == "STATE" || text.ends_with("STATE") {
        format!(" {text:<width$}")
    } else {
        format!(" {text:>width$}")
    }
}

/// Draws what leads to a row.
fn trunk(palette: Palette, lasts: &[bool]) -> String {
    let Some((own, above)) = lasts.split_last().filter(|(_, above)| !above.is_empty()) else {
        return String::new();
    };
    let mut text: String = above.iter().skip(1).map(|is_last| palette.trunk(*is_last)).collect();
    text.push_str(palette.branch(*own));
    text
}

/// Writes a name in a tree, or a path in a list.
fn name(palette: Palette, row: &TreeRow, room: usize) -> String {
    if row.lasts.is_empty() {
        return cut_start(&row.path, room, palette.cut());
    }
    let name = row.path.rsplit('/').next().unwrap_or(&row.path);
    if row.folded == 0 {
        return cut_end(name, room, palette.cut());
    }
    let more = format!(" +{}", row.folded);
    format!("{}{more}", cut_end(name, room.saturating_sub(more.len()), palette.cut()))
}

fn state_text(known: &KnownActor) -> String {
    let word = match known.actor.state.as_str() {
        "backing_off" => "waiting",
        state => state,
    };
    cut_end(word, 8, '.')
}

fn column_tone(column: &Column, known: &KnownActor) -> Tone {
    let load = known.load();
    match column.title {
        "STATE" => match known.actor.state.as_str() {
            "running" => Tone::Good,
            "starting" | "stopping" | "held" => Tone::Warn,
            _ => Tone::Bad,
        },
        "RST" if known.actor.restarts > 0 => Tone::Warn,
        "MBOX" if load.mailbox_depth >= 100 => Tone::Warn,
        "LAG" if load.mailbox_lag_ms >= 1_000.0 => Tone::Warn,
        "BUSY" if load.busy_ms >= 10_000.0 => Tone::Warn,
        "SHED" if load.shed > 0 => Tone::Warn,
        _ => Tone::Plain,
    }
}
