//! Moves as short words that a person can read and that need no position.
//!
//! `P3,4x2` places two rings; `M0,0>0,3` moves; `C0,0*0,1>0,3` captures and `K` continues; `R1,1>1,2:line` recovers (`fallback`, `line`,
//! `least`, `strike`); `L0,0>0,3` collapses a line and `O0,0>0,5@0,1x4` four cells of one from `0,1` on; `T3,4:2` takes the region around
//! `3,4` inside player 2's markers (`-`: inside collapsed cells); `E3,4:line` pays (`line`, `territory`, `recovery`); `F3,4` is forced to.
//! Moves without cells go by their full name.

use crate::board::{BoardKind, Cell, Geometry};
use crate::rules::{EliminationContext, Move, MoveKind, RecoveryMode};

const MODES: [(RecoveryMode, &str); 4] = [
    (RecoveryMode::Fallback, "fallback"),
    (RecoveryMode::LineAll, "line"),
    (RecoveryMode::LineMin, "least"),
    (RecoveryMode::StackStrike, "strike"),
];

const CONTEXTS: [(EliminationContext, &str); 3] = [
    (EliminationContext::Line, "line"),
    (EliminationContext::Territory, "territory"),
    (EliminationContext::Recovery, "recovery"),
];

/// Writes a move as a word.
pub(super) fn write(board: BoardKind, mv: Move) -> String {
    let at = |c: Cell| cell_text(board.geometry(), c);
    let (from, to, via, n) = (at(mv.from), at(mv.to), at(mv.via), mv.n);
    match mv.kind {
        MoveKind::PlaceRing => format!("P{to}x{n}"),
        MoveKind::MoveStack => format!("M{from}>{to}"),
        MoveKind::OvertakingCapture => format!("C{from}*{via}>{to}"),
        MoveKind::ContinueCaptureSegment => format!("K{from}*{via}>{to}"),
        MoveKind::RecoverySlide => {
            let mode = MODES.iter().find(|(m, _)| mv.recovery_mode() == Some(*m)).map_or("?", |m| m.1);
            format!("R{from}>{to}:{mode}")
        }
        MoveKind::ProcessLine => format!("L{from}>{to}"),
        MoveKind::ChooseLineOption => format!("O{from}>{to}@{via}x{n}"),
        MoveKind::ChooseTerritoryOption if n == Move::COLLAPSED_BORDER => format!("T{to}:-"),
        MoveKind::ChooseTerritoryOption => format!("T{to}:{}", u16::from(n) + 1),
        MoveKind::EliminateRingsFromStack => {
            let context = CONTEXTS.iter().find(|(c, _)| mv.elimination_context() == Some(*c));
            format!("E{to}:{}", context.map_or("?", |c| c.1))
        }
        MoveKind::ForcedElimination => format!("F{to}"),
        _ => mv.kind.name().to_owned(),
    }
}

/// Reads a move from a word; the error says what is wrong.
pub(super) fn parse(board: BoardKind, word: &str) -> Result<Move, String> {
    let bare = MoveKind::ALL.into_iter().find(|k| k.name() == word && is_bare(*k));
    if let Some(kind) = bare {
        return Ok(Move::bare(kind));
    }
    let mut letters = word.chars();
    let letter = letters.next();
    let reader = Words { board, word, rest: letters.as_str() };
    match letter {
        Some('P') => reader.count('x').and_then(|(w, n)| Ok(Move::place(w.cell()?, n))),
        Some('M') => reader.pair().map(|(from, to)| Move::step(from, to)),
        Some('C') => reader.capture(MoveKind::OvertakingCapture),
        Some('K') => reader.capture(MoveKind::ContinueCaptureSegment),
        Some('R') => {
            let (way, mode) = reader.named(&MODES)?;
            way.pair().map(|(from, to)| Move::recovery(from, to, mode))
        }
        Some('L') => reader.pair().map(|(first, last)| Move::line(first, last)),
        Some('O') => {
            let (line, part) = reader.split('@')?;
            let ((first, last), (start, n)) = (line.pair()?, part.count('x')?);
            Ok(Move::line_option(first, last, start.cell()?, n))
        }
        Some('T') => reader.territory(),
        Some('E') => {
            let (cell, context) = reader.named(&CONTEXTS)?;
            Ok(Move::eliminate(cell.cell()?, context))
        }
        Some('F') => reader.cell().map(Move::forced),
        _ => Err(reader.bad("no move begins like this")),
    }
}

fn is_bare(kind: MoveKind) -> bool {
    kind.is_bookkeeping() || kind.is_skip() || kind == MoveKind::SwapSides
}

fn cell_text(g: &Geometry, cell: Cell) -> String {
    if cell.index() >= g.cells() {
        return "?".to_owned();
    }
    let (x, y) = g.coords(cell);
    format!("{x},{y}")
}

/// A part of a word still to be read.
struct Words<'a> {
    board: BoardKind,
    word: &'a str,
    rest: &'a str,
}

impl<'a> Words<'a> {
    fn bad(&self, cause: &str) -> String {
        format!("move `{}`: {cause}", self.word)
    }

    fn split(&self, mark: char) -> Result<(Words<'a>, Words<'a>), String> {
        let (a, b) = self.rest.split_once(mark).ok_or_else(|| self.bad(&format!("`{mark}` is missing")))?;
        let part = |rest| Words { board: self.board, word: self.word, rest };
        Ok((part(a), part(b)))
    }

    fn cell(&self) -> Result<Cell, String> {
        let point = self.rest.split_once(',').and_then(|(x, y)| Some((x.parse().ok()?, y.parse().ok()?)));
        let cell = point.and_then(|(x, y)| self.board.geometry().cell_at(x, y));
        cell.ok_or_else(|| self.bad(&format!("`{}` is no cell of {}, write x,y", self.rest, self.board)))
    }

    fn pair(&self) -> Result<(Cell, Cell), String> {
        let (a, b) = self.split('>')?;
        Ok((a.cell()?, b.cell()?))
    }

    fn count(&self, mark: char) -> Result<(Words<'a>, u8), String> {
        let (a, n) = self.split(mark)?;
        let count = n.rest.parse().map_err(|_| self.bad(&format!("`{}` is no count", n.rest)))?;
        Ok((a, count))
    }

    fn named<T: Copy>(&self, names: &[(T, &str)]) -> Result<(Words<'a>, T), String> {
        let (a, name) = self.split(':')?;
        let found = names.iter().find(|(_, text)| *text == name.rest).map(|(value, _)| *value);
        let known: Vec<&str> = names.iter().map(|n| n.1).collect();
        let value =
            found.ok_or_else(|| self.bad(&format!("`{}` is none of {}", name.rest, known.join(", "))))?;
        Ok((a, value))
    }

    fn capture(&self, kind: MoveKind) -> Result<Move, String> {
        let (from, rest) = self.split('*')?;
        let (via, to) = rest.pair()?;
        Ok(Move::capture(kind, from.cell()?, via, to))
    }

    fn territory(&self) -> Result<Move, String> {
        let (cell, border) = self.split(':')?;
        let number = match border.rest {
            "-" => Move::COLLAPSED_BORDER,
            text => match text.parse() {
                Ok(n @ 1..=4u8) => n - 1,
                _ => return Err(self.bad(&format!("`{text}` is no player, write 1 to 4 or -"))),
            },
        };
        Ok(Move::territory(cell.cell()?, number))
    }
}
