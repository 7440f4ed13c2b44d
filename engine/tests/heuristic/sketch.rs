//! Positions drawn by hand, for tests of single terms.

use rr_engine::{
    board::{BoardKind, Cell, GameConfig, Geometry},
    heuristic::{HeuristicView, ViewedLps, ViewedResult, ViewedSeat, ViewedStack},
    rules::{MAX_PLAYERS, Rules},
};

/// A position that need not be reachable.
#[derive(Clone)]
pub struct Sketch {
    config: GameConfig,
    pub result: ViewedResult,
    pub seats: Vec<ViewedSeat>,
    pub lps: ViewedLps,
    pub stack_strikes: bool,
    stacks: Vec<ViewedStack>,
    markers: Vec<(Cell, usize)>,
    collapsed: Vec<(Cell, usize)>,
}

impl Sketch {
    pub fn new(board: BoardKind, players: u8) -> Self {
        Self {
            config: GameConfig::new(board, players).unwrap(),
            result: ViewedResult::Active,
            seats: vec![ViewedSeat::default(); usize::from(players)],
            lps: ViewedLps { seat: None, rounds: 0, required: 3 },
            stack_strikes: true,
            stacks: Vec::new(),
            markers: Vec::new(),
            collapsed: Vec::new(),
        }
    }

    fn cell(&self, (x, y): (i8, i8)) -> Cell {
        self.config.board.geometry().cell_at(x, y).unwrap()
    }

    /// Adds a stack, owners from bottom to top.
    pub fn stack(mut self, at: (i8, i8), owners: &[usize]) -> Self {
        let mut rings = [0; MAX_PLAYERS];
        owners.iter().for_each(|&seat| rings[seat] += 1);
        let owner = *owners.last().unwrap();
        let cap = owners.iter().rev().take_while(|&&seat| seat == owner).count() as u16;
        let cell = self.cell(at);
        self.stacks.push(ViewedStack { cell, owner, height: owners.len() as u16, cap, rings });
        self
    }

    pub fn marker(mut self, at: (i8, i8), seat: usize) -> Self {
        self.markers.push((self.cell(at), seat));
        self
    }

    pub fn collapse(mut self, at: (i8, i8), seat: usize) -> Self {
        self.collapsed.push((self.cell(at), seat));
        self
    }

    pub fn eliminated(mut self, seat: usize, rings: u32) -> Self {
        self.seats[seat].eliminated = rings;
        self
    }

    pub fn territory(mut self, seat: usize, spaces: u32) -> Self {
        self.seats[seat].territory = spaces;
        self
    }

    pub fn in_hand(mut self, seat: usize, rings: u32) -> Self {
        self.seats[seat].in_hand = rings;
        self
    }

    pub fn streak(mut self, seat: usize, rounds: u32) -> Self {
        self.lps = ViewedLps { seat: Some(seat), rounds, ..self.lps };
        self
    }
}

impl HeuristicView for Sketch {
    fn geometry(&self) -> &'static Geometry {
        self.config.board.geometry()
    }
    fn seats(&self) -> usize {
        self.seats.len()
    }
    fn result(&self) -> ViewedResult {
        self.result
    }
    fn seat(&self, seat: usize) -> ViewedSeat {
        self.seats[seat]
    }
    fn ring_threshold(&self) -> u32 {
        Rules::for_config(self.config).victory_threshold.into()
    }
    fn territory_minimum(&self) -> u32 {
        Rules::for_config(self.config).territory_minimum.into()
    }
    fn lps(&self) -> ViewedLps {
        self.lps
    }
    fn stack_strikes(&self) -> bool {
        self.stack_strikes
    }
    fn visit_stacks(&self, visit: impl FnMut(ViewedStack)) {
        self.stacks.iter().copied().for_each(visit);
    }
    fn visit_markers(&self, mut visit: impl FnMut(Cell, usize)) {
        self.markers.iter().for_each(|&(cell, seat)| visit(cell, seat));
    }
    fn visit_collapsed(&self, mut visit: impl FnMut(Cell, usize)) {
        self.collapsed.iter().for_each(|&(cell, seat)| visit(cell, seat));
    }
}
