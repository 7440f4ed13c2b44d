//! Fleet games as records: complete, by the rules, the same bytes every time.

use std::sync::Arc;

use crate::fake_network::{FakeNetwork, model};
use rr_engine::action::{PlayScratch, PlayState};
use rr_engine::board::{BoardKind, GameConfig};
use rr_engine::record::{Expander, GameRecord};
use rr_engine::rules::{MoveKind, Rules};
use rr_engine::search::{Game, PlayoutCap, SearchBudget};
use rr_engine::selfplay::{
    CompletedGame, FleetOptions, GameSource, GameTask, NumberedGames, Opening, PlaySettings, SeatPlan,
    board_fleet, run_fleet,
};

fn settings(simulations: u32) -> PlaySettings {
    PlaySettings { sampled_plies: 8, ..PlaySettings::self_play(SearchBudget::Simulations(simulations)) }
}

fn games(
    config: GameConfig,
    rules: Rules,
    source: Arc<dyn GameSource>,
    group_slots: usize,
) -> Vec<CompletedGame> {
    let options = FleetOptions { group_slots, models: vec![model(4)], cache: None, source };
    let mut fleet = board_fleet(config, rules, options).unwrap();
    let mut network = FakeNetwork::new(8, fleet.row_shape());
    let mut games = run_fleet(fleet.as_mut(), &mut [&mut network], group_slots).unwrap();
    games.sort_by_key(|game| game.task.index);
    games
}

fn self_play(config: GameConfig, settings: PlaySettings, count: u64, threads: usize) -> Vec<CompletedGame> {
    let source = Arc::new(NumberedGames::new(3, 0, count, 0, settings));
    let mut all: Vec<_> = std::thread::scope(|scope| {
        let spawn = |_| {
            let source = source.clone();
            scope.spawn(move || games(config, Rules::for_config(config), source, 2))
        };
        let workers: Vec<_> = (0..threads).map(spawn).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    all.sort_by_key(|game| game.task.index);
    all
}

#[test]
fn records_replay_and_give_samples_on_every_config() {
    for config in GameConfig::ALL {
        let large = config.board.descriptor().words > 1;
        let settings = if large { PlaySettings { max_plies: 20, ..settings(8) } } else { settings(16) };
        let settings = settings.for_board(config.board);
        for game in self_play(config, settings, 3, 1) {
            let record = &game.record;
            record.validate().unwrap();
            assert_eq!(record.config, config);
            assert_eq!(record.seed, game.task.seed());
            assert_eq!(record.players.len(), usize::from(config.players));
            assert!(record.players.iter().all(|tag| tag.name == "gumbel" && tag.model == "model-4"));
            assert_eq!(record.searches.len(), game.decisions as usize);
            assert_eq!(record.result.is_none(), game.adjudicated);
            assert_eq!(record.utilities(), game.utilities);
            assert_eq!(&GameRecord::from_bytes(&record.to_bytes().unwrap()).unwrap(), record);
            // The expander replays by the rules and refuses a policy that names an illegal action.
            let (mut samples, mut with_policy) = (0, 0);
            Expander::new(config.board, record.rules.line_effective)
                .expand(
                    record,
                    |_| Some(0),
                    |sample| {
                        samples += 1;
                        with_policy += u32::from(sample.has_policy);
                        let sum: f32 = sample.policy.probabilities.iter().sum();
                        assert!((sum - if sample.has_policy { 1.0 } else { 0.0 }).abs() < 1e-3);
                    },
                )
                .unwrap();
            assert_eq!(samples, game.decisions);
            assert_eq!(with_policy as usize, record.searches.iter().filter(|search| search.full).count());
        }
    }
}

#[test]
fn one_thread_and_two_give_the_same_bytes() {
    for config in ["hex8_2p", "square8_3p", "hexagonal_2p"] {
        let config: GameConfig = config.parse().unwrap();
        let large = config.board.descriptor().words > 1;
        let settings = if large { PlaySettings { max_plies: 10, ..settings(8) } } else { settings(16) };
        let bytes = |threads: usize| -> Vec<Vec<u8>> {
            self_play(config, settings, 6, threads)
                .iter()
                .map(|game| game.record.to_bytes().unwrap())
                .collect()
        };
        assert_eq!(bytes(1), bytes(2));
    }
}

#[test]
fn full_moves_carry_a_policy_over_all_legal_actions() {
    let config: GameConfig = "hex8_2p".parse().unwrap();
    let settings = PlaySettings { playout_cap: PlayoutCap::OFF, ..settings(16) };
    for game in self_play(config, settings, 2, 1) {
        for search in &game.record.searches {
            assert!(search.full && search.budget == 16);
            assert_eq!(search.policy.iter().map(|weight| u32::from(weight.weight)).sum::<u32>(), 65_535);
        }
        // The fake network's priors are broad, so improved policies spread over far more than the actions that were visited.
        let first = &game.record.searches[0];
        assert!(first.policy.len() > 16, "{}", first.policy.len());
    }
}

#[test]
fn settings_fit_the_board() {
    let small = PlaySettings::self_play(SearchBudget::Standard).for_board(BoardKind::Hex8);
    let large = PlaySettings::self_play(SearchBudget::Standard).for_board(BoardKind::Square19);
    assert_eq!((small.params.considered, small.sampled_plies), (16, 15));
    assert_eq!((large.params.considered, large.sampled_plies), (32, 90));
    assert_eq!(
        PlaySettings::evaluation(SearchBudget::Standard).for_board(BoardKind::Square19).sampled_plies,
        0
    );
    assert_eq!(
        PlaySettings::evaluation(SearchBudget::Standard).for_board(BoardKind::Square19).params.gumbel_scale,
        0.0
    );
}

#[test]
fn players_trade_colours_when_sides_are_swapped() {
    let config: GameConfig = "hex8_2p".parse().unwrap();
    let rules = Rules { swap: true, ..Rules::for_config(config) };
    let mut state = PlayState::<1>::initial(config, rules, &mut PlayScratch::new()).unwrap();
    let mut actions = Vec::new();
    let swap = |action: &rr_engine::action::PlayAction| matches!(action, rr_engine::action::PlayAction::Move(mv) if mv.kind == MoveKind::SwapSides);
    while Game::mover(&state) == 0 {
        Game::actions(&state, &mut actions);
        Game::apply(&mut state, actions[0]);
    }
    Game::actions(&state, &mut actions);
    let taken = *actions.iter().find(|action| swap(action)).expect("the second player is offered the swap");
    Game::apply(&mut state, taken);
    // Colour 2 is still to move, but it is the first player's now.
    assert_eq!((PlayState::mover(&state).index(), Game::mover(&state)), (1, 0));
    while !state.is_over() {
        Game::actions(&state, &mut actions);
        Game::apply(&mut state, actions[actions.len() / 2]);
    }
    let (colours, players) = (PlayState::utilities(&state), Game::utilities(&state));
    assert_eq!(players[..2], [colours[1], colours[0]]);
}

#[test]
fn records_name_players_without_a_model() {
    struct One(std::sync::Mutex<bool>);
    impl GameSource for One {
        fn next_game(&self) -> Option<GameTask> {
            let mut given = self.0.lock().unwrap();
            let seats = [SeatPlan::Model(0), SeatPlan::Agent(rr_engine::player::AgentKind::Heuristic)];
            let seats = [seats[0], seats[1], seats[0], seats[0]];
            (!std::mem::replace(&mut *given, true)).then(|| GameTask {
                index: 0,
                run_seed: 1,
                seats,
                opening: Opening::Random { seed: 5, plies: 2 },
                settings: PlaySettings::evaluation(SearchBudget::Simulations(4)),
            })
        }
    }
    let config: GameConfig = "hex8_2p".parse().unwrap();
    let games = games(config, Rules::for_config(config), Arc::new(One(false.into())), 1);
    let record = &games[0].record;
    assert_eq!((record.players[1].name.as_str(), record.players[1].model.as_str()), ("heuristic", ""));
    record.validate().unwrap();
    assert!(record.searches.len() < games[0].decisions as usize);
}
