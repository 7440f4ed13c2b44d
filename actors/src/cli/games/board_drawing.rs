//! Drawing positions as text.

use std::fmt::Write as _;

use rr_engine::board::{BoardShape, Cell};
use rr_engine::rules::{Player, Position};

/// Columns of one cell on a square board, and half of what a hex takes.
const SQUARE_WIDTH: usize = 6;
const HEX_HALF: usize = 3;

/// Draws a position: rows of squares, or rows of hexes each shifted by half a cell.
///
/// A stack is written owner, `x`, height, and `/cap` where the cap is lower than the stack; a marker `m` and its
/// owner; a collapsed cell `#` and its owner; an empty cell a dot.
pub fn draw<const W: usize>(position: &Position<W>) -> String {
    let mut out = String::new();
    heading(position, &mut out);
    if matches!(position.geometry().kind().descriptor().shape, BoardShape::Hex { .. }) {
        hexes(position, &mut out)
    } else {
        squares(position, &mut out)
    }
    out.push_str(
        "1x3 stack of player 1, height 3   1x3/2 with a cap of 2   m1 marker   #1 territory   . empty\n",
    );
    out
}

fn heading<const W: usize>(position: &Position<W>, out: &mut String) {
    match position.outcome() {
        Some(outcome) => {
            let winner = outcome.winner.map_or("nobody".into(), |w| format!("player {w}"));
            let _ = writeln!(out, "over: {winner} won by {}", outcome.reason);
        }
        None => {
            let _ = writeln!(out, "player {} to move, {}", position.mover(), position.phase());
        }
    }
    for player in Player::all(position.players()) {
        let _ = writeln!(
            out,
            "  player {player}: {} rings in hand, {} eliminated, {} territory",
            position.rings_in_hand(player),
            position.eliminated(player),
            position.collapsed_count(player),
        );
    }
}

fn cell_text<const W: usize>(position: &Position<W>, cell: Cell) -> String {
    if let Some(stack) = position.stack(cell) {
        let (owner, height, cap) = (stack.owner(), stack.height, stack.cap());
        return if cap == height { format!("{owner}x{height}") } else { format!("{owner}x{height}/{cap}") };
    }
    if let Some(owner) = position.collapsed(cell) {
        return format!("#{owner}");
    }
    position.marker(cell).map_or_else(|| ".".into(), |owner| format!("m{owner}"))
}

fn extent<const W: usize>(position: &Position<W>, pick: impl Fn((i8, i8)) -> i8) -> (i8, i8) {
    let geometry = position.geometry();
    let values = (0..geometry.cells()).map(|c| pick(geometry.coords(Cell(c as u16))));
    values.fold((i8::MAX, i8::MIN), |(low, high), v| (low.min(v), high.max(v)))
}

fn squares<const W: usize>(position: &Position<W>, out: &mut String) {
    let geometry = position.geometry();
    let ((left, right), (top, bottom)) = (extent(position, |c| c.0), extent(position, |c| c.1));
    let columns: String = (left..=right).map(|x| format!("{x:<SQUARE_WIDTH$}")).collect();
    let _ = writeln!(out, "  y\\x {}", columns.trim_end());
    for y in top..=bottom {
        let row: String = (left..=right)
            .map(|x| geometry.cell_at(x, y).map_or(String::new(), |cell| cell_text(position, cell)))
            .map(|text| format!("{text:<SQUARE_WIDTH$}"))
            .collect();
        let _ = writeln!(out, "{y:>4}  {}", row.trim_end());
    }
}

fn hexes<const W: usize>(position: &Position<W>, out: &mut String) {
    let geometry = position.geometry();
    let ((left, right), (top, bottom)) = (extent(position, |c| c.0), extent(position, |c| c.1));
    for r in top..=bottom {
        // A row further down starts half a hex further right for the same q.
        let first = (left..=right).find(|&q| geometry.cell_at(q, r).is_some()).unwrap_or(left);
        let shift = (2 * i32::from(first - left) + i32::from(r - top)) as usize * HEX_HALF;
        let lean = (i32::from(bottom - top) / 2) as usize * HEX_HALF;
        let row: String = (left..=right)
            .filter_map(|q| geometry.cell_at(q, r))
            .map(|cell| format!("{:<width$}", cell_text(position, cell), width = 2 * HEX_HALF))
            .collect();
        let indent = " ".repeat(shift.saturating_sub(lean));
        let _ = writeln!(out, "r={r:<3} {indent}{}   q={first}..", row.trim_end());
    }
}

#[cfg(test)]
mod tests {
    use rr_engine::board::GameConfig;
    use rr_engine::rules::MoveList;

    use super::*;

    #[test]
    fn a_hex_board_is_a_hexagon_of_61_cells() {
        let config: GameConfig = "hex8_2p".parse().unwrap();
        let text = draw(&Position::<1>::initial(config).unwrap());
        let rows: Vec<&str> = text.lines().filter(|l| l.starts_with("r=")).collect();
        let dots: Vec<usize> =
            rows.iter().map(|r| r.split("   q=").next().unwrap().matches('.').count()).collect();
        assert_eq!(dots, [5, 6, 7, 8, 9, 8, 7, 6, 5]);
        let indents: Vec<usize> =
            rows.iter().map(|r| r.chars().skip(6).take_while(|c| *c == ' ').count()).collect();
        assert_eq!(indents, [12, 9, 6, 3, 0, 3, 6, 9, 12]);
    }

    #[test]
    fn a_stack_shows_owner_and_height() {
        let config: GameConfig = "square8_2p".parse().unwrap();
        let mut position = Position::<1>::initial(config).unwrap();
        let mut moves = MoveList::new();
        position.legal_moves(&mut moves);
        let mv = moves
            .iter()
            .copied()
            .find(|&m| position.move_text(m).starts_with("place_ring|1||2,3||2|"))
            .unwrap();
        position.apply(mv);
        let text = draw(&position);
        let row = text.lines().find(|l| l.starts_with("   3 ")).unwrap();
        assert_eq!(row.split_whitespace().nth(3), Some("1x2"));
    }
}
