//! Evaluation matches: every opening in every seat rotation.

use std::sync::Arc;

use crate::fake_network::{FakeNetwork, model};
use crate::toys::RandomTree;
use rr_engine::player::{AgentKind, NetworkGame};
use rr_engine::search::SearchBudget;
use rr_engine::selfplay::{
    FleetOptions, GameFleet, GameSource, Opening, PairedMatches, PlaySettings, SeatPlan, rotated, run_fleet,
};

#[test]
fn contestants_take_every_seat_of_every_opening_once() {
    for players in 2..=4 {
        let contestants: Vec<SeatPlan> = (0..players).map(SeatPlan::Model).collect();
        let settings = PlaySettings::evaluation(SearchBudget::Simulations(8));
        let matches = PairedMatches::new(contestants, 4, 3, 2, settings);
        let mut openings = Vec::new();
        for opening in 0..3u64 {
            let mut seen = Vec::new();
            for _ in 0..players {
                let task = matches.next_game().unwrap();
                assert_eq!(task.index / players as u64, opening);
                openings.push(task.opening);
                for seat in 0..players {
                    let contestant = matches.contestant(task.index, seat);
                    assert_eq!(task.seats[seat], SeatPlan::Model(contestant));
                    seen.push((contestant, seat));
                }
            }
            seen.sort_unstable();
            seen.dedup();
            assert_eq!(seen.len(), players * players);
        }
        assert_eq!(matches.next_game(), None);
        openings.dedup();
        assert_eq!(openings.len(), 3);
    }
    let two = [SeatPlan::Model(0), SeatPlan::Agent(AgentKind::Random)];
    assert_eq!(rotated(&two, 1)[..2], [two[1], two[0]]);
}

#[test]
fn a_match_is_deterministic_and_shares_its_openings() {
    let start = RandomTree::new(12, 2, 6, 30);
    let play = |slots: usize| {
        let settings = PlaySettings::evaluation(SearchBudget::Simulations(16));
        let contestants = vec![SeatPlan::Model(0), SeatPlan::Model(1)];
        let source = Arc::new(PairedMatches::new(contestants, 9, 10, 4, settings));
        let options =
            FleetOptions { group_slots: slots, models: vec![model(1), model(2)], cache: None, source };
        let mut fleet = GameFleet::new(start.clone(), options);
        let mut first = FakeNetwork::new(1, start.row_shape());
        let mut second = FakeNetwork::new(2, start.row_shape());
        let mut games = run_fleet(&mut fleet, &mut [&mut first, &mut second], slots).unwrap();
        assert!(!first.calls.is_empty() && !second.calls.is_empty());
        games.sort_by_key(|game| game.task.index);
        games
    };
    let games = play(4);
    assert_eq!(games.len(), 20);
    for pair in games.chunks(2) {
        let opening = |game: usize| pair[game].plies[..4].iter().map(|ply| ply.action).collect::<Vec<_>>();
        assert_eq!(opening(0), opening(1));
        assert!(pair[0].plies[..4].iter().all(|ply| ply.search.is_none()));
        assert!(pair[0].plies[4..].iter().all(|ply| ply.search.as_ref().unwrap().full));
        assert!(matches!(pair[0].task.opening, Opening::Random { plies: 4, .. }));
    }
    for (one, other) in games.iter().zip(play(3)) {
        assert_eq!(one.plies, other.plies);
    }
}

#[test]
fn a_network_plays_against_a_player_without_one() {
    let start = RandomTree::new(12, 3, 6, 30);
    let contestants =
        vec![SeatPlan::Model(0), SeatPlan::Agent(AgentKind::Random), SeatPlan::Agent(AgentKind::Random)];
    let settings = PlaySettings::evaluation(SearchBudget::Simulations(16));
    let source = Arc::new(PairedMatches::new(contestants, 9, 4, 2, settings));
    let options =
        FleetOptions { group_slots: 4, models: vec![model(1)], cache: None, source: source.clone() };
    let mut fleet = GameFleet::new(start.clone(), options);
    let games = run_fleet(&mut fleet, &mut [&mut FakeNetwork::new(1, start.row_shape())], 4).unwrap();
    assert_eq!(games.len(), 12);
    for game in games {
        for ply in &game.plies[2..] {
            let searches = source.contestant(game.task.index, ply.seat) == 0;
            assert_eq!(ply.search.is_some(), searches);
        }
    }
}
