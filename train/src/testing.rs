//! Games for tests: random moves, policies that prefer the first actions of the list, no search.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rr_engine::action::{ActionList, PlayAction, PlayScratch, PlayState};
use rr_engine::board::GameConfig;
use rr_engine::record::{GameRecord, PlayerTag, SearchStats};
use rr_engine::rules::Rules;
use rr_engine::with_board_width;

/// Plays a random game to its end; a third of its decisions carry a policy.
pub(crate) fn game(key: &str, seed: u64) -> GameRecord {
    let config: GameConfig = key.parse().unwrap();
    with_board_width!(config.board, W => game_of_width::<W>(config, seed))
}

/// Packs random games.
pub(crate) fn records(key: &str, seeds: std::ops::Range<u64>) -> Vec<Vec<u8>> {
    seeds.map(|seed| game(key, seed).to_bytes().unwrap()).collect()
}

fn game_of_width<const W: usize>(config: GameConfig, seed: u64) -> GameRecord {
    let rules = Rules::for_config(config);
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let tags = vec![PlayerTag { name: "random".into(), model: String::new() }; usize::from(config.players)];
    let mut record = GameRecord::new(config, rules, seed, tags);
    let (mut scratch, mut list) = (PlayScratch::new(), ActionList::<W>::new());
    let mut state = PlayState::initial(config, rules, &mut scratch).unwrap();
    record.moves.extend_from_slice(scratch.played());
    let layout = state.layout();
    while !state.is_over() {
        state.actions(&mut list);
        let chosen = rng.random_range(0..list.len());
        let site = record.next_site(state.slide().is_some());
        let full = rng.random_range(0..3) == 0;
        let mut stats = SearchStats::new(site, 16, full, [0.25; 4]);
        if full {
            let probabilities: Vec<f32> = (0..list.len()).map(|i| 0.6f32.powi(i as i32)).collect();
            stats = stats.with_policy((0..list.len()).map(|i| list.key(layout, i)), &probabilities);
        }
        record.searches.push(stats);
        let action = list.actions()[chosen];
        state.apply(action, &mut scratch);
        if matches!(action, PlayAction::Move(_)) {
            record.moves.extend_from_slice(scratch.played());
        }
    }
    record.finish(state.position());
    record
}
