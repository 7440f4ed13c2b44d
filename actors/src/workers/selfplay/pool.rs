//! What the self-play slots of a process share.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rr_config::SearchSection;
use rr_engine::search::EvalCache;
use rr_engine::selfplay::game_seed;
use rr_storage::StoredValue;
use serde::{Deserialize, Serialize};
use tokio::sync::OnceCell;

use crate::error::StoreFailure;
use crate::store::StoreAccess;

/// Bytes of one remembered evaluation of a small board, with its book-keeping.
const CACHE_ENTRY_BYTES: u64 = 512;
/// The fact that counts the starts of self-play on this store.
const STARTS: &str = "self-play/starts";

/// Counts how often self-play was started on a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct SelfPlayStarts(u64);

impl StoredValue for SelfPlayStarts {
    const NAME: &'static str = "count of self-play starts";
    const VERSION: u16 = 1;
}

/// Numbers the games of a process and remembers evaluations for all of its slots.
///
/// The seed of a run comes from the configured seed and the number of starts on the store, which is durable before the first game: a
/// start after a crash plays other games than the start before.
pub struct SelfPlayPool {
    seed: u64,
    cache: Option<Arc<EvalCache>>,
    run_seed: OnceCell<u64>,
    next: AtomicU64,
}

impl SelfPlayPool {
    /// Makes the pool of a process; make one and give it to every slot.
    pub fn new(seed: u64, cache: Option<Arc<EvalCache>>) -> Arc<Self> {
        Arc::new(Self { seed, cache, run_seed: OnceCell::new(), next: AtomicU64::new(0) })
    }

    /// Returns the remembered evaluations.
    pub fn cache(&self) -> Option<Arc<EvalCache>> {
        self.cache.clone()
    }

    /// Returns the seed of this process's run; the first call counts the start in the store.
    ///
    /// # Errors
    /// The store's; then nothing was counted, or a number is left out.
    pub async fn run_seed(&self, store: &StoreAccess) -> Result<u64, StoreFailure> {
        let count = || async {
            let before = store.query("self-play starts", |s| s.fact::<SelfPlayStarts>(STARTS)).await?;
            let start = before.map_or(0, |starts| starts.0);
            let next = SelfPlayStarts(start + 1);
            store.commit("self-play start", move |write| write.put_fact(STARTS, &next)).await?;
            Ok(game_seed(self.seed, start))
        };
        self.run_seed.get_or_try_init(count).await.copied()
    }

    /// Takes the number of the next game.
    pub(super) fn next_index(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }
}

/// Makes the cache of evaluations of a process; none where it is set to remember nothing.
pub fn eval_cache(search: &SearchSection) -> Option<Arc<EvalCache>> {
    let bytes = usize::try_from(search.cache_entries.saturating_mul(CACHE_ENTRY_BYTES)).unwrap_or(usize::MAX);
    (bytes > 0).then(|| Arc::new(EvalCache::new(bytes)))
}
