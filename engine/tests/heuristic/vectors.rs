//! Reads the golden vectors of the evaluation (`tests/golden/heuristic.md` describes the file).

use std::{fs::File, io::Read};

use flate2::read::GzDecoder;
use rr_engine::{
    board::{BoardKind, Cell, GameConfig, Geometry},
    heuristic::{HeuristicView, ViewedLps, ViewedResult, ViewedSeat, ViewedStack},
    rules::MAX_PLAYERS,
};
use serde_json::Value;

/// Returns the lines of one kind.
pub fn lines(kind: &str) -> Vec<Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden/heuristic.jsonl.gz");
    let mut text = String::new();
    GzDecoder::new(File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    text.lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|value| value["k"] == kind)
        .collect()
}

/// A position as the vectors state it, marker order included.
#[derive(Clone)]
pub struct VectorView {
    pub config: GameConfig,
    pub result: ViewedResult,
    pub seats: Vec<ViewedSeat>,
    pub ring_threshold: u32,
    pub legacy_territory_threshold: u32,
    pub lps: ViewedLps,
    pub stacks: Vec<ViewedStack>,
    pub markers: Vec<(Cell, usize)>,
    pub collapsed: Vec<(Cell, usize)>,
}

impl VectorView {
    pub fn read(line: &Value) -> Self {
        let board: BoardKind = line["board"].as_str().unwrap().parse().unwrap();
        let config = GameConfig::new(board, number(&line["players"]) as u8).unwrap();
        let geometry = board.geometry();
        let lps = list(&line["lps"]);
        Self {
            config,
            result: match line["st"].as_str().unwrap() {
                "active" => ViewedResult::Active,
                _ => ViewedResult::Won(number(&line["win"]) as usize - 1),
            },
            seats: (0..usize::from(config.players))
                .map(|seat| ViewedSeat {
                    in_hand: number(&line["hand"][seat]),
                    eliminated: number(&line["elim"][seat]),
                    territory: number(&line["terr"][seat]),
                })
                .collect(),
            ring_threshold: number(&line["vt"]),
            legacy_territory_threshold: number(&line["tt"]),
            lps: ViewedLps {
                seat: (number(&lps[0]) as usize).checked_sub(1),
                rounds: number(&lps[1]),
                required: number(&lps[2]),
            },
            stacks: list(&line["K"]).iter().map(|item| stack(geometry, item)).collect(),
            markers: owned_cells(geometry, &line["R"]),
            collapsed: owned_cells(geometry, &line["C"]),
        }
    }
}

impl HeuristicView for VectorView {
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
        self.ring_threshold
    }
    fn territory_minimum(&self) -> u32 {
        (self.geometry().cells() / self.seats.len()) as u32 + 1
    }
    fn lps(&self) -> ViewedLps {
        self.lps
    }
    fn stack_strikes(&self) -> bool {
        true
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

pub fn number(value: &Value) -> u32 {
    value.as_u64().unwrap() as u32
}

pub fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

pub fn floats(value: &Value) -> Vec<f64> {
    list(value).iter().map(|v| v.as_f64().unwrap()).collect()
}

fn cell(geometry: &Geometry, value: &Value) -> Cell {
    let (x, y) = value.as_str().unwrap().split_once(',').unwrap();
    geometry.cell_at(x.parse().unwrap(), y.parse().unwrap()).unwrap()
}

fn owned_cells(geometry: &Geometry, items: &Value) -> Vec<(Cell, usize)> {
    list(items).iter().map(|item| (cell(geometry, &item[0]), number(&item[1]) as usize - 1)).collect()
}

fn stack(geometry: &Geometry, item: &Value) -> ViewedStack {
    let owners: Vec<usize> = list(&item[1]).iter().map(|ring| number(ring) as usize - 1).collect();
    let mut rings = [0; MAX_PLAYERS];
    owners.iter().for_each(|&seat| rings[seat] += 1);
    let owner = *owners.last().unwrap();
    let cap = owners.iter().rev().take_while(|&&seat| seat == owner).count() as u16;
    assert_eq!(u32::from(cap), number(&item[2]), "the stated cap");
    ViewedStack { cell: cell(geometry, &item[0]), owner, height: owners.len() as u16, cap, rings }
}
