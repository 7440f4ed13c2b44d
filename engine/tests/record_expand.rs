//! Records replay to the decisions that were taken, and expand to samples from the mover's side.
#![allow(clippy::unwrap_used)]

#[path = "record/games.rs"]
mod games;
#[path = "encode/golden.rs"]
mod golden;

use games::random_record;
use golden::{golden_games, walk};
use rr_engine::action::{ActionKey, ActionList, PlayAction, PlayScratch, PlayState};
use rr_engine::board::{BoardKind, GameConfig};
use rr_engine::encode::{CELL_FEATURES, GLOBAL_FEATURES, SlotOrder};
use rr_engine::record::{Expander, GameRecord, NOBODY, RecordError, Replay, TrainingSample};
use rr_engine::rules::{MAX_PLAYERS, Move, MoveKind, Player, Rules};
use rr_engine::with_board_width;

fn config(board: BoardKind, players: u8) -> GameConfig {
    GameConfig::new(board, players).unwrap()
}

fn samples(record: &GameRecord, g: usize) -> Vec<TrainingSample> {
    let mut expander = Expander::new(record.config.board, record.rules.line_effective);
    let mut samples = Vec::new();
    expander.expand(record, |_| Some(g), |s| samples.push(s.clone())).unwrap();
    samples
}

#[test]
fn replay_walks_the_states_that_were_played() {
    for config in GameConfig::ALL {
        with_board_width!(config.board, W => {
            let rules = Rules { swap: config.players == 2, ..Rules::for_config(config) };
            let record = random_record::<W>(config, rules, 7, 4_000);
            let (mut scratch, mut moves) = (PlayScratch::new(), Vec::new());
            let mut state = PlayState::<W>::initial(config, rules, &mut scratch).unwrap();
            let mut replay = Replay::<W>::new(&record).unwrap();
            for step in replay.by_ref() {
                let step = step.unwrap();
                assert_eq!(step.state.key(), state.key(), "{config} {:?}", step.site);
                assert_eq!(step.site.ply as usize, moves.len());
                assert_eq!(step.site.option, state.slide().is_some());
                state.apply(step.chosen, &mut scratch);
                moves.extend_from_slice(scratch.played());
            }
            assert_eq!(moves, record.moves, "{config}");
            assert_eq!(replay.position().outcome(), state.position().outcome());
            assert_eq!(replay.ply(), record.moves.len());
        });
    }
}

#[test]
fn samples_say_who_won_and_what_was_owned_from_the_movers_side() {
    for config in GameConfig::ALL {
        with_board_width!(config.board, W => check_targets::<W>(config));
    }
}

fn check_targets<const W: usize>(config: GameConfig) {
    let record = random_record::<W>(config, Rules::for_config(config), 8, 4_000);
    let mut replay = Replay::<W>::new(&record).unwrap();
    let steps: Vec<_> = replay.by_ref().map(Result::unwrap).collect();
    let last = replay.position();
    let winner = record.result.unwrap().winner.unwrap();
    let samples = samples(&record, 0);
    assert_eq!(samples.len(), record.searches.len());
    for (sample, search) in samples.iter().zip(&record.searches) {
        let step = steps.iter().find(|s| s.site == search.site).unwrap();
        let slots = SlotOrder::of(&step.state);
        assert_eq!(sample.value[slots.slot(winner)], 1.0);
        assert_eq!(sample.value.iter().sum::<f32>(), 1.0);
        assert_eq!(slots.to_seats(&sample.search_value), search.value());
        assert!(sample.finished);
        assert_eq!(sample.owner.len() * CELL_FEATURES, sample.cells.len());
        for cell in last.geometry().cell_iter().filter(|&c| last.collapsed(c).is_some()) {
            let owner = last.collapsed(cell).unwrap();
            assert_eq!(usize::from(sample.owner[cell.index()]), slots.slot(owner));
        }
        let owned = |slot: u8| sample.owner.iter().filter(|&&o| o == slot).count();
        assert_eq!((0..=NOBODY).map(owned).sum::<usize>(), sample.owner.len());
        assert!(sample.margins.iter().all(|m| (-2.0..=2.0).contains(m)));
        assert!(
            (config.players.into()..MAX_PLAYERS).all(|s| sample.margins[s] == 0.0 && sample.value[s] == 0.0)
        );
        let total: f32 = sample.policy.probabilities.iter().sum();
        assert_eq!(sample.has_policy, search.full);
        assert!((total - if search.full { 1.0 } else { 0.0 }).abs() < 1e-4);
        let mut list = ActionList::new();
        step.state.actions(&mut list);
        assert_eq!(sample.policy.len(), list.len());
        assert_eq!(sample.policy.actions().count(), list.len());
        assert!(sample.policy.actions().all(|(entries, _)| !entries.is_empty()));
    }
}

#[test]
fn a_symmetry_turns_a_sample_and_changes_nothing_else() {
    for board in [BoardKind::Square8, BoardKind::Hex8] {
        let config = config(board, 3);
        let record = random_record::<1>(config, Rules::for_config(config), 9, 60);
        let plain = samples(&record, 0);
        let expander = Expander::new(board, record.rules.line_effective);
        let table = expander.symmetries();
        for g in 0..table.len() {
            for (turned, plain) in samples(&record, g).iter().zip(&plain) {
                let mut cells = vec![0.0; plain.cells.len()];
                table.permute_cells(g, CELL_FEATURES, &plain.cells, &mut cells);
                let mut owner = vec![0; plain.owner.len()];
                table.permute_cells(g, 1, &plain.owner, &mut owner);
                assert!(turned.cells == cells && turned.owner == owner);
                assert_eq!(turned.globals, plain.globals);
                assert_eq!(turned.globals.len(), GLOBAL_FEATURES);
                assert_eq!((turned.value, turned.margins), (plain.value, plain.margins));
                for ((a, p), (b, q)) in turned.policy.actions().zip(plain.policy.actions()) {
                    let (mut a, mut b) =
                        (a.to_vec(), b.iter().map(|&e| table.entries(g)[e as usize]).collect::<Vec<_>>());
                    a.sort_unstable();
                    b.sort_unstable();
                    assert_eq!((a, p), (b, q));
                }
            }
        }
    }
}

#[test]
fn samples_can_be_skipped() {
    let config = config(BoardKind::Hex8, 2);
    let record = random_record::<1>(config, Rules::for_config(config), 10, 40);
    let mut expander = Expander::new(config.board, record.rules.line_effective);
    let mut plies = Vec::new();
    expander.expand(&record, |s| s.full.then_some(3), |s| plies.push(s.ply)).unwrap();
    let want: Vec<u32> = record.searches.iter().filter(|s| s.full).map(|s| s.site.ply).collect();
    assert_eq!(plies, want);
}

#[test]
fn whoever_swaps_is_credited_with_the_side_taken_over() {
    let config = config(BoardKind::Hex8, 2);
    let rules = Rules { swap: true, ..Rules::for_config(config) };
    let swap = Move::bare(MoveKind::SwapSides);
    let record = (0..500)
        .map(|seed| random_record::<1>(config, rules, seed, 4_000))
        .find(|r| r.moves.contains(&swap) && r.searches.iter().any(|s| s.site.ply > 4))
        .unwrap();
    let at = record.moves.iter().position(|&m| m == swap).unwrap() as u32;
    let winner = record.result.unwrap().winner.unwrap();
    let replay = Replay::<1>::new(&record).unwrap();
    let movers: Vec<_> = replay.map(Result::unwrap).map(|s| (s.site, s.state.mover())).collect();
    for (sample, search) in samples(&record, 0).iter().zip(&record.searches) {
        let mover = movers.iter().find(|(site, _)| *site == search.site).unwrap().1;
        let swapped = search.site.ply > at;
        let wins = if swapped { mover == winner } else { mover != winner };
        assert_eq!(sample.value[0] == 1.0, wins, "ply {}", search.site.ply);
    }
}

#[test]
fn records_that_break_the_rules_are_refused_with_the_ply() {
    let config = config(BoardKind::Hex8, 2);
    let record = random_record::<1>(config, Rules::for_config(config), 11, 40);
    let ply_of = |record: &GameRecord| {
        let mut expander = Expander::new(config.board, record.rules.line_effective);
        match expander.expand(record, |_| Some(0), |_| ()) {
            Err(RecordError::Replay { ply, .. }) => ply,
            other => panic!("{other:?}"),
        }
    };
    let mut wrong = record.clone();
    wrong.moves[12] = Move::bare(MoveKind::SwapSides);
    assert_eq!(ply_of(&wrong), 12);
    let mut wrong = record.clone();
    wrong.searches[3].site.option = true;
    assert_eq!(ply_of(&wrong), wrong.searches[3].site.ply as usize);
    let mut wrong = record.clone();
    let full = wrong.searches.iter_mut().find(|s| s.full && s.site.ply > 4).unwrap();
    full.policy[0].key = ActionKey(1_776);
    full.policy.truncate(1);
    let ply = full.site.ply as usize;
    assert_eq!(ply_of(&wrong), ply);
    let mut wrong = random_record::<1>(config, Rules::for_config(config), 12, 4_000);
    wrong.result.as_mut().unwrap().winner = None;
    assert_eq!(ply_of(&wrong), wrong.moves.len());
    let mut expander = Expander::new(BoardKind::Square8, 4);
    assert!(matches!(expander.expand(&record, |_| Some(0), |_| ()), Err(RecordError::Payload(_))));
    let mut expander = Expander::new(BoardKind::Hex8, 4);
    assert!(matches!(expander.expand(&record, |_| Some(12), |_| ()), Err(RecordError::Payload(_))));
}

#[test]
fn an_open_slide_is_replayed_as_two_decisions() {
    // Only a game that reaches one can be recorded, so look for it among short-handed random games.
    let config = config(BoardKind::Square8, 3);
    let rules = Rules {
        rings_per_player: 4,
        victory_threshold: 60,
        territory_minimum: 60,
        ..Rules::for_config(config)
    };
    let mut found = 0;
    for seed in 0..400 {
        let record = random_record::<1>(config, rules, seed, 2_000);
        let steps: Vec<_> = Replay::<1>::new(&record).unwrap().map(Result::unwrap).collect();
        for pair in steps.windows(2) {
            if let PlayAction::Slide { from, to } = pair[0].chosen {
                found += 1;
                assert_eq!(pair[1].state.slide(), Some((from, to)));
                assert_eq!(pair[0].site.ply, pair[1].site.ply);
                assert!(pair[1].site.option && !pair[0].site.option);
                assert_eq!(pair[1].state.mover(), pair[0].state.mover());
            }
        }
        assert_eq!(samples(&record, 1).len(), record.searches.len());
        if found >= 2 {
            return;
        }
    }
    panic!("only {found} slides with two options were played");
}

#[test]
fn slots_turn_both_ways() {
    for players in 2..=4 {
        for mover in Player::all(players) {
            let slots = SlotOrder::new(mover, players);
            assert_eq!(slots.slot(mover), 0);
            for p in Player::all(players) {
                assert_eq!(slots.seat(slots.slot(p)), p);
            }
            let mut by_seat = [0u8; 4];
            (0..players).for_each(|p| by_seat[p] = 10 + p as u8);
            assert_eq!(slots.to_seats(&slots.to_slots(&by_seat)), by_seat);
        }
    }
}

#[test]
fn golden_games_make_records_that_replay() {
    for config in GameConfig::ALL {
        for game in golden_games(config) {
            let mut record = GameRecord::new(config, game.header.rules(), game.header.seed, Vec::new());
            record.players.resize(usize::from(config.players), Default::default());
            with_board_width!(config.board, W => {
                walk::<W>(&game, |_, mv| record.moves.push(mv));
                let mut replay = Replay::<W>::new(&record).unwrap();
                let decisions = replay.by_ref().map(Result::unwrap).count();
                assert!(decisions > 10, "{config}");
                assert_eq!(replay.ply(), game.plies.len());
            });
            assert_eq!(GameRecord::from_bytes(&record.to_bytes().unwrap()).unwrap(), record);
            assert_eq!(GameRecord::from_text(&record.to_text()).unwrap(), record);
        }
    }
}
