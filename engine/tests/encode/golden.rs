//! Positions for property tests: from the golden games where they are, and from random games.
#![allow(dead_code)]

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rr_engine::action::{ActionList, PlayAction, PlayScratch, PlayState};
use rr_engine::board::GameConfig;
use rr_engine::rules::{Player, Position, Rules};

/// Returns the trace files of a config: all of them beside the repository if they are there, else the committed set.
fn trace_files(config: GameConfig) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let name = format!("{config}.jsonl.gz");
    let shared = root.join("../shared/traces");
    let all = [shared.join("dev_full").join(&name), shared.join("dev").join(&name)];
    let all: Vec<PathBuf> = all.into_iter().filter(|p| p.is_file()).collect();
    if all.is_empty() { vec![root.join("tests/golden").join(name)] } else { all }
}

/// Returns at most `most` canonical texts of unfinished positions of a config, spread over its golden games.
pub fn golden_texts(config: GameConfig, most: usize) -> Vec<String> {
    let mut texts = Vec::new();
    for path in trace_files(config) {
        let Ok(file) = File::open(&path) else { continue };
        for line in BufReader::new(GzDecoder::new(file)).lines() {
            let line = line.unwrap();
            if !line.contains("\"ct\":") || line.contains("S completed") {
                continue;
            }
            let value: serde_json::Value = serde_json::from_str(&line).unwrap();
            texts.push(value["ct"].as_str().unwrap().to_owned());
        }
    }
    texts.sort();
    texts.dedup();
    let step = texts.len().div_ceil(most).max(1);
    // Rare phases first, so that thinning does not lose them.
    let rare = |t: &String| {
        t.contains("line_processing")
            || t.contains("forced_elimination")
            || (t.contains("territory_processing") && !t.contains("\nT -"))
            || can_recover(t)
    };
    let (rare, common): (Vec<_>, Vec<_>) = texts.into_iter().partition(rare);
    let rare_step = rare.len().div_ceil(most).max(1);
    rare.into_iter().step_by(rare_step).chain(common.into_iter().step_by(step)).collect()
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
            let action = pick(&state, &list, &mut rng);
            state.apply(action, &mut scratch);
        }
        assert!(state.is_over(), "{config}: a random game does not end");
    }
}

/// Picks an action at random, but declines only one time in eight, so that rare events happen.
pub fn pick<const W: usize>(state: &PlayState<W>, list: &ActionList<W>, rng: &mut ChaCha8Rng) -> PlayAction {
    let i = rng.random_range(0..list.len());
    let skips = |a: PlayAction| matches!(a, PlayAction::Move(m) if m.kind.is_skip());
    let _ = state;
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

/// Returns all seats of a state.
pub fn seats<const W: usize>(state: &PlayState<W>) -> impl Iterator<Item = Player> {
    Player::all(state.players())
}
