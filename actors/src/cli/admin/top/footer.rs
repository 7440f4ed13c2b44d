//! The last rows: the actor under the cursor or what was said, and the keys.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::dialog::Dialog;
use super::ink::write;
use super::numbers::{cut_end, cut_start};
use super::palette::{Palette, Tone};
use super::state::TopState;

/// Keys and what they do.
type Keys = &'static [(&'static str, &'static str)];

/// Says what was said, else what is known of the actor under the cursor.
pub(super) fn draw_detail(state: &TopState, palette: Palette, area: Rect, screen: &mut Buffer) {
    let width = usize::from(area.width);
    if let Some(said) = state.said() {
        let words = cut_end(&said.replace('\n', " "), width, palette.cut());
        write(screen, area, 0, &[(words, palette.style(Tone::Strong))]);
        return;
    }
    let Some(known) = state.list.selected().and_then(|path| state.tree.get(path)) else { return };
    let actor = &known.actor;
    let critical = if actor.critical { ", critical" } else { "" };
    let kind = if actor.strategy.is_empty() { &actor.kind } else { &actor.strategy };
    let about = format!("  {} {kind}{critical}", actor.restart);
    let error = actor.last_error.lines().next().unwrap_or_default();
    let error = if error.is_empty() { String::new() } else { format!("  last error: {error}") };
    let tags = match state.list.tags() {
        0 => String::new(),
        count => format!("{count} tagged  "),
    };
    let width = width.saturating_sub(tags.len());
    let path = cut_start(&actor.path, width.saturating_sub(about.chars().count()), palette.cut());
    let room = width.saturating_sub(path.chars().count() + about.chars().count());
    let pieces = [
        (tags, palette.style(Tone::Tagged)),
        (path, palette.style(Tone::Strong)),
        (about, palette.style(Tone::Dim)),
        (cut_end(&error, room, palette.cut()), palette.style(Tone::Warn)),
    ];
    write(screen, area, 0, &pieces);
}

/// Shows the keys of what has them: the list, or what lies over it.
pub(super) fn draw_keys(state: &TopState, palette: Palette, area: Rect, screen: &mut Buffer) {
    if let Some((name, text, keys)) = prompt(state) {
        let shown = cut_start(text, usize::from(area.width).saturating_sub(name.len() + 2), palette.cut());
        let mut pieces =
            vec![(name.to_owned(), palette.style(Tone::Key)), (format!("{shown}_  "), Style::new())];
        pieces.extend(keys.iter().flat_map(|(key, word)| labelled(palette, key, word)));
        write(screen, area, 0, &pieces);
        return;
    }
    let shape = if state.list.choice().flat { "Tree" } else { "List" };
    let filter = if state.list.choice().filter.is_empty() { "Filter" } else { "FILTER" };
    // In the order in which they find room, with their place on the screen.
    let mut keys = vec![
        (0, "F1", "Help"),
        (9, "F10", "Quit"),
        (6, "F9", "Kill"),
        (7, "r", "Restart"),
        (1, "F3", "Search"),
        (2, "F4", filter),
        (3, "F5", shape),
        (4, "F6", "Sort"),
        (5, "Enter", "Look"),
    ];
    if state.status.as_ref().is_some_and(|status| status.configs.len() > 1) {
        keys.push((8, "c", "Config"));
    }
    let mut room = usize::from(area.width);
    keys.retain(|(_, key, word)| {
        let taken = key.len() + word.len() + 1;
        let fits = taken <= room;
        room -= if fits { taken } else { 0 };
        fits
    });
    keys.sort_by_key(|(place, ..)| *place);
    let pieces: Vec<_> = keys.into_iter().flat_map(|(_, key, word)| labelled(palette, key, word)).collect();
    write(screen, area, 0, &pieces);
}

/// Returns what is typed, under which name, and its keys.
fn prompt(state: &TopState) -> Option<(&'static str, &str, Keys)> {
    match &state.dialog {
        Dialog::Search(text) => Some(("Search: ", text, &[("F3", "Next"), ("Enter", "Done")])),
        Dialog::Filter(text) => Some(("Filter: ", text, &[("Enter", "Done"), ("Esc", "Clear")])),
        _ => None,
    }
}

fn labelled(palette: Palette, key: &str, word: &str) -> [(String, Style); 3] {
    [
        (key.to_owned(), Style::new()),
        (word.to_owned(), palette.style(Tone::Key)),
        (" ".to_owned(), Style::new()),
    ]
}
