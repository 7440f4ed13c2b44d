//! The random numbers of one game.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// Returns the seed of game `index` of a run: different for different games of a run.
pub fn game_seed(run_seed: u64, index: u64) -> u64 {
    // Two rounds of splitmix64's finaliser, a bijection in `index`.
    scramble(scramble(run_seed).wrapping_add(index))
}

/// Returns the generator of the game with a seed.
pub fn game_rng(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

fn scramble(word: u64) -> u64 {
    let mut z = word.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
