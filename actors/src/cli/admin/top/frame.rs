//! The whole picture.

use ratatui::buffer::Buffer;

use super::palette::Palette;
use super::state::TopState;
use super::{actor_table, elo_curve, footer, header, popup};

/// Draws a state.
pub(super) fn draw(state: &TopState, palette: Palette, screen: &mut Buffer) {
    let layout = state.layout();
    let area = layout.screen.intersection(screen.area);
    if area != layout.screen {
        return; // the screen has changed its size, and the state hears of it in a moment
    }
    header::draw_title(state, palette, layout.title, screen);
    header::draw_numbers(state, palette, layout.numbers, screen);
    elo_curve::draw(state, palette, layout.curve, screen);
    actor_table::draw(state, palette, layout.list, screen);
    footer::draw_detail(state, palette, layout.detail, screen);
    footer::draw_keys(state, palette, layout.keys, screen);
    popup::draw(state, palette, layout.screen, screen);
}
