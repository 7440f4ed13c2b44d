//! What lies over the list: help, the menu of columns, questions, everything that is known of an actor.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::dialog::{ActorPage, Dialog};
use super::ink::{tint, write};
use super::news::Deed;
use super::numbers::cut_end;
use super::palette::{Palette, Tone};
use super::sort_column::SortColumn;
use super::state::TopState;
use crate::display::wrapped;

/// Columns of a box at most.
const WIDEST: u16 = 78;
/// Actors that a question names.
const NAMED: usize = 5;

const HELP: &str = "\
arrows PgUp PgDn Home End   move
Enter             everything known of the actor
F3 /              search; n finds the next
F4 \\              show only what has a text in its path
F5 t              tree or list
F6                sort by; < > the column before, after
i                 turn the order round
- + or left right fold and unfold; * all
space             tag; u takes all tags
F9 k              kill: a fault, for drills; audited
r                 stop and start in order; audited
c                 the next config and its curve
F1 h ?            this help
F10 q Ctrl-C      quit

RST restarts   MBOX messages that wait   LAG how long
BUSY at its present message for   TIME in all messages
bold: the node is of no use without it";

/// Draws what lies over the list.
pub(super) fn draw(state: &TopState, palette: Palette, screen_area: Rect, screen: &mut Buffer) {
    let room = inner(screen_area);
    match &state.dialog {
        Dialog::None | Dialog::Search(_) | Dialog::Filter(_) => {}
        Dialog::Sort(at) => {
            let lines: Vec<String> = SortColumn::ALL.iter().map(|column| column.name().to_owned()).collect();
            let top = (at + 1).saturating_sub(usize::from(room.height));
            let area = draw_box("Sort by", &lines, top, (screen_area, palette), screen);
            let row = u16::try_from(at.saturating_sub(top)).unwrap_or(u16::MAX);
            tint(screen, area, row, palette.style(Tone::Cursor));
        }
        Dialog::Help(top) => {
            draw_box("Keys", &help_lines(room), *top, (screen_area, palette), screen);
        }
        Dialog::Confirm(deed, paths) => {
            let lines = question(*deed, paths, usize::from(room.width), palette);
            draw_box(title(*deed), &lines, 0, (screen_area, palette), screen);
        }
        Dialog::Actor(page) => {
            draw_box("Actor", &actor_lines(page, room), page.top, (screen_area, palette), screen);
        }
    }
}

/// Returns the last line that a text may begin with, so that it still fills its box.
pub(super) fn last_top(dialog: &Dialog, screen_area: Rect) -> usize {
    let room = inner(screen_area);
    let lines = match dialog {
        Dialog::Help(_) => help_lines(room).len(),
        Dialog::Actor(page) => actor_lines(page, room).len(),
        _ => 0,
    };
    lines.saturating_sub(usize::from(room.height))
}

/// Returns the room that a box leaves for its text on a screen.
fn inner(screen_area: Rect) -> Rect {
    Rect {
        width: screen_area.width.min(WIDEST).saturating_sub(4),
        height: screen_area.height.saturating_sub(3),
        ..screen_area
    }
}

fn help_lines(room: Rect) -> Vec<String> {
    wrapped(HELP, usize::from(room.width), 0)
}

fn actor_lines(page: &ActorPage, room: Rect) -> Vec<String> {
    match page.text.as_str() {
        "" => vec![page.path.clone(), "asking".to_owned()],
        text => wrapped(text, usize::from(room.width), 0),
    }
}

fn title(deed: Deed) -> &'static str {
    match deed {
        Deed::Kill => "Kill",
        Deed::Restart => "Restart",
    }
}

fn question(deed: Deed, paths: &[String], width: usize, palette: Palette) -> Vec<String> {
    let (verb, effect) = match deed {
        Deed::Kill => ("kill", "It dies as by a fault, for a drill; its supervisor answers as to any fault."),
        Deed::Restart => {
            ("restart", "It is stopped and started in order, with what its supervisor restarts with it.")
        }
    };
    let mut lines: Vec<String> =
        paths.iter().take(NAMED).map(|path| cut_end(path, width, palette.cut())).collect();
    if paths.len() > NAMED {
        lines.push(format!("and {} more", paths.len() - NAMED));
    }
    lines.push(String::new());
    lines.extend(wrapped(&format!("{effect} The audit log keeps who did it."), width, 0));
    lines.push(String::new());
    lines.push(format!("y {verb}    n or Esc leave it"));
    lines
}

/// Draws a box with lines around the middle of the screen, and returns the place of its text.
fn draw_box(
    title: &str,
    lines: &[String],
    top: usize,
    (screen_area, palette): (Rect, Palette),
    screen: &mut Buffer,
) -> Rect {
    let room = inner(screen_area);
    let longest = lines.iter().map(|line| line.chars().count()).max().unwrap_or(0).max(title.len() + 2);
    let width = u16::try_from(longest).unwrap_or(u16::MAX).min(room.width);
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).min(room.height);
    let area = Rect {
        x: screen_area.x + (screen_area.width - (width + 4).min(screen_area.width)) / 2,
        y: screen_area.y + (screen_area.height - (height + 2).min(screen_area.height)) / 2,
        width: (width + 4).min(screen_area.width),
        height: (height + 2).min(screen_area.height),
    };
    let top = top.min(lines.len().saturating_sub(usize::from(height)));
    let [left_top, right_top, left_low, right_low, across, down] = palette.frame();
    let line = |left: char, right: char, words: &str| {
        let rest = usize::from(area.width).saturating_sub(2 + words.chars().count());
        format!("{left}{words}{}{right}", across.to_string().repeat(rest))
    };
    let upper = line(left_top, right_top, &format!(" {title} "));
    write(screen, area, 0, &[(upper, palette.style(Tone::Strong))]);
    let inner_width = usize::from(width);
    for (row, text) in (1..=height).zip(lines.iter().skip(top)) {
        let text = cut_end(text, inner_width, palette.cut());
        write(screen, area, row, &[(format!("{down} {text:<inner_width$} {down}"), Style::new())]);
    }
    let more = lines.len().saturating_sub(top + usize::from(height));
    let words = if more > 0 { format!(" {more} more lines ") } else { String::new() };
    write(screen, area, height + 1, &[(line(left_low, right_low, &words), palette.style(Tone::Strong))]);
    Rect { x: area.x + 2, y: area.y + 1, width, height }
}
