//! Moves as text.

use std::fmt::Write;

use super::position_text::{cell_text, cells_text, parse_cell, parse_cells};
use crate::{
    EngineError,
    board::{Cell, CellSet},
    rules::{EliminationContext, Move, MoveKind, Position, RecoveryMode},
};

/// The fields of a move string, `t|p|f|to|c|n|line|col|reg|ctx-or-mode|opt`, absent ones empty.
const FIELDS: usize = 11;

impl<const W: usize> Position<W> {
    /// Writes a move of this position as a move string.
    pub fn move_text(&self, mv: Move) -> String {
        let mut text = String::with_capacity(48);
        self.write_move(mv, &mut text);
        text
    }

    /// Appends a move of this position as a move string.
    pub fn write_move(&self, mv: Move, out: &mut String) {
        let g = self.geometry;
        let shows_to = !matches!(
            mv.kind,
            MoveKind::ProcessLine | MoveKind::ChooseLineOption | MoveKind::ChooseTerritoryOption
        );
        let cell = |c: Cell, shown: bool| match c.some() {
            Some(c) if shown => cell_text(g, c),
            _ => String::new(),
        };
        let cells = |cells: CellSet<W>| cells_text(g, &cells);
        let count = if mv.kind == MoveKind::PlaceRing { mv.n.to_string() } else { String::new() };
        let collapsed = match mv.kind {
            MoveKind::ChooseLineOption => self.collapsed_line_cells(mv),
            _ => self.recovery_cells(mv),
        };
        let (mode, option) = match mv.recovery_mode() {
            Some(RecoveryMode::Fallback) => ("fallback", ""),
            Some(RecoveryMode::LineAll) => ("line", "1"),
            Some(RecoveryMode::LineMin) => ("line", "2"),
            Some(RecoveryMode::StackStrike) => ("stack_strike", ""),
            None => (mv.elimination_context().map_or("", context_name), ""),
        };
        // Writing to a `String` cannot fail.
        let _ = write!(
            out,
            "{}|{}|{}|{}|{}|{count}|{}|{}|{}|{mode}|{option}",
            mv.kind.name(),
            self.mover,
            cell(mv.from, shows_to),
            cell(mv.to, shows_to),
            cell(mv.via, shows_to),
            cells(self.line_cells(mv)),
            cells(collapsed),
            cells(self.region_cells(mv)),
        );
    }

    /// Reads a move string against this position.
    ///
    /// The move is well formed afterwards, not necessarily legal: see [`Position::try_apply`].
    ///
    /// # Errors
    /// A string that is no move of the mover, or that names a line or region that is not there.
    pub fn parse_move(&self, text: &str) -> Result<Move, EngineError> {
        let fail = |cause: String| EngineError::MoveText { text: text.to_owned(), cause };
        let mv = self.read_move(text).map_err(fail)?;
        let written = self.move_text(mv);
        if written == text { Ok(mv) } else { Err(fail(format!("did you mean `{written}`?"))) }
    }

    fn read_move(&self, text: &str) -> Result<Move, String> {
        let fields: Vec<&str> = text.split('|').collect();
        let found = fields.len();
        let fields: [&str; FIELDS] = fields
            .try_into()
            .map_err(|_| format!("needs {FIELDS} fields separated by `|`, found {found}"))?;
        let [kind, player, from, to, via, n, line, collapsed, region, mode, option] = fields;
        let kind = MoveKind::ALL
            .into_iter()
            .find(|k| k.name() == kind)
            .ok_or_else(|| format!("`{kind}` is no kind of move"))?;
        if player != self.mover.to_string() {
            return Err(format!("it is player {}'s move", self.mover));
        }
        let cell = |text| parse_cell(self.geometry, text);
        match kind {
            MoveKind::PlaceRing => {
                let n = n.parse().ok().filter(|n| (1..=3).contains(n));
                Ok(Move::place(cell(to)?, n.ok_or("the ring count must be 1, 2 or 3")?))
            }
            MoveKind::MoveStack => Ok(Move::step(cell(from)?, cell(to)?)),
            MoveKind::OvertakingCapture | MoveKind::ContinueCaptureSegment => {
                Ok(Move::capture(kind, cell(from)?, cell(via)?, cell(to)?))
            }
            MoveKind::RecoverySlide => {
                Ok(Move::recovery(cell(from)?, cell(to)?, recovery_mode(mode, option)?))
            }
            MoveKind::ProcessLine | MoveKind::ChooseLineOption => self.read_line(kind, line, collapsed),
            MoveKind::ChooseTerritoryOption => self.read_region(region),
            MoveKind::EliminateRingsFromStack => Ok(Move::eliminate(cell(to)?, context(mode)?)),
            MoveKind::ForcedElimination => Ok(Move::forced(cell(to)?)),
            _ => Ok(Move::bare(kind)),
        }
    }

    /// Finds the ends of a straight run of cells, in direction of its axis.
    fn ends(&self, text: &str) -> Result<(Cell, Cell, u8), String> {
        let g = self.geometry;
        let cells: CellSet<W> = parse_cells(g, text)?;
        let (Some(low), Some(high)) = (cells.first(), cells.last()) else {
            return Err("the line has no cells".to_owned());
        };
        let n = cells.len() as u8;
        let Some((d, distance)) = g.direction_to(low, high) else {
            return if n == 1 { Ok((low, high, 1)) } else { Err(format!("`{text}` is no line")) };
        };
        if distance + 1 != usize::from(n) || !g.ray(low, d)[..distance].iter().all(|&c| cells.contains(c)) {
            return Err(format!("`{text}` is no line"));
        }
        Ok(if d < g.axes() { (low, high, n) } else { (high, low, n) })
    }

    fn read_line(&self, kind: MoveKind, line: &str, collapsed: &str) -> Result<Move, String> {
        let (first, last, _) = self.ends(line)?;
        if kind == MoveKind::ProcessLine {
            return Ok(Move::line(first, last));
        }
        let (start, _, n) = self.ends(collapsed)?;
        Ok(Move::line_option(first, last, start, n))
    }

    fn read_region(&self, region: &str) -> Result<Move, String> {
        let cells: CellSet<W> = parse_cells(self.geometry, region)?;
        let lowest = cells.first().ok_or("the region has no cells")?;
        (0..=Move::COLLAPSED_BORDER)
            .map(|border| Move::territory(lowest, border))
            .find(|&mv| self.region_cells(mv) == cells)
            .ok_or_else(|| "nothing encloses just these cells".to_owned())
    }
}

fn context_name(context: EliminationContext) -> &'static str {
    match context {
        EliminationContext::Line => "line",
        EliminationContext::Territory => "territory",
        EliminationContext::Recovery => "recovery",
    }
}

fn context(name: &str) -> Result<EliminationContext, String> {
    [EliminationContext::Line, EliminationContext::Territory, EliminationContext::Recovery]
        .into_iter()
        .find(|&c| context_name(c) == name)
        .ok_or_else(|| format!("`{name}` is no elimination context: use line, territory or recovery"))
}

fn recovery_mode(mode: &str, option: &str) -> Result<RecoveryMode, String> {
    match (mode, option) {
        ("fallback", "") => Ok(RecoveryMode::Fallback),
        ("line", "1") => Ok(RecoveryMode::LineAll),
        ("line", "2") => Ok(RecoveryMode::LineMin),
        ("stack_strike", "") => Ok(RecoveryMode::StackStrike),
        _ => Err(format!(
            "`{mode}|{option}` is no recovery mode: use line|1, line|2, fallback| or stack_strike|"
        )),
    }
}
