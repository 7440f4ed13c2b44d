//! Writing into rows of the screen, never past their end.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Writes pieces of text into a row of an area, as far as there is room; returns the columns that are taken.
pub(super) fn write(screen: &mut Buffer, area: Rect, row: u16, pieces: &[(String, Style)]) -> u16 {
    let mut x = area.x;
    if row >= area.height {
        return 0;
    }
    for (text, style) in pieces {
        let room = area.right().saturating_sub(x);
        x = screen.set_stringn(x, area.y + row, text, usize::from(room), *style).0;
    }
    x - area.x
}

/// Gives a row of an area a style from end to end.
pub(super) fn tint(screen: &mut Buffer, area: Rect, row: u16, style: Style) {
    if row < area.height {
        screen.set_style(Rect { y: area.y + row, height: 1, ..area }, style);
    }
}
