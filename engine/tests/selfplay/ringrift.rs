//! Fleets on the real game.

use std::sync::Arc;

use crate::fake_network::{FakeNetwork, model};
use rr_engine::action::{PlayScratch, PlayState};
use rr_engine::board::GameConfig;
use rr_engine::player::{AgentKind, NetworkGame};
use rr_engine::rules::Rules;
use rr_engine::search::{EvalCache, Game, SearchBudget};
use rr_engine::selfplay::{
    FinishedGame, FleetOptions, GameFleet, NumberedGames, PairedMatches, PlaySettings, SeatPlan, run_fleet,
};
use rr_engine::with_board_width;

fn start<const W: usize>(config: GameConfig) -> PlayState<W> {
    PlayState::initial(config, Rules::for_config(config), &mut PlayScratch::new()).unwrap()
}

fn settings(simulations: u32, max_plies: u32) -> PlaySettings {
    PlaySettings {
        max_plies,
        sampled_plies: 6,
        ..PlaySettings::self_play(SearchBudget::Simulations(simulations))
    }
}

fn play<const W: usize>(
    config: GameConfig,
    settings: PlaySettings,
    count: u64,
    (threads, group_slots, cached): (usize, usize, bool),
) -> Vec<FinishedGame<PlayState<W>>> {
    let source = Arc::new(NumberedGames::new(11, 0, count, 0, settings));
    let cache = cached.then(|| Arc::new(EvalCache::new(8 << 20)));
    let mut games: Vec<_> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                let (source, cache) = (source.clone(), cache.clone());
                scope.spawn(move || {
                    let start = start::<W>(config);
                    let options = FleetOptions { group_slots, models: vec![model(1)], cache, source };
                    let mut network = FakeNetwork::new(3, start.row_shape());
                    run_fleet(&mut GameFleet::new(start, options), &mut [&mut network], group_slots).unwrap()
                })
            })
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    games.sort_by_key(|game| game.task.index);
    games
}

#[test]
fn the_same_games_on_every_config() {
    for config in GameConfig::ALL {
        let large = config.board.descriptor().words > 1;
        let (settings, count) = if large { (settings(8, 12), 3) } else { (settings(16, 60), 6) };
        with_board_width!(config.board, W => {
            let expected = play::<W>(config, settings, count, (1, 3, false));
            assert_eq!(expected.len(), count as usize);
            for shape in [(2, 2, false), (1, 4, true), (2, 1, true)] {
                for (one, other) in expected.iter().zip(play::<W>(config, settings, count, shape)) {
                    assert_eq!(one.task, other.task);
                    assert!(one.plies == other.plies, "{config}: game {} differs with {shape:?}", one.task.index);
                    assert_eq!(one.utilities, other.utilities);
                }
            }
            assert!(expected.iter().all(|game| !game.plies.is_empty()));
        });
    }
}

#[test]
fn whole_games_end_by_the_rules() {
    for config in ["hex8_2p", "square8_2p", "hex8_3p", "square8_4p"] {
        let config: GameConfig = config.parse().unwrap();
        let games = play::<1>(config, settings(6, 2_000), 6, (1, 3, true));
        for game in games {
            assert!(!game.adjudicated, "{config}: game {} did not end", game.task.index);
            let total: f32 = game.utilities.iter().sum();
            assert!((total - 1.0).abs() < 1e-5);
        }
    }
}

#[test]
fn heuristic_beats_random_in_paired_games() {
    let config: GameConfig = "square8_2p".parse().unwrap();
    let contestants = vec![SeatPlan::Agent(AgentKind::Heuristic), SeatPlan::Agent(AgentKind::Random)];
    let settings = PlaySettings::evaluation(SearchBudget::Simulations(1));
    let source = Arc::new(PairedMatches::new(contestants, 9, 15, 2, settings));
    let options = FleetOptions { group_slots: 4, models: vec![], cache: None, source: source.clone() };
    let games = run_fleet(&mut GameFleet::new(start::<1>(config), options), &mut [], 4).unwrap();
    assert_eq!(games.len(), 30);
    let won: f32 = games
        .iter()
        .map(|game| {
            let seat = (0..2).find(|seat| source.contestant(game.task.index, *seat) == 0).unwrap();
            game.utilities[seat]
        })
        .sum();
    assert!(won > 21.0, "{won} of 30");
}

#[test]
fn equal_keys_mean_equal_decisions_and_equal_features() {
    // The cache answers for every position with the same key, so nothing that an evaluation depends on may differ between them.
    use rand::{Rng, SeedableRng};
    use std::collections::HashMap;
    for (config, games, depth) in [("hex8_2p", 400, 40), ("square8_3p", 400, 40), ("hex8_4p", 300, 60)] {
        let start = start::<1>(config.parse().unwrap());
        let shape = start.row_shape();
        let mut known: HashMap<u64, (Vec<_>, Vec<f32>, Vec<f32>)> = HashMap::new();
        let (mut rng, mut met) = (rand_chacha::ChaCha8Rng::seed_from_u64(1), 0);
        for _ in 0..games {
            let mut state = start.clone();
            for _ in 0..depth {
                let mut actions = Vec::new();
                Game::actions(&state, &mut actions);
                // Few different moves, so that games meet again by other ways.
                let action = actions[rng.random_range(0..actions.len().min(3))];
                let (mut cells, mut globals) = (vec![0.0; shape.cells], vec![0.0; shape.globals]);
                state.encode_row(&mut cells, &mut globals);
                match known.get(&Game::key(&state)) {
                    Some(other) => {
                        met += 1;
                        assert!(*other == (actions, cells, globals), "{config}: {:?}", state.position());
                    }
                    None => drop(known.insert(Game::key(&state), (actions, cells, globals))),
                }
                Game::apply(&mut state, action);
                if state.is_over() {
                    break;
                }
            }
        }
        assert!(met > 1_000, "{config}: {met}");
    }
}
