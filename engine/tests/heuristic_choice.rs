//! The one-ply choice of the `reference` mode against its golden vectors: the score after every move, the best moves.

#[allow(dead_code, clippy::unwrap_used)]
#[path = "heuristic/vectors.rs"]
mod vectors;

use std::collections::BTreeMap;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rr_engine::{
    board::{Cell, GameConfig, Geometry},
    heuristic::{
        HeuristicEvaluator, HeuristicProfile, HeuristicView, OnePlyChooser, ScoredMove, ViewedLps,
        ViewedResult, ViewedSeat, ViewedStack,
    },
    rules::{MoveKind, MoveList, Position},
    with_board_width,
};
use serde_json::Value;
use vectors::{VectorView, floats, lines, list, number};

const TOLERANCE: f64 = 1e-6;

/// Moves whose recorded score rests on a round count that no game has: (seed, ply, move, seat and rounds of the streak).
///
/// The recording applied several moves to one state, whose successors share the reference's record of who acted in the round. A
/// move that ends the round therefore sees what an earlier one left behind. With the streak that resulted the scores are equal.
const SHARED_ROUNDS: [(u64, u64, &str, Option<usize>, u32); 4] = [
    (5_000_016, 100, "skip_territory_processing|1|||||||||", Some(1), 1),
    (200_014, 97, "skip_territory_processing|1|||||||||", Some(1), 1),
    (200_008, 197, "eliminate_rings_from_stack|1||3,0||||||line|", Some(1), 1),
    (200_008, 197, "eliminate_rings_from_stack|1||4,-4||||||line|", None, 0),
];

/// A position with another count of exclusive rounds.
struct WithLps<'a, V> {
    view: &'a V,
    lps: ViewedLps,
}

impl<V: HeuristicView> HeuristicView for WithLps<'_, V> {
    fn geometry(&self) -> &'static Geometry {
        self.view.geometry()
    }
    fn seats(&self) -> usize {
        self.view.seats()
    }
    fn result(&self) -> ViewedResult {
        self.view.result()
    }
    fn seat(&self, seat: usize) -> ViewedSeat {
        self.view.seat(seat)
    }
    fn ring_threshold(&self) -> u32 {
        self.view.ring_threshold()
    }
    fn territory_minimum(&self) -> u32 {
        self.view.territory_minimum()
    }
    fn lps(&self) -> ViewedLps {
        self.lps
    }
    fn stack_strikes(&self) -> bool {
        self.view.stack_strikes()
    }
    fn visit_stacks(&self, visit: impl FnMut(ViewedStack)) {
        self.view.visit_stacks(visit);
    }
    fn visit_markers(&self, visit: impl FnMut(Cell, usize)) {
        self.view.visit_markers(visit);
    }
    fn visit_collapsed(&self, visit: impl FnMut(Cell, usize)) {
        self.view.visit_collapsed(visit);
    }
}

#[derive(Default)]
struct Tally {
    records: usize,
    moves: usize,
    /// Records whose recorded list is not the rules' list.
    other_lists: usize,
    swaps: usize,
    shared_rounds: usize,
}

fn reference() -> HeuristicEvaluator {
    HeuristicEvaluator::reference(HeuristicProfile::Balanced)
}

/// Replaces the closure in cell order by the recorded one.
fn with_recorded_closure<const W: usize>(
    position: &Position<W>,
    scored: ScoredMove,
    closures: &[f64],
) -> f64 {
    let mut next = position.clone();
    next.apply(scored.mv);
    let mut evaluator = reference();
    let mut lead = |seat: usize| {
        let closure = |evaluator: &mut HeuristicEvaluator, s| evaluator.parts(&next, s).0.closure;
        closure(&mut evaluator, seat) - closure(&mut evaluator, 1 - seat)
    };
    let mover = position.mover().index();
    let seat = if scored.mv.kind == MoveKind::SwapSides { 1 - mover } else { mover };
    let weight = HeuristicProfile::Balanced.weights().territory_closure;
    scored.score + (closures[seat] - closures[1 - seat] - lead(seat)) * weight
}

fn shared_rounds(line: &Value, text: &str) -> Option<(Option<usize>, u32)> {
    let here = |&&(seed, ply, mv, ..): &&(u64, u64, &str, Option<usize>, u32)| {
        line["seed"] == seed && line["ply"] == ply && mv == text
    };
    SHARED_ROUNDS.iter().find(here).map(|&(.., seat, rounds)| (seat, rounds))
}

#[allow(clippy::unwrap_used)]
fn check<const W: usize>(line: &Value, tally: &mut Tally) {
    let position = Position::<W>::from_text(line["ct"].as_str().unwrap()).unwrap();
    let name = format!("{} seed {} ply {}", position.config(), line["seed"], line["ply"]);
    assert_eq!(position.mover().index() + 1, number(&line["p"]) as usize, "{name}");
    let recorded: BTreeMap<&str, &Value> =
        list(&line["scores"]).iter().map(|entry| (entry[0].as_str().unwrap(), entry)).collect();
    let mut legal = MoveList::default();
    position.legal_moves(&mut legal);
    let mut chooser = OnePlyChooser::new(reference());
    let mut scores = BTreeMap::new();
    for &scored in chooser.score(&position, &legal) {
        let text = position.move_text(scored.mv);
        let Some(entry) = recorded.get(text.as_str()) else { continue };
        let mut score = match &entry[2] {
            Value::Null => scored.score,
            closures => with_recorded_closure(&position, scored, &floats(closures)),
        };
        if let Some((seat, rounds)) = shared_rounds(line, &text) {
            let mut next = position.clone();
            next.apply(scored.mv);
            let lps = ViewedLps { seat, rounds, required: 3 };
            score = reference().score(&WithLps { view: &next, lps }, position.mover().index());
            tally.shared_rounds += 1;
        }
        let want = entry[1].as_f64().unwrap();
        assert!((score - want).abs() < TOLERANCE, "{name}, {text}: got {score}, the vector says {want}");
        tally.swaps += usize::from(scored.mv.kind == MoveKind::SwapSides);
        scores.insert(text, score);
    }
    let highest = scores.values().copied().fold(f64::NEG_INFINITY, f64::max);
    let best: Vec<&str> =
        scores.iter().filter(|(_, score)| **score >= highest - 1e-9).map(|(text, _)| text.as_str()).collect();
    let mut want: Vec<&str> = list(&line["best"]).iter().map(|text| text.as_str().unwrap()).collect();
    want.sort_unstable();
    assert_eq!(best, want, "{name}");
    assert!((highest - line["bestv"].as_f64().unwrap()).abs() < TOLERANCE, "{name}");
    tally.records += 1;
    tally.moves += scores.len();
    tally.other_lists += usize::from(scores.len() != recorded.len() || scores.len() != legal.len());
}

#[test]
fn every_move_scores_as_recorded_and_the_best_are_the_recorded_ones() {
    let mut tally = Tally::default();
    for line in lines("choice") {
        let config = VectorView::read(&line).config;
        with_board_width!(config.board, W => check::<W>(&line, &mut tally));
    }
    assert_eq!((tally.records, tally.swaps, tally.shared_rounds), (56, 4, 4));
    assert_eq!(tally.other_lists, 2, "records with another list of moves");
    assert!(tally.moves > 2_800, "{} moves", tally.moves);
}

#[test]
fn the_chosen_move_is_among_the_best_and_the_draw_follows_the_seed() {
    let config: GameConfig = "hex8_2p".parse().expect("a config");
    let mut position = Position::<1>::initial(config).expect("a position");
    let mut chooser = OnePlyChooser::new(HeuristicEvaluator::repaired(HeuristicProfile::Balanced));
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    while !position.is_over() {
        let best = chooser.best(&position).to_vec();
        let chosen = chooser.choose(&position, &mut rng.clone()).expect("a move");
        assert_eq!(chooser.choose(&position, &mut rng), Some(chosen));
        assert!(best.contains(&chosen));
        position.apply(chosen);
    }
    assert_eq!(chooser.choose(&position, &mut rng), None);
}
