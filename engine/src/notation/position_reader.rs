//! Reading positions from text.

use std::str::FromStr;

use super::position_text::{parse_cell, parse_cells};
use crate::{
    EngineError,
    board::{BoardKind, Cell, CellSet, GameConfig, Geometry},
    rules::{
        BoardState, EndReason, LpsState, MAX_PLAYERS, MoveList, Outcome, Phase, Player, Position, Rules,
    },
};

impl<const W: usize> Position<W> {
    /// Reads a position from its canonical or full text.
    ///
    /// Without an `X` line the rules are the reference's (the swap rule on only where the text shows it), stacks
    /// count as inserted in the order of their cells, and the reason of an end is worked out from the counters.
    ///
    /// # Errors
    /// Text that is not a position of this width, with the line and the cause.
    pub fn from_text(text: &str) -> Result<Self, EngineError> {
        let lines: Vec<&str> = text.lines().collect();
        let reader = Reader { lines: &lines };
        let config = reader.config()?;
        let mut rules = Rules::for_config(config);
        let extra = reader.extra(&mut rules)?;
        let mut position = Position::new(config, rules)?;
        reader.status(&mut position, &extra)?;
        reader.players(&mut position)?;
        if !position.is_over() {
            reader.turn(&mut position)?;
            position.lps = reader.lps(config.players)?;
        }
        reader.board(&mut position, &extra)?;
        if !position.is_over() {
            reader.swap(&mut position)?;
        }
        if let (Some(outcome), None) = (&mut position.outcome, extra.reason) {
            outcome.reason =
                guess_reason(&position.eliminated, &position.rules, &position.board, outcome.winner);
        }
        reader.playable(&position)?;
        Ok(position)
    }
}

/// Reads the board and player count of a position text without reading the rest.
///
/// # Errors
/// A first line that is not `RR1 <board> <players>`.
pub fn config_of_text(text: &str) -> Result<GameConfig, EngineError> {
    let lines: Vec<&str> = text.lines().take(1).collect();
    Reader { lines: &lines }.config()
}

fn guess_reason<const W: usize>(
    eliminated: &[u16; MAX_PLAYERS],
    rules: &Rules,
    board: &BoardState<W>,
    winner: Option<Player>,
) -> EndReason {
    match winner {
        Some(p) if eliminated[p.index()] >= rules.victory_threshold => EndReason::RingElimination,
        Some(p) if board.collapsed(p).len() >= u32::from(rules.territory_minimum) => {
            EndReason::TerritoryControl
        }
        _ => EndReason::LastPlayerStanding,
    }
}

/// What the `X` line holds besides rules.
#[derive(Default)]
struct Extra<'a> {
    reason: Option<EndReason>,
    last: Option<Player>,
    order: Option<&'a str>,
}

/// Reads the lines of a position text.
struct Reader<'a> {
    lines: &'a [&'a str],
}

impl<'a> Reader<'a> {
    fn fail<T>(&self, line: usize, cause: impl Into<String>) -> Result<T, EngineError> {
        Err(EngineError::Notation { line, cause: cause.into() })
    }

    /// Returns the words after the letter that opens a line; lines count from 1.
    fn words(&self, line: usize, letter: &str) -> Result<Vec<&'a str>, EngineError> {
        let Some(text) = self.lines.get(line - 1) else {
            return self.fail(line, format!("missing; a line `{letter} ...` must stand here"));
        };
        let mut words = text.split(' ');
        if words.next() != Some(letter) {
            return self.fail(line, format!("must start with `{letter}`"));
        }
        Ok(words.collect())
    }

    fn exactly<const N: usize>(&self, line: usize, letter: &str) -> Result<[&'a str; N], EngineError> {
        let words = self.words(line, letter)?;
        let found = words.len();
        words
            .try_into()
            .or_else(|_| self.fail(line, format!("needs {N} values after `{letter}`, found {found}")))
    }

    fn parse<T: FromStr>(&self, line: usize, what: &str, text: &str) -> Result<T, EngineError> {
        text.parse().or_else(|_| self.fail(line, format!("`{text}` is no {what}")))
    }

    fn bit(&self, line: usize, text: &str) -> Result<bool, EngineError> {
        match text {
            "0" => Ok(false),
            "1" => Ok(true),
            _ => self.fail(line, format!("`{text}` must be 0 or 1")),
        }
    }

    fn player(&self, line: usize, n: u8, text: &str) -> Result<Player, EngineError> {
        match text.parse().ok().filter(|&p| p <= n).and_then(Player::from_number) {
            Some(player) => Ok(player),
            None => self.fail(line, format!("`{text}` is no player from 1 to {n}")),
        }
    }

    fn maybe_player(&self, line: usize, n: u8, text: &str) -> Result<Option<Player>, EngineError> {
        if text == "0" { Ok(None) } else { self.player(line, n, text).map(Some) }
    }

    fn cell(&self, line: usize, g: &Geometry, text: &str) -> Result<Cell, EngineError> {
        parse_cell(g, text).or_else(|cause| self.fail(line, cause))
    }

    fn maybe_cell(&self, line: usize, g: &Geometry, text: &str) -> Result<Option<Cell>, EngineError> {
        if text == "-" { Ok(None) } else { self.cell(line, g, text).map(Some) }
    }

    fn config(&self) -> Result<GameConfig, EngineError> {
        let [board, players] = self.exactly(1, "RR1")?;
        let board: BoardKind = board.parse()?;
        GameConfig::new(board, self.parse(1, "player count", players)?)
    }

    fn extra(&self, rules: &mut Rules) -> Result<Extra<'a>, EngineError> {
        let mut extra = Extra::default();
        if self.lines.len() > 11 {
            return self.fail(12, "a position has at most 11 lines");
        }
        if self.lines.len() < 11 {
            return Ok(extra);
        }
        for item in self.words(11, "X")? {
            let Some((key, value)) = item.split_once('=') else {
                return self.fail(11, format!("`{item}` must be name=value"));
            };
            match key {
                "reason" => extra.reason = Some(self.parse(11, "reason of an end", value)?),
                "last" => extra.last = Some(self.player(11, 4, value)?),
                "order" => extra.order = Some(value),
                "swap" => rules.swap = self.bit(11, value)?,
                "stack-strike" => rules.stack_strike = self.bit(11, value)?,
                "line-base" => rules.line_base = self.parse(11, "length", value)?,
                "line-effective" => rules.line_effective = self.parse(11, "length", value)?,
                "rings" => rules.rings_per_player = self.parse(11, "number of rings", value)?,
                "victory" => rules.victory_threshold = self.parse(11, "number of rings", value)?,
                "territory-min" => rules.territory_minimum = self.parse(11, "number of cells", value)?,
                "lps-rounds" => rules.lps_rounds = self.parse(11, "number of rounds", value)?,
                _ => return self.fail(11, format!("`{key}` is no name of this line")),
            }
        }
        Ok(extra)
    }

    fn status<const W: usize>(&self, pos: &mut Position<W>, extra: &Extra) -> Result<(), EngineError> {
        let [status, phase, player, winner] = self.exactly(2, "S")?;
        let n = pos.config.players;
        pos.phase = self.parse(2, "phase", phase)?;
        match status {
            "active" if pos.phase == Phase::GameOver => self.fail(2, "an active game has no phase game_over"),
            "active" if winner != "0" => self.fail(2, "an active game has no winner"),
            "active" => {
                pos.mover = self.player(2, n, player)?;
                Ok(())
            }
            "completed" if pos.phase != Phase::GameOver || player != "0" => {
                self.fail(2, "a completed game has phase game_over and player 0")
            }
            "completed" => {
                pos.mover = extra.last.filter(|p| p.number() <= n).unwrap_or(Player(0));
                let reason = extra.reason.unwrap_or(EndReason::LastPlayerStanding);
                pos.outcome = Some(Outcome { winner: self.maybe_player(2, n, winner)?, reason });
                Ok(())
            }
            _ => self.fail(2, format!("`{status}` must be active or completed")),
        }
    }

    fn players<const W: usize>(&self, pos: &mut Position<W>) -> Result<(), EngineError> {
        let words = self.words(3, "P")?;
        if words.len() != pos.players() {
            return self.fail(3, format!("needs {} players, found {}", pos.players(), words.len()));
        }
        for (p, word) in words.iter().enumerate() {
            let fields: Vec<&str> = word.split(':').collect();
            let [number, hand, eliminated, territory] = fields[..] else {
                return self.fail(3, format!("`{word}` must be player:hand:eliminated:territory"));
            };
            if self.player(3, pos.config.players, number)?.index() != p {
                return self.fail(3, "players must stand in order");
            }
            pos.in_hand[p] = self.parse(3, "number of rings", hand)?;
            pos.eliminated[p] = self.parse(3, "number of rings", eliminated)?;
            pos.territory[p] = self.parse(3, "number of cells", territory)?;
            if pos.eliminated[p] > 4 * 96 || pos.territory[p] > 4096 {
                return self.fail(3, format!("`{word}` counts more than a game has"));
            }
        }
        Ok(())
    }

    fn turn<const W: usize>(&self, pos: &mut Position<W>) -> Result<(), EngineError> {
        let g = pos.geometry;
        let [must_move, chain, owed] = self.exactly(4, "M")?;
        pos.turn.must_move = self.maybe_cell(4, g, must_move)?;
        pos.turn.chain = self.maybe_cell(4, g, chain)?;
        pos.turn.line_elimination = self.bit(4, owed)?;
        let [region] = self.exactly(5, "T")?;
        if region != "-" {
            pos.turn.region = parse_cells(g, region).or_else(|cause| self.fail(5, cause))?;
        }
        let [recovered, acted, _, _, capture] = self.exactly(6, "H")?;
        pos.turn.recovered = self.bit(6, recovered)?;
        pos.turn.acted = self.bit(6, acted)?;
        pos.turn.capture = self.maybe_cell(6, g, capture)?;
        let wants = |phase, cell: Option<Cell>| (pos.phase == phase) == cell.is_some();
        if !wants(Phase::ChainCapture, pos.turn.chain) {
            return self.fail(4, "a chain cell stands in phase chain_capture and only there");
        }
        if !wants(Phase::Capture, pos.turn.capture) {
            return self.fail(6, "a capture cell stands in phase capture and only there");
        }
        Ok(())
    }

    fn swap<const W: usize>(&self, pos: &mut Position<W>) -> Result<(), EngineError> {
        let [_, _, used, offered, _] = self.exactly(6, "H")?;
        let (used, offered) = (self.bit(6, used)?, self.bit(6, offered)?);
        if (used || offered) && pos.players() != 2 {
            return self.fail(6, "only games of two players have the swap rule");
        }
        pos.rules.swap |= used || offered;
        pos.swap_used = used;
        let opening = pos.lps.round == 0 && pos.mover == Player(0) && !used;
        pos.swap_open = offered || (pos.rules.swap && opening && pos.players() == 2);
        if pos.swap_offered() != offered {
            return self.fail(6, "swapping is offered to player 2 in ring_placement only");
        }
        Ok(())
    }

    /// Refuses a running game in which the mover has nothing to do, not even a bookkeeping move.
    fn playable<const W: usize>(&self, pos: &Position<W>) -> Result<(), EngineError> {
        let mut list = MoveList::new();
        pos.legal_moves(&mut list);
        if list.is_empty() && !pos.is_over() {
            return self.fail(2, format!("no move is possible in phase {}", pos.phase));
        }
        Ok(())
    }

    fn lps(&self, n: u8) -> Result<LpsState, EngineError> {
        let [round, first, mask, exclusive, streak, streak_player] = self.exactly(7, "L")?;
        let mut lps = LpsState {
            round: self.parse(7, "round number", round)?,
            first: self.maybe_player(7, n, first)?,
            acted: [None; MAX_PLAYERS],
            exclusive: self.maybe_player(7, n, exclusive)?,
            streak: self.parse(7, "number of rounds", streak)?,
            streak_player: self.maybe_player(7, n, streak_player)?,
        };
        for item in mask.split(',').filter(|_| mask != "-") {
            let Some((player, acted)) = item.split_once(':') else {
                return self.fail(7, format!("`{item}` must be player:0 or player:1"));
            };
            lps.acted[self.player(7, n, player)?.index()] = Some(self.bit(7, acted)?);
        }
        if lps.round > u32::MAX / 2 || lps.streak > u32::MAX / 2 {
            return self.fail(7, "counts more rounds than a game has");
        }
        Ok(lps)
    }

    fn board<const W: usize>(&self, pos: &mut Position<W>, extra: &Extra) -> Result<(), EngineError> {
        let (g, n) = (pos.geometry, pos.config.players);
        let mut taken = CellSet::<W>::EMPTY;
        let mut items = |line: usize, letter: &str| -> Result<Vec<(Cell, &'a str)>, EngineError> {
            let mut items = Vec::new();
            for word in self.words(line, letter)? {
                let Some((cell, value)) = word.split_once('=') else {
                    return self.fail(line, format!("`{word}` must be cell=value"));
                };
                let cell = self.cell(line, g, cell)?;
                if taken.contains(cell) {
                    return self.fail(line, format!("`{word}`: the cell is already taken"));
                }
                taken.insert(cell);
                items.push((cell, value));
            }
            Ok(items)
        };
        let mut stacks = items(8, "K")?;
        let (markers, collapsed) = (items(9, "R")?, items(10, "C")?);
        if let Some(order) = extra.order {
            let mut ranks = Vec::new();
            for text in order.split(';') {
                ranks.push(self.cell(11, g, text)?);
            }
            stacks.sort_by_key(|(c, _)| ranks.iter().position(|r| r == c));
        }
        for (cell, value) in stacks {
            let owners = value.chars().map(|c| self.player(8, n, c.encode_utf8(&mut [0; 4])).map(|p| p.0));
            let owners = owners.collect::<Result<Vec<u8>, _>>()?;
            if owners.is_empty() || owners.len() > 4 * 96 {
                return self.fail(8, "a stack has 1 to 384 rings");
            }
            pos.board.set_stack(cell, &owners);
        }
        for (cell, value) in markers {
            pos.board.set_marker(cell, self.player(9, n, value)?);
        }
        for (cell, value) in collapsed {
            pos.board.collapse(cell, self.player(10, n, value)?);
        }
        for p in Player::all(pos.players()) {
            if u32::from(pos.board.rings_on_board(p)) + u32::from(pos.in_hand[p.index()])
                > u32::from(pos.rules.rings_per_player)
            {
                return self
                    .fail(8, format!("player {p} has more than {} rings", pos.rules.rings_per_player));
            }
        }
        Ok(())
    }
}
