//! Remembers the newest events that are not stored, so that the same one is announced once.

use std::collections::{BTreeSet, VecDeque};

use rr_proto::Sha256Digest;

/// Holds the hashes of the newest events.
#[derive(Debug)]
pub(super) struct DedupWindow {
    size: usize,
    order: VecDeque<Sha256Digest>,
    known: BTreeSet<[u8; 32]>,
}

impl DedupWindow {
    pub fn new(size: usize) -> Self {
        Self { size: size.max(1), order: VecDeque::new(), known: BTreeSet::new() }
    }

    /// Remembers a hash; returns whether it was new.
    pub fn insert(&mut self, hash: Sha256Digest) -> bool {
        if !self.known.insert(*hash.as_bytes()) {
            return false;
        }
        self.order.push_back(hash);
        if self.order.len() > self.size
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(oldest.as_bytes());
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_is_forgotten_first() {
        let hash = |number: u64| Sha256Digest::of(&number.to_le_bytes());
        let mut window = DedupWindow::new(10_000);
        assert!((0..10_000).all(|number| window.insert(hash(number))));
        assert!((0..10_000).all(|number| !window.insert(hash(number))));
        assert!(window.insert(hash(10_000)));
        assert!(!window.insert(hash(1)));
        assert!(window.insert(hash(0)), "the first one has left the window");
    }
}
