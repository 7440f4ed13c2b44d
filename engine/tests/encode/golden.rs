//! Positions for property tests: from the golden games where they are, and from random games.
#![allow(dead_code)]

use std::path::{Path, PathBuf};

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rr_engine::action::{ActionList, PlayAction, PlayScratch, PlayState};
use rr_engine::board::GameConfig;
use rr_engine::rules::{Move, Position, Rules};
use rr_engine::trace::{TraceGame, open_trace};

/// Returns the trace files of a config: the committed set, and all others beside the repository if they are there.
fn trace_files(config: GameConfig) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let name = format!("{config}.jsonl.gz");
    let shared = root.join("../shared/traces");
    let all = [shared.join("dev_full").join(&name), shared.join("dev").join(&name)];
    let mut all: Vec<PathBuf> = all.into_iter().filter(|p| p.is_file()).collect();
    all.push(root.join("tests/golden").join(name));
    all
}

/// Reads all golden games of a config.
pub fn golden_games(config: GameConfig) -> Vec<TraceGame> {
    trace_files(config).iter().flat_map(|path| open_trace(path).unwrap().map(Result::unwrap)).collect()
}

/// Plays a golden game and shows the position before each move.
pub fn walk<const W: usize>(game: &TraceGame, mut visit: impl FnMut(&Position<W>, Move)) {
    let mut position = Position::<W>::new(game.header.config().unwrap(), game.header.rules()).unwrap();
    for ply in &game.plies {
        let mv = position.parse_move(&ply.m.text()).unwrap();
        visit(&position, mv);
        position.apply(mv);
    }
}

/// Returns about `most` canonical texts of unfinished positions, and as many of rare phases, spread over the golden games of a config.
pub fn golden_texts<const W: usize>(config: GameConfig, most: usize) -> Vec<String> {
    let mut texts = Vec::new();
    for game in golden_games(config) {
        walk::<W>(&game, |position, _| texts.push(position.to_text()));
    }
    texts.sort();
    texts.dedup();
    // Rare phases apart, so that thinning does not lose them.
    let rare = |t: &String| {
        t.contains("S active line_processing")
            || t.contains("S active forced_elimination")
            || (t.contains("S active territory_processing") && !t.contains("\nT -"))
            || can_recover(t)
    };
    let (rare, common): (Vec<_>, Vec<_>) = texts.into_iter().partition(rare);
    let thin = |texts: Vec<String>| {
        let step = texts.len().div_ceil(most).max(1);
        texts.into_iter().step_by(step)
    };
    thin(rare).chain(thin(common)).collect()
}

fn can_recover(text: &str) -> bool {
    text.contains("S active movement") && {
        let player = text.lines().nth(1).and_then(|l| l.split(' ').nth(3)).unwrap_or("0");
        let stacks = text.lines().nth(7).unwrap_or("");
        !stacks.split(' ').any(|s| s.contains('=') && s.ends_with(player))
    }
}

/// Plays random games of a config and shows every state at which there is a decision.
pub fn random_states<const W: usize>(
    config: GameConfig,
    seed: u64,
    games: usize,
    mut visit: impl FnMut(&PlayState<W>, &ActionList<W>),
) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let (mut scratch, mut list) = (PlayScratch::new(), ActionList::new());
    for game in 0..games {
        let rules = Rules { swap: config.players == 2 && game % 2 == 0, ..Rules::for_config(config) };
        let mut state = PlayState::<W>::initial(config, rules, &mut scratch).unwrap();
        for _ in 0..4_000 {
            if state.is_over() {
                break;
            }
            state.actions(&mut list);
            visit(&state, &list);
            let action = pick(&list, &mut rng);
            state.apply(action, &mut scratch);
        }
        assert!(state.is_over(), "{config}: a random game does not end");
    }
}

/// Picks an action at random, but declines only one time in eight, so that rare events happen.
pub fn pick<const W: usize>(list: &ActionList<W>, rng: &mut ChaCha8Rng) -> PlayAction {
    let i = rng.random_range(0..list.len());
    let skips = |a: PlayAction| matches!(a, PlayAction::Move(m) if m.kind.is_skip());
    if skips(list.actions()[i]) && rng.random_range(0..8) > 0 {
        list.actions()[rng.random_range(0..list.len())]
    } else {
        list.actions()[i]
    }
}

/// Reads a text into a state without playing forced moves.
pub fn state_of<const W: usize>(text: &str) -> PlayState<W> {
    PlayState::unsettled(Position::from_text(text).unwrap(), &mut PlayScratch::new())
}
