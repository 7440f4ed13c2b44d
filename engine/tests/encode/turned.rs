//! Positions and moves under a symmetry of the board, by way of their text.

use rr_engine::action::PlayAction;
use rr_engine::board::{Cell, CellSet, Geometry, Symmetry};
use rr_engine::rules::{Move, MoveKind, Position};

/// Returns the image of a position; stacks keep their insertion order.
pub fn turned_position<const W: usize>(position: &Position<W>, s: &Symmetry) -> Position<W> {
    let g = position.geometry();
    let cell = |text: &str| -> String {
        let (x, y) = text.split_once(',').unwrap();
        let (x, y) = g.coords(s.cell(g.cell_at(x.parse().unwrap(), y.parse().unwrap()).unwrap()));
        format!("{x},{y}")
    };
    let cells = |text: &str| text.split(';').map(cell).collect::<Vec<_>>().join(";");
    let word = |word: &str| match word.split_once('=') {
        Some(("order", list)) => format!("order={}", cells(list)),
        Some((at, value)) if at.contains(',') => format!("{}={value}", cell(at)),
        None if word.contains(',') && !word.contains(':') => cells(word),
        _ => word.to_owned(),
    };
    let full = position.to_full_text();
    let line = |line: &str| line.split(' ').map(word).collect::<Vec<_>>().join(" ");
    let mut text: String = full.lines().map(|l| line(l) + "\n").collect();
    if !full.contains("order=") {
        let order = position.board().insertion_order();
        let order: Vec<String> = order
            .iter()
            .map(|&c| {
                let (x, y) = g.coords(s.cell(c));
                format!("{x},{y}")
            })
            .collect();
        if !order.is_empty() {
            text.truncate(text.trim_end().len());
            text += &format!(" order={}\n", order.join(";"));
        }
    }
    Position::from_text(&text).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

/// Returns the image of a decision.
pub fn turned_action<const W: usize>(position: &Position<W>, action: PlayAction, s: &Symmetry) -> PlayAction {
    match action {
        PlayAction::Slide { from, to } => PlayAction::Slide { from: s.cell(from), to: s.cell(to) },
        PlayAction::Move(mv) => PlayAction::Move(turned_move(position, mv, s)),
    }
}

fn turned_move<const W: usize>(position: &Position<W>, mv: Move, s: &Symmetry) -> Move {
    let g = position.geometry();
    let image = |c: Cell| c.some().map_or(Cell::NONE, |c| s.cell(c));
    match mv.kind {
        MoveKind::ChooseTerritoryOption => {
            let region: CellSet<W> = s.set(&position.region_cells(mv));
            Move { to: region.first().unwrap(), ..mv }
        }
        MoveKind::ChooseLineOption => turned_line(g, mv, s),
        _ => Move { from: image(mv.from), to: image(mv.to), via: image(mv.via), ..mv },
    }
}

/// The rules write a line in the direction of its axis, which the image may run against.
fn turned_line(g: &Geometry, mv: Move, s: &Symmetry) -> Move {
    let (direction, _) = g.direction_to(mv.from, mv.to).unwrap();
    let window_end = g.ray(mv.via, direction)[usize::from(mv.n) - 2];
    if s.direction(direction) < g.axes() {
        Move { from: s.cell(mv.from), to: s.cell(mv.to), via: s.cell(mv.via), ..mv }
    } else {
        Move { from: s.cell(mv.to), to: s.cell(mv.from), via: s.cell(window_end), ..mv }
    }
}
