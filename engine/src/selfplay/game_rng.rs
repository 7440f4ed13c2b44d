//! The random numbers of one game.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// Returns the generator of game `index` of a run; equal for equal arguments, unrelated for different ones.
pub fn game_rng(run_seed: u64, index: u64) -> ChaCha8Rng {
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&run_seed.to_le_bytes());
    seed[8..16].copy_from_slice(&index.to_le_bytes());
    seed[16..].copy_from_slice(b"ringrift game v1");
    ChaCha8Rng::from_seed(seed)
}
