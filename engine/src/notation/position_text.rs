//! Positions as text.

use std::fmt::Write;

use crate::{
    board::{Cell, CellSet, Geometry},
    rules::{Phase, Player, Position, Rules},
};

impl<const W: usize> Position<W> {
    /// Writes the canonical ten lines, each ended by a line feed.
    ///
    /// They leave out the insertion order of stacks (S9), the reason of the end and the rule parameters.
    pub fn to_text(&self) -> String {
        let mut text = String::with_capacity(512);
        self.write_text(&mut text);
        text
    }

    /// Writes the canonical lines into a buffer that is cleared first.
    pub fn write_text(&self, out: &mut String) {
        out.clear();
        // Writing to a `String` cannot fail.
        let _ = self.write_scalars(out);
        let _ = self.write_board(out);
    }

    /// Writes the canonical lines and an `X` line with everything else, so that reading it back gives an equal
    /// position.
    pub fn to_full_text(&self) -> String {
        let mut text = self.to_text();
        let rules = self.rules.values();
        let defaults = Rules::for_config(self.config).values();
        text.push('X');
        let mut items: Vec<String> = (0..Rules::NAMES.len())
            .filter(|&i| rules[i] != defaults[i])
            .map(|i| format!("{}={}", Rules::NAMES[i], rules[i]))
            .collect();
        if let Some(outcome) = self.outcome {
            items.push(format!("reason={}", outcome.reason));
            items.push(format!("last={}", self.mover));
        }
        let order = self.board.insertion_order();
        if !order.is_sorted() {
            let cells: Vec<String> = order.iter().map(|&c| cell_text(self.geometry, c)).collect();
            items.push(format!("order={}", cells.join(";")));
        }
        items.iter().for_each(|item| text.extend([" ", item]));
        text.push('\n');
        text
    }

    fn write_scalars(&self, out: &mut String) -> std::fmt::Result {
        let g = self.geometry;
        let seats = || Player::all(self.players());
        writeln!(out, "RR1 {} {}", self.config.board, self.players())?;
        let winner = self.outcome.and_then(|o| o.winner).map_or(0, Player::number);
        if self.is_over() {
            writeln!(out, "S completed {} 0 {winner}", Phase::GameOver)?;
        } else {
            writeln!(out, "S active {} {} 0", self.phase, self.mover)?;
        }
        out.push('P');
        for p in seats() {
            let i = p.index();
            write!(out, " {p}:{}:{}:{}", self.in_hand[i], self.eliminated[i], self.territory[i])?;
        }
        out.push('\n');
        if self.is_over() {
            out.push_str("M -\nT -\nH -\nL -\n");
            return Ok(());
        }
        let turn = &self.turn;
        let cell = |c: Option<Cell>| c.map_or_else(|| "-".to_owned(), |c| cell_text(g, c));
        writeln!(out, "M {} {} {}", cell(turn.must_move), cell(turn.chain), u8::from(turn.line_elimination))?;
        let region = if turn.region.is_empty() { "-".to_owned() } else { cells_text(g, &turn.region) };
        writeln!(out, "T {region}")?;
        let flags = [turn.recovered, turn.acted, self.swap_used, self.swap_offered()].map(u8::from);
        writeln!(out, "H {} {} {} {} {}", flags[0], flags[1], flags[2], flags[3], cell(turn.capture))?;
        let lps = &self.lps;
        let number = |p: Option<Player>| p.map_or(0, Player::number);
        let mask: Vec<String> =
            seats().filter_map(|p| lps.acted[p.index()].map(|a| format!("{p}:{}", u8::from(a)))).collect();
        let mask = if mask.is_empty() { "-".to_owned() } else { mask.join(",") };
        let (first, exclusive, streak_player) =
            (number(lps.first), number(lps.exclusive), number(lps.streak_player));
        writeln!(out, "L {} {first} {mask} {exclusive} {} {streak_player}", lps.round, lps.streak)
    }

    fn write_board(&self, out: &mut String) -> std::fmt::Result {
        let (g, board) = (self.geometry, &self.board);
        out.push('K');
        for cell in board.stacks().iter() {
            let (x, y) = g.coords(cell);
            write!(out, " {x},{y}=")?;
            board.stack(cell).into_iter().for_each(|s| s.rings().for_each(|p| out.push(digit(p))));
        }
        out.push_str("\nR");
        for cell in board.all_markers().iter() {
            let (x, y) = g.coords(cell);
            write!(out, " {x},{y}={}", board.marker(cell).map_or('0', digit))?;
        }
        out.push_str("\nC");
        for cell in board.all_collapsed().iter() {
            let (x, y) = g.coords(cell);
            write!(out, " {x},{y}={}", board.territory(cell).map_or('0', digit))?;
        }
        out.push('\n');
        Ok(())
    }
}

fn digit(player: Player) -> char {
    char::from(b'0' + player.number())
}

/// Writes a cell as `x,y`.
pub fn cell_text(g: &Geometry, cell: Cell) -> String {
    let (x, y) = g.coords(cell);
    format!("{x},{y}")
}

/// Writes cells joined with `;`, in order.
pub(super) fn cells_text<const W: usize>(g: &Geometry, cells: &CellSet<W>) -> String {
    let cells: Vec<String> = cells.iter().map(|c| cell_text(g, c)).collect();
    cells.join(";")
}

/// Reads `x,y`.
pub(super) fn parse_cell(g: &Geometry, text: &str) -> Result<Cell, String> {
    let bad = || format!("`{text}` is no cell of {}: write x,y", g.kind());
    let (x, y) = text.split_once(',').ok_or_else(bad)?;
    let (x, y) = (x.parse().map_err(|_| bad())?, y.parse().map_err(|_| bad())?);
    g.cell_at(x, y).ok_or_else(bad)
}

/// Reads cells joined with `;`.
pub(super) fn parse_cells<const W: usize>(g: &Geometry, text: &str) -> Result<CellSet<W>, String> {
    text.split(';').map(|c| parse_cell(g, c)).collect()
}
