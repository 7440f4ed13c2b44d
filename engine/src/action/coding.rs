//! From moves to their names in the policy vector.

use super::{ActionLayout, ActionRef};
use crate::board::{Cell, CellSet, Geometry};
use crate::rules::{Move, MoveKind, Position, RecoveryMode};

/// Returns whether a move is a recovery slide that collapses a line, with either option.
#[inline]
pub(super) fn is_line_recovery(mv: Move) -> bool {
    matches!(mv.recovery_mode(), Some(RecoveryMode::LineAll | RecoveryMode::LineMin))
}

/// Returns whether two moves are options of the same recovery slide.
#[inline]
pub(super) fn same_slide(a: Move, b: Move) -> bool {
    is_line_recovery(a) && is_line_recovery(b) && (a.from, a.to) == (b.from, b.to)
}

/// Names a decision move; a recovery slide is named by its way alone.
pub(super) fn reference<const W: usize>(
    position: &Position<W>,
    layout: &ActionLayout,
    mv: Move,
) -> ActionRef<W> {
    let entry = match mv.kind {
        MoveKind::PlaceRing => layout.place(mv.to, usize::from(mv.n)),
        MoveKind::MoveStack
        | MoveKind::OvertakingCapture
        | MoveKind::ContinueCaptureSegment
        | MoveKind::RecoverySlide => ray(layout, mv.from, mv.to),
        MoveKind::ProcessLine => return whole_line(layout.geometry(), mv.from, mv.to),
        MoveKind::ChooseLineOption => return line_option(layout, mv),
        MoveKind::ChooseTerritoryOption => return ActionRef::Region(position.region_cells(mv)),
        MoveKind::EliminateRingsFromStack | MoveKind::ForcedElimination => layout.eliminate(mv.to),
        MoveKind::SwapSides => layout.swap(),
        MoveKind::SkipPlacement
        | MoveKind::SkipCapture
        | MoveKind::SkipRecovery
        | MoveKind::SkipTerritoryProcessing
        | MoveKind::NoPlacementAction
        | MoveKind::NoMovementAction
        | MoveKind::NoLineAction
        | MoveKind::NoTerritoryAction => layout.decline(),
    };
    ActionRef::Entry(entry as u32)
}

/// Names one option of a slide that was chosen and left open.
///
/// Which cells the least collapse takes follows the reference's scanning order, so a turned position may take their mirror image (S10).
pub(super) fn slide_option<const W: usize>(
    position: &Position<W>,
    layout: &ActionLayout,
    mv: Move,
) -> ActionRef<W> {
    let least = position.recovery_cells(mv);
    if let (Some(first), Some(last)) = (least.first(), least.last()) {
        return ActionRef::Entry(window(layout, first, last) as u32);
    }
    match recovery_line(position, mv) {
        Some((first, last)) => whole_line(layout.geometry(), first, last),
        None => reference(position, layout, mv),
    }
}

/// Returns the cells that a line or region move names.
pub(super) fn named_cells<const W: usize>(position: &Position<W>, mv: Move) -> CellSet<W> {
    match mv.kind {
        MoveKind::ProcessLine | MoveKind::ChooseLineOption => span(position.geometry(), mv.from, mv.to),
        MoveKind::ChooseTerritoryOption => position.region_cells(mv),
        MoveKind::RecoverySlide => match recovery_line(position, mv) {
            Some((first, last)) => span(position.geometry(), first, last) | position.recovery_cells(mv),
            None => CellSet::EMPTY,
        },
        _ => CellSet::EMPTY,
    }
}

/// Returns the first and last cell of the line that a recovery slide completes: the first run of at least the base length (S10).
fn recovery_line<const W: usize>(position: &Position<W>, mv: Move) -> Option<(Cell, Cell)> {
    if !is_line_recovery(mv) {
        return None;
    }
    let geometry = position.geometry();
    let own = position.board().markers(position.mover());
    let reach = |direction: usize| {
        let ray = geometry.ray(mv.to, direction).iter();
        ray.take_while(|&&c| c != mv.from && own.contains(c)).last().copied().unwrap_or(mv.to)
    };
    let runs = geometry.line_scan_directions().iter().map(|&d| (reach(geometry.opposite(d)), reach(d)));
    let base = usize::from(position.rules().line_base);
    runs.into_iter().find(|&(a, b)| geometry.direction_to(a, b).map_or(0, |(_, n)| n) + 1 >= base)
}

fn ray(layout: &ActionLayout, from: Cell, to: Cell) -> usize {
    let entry = layout.ray(from, to);
    debug_assert!(entry.is_some(), "every move of the rules goes along a ray");
    entry.unwrap_or(layout.decline())
}

fn line_option<const W: usize>(layout: &ActionLayout, mv: Move) -> ActionRef<W> {
    let geometry = layout.geometry();
    let Some((direction, distance)) = geometry.direction_to(mv.from, mv.to) else {
        return whole_line(geometry, mv.from, mv.to);
    };
    let length = usize::from(mv.n);
    if length > distance {
        return whole_line(geometry, mv.from, mv.to);
    }
    let end = geometry.ray(mv.via, direction).get(length.wrapping_sub(2)).copied().unwrap_or(mv.via);
    ActionRef::Entry(window(layout, mv.via, end) as u32)
}

/// Returns the entry of the line window between two cells: its start is the end from which the axis leads to the other.
fn window(layout: &ActionLayout, a: Cell, b: Cell) -> usize {
    let geometry = layout.geometry();
    match geometry.direction_to(a, b) {
        Some((direction, _)) if direction < geometry.axes() => layout.line_min(a, direction),
        Some((direction, _)) => layout.line_min(b, geometry.axis_of(direction)),
        None => layout.line_min(a, 0),
    }
}

fn whole_line<const W: usize>(geometry: &Geometry, first: Cell, last: Cell) -> ActionRef<W> {
    let axis = geometry.direction_to(first, last).map_or(0, |(d, _)| geometry.axis_of(d));
    ActionRef::Line { axis: axis as u8, cells: span(geometry, first, last) }
}

/// Returns the cells from one end of a line to the other.
fn span<const W: usize>(geometry: &Geometry, first: Cell, last: Cell) -> CellSet<W> {
    let mut cells = CellSet::single(first);
    if let Some((direction, distance)) = geometry.direction_to(first, last) {
        geometry.ray(first, direction)[..distance].iter().for_each(|&c| cells.insert(c));
    }
    cells
}
