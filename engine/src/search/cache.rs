//! A bounded cache of evaluations, shared by all games of a process.
//!
//! An entry is a pure function of (model, position key), so it makes no difference to any game who wrote it, when, or whether it was
//! evicted: a hit returns the very numbers that the evaluator gave. The table is striped over mutexes instead of kept per thread, because games
//! of all threads share their openings; a search looks up once per simulation and holds a lock for a copy of some hundred bytes, so
//! with 64 stripes threads practically never meet.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::game::Utilities;

const STRIPES: usize = 64;
/// Book-keeping of one entry beside its logits: table slot, queue slot, allocation.
const ENTRY_BYTES: usize = 96;

struct Entry {
    utilities: Utilities,
    logits: Box<[f32]>,
}

impl Entry {
    fn bytes(&self) -> usize {
        ENTRY_BYTES + std::mem::size_of_val::<[f32]>(&self.logits)
    }
}

#[derive(Default)]
struct Stripe {
    entries: HashMap<(u64, u64), Entry>,
    oldest_first: VecDeque<(u64, u64)>,
    bytes: usize,
}

/// Keeps the latest evaluations within a fixed number of bytes; the oldest entry of a stripe goes first.
pub struct EvalCache {
    stripes: Vec<Mutex<Stripe>>,
    stripe_bytes: usize,
    hits: AtomicU64,
    misses: AtomicU64,
}

impl EvalCache {
    /// Builds an empty cache.
    ///
    /// # Units
    /// `capacity_bytes`: upper bound of what the entries take together.
    pub fn new(capacity_bytes: usize) -> Self {
        Self {
            stripes: (0..STRIPES).map(|_| Mutex::new(Stripe::default())).collect(),
            stripe_bytes: capacity_bytes / STRIPES,
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
        }
    }

    /// Returns the part of the cache that belongs to one model; `model` must differ for different weights.
    pub fn for_model(&self, model: u64) -> CacheView<'_> {
        CacheView { cache: self, model }
    }

    /// Returns how many look-ups found an entry and how many did not.
    pub fn hits_and_misses(&self) -> (u64, u64) {
        (self.hits.load(Ordering::Relaxed), self.misses.load(Ordering::Relaxed))
    }

    /// Returns the bytes in use, by the cache's own account.
    pub fn bytes(&self) -> usize {
        self.stripes.iter().map(|stripe| lock(stripe).bytes).sum()
    }

    /// Forgets everything and returns the bytes that this frees; searches go on and fill it again.
    pub fn clear(&self) -> usize {
        let empty = |stripe: &Mutex<Stripe>| std::mem::take(&mut *lock(stripe)).bytes;
        self.stripes.iter().map(empty).sum()
    }

    fn stripe(&self, key: (u64, u64)) -> &Mutex<Stripe> {
        let mixed = (key.0 ^ key.1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        &self.stripes[(mixed >> 58) as usize % STRIPES]
    }
}

/// Looks up and stores the evaluations of one model.
#[derive(Clone, Copy)]
pub struct CacheView<'a> {
    cache: &'a EvalCache,
    model: u64,
}

impl CacheView<'_> {
    /// Copies a stored evaluation of `actions` logits into `logits` and returns its utilities.
    pub fn get(&self, key: u64, actions: usize, logits: &mut Vec<f32>) -> Option<Utilities> {
        let key = (self.model, key);
        let stripe = lock(self.cache.stripe(key));
        // Another number of actions means two positions with one key: treated as a miss.
        let found = stripe.entries.get(&key).filter(|entry| entry.logits.len() == actions);
        let counter = if found.is_some() { &self.cache.hits } else { &self.cache.misses };
        counter.fetch_add(1, Ordering::Relaxed);
        found.map(|entry| {
            logits.clear();
            logits.extend_from_slice(&entry.logits);
            entry.utilities
        })
    }

    /// Stores an evaluation; an entry that is already there stays.
    pub fn insert(&self, key: u64, logits: &[f32], utilities: Utilities) {
        let key = (self.model, key);
        let entry = Entry { utilities, logits: logits.into() };
        let bytes = entry.bytes();
        let mut stripe = lock(self.cache.stripe(key));
        if bytes > self.cache.stripe_bytes || stripe.entries.contains_key(&key) {
            return;
        }
        while stripe.bytes + bytes > self.cache.stripe_bytes {
            let Some(oldest) = stripe.oldest_first.pop_front() else { break };
            if let Some(gone) = stripe.entries.remove(&oldest) {
                stripe.bytes -= gone.bytes();
            }
        }
        stripe.bytes += bytes;
        stripe.oldest_first.push_back(key);
        stripe.entries.insert(key, entry);
    }
}

fn lock(stripe: &Mutex<Stripe>) -> std::sync::MutexGuard<'_, Stripe> {
    // A stripe is consistent after every statement that can panic, so a poisoned lock is still good.
    stripe.lock().unwrap_or_else(PoisonError::into_inner)
}
