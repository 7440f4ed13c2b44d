//! What a game contains depends on its number, the run's seed and the models alone.

use std::sync::Arc;

use crate::fake_network::{FakeNetwork, model};
use crate::toys::{Nim, RandomTree};
use rr_engine::player::{AgentKind, NetworkGame};
use rr_engine::search::{EvalCache, Game, PlayoutCap, SearchBudget, SearchError};
use rr_engine::selfplay::{
    EvalBatch, FinishedGame, FleetDriver, FleetOptions, GameFleet, GameSource, GameTask, NumberedGames,
    Opening, PlaySettings, SeatPlan, game_rng, game_seed, run_fleet,
};

fn settings() -> PlaySettings {
    PlaySettings { sampled_plies: 3, ..PlaySettings::self_play(SearchBudget::Simulations(24)) }
}

fn options(source: Arc<dyn GameSource>, group_slots: usize, cache: Option<Arc<EvalCache>>) -> FleetOptions {
    FleetOptions { group_slots, models: vec![model(77)], cache, source }
}

/// Everything of a game that a record would hold.
type Content<A> = (u64, Vec<rr_engine::selfplay::PlayedPly<A>>, [f32; 4], bool);

fn contents<G: NetworkGame>(games: Vec<FinishedGame<G>>) -> Vec<Content<G::Action>> {
    let mut all: Vec<_> = games
        .into_iter()
        .map(|game| (game.task.index, game.plies, game.utilities, game.adjudicated))
        .collect();
    all.sort_by_key(|game| game.0);
    all
}

fn play<G: NetworkGame + Sync>(
    start: &G,
    threads: usize,
    group_slots: usize,
    cache: Option<Arc<EvalCache>>,
) -> Vec<Content<G::Action>> {
    let source = Arc::new(NumberedGames::new(5, 0, 40, 0, settings()));
    let mut games = Vec::new();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                let (source, cache) = (source.clone(), cache.clone());
                scope.spawn(move || {
                    let mut fleet = GameFleet::new(start.clone(), options(source, group_slots, cache));
                    let mut network = FakeNetwork::new(3, start.row_shape());
                    run_fleet(&mut fleet, &mut [&mut network], group_slots).unwrap()
                })
            })
            .collect();
        workers.into_iter().for_each(|worker| games.extend(worker.join().unwrap()));
    });
    contents(games)
}

#[test]
fn the_same_games_come_out_whatever_plays_them() {
    for players in 2..=4 {
        let start = Nim::new([4, 5, 6], players);
        let expected = play(&start, 1, 8, None);
        assert_eq!(expected.len(), 40);
        assert_eq!(expected.iter().map(|game| game.0).collect::<Vec<_>>(), (0..40).collect::<Vec<_>>());
        assert_eq!(play(&start, 2, 8, None), expected);
        assert_eq!(play(&start, 1, 1, None), expected);
        assert_eq!(play(&start, 2, 5, Some(Arc::new(EvalCache::new(1 << 20)))), expected);
        assert_eq!(play(&start, 2, 3, Some(Arc::new(EvalCache::new(1 << 14)))), expected);
        // Games differ from each other.
        assert_ne!(expected[0].1, expected[1].1);
    }
}

#[test]
fn batches_are_whole_until_the_games_run_out() {
    let start = RandomTree::new(3, 2, 6, 12);
    let source = Arc::new(NumberedGames::new(1, 0, 60, 0, settings()));
    let mut fleet = GameFleet::new(start.clone(), options(source, 8, None));
    let mut network = FakeNetwork::new(3, start.row_shape());
    let games = run_fleet(&mut fleet, &mut [&mut network], 8).unwrap();
    assert_eq!(games.len(), 60);
    let whole = network.calls.iter().filter(|rows| **rows == 8).count();
    assert!(whole * 10 >= network.calls.len() * 7, "{whole} of {}", network.calls.len());
    // Only the end of the run has smaller ones.
    let first_small = network.calls.iter().position(|rows| *rows < 8).unwrap();
    assert!(network.calls[..first_small].len() * 10 >= network.calls.len() * 7);
    let counters = fleet.counters();
    assert_eq!(counters.games, 60);
    assert_eq!(counters.plies, 60 * 12);
    assert_eq!(counters.rows, network.calls.iter().sum::<usize>() as u64);
    assert_eq!(fleet.active_games(), 0);
}

#[test]
fn every_decision_has_its_budget_and_a_quarter_are_full() {
    let start = RandomTree::new(9, 3, 6, 40);
    let settings = PlaySettings::self_play(SearchBudget::Throughput);
    let source = Arc::new(NumberedGames::new(2, 0, 30, 0, settings));
    let mut fleet = GameFleet::new(start.clone(), options(source, 8, None));
    let mut network = FakeNetwork::new(3, start.row_shape());
    let games = run_fleet(&mut fleet, &mut [&mut network], 8).unwrap();
    let (mut full, mut all, mut simulations) = (0, 0, 0);
    for ply in games.iter().flat_map(|game| &game.plies) {
        let search = ply.search.as_ref().unwrap();
        assert_eq!(search.result.simulations, if search.full { 64 } else { 16 });
        full += usize::from(search.full);
        all += 1;
        simulations += u64::from(search.result.simulations);
    }
    assert_eq!(all, 30 * 40);
    assert!((240..360).contains(&full), "{full}");
    assert_eq!(fleet.counters().simulations, simulations);
}

#[test]
fn long_games_end_as_draws() {
    let start = RandomTree::new(9, 3, 4, 200);
    let settings = PlaySettings { max_plies: 7, ..settings() };
    let source = Arc::new(NumberedGames::new(2, 0, 3, 0, settings));
    let mut fleet = GameFleet::new(start.clone(), options(source, 2, None));
    let games = run_fleet(&mut fleet, &mut [&mut FakeNetwork::new(3, start.row_shape())], 2).unwrap();
    for game in games {
        assert!(game.adjudicated && !game.state.is_over());
        assert_eq!(game.plies.len(), 7);
        assert_eq!(game.utilities, [1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0, 0.0]);
    }
}

#[test]
fn cancelling_drops_the_games_between_two_decisions() {
    let start = RandomTree::new(9, 2, 4, 100);
    let source = Arc::new(NumberedGames::new(2, 0, 1000, 0, settings()));
    let mut fleet = GameFleet::new(start.clone(), options(source.clone(), 4, None));
    let mut batches = [EvalBatch::new(start.row_shape(), 4)];
    assert_eq!(fleet.fill(0, &mut batches).unwrap(), 4);
    assert_eq!(fleet.fill(1, &mut batches).unwrap(), 4);
    assert_eq!(fleet.active_games(), 8);
    source.cancel();
    assert_eq!(fleet.fill(0, &mut batches).unwrap(), 0);
    assert_eq!((fleet.active_games(), fleet.counters().dropped), (0, 8));
    assert_eq!(fleet.fill(1, &mut batches).unwrap(), 0);
    // Answers that come too late are nobody's.
    fleet.absorb(1, 0, &[], &[]).unwrap();
    assert!(fleet.take_finished().is_empty());
}

#[test]
fn a_fill_repeated_without_answers_encodes_the_same_rows() {
    let start = RandomTree::new(9, 2, 4, 100);
    let source = Arc::new(NumberedGames::new(2, 0, 1000, 0, settings()));
    let mut fleet = GameFleet::new(start.clone(), options(source, 4, None));
    let mut batches = [EvalBatch::new(start.row_shape(), 4)];
    fleet.fill(0, &mut batches).unwrap();
    let first = batches[0].cells().to_vec();
    // A damaged answer is refused by name and loses nothing.
    let refused = fleet.absorb(0, 0, &[0.0; 16], &[f32::NAN; 16]);
    assert_eq!(refused, Err(SearchError::NotFinite));
    assert!(matches!(fleet.absorb(0, 0, &[0.0; 3], &[0.0; 16]), Err(SearchError::OutputLength { .. })));
    fleet.fill(0, &mut batches).unwrap();
    assert_eq!(batches[0].cells(), first);
}

#[test]
fn a_model_added_later_gets_a_batch_of_its_own() {
    /// Hands out one game for each model.
    struct OneEach(std::sync::Mutex<Vec<usize>>);
    impl GameSource for OneEach {
        fn next_game(&self) -> Option<GameTask> {
            let model = self.0.lock().unwrap().pop()?;
            let settings = PlaySettings { playout_cap: PlayoutCap::OFF, ..settings() };
            let seats = [SeatPlan::Model(model); 4];
            Some(GameTask { index: model as u64, run_seed: 1, seats, opening: Opening::Played, settings })
        }
    }
    let start = RandomTree::new(9, 2, 4, 20);
    let source = Arc::new(OneEach(std::sync::Mutex::new(vec![1, 0])));
    let mut fleet = GameFleet::new(start.clone(), options(source, 2, None));
    assert_eq!(fleet.add_model(model(78)), 1);
    let mut batches = [EvalBatch::new(start.row_shape(), 2), EvalBatch::new(start.row_shape(), 2)];
    assert_eq!(fleet.fill(0, &mut batches).unwrap(), 2);
    assert_eq!((batches[0].rows(), batches[1].rows()), (1, 1));
}

#[test]
fn players_without_a_network_never_block_a_fill() {
    struct RandomGames;
    impl GameSource for RandomGames {
        fn next_game(&self) -> Option<GameTask> {
            let seats = [SeatPlan::Agent(AgentKind::Random); 4];
            Some(GameTask { index: 0, run_seed: 1, seats, opening: Opening::Played, settings: settings() })
        }
    }
    let start = RandomTree::new(9, 2, 4, 20);
    let mut fleet = GameFleet::new(start.clone(), options(Arc::new(RandomGames), 3, None));
    assert_eq!(fleet.fill(0, &mut [EvalBatch::new(start.row_shape(), 3)]).unwrap(), 0);
    let games = fleet.take_finished();
    assert!(games.len() >= 3 && games.len() <= 9);
    assert!(games.iter().flat_map(|game| &game.plies).all(|ply| ply.search.is_none()));
}

#[test]
fn generators_of_different_games_are_different() {
    use rand::RngCore;
    let draw = |seed, index| game_rng(game_seed(seed, index)).next_u64();
    assert_eq!(draw(1, 2), draw(1, 2));
    let mut all: Vec<u64> =
        (0..20).flat_map(|seed| (0..20).map(move |index| (seed, index))).map(|(s, i)| draw(s, i)).collect();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 400);
}

#[test]
fn two_batches_in_flight_give_the_same_games() {
    use rr_engine::player::BatchEvaluator;
    let start = Nim::new([4, 5, 6], 3);
    let expected = play(&start, 1, 4, None);
    let source = Arc::new(NumberedGames::new(5, 0, 40, 0, settings()));
    let mut fleet = GameFleet::new(start.clone(), options(source, 4, None));
    let mut network = FakeNetwork::new(3, start.row_shape());
    let mut batches = [0, 1].map(|_| [EvalBatch::new(start.row_shape(), 4)]);
    let mut games = Vec::new();
    fleet.fill(0, &mut batches[0]).unwrap();
    fleet.fill(1, &mut batches[1]).unwrap();
    while fleet.active_games() > 0 {
        for (group, batches) in batches.iter_mut().enumerate() {
            // The other group's batch is still out while this one's answers come in and its games go on.
            let batch = &batches[0];
            let (mut policy, mut value) = (Vec::new(), Vec::new());
            if batch.rows() > 0 {
                network
                    .evaluate(batch.rows(), batch.cells(), batch.globals(), &mut policy, &mut value)
                    .unwrap();
            }
            fleet.absorb(group, 0, &policy, &value).unwrap();
            fleet.fill(group, batches).unwrap();
            games.append(&mut fleet.take_finished());
        }
    }
    assert!(contents(games) == expected);
}

#[test]
fn a_source_can_be_adjusted_and_stopped() {
    let source = NumberedGames::new(5, 100, u64::MAX, 0, settings());
    assert_eq!(source.next_game().unwrap().index, 100);
    let quick = PlaySettings { budget: SearchBudget::Throughput, ..settings() };
    source.adjust(3, quick);
    let task = source.next_game().unwrap();
    assert_eq!((task.index, task.seats[0], task.settings), (101, SeatPlan::Model(3), quick));
    assert_eq!(source.next_index(), 102);
    source.stop();
    assert_eq!(source.next_game(), None);
    assert!(!source.is_cancelled());
}
