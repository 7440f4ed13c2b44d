//! Records of random games with made-up searches.
#![allow(dead_code)]

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rr_engine::action::{ActionList, PlayScratch, PlayState};
use rr_engine::board::GameConfig;
use rr_engine::record::{GameRecord, PlayerTag, SearchStats};
use rr_engine::rules::Rules;

/// Plays a random game and records it; every second decision has a full search, the others a fast one or none.
pub fn random_record<const W: usize>(config: GameConfig, rules: Rules, seed: u64, most: usize) -> GameRecord {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let tag = |i| PlayerTag {
        name: format!("random \"{i}\""),
        model: if i == 1 { "m\\1".into() } else { String::new() },
    };
    let tags = (0..usize::from(config.players)).map(tag).collect();
    let mut record = GameRecord::new(config, rules, seed, tags);
    let (mut scratch, mut list) = (PlayScratch::new(), ActionList::new());
    let mut state = PlayState::<W>::initial(config, rules, &mut scratch).unwrap();
    let mut decisions = 0;
    while !state.is_over() && decisions < most {
        state.actions(&mut list);
        let site = record.next_site(state.slide().is_some());
        let mut value = [0.0; 4];
        value[..state.players()].iter_mut().for_each(|v| *v = rng.random());
        let weights: Vec<f32> = (0..list.len()).map(|_| rng.random::<f32>().powi(6)).collect();
        let keys: Vec<_> = (0..list.len()).map(|i| list.key(state.layout(), i)).collect();
        match decisions % 4 {
            0 | 2 => {
                record.searches.push(SearchStats::new(site, 64, true, value).with_policy(keys, &weights))
            }
            1 => record.searches.push(SearchStats::new(site, 16, false, value)),
            _ => {}
        }
        state.apply(list.actions()[rng.random_range(0..list.len())], &mut scratch);
        record.moves.extend_from_slice(scratch.played());
        decisions += 1;
    }
    record.finish(state.position());
    record
}
