//! Players: random, one-ply heuristic, max^n and PUCT with the heuristic, Gumbel with an injected network.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::collections::BTreeSet;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rr_engine::action::{PlayAction, PlayScratch, PlayState};
use rr_engine::board::GameConfig;
use rr_engine::heuristic::{HeuristicEvaluator, HeuristicProfile, OnePlyChooser};
use rr_engine::player::{
    Agent, AgentKind, BatchEvaluator, GumbelAgent, GumbelAgentSettings, HeuristicAgent, HeuristicJudge,
    MaterialEvaluator, NetworkGame, RandomAgent, RowShape,
};
use rr_engine::rules::Rules;
use rr_engine::search::{Evaluator, Game, GumbelSearch, SearchBudget, SearchError, SearchParams, run_search};
use rr_engine::with_board_width;

fn start<const W: usize>(config: &str) -> PlayState<W> {
    let config: GameConfig = config.parse().unwrap();
    PlayState::initial(config, Rules::for_config(config), &mut PlayScratch::new()).unwrap()
}

fn rng(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

/// Plays random decisions and shows every state on the way.
fn walk<const W: usize>(config: &str, seed: u64, mut visit: impl FnMut(&PlayState<W>, &[PlayAction])) {
    let (mut state, mut actions, mut rng) = (start::<W>(config), Vec::new(), rng(seed));
    while !state.is_over() {
        Game::actions(&state, &mut actions);
        visit(&state, &actions);
        let place = RandomAgent.choose(&state, &actions, &mut rng).unwrap();
        Game::apply(&mut state, actions[place]);
    }
}

#[test]
fn names_are_read_back() {
    for kind in AgentKind::ALL {
        assert_eq!(kind.to_string().parse(), Ok(kind));
    }
    let error = "stockfish".parse::<AgentKind>().unwrap_err().to_string();
    assert!(error.contains("heuristic"), "{error}");
}

#[test]
fn the_random_player_plays_everything_evenly() {
    let state = start::<1>("hex8_2p");
    let (mut actions, mut rng) = (Vec::new(), rng(1));
    Game::actions(&state, &mut actions);
    let mut counts = vec![0u32; actions.len()];
    for _ in 0..actions.len() * 200 {
        counts[RandomAgent.choose(&state, &actions, &mut rng).unwrap()] += 1;
    }
    assert!(counts.iter().all(|count| (120..290).contains(count)), "{counts:?}");
}

#[test]
fn the_heuristic_player_takes_a_best_move() {
    for config in ["hex8_2p", "square8_2p", "square8_3p", "hex8_4p"] {
        let mut chooser = OnePlyChooser::new(HeuristicEvaluator::repaired(HeuristicProfile::Balanced));
        let mut agent = HeuristicAgent::repaired();
        let (mut seen, mut rng) = (0, rng(2));
        for seed in 0..3 {
            walk::<1>(config, seed, |state, actions| {
                let place = agent.choose(state, actions, &mut rng).unwrap();
                if state.slide().is_some() {
                    return;
                }
                let best = chooser.best(state.position());
                let fits = match actions[place] {
                    PlayAction::Move(mv) => best.contains(&mv),
                    PlayAction::Slide { from, to } => best.iter().any(|mv| (mv.from, mv.to) == (from, to)),
                };
                assert!(fits, "{config}: {:?} is not among {best:?}", actions[place]);
                seen += 1;
            });
        }
        assert!(seen > 100);
    }
}

#[test]
fn ties_of_the_heuristic_are_drawn_from_the_generator() {
    // On the empty board all cells of a symmetry class score alike.
    let state = start::<1>("square8_2p");
    let mut actions = Vec::new();
    Game::actions(&state, &mut actions);
    let mut agent = HeuristicAgent::repaired();
    let drawn: BTreeSet<usize> =
        (0..60).map(|seed| agent.choose(&state, &actions, &mut rng(seed)).unwrap()).collect();
    assert!(drawn.len() > 1, "{drawn:?}");
    let again = |seed| HeuristicAgent::repaired().choose(&state, &actions, &mut rng(seed)).unwrap();
    assert_eq!(again(7), again(7));
}

#[test]
fn the_searching_players_beat_the_random_one() {
    for kind in [AgentKind::AlphaBeta, AgentKind::Puct] {
        for (seed, seat) in [(1, 0), (2, 1)] {
            let (mut state, mut actions, mut rng) = (start::<1>("hex8_2p"), Vec::new(), rng(seed));
            let mut player = PlayState::<1>::agent(kind);
            while !state.is_over() {
                Game::actions(&state, &mut actions);
                let place = if Game::mover(&state) == seat {
                    player.choose(&state, &actions, &mut rng).unwrap()
                } else {
                    RandomAgent.choose(&state, &actions, &mut rng).unwrap()
                };
                Game::apply(&mut state, actions[place]);
            }
            assert_eq!(Game::utilities(&state)[seat], 1.0, "{kind} in seat {seat}");
        }
    }
}

#[test]
fn the_judge_gives_shares_of_one_and_prefers_what_the_heuristic_does() {
    let (mut judge, mut logits) = (HeuristicJudge::repaired(), Vec::new());
    let mut chooser = OnePlyChooser::new(HeuristicEvaluator::repaired(HeuristicProfile::Balanced));
    walk::<1>("hex8_3p", 4, |state, actions| {
        let shares = judge.evaluate(state, actions, &mut logits);
        assert!((shares.iter().sum::<f32>() - 1.0).abs() < 1e-5 && shares[3] == 0.0, "{shares:?}");
        assert_eq!(shares, judge.evaluate(state, &[], &mut Vec::new()));
        if let (None, [first, ..]) = (state.slide(), chooser.best(state.position())) {
            let place = actions.iter().position(|action| *action == PlayAction::Move(*first));
            let highest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            assert!(place.is_none_or(|place| (logits[place] - highest).abs() < 1e-5));
        }
    });
}

/// Answers with the same numbers for every row, or with what is wrong with it.
struct Flat {
    shape: RowShape,
    rows: usize,
    fault: Option<&'static str>,
}

impl BatchEvaluator for Flat {
    fn evaluate(
        &mut self,
        rows: usize,
        cells: &[f32],
        globals: &[f32],
        policy: &mut Vec<f32>,
        value: &mut Vec<f32>,
    ) -> Result<(), SearchError> {
        assert_eq!((cells.len(), globals.len()), (rows * self.shape.cells, rows * self.shape.globals));
        self.rows += rows;
        policy.clear();
        policy.resize(rows * self.shape.policy, 0.0);
        value.clear();
        value.resize(rows * 4, 0.0);
        match self.fault {
            Some("short") => policy.truncate(3),
            Some("nan") => value[0] = f32::NAN,
            Some(cause) => return Err(SearchError::Evaluator(cause.to_owned())),
            None => {}
        }
        Ok(())
    }
}

fn settings(simulations: u32) -> GumbelAgentSettings {
    GumbelAgentSettings { budget: SearchBudget::Simulations(simulations), ..GumbelAgentSettings::default() }
}

#[test]
fn the_gumbel_player_plays_whole_games() {
    for config in ["hex8_2p", "square8_3p", "hex8_4p"] {
        let mut state = start::<1>(config);
        let network = Flat { shape: state.row_shape(), rows: 0, fault: None };
        let mut agent = GumbelAgent::new(settings(8), network);
        let (mut actions, mut rng) = (Vec::new(), rng(3));
        while !state.is_over() {
            Game::actions(&state, &mut actions);
            let place = agent.choose(&state, &actions, &mut rng).unwrap();
            agent.played(actions[place]);
            Game::apply(&mut state, actions[place]);
        }
    }
}

#[test]
fn a_failing_network_is_reported_by_name() {
    let state = start::<1>("hex8_2p");
    let mut actions = Vec::new();
    Game::actions(&state, &mut actions);
    let choose = |fault| {
        let mut agent =
            GumbelAgent::new(settings(8), Flat { shape: state.row_shape(), rows: 0, fault: Some(fault) });
        agent.choose(&state, &actions, &mut rng(1)).unwrap_err().to_string()
    };
    assert!(choose("short").contains("policy"));
    assert!(choose("nan").contains("not finite"));
    assert!(choose("device lost").contains("device lost"));
}

#[test]
fn value_rows_are_read_from_the_movers_side() {
    let mut state = start::<1>("hex8_3p");
    let mut actions = Vec::new();
    while Game::mover(&state) != 1 {
        Game::actions(&state, &mut actions);
        Game::apply(&mut state, actions[0]);
    }
    // Slots: the mover (seat 1), then seats 2 and 0; the fourth logit belongs to nobody.
    let utilities = state.read_utilities(&[2.0_f32.ln(), 1.0_f32.ln(), 5.0_f32.ln(), 50.0]);
    let expected = [0.625, 0.25, 0.125, 0.0];
    assert!(
        utilities.iter().zip(expected).all(|(got, expected)| (got - expected).abs() < 1e-6),
        "{utilities:?}"
    );
}

#[test]
fn material_counts_for_whoever_has_it() {
    let mut material = MaterialEvaluator::default();
    for config in GameConfig::ALL {
        with_board_width!(config.board, W => {
            let mut logits = Vec::new();
            let mut leads = 0;
            walk::<W>(&config.to_string(), 4, |state, actions| {
                let utilities = material.evaluate(state, actions, &mut logits);
                assert_eq!(logits.len(), actions.len());
                assert!((utilities.iter().sum::<f32>() - 1.0).abs() < 1e-5);
                leads += usize::from(utilities.iter().any(|share| *share > 1.2 / state.players() as f32));
            });
            assert!(leads > 10, "{config}");
        });
    }
}

#[test]
fn searching_with_material_beats_random_play() {
    let mut won = 0.0;
    for game in 0..12 {
        let mut state = start::<1>("hex8_2p");
        let mut search = GumbelSearch::new(SearchParams::default(), &state);
        let (mut actions, mut rng) = (Vec::new(), rng(game));
        let own = (game % 2) as usize;
        while !state.is_over() {
            let action = if Game::mover(&state) == own {
                search.begin(&state, 32, game);
                run_search(&mut search, &mut MaterialEvaluator::default(), None).unwrap();
                let result = search.result().unwrap();
                result.actions[result.survivor].action
            } else {
                Game::actions(&state, &mut actions);
                actions[RandomAgent.choose(&state, &actions, &mut rng).unwrap()]
            };
            Game::apply(&mut state, action);
            search.advance(action);
        }
        won += Game::utilities(&state)[own];
    }
    assert!(won >= 9.0, "{won} of 12");
}
