//! Where everything lies on a screen of any size.

use ratatui::layout::Rect;
use rr_proto::admin::GetStatusResponse;

/// Rows of the list that nothing else may take.
const LEAST_LIST: u16 = 8;
/// Rows under which only the list is shown.
const ONLY_LIST: u16 = 14;
/// Columns that the numbers of the node take at least.
const NUMBERS: u16 = 44;
/// Columns that a curve takes at least.
const CURVE: u16 = 26;
/// Rows in which a curve can be read.
const CURVE_ROWS: u16 = 6;
/// Rows of the numbers: processor, memory, self-play.
const NODE_ROWS: u16 = 3;
/// Rows of one config's numbers.
pub(super) const CONFIG_ROWS: u16 = 2;

/// Divides the screen; what finds no room is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TopLayout {
    /// The whole screen.
    pub screen: Rect,
    /// Which node this is, and how it is.
    pub title: Rect,
    /// What the node uses and does.
    pub numbers: Rect,
    /// How strong its models are.
    pub curve: Rect,
    /// The names of the columns and the rows.
    pub list: Rect,
    /// What is known of the actor under the cursor, or what was said.
    pub detail: Rect,
    /// The keys.
    pub keys: Rect,
}

impl TopLayout {
    /// Divides a screen of columns and rows.
    pub fn new((columns, rows): (u16, u16), status: Option<&GetStatusResponse>) -> Self {
        let row =
            |y: u16, height: u16| Rect::new(0, y.min(rows), columns, height.min(rows.saturating_sub(y)));
        let title = row(0, u16::from(rows > 3));
        let keys = row(rows.saturating_sub(1), u16::from(rows > 2));
        let detail_rows = u16::from(rows >= 8);
        let detail = row(keys.y.saturating_sub(detail_rows), detail_rows);
        let block_rows = block_rows(rows, columns, status);
        let block = row(title.height, block_rows);
        let list_top = title.height + block_rows;
        let list = row(list_top, rows.saturating_sub(list_top + detail_rows + keys.height));
        let has_curve = columns >= NUMBERS + 2 + CURVE && block_rows >= CURVE_ROWS;
        let numbers_width = if has_curve { NUMBERS.max(columns * 9 / 20) } else { columns };
        let numbers = Rect { width: numbers_width, ..block };
        let curve = if has_curve {
            Rect { x: numbers_width + 2, width: columns - numbers_width - 2, ..block }
        } else {
            Rect { height: 0, ..block }
        };
        Self { screen: row(0, rows), title, numbers, curve, list, detail, keys }
    }

    /// Returns how many actors find room.
    pub fn list_rows(&self) -> usize {
        usize::from(self.list.height.saturating_sub(1))
    }
}

/// Returns the rows between the title and the list: as many as there are numbers, or as a tall screen has for the curve, but never so many
/// that little is left of the list.
fn block_rows(rows: u16, columns: u16, status: Option<&GetStatusResponse>) -> u16 {
    if rows < ONLY_LIST {
        return 0;
    }
    let count = |length: usize| u16::try_from(length).unwrap_or(u16::MAX);
    let wanted = status.map_or(NODE_ROWS + CONFIG_ROWS + 1, |status| {
        let configs = count(status.configs.len()).saturating_mul(CONFIG_ROWS);
        let reasons = count(status.not_ready.len().min(2));
        (NODE_ROWS + reasons).saturating_add(count(status.devices.len())).saturating_add(configs)
    });
    let for_curve = if columns >= NUMBERS + 2 + CURVE { CURVE_ROWS.max(rows / 4) } else { 0 };
    wanted.max(for_curve).min((rows / 3).max(CURVE_ROWS)).min(rows.saturating_sub(LEAST_LIST))
}
