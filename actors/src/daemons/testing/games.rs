//! Random games to their end; a third of the decisions carry a policy, as after a search.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rr_engine::action::{ActionList, PlayAction, PlayScratch, PlayState};
use rr_engine::board::GameConfig;
use rr_engine::record::{GameRecord, PlayerTag, SearchStats};
use rr_engine::rules::Rules;
use rr_engine::with_board_width;
use rr_proto::{Plies, Samples, UnixMillis};
use rr_storage::{GameOrigin, GameParity, NewGame};

/// Plays a random game of a config.
pub(crate) fn played(key: &str, seed: u64) -> GameRecord {
    let config: GameConfig = key.parse().unwrap();
    with_board_width!(config.board, W => of_width::<W>(config, seed))
}

/// Prepares a record for the store, as self-play does.
pub(crate) fn stored(record: &GameRecord, parity: GameParity, ended: UnixMillis) -> NewGame {
    NewGame {
        config: record.config.key().parse().unwrap(),
        plies: Plies(record.moves.len() as u64),
        samples: Samples(record.searches.len() as u64),
        source: GameOrigin::SelfPlay,
        models: Vec::new(),
        parity,
        finished_at: ended,
        record: record.to_bytes().unwrap(),
    }
}

fn of_width<const W: usize>(config: GameConfig, seed: u64) -> GameRecord {
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
        let full = rng.random_range(0..3) == 0;
        let mut stats = SearchStats::new(record.next_site(state.slide().is_some()), 16, full, [0.25; 4]);
        if full {
            let probabilities: Vec<f32> = (0..list.len()).map(|i| 0.6f32.powi(i as i32)).collect();
            stats = stats.with_policy((0..list.len()).map(|i| list.key(layout, i)), &probabilities);
        }
        record.searches.push(stats);
        let action = list.actions()[rng.random_range(0..list.len())];
        state.apply(action, &mut scratch);
        if matches!(action, PlayAction::Move(_)) {
            record.moves.extend_from_slice(scratch.played());
        }
    }
    record.finish(state.position());
    record
}
