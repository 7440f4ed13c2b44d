//! Comparing what lies there with what is referred to: pure.

use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

use rr_proto::BlobId;
use rr_storage::BlobInfo;

/// Names that an event has at most.
const EXAMPLES: usize = 10;

/// What a comparison of files with references came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reconciled {
    /// Files that nothing refers to, with their lengths.
    pub orphans: BTreeMap<BlobId, u64>,
    /// Files that something refers to and that are not there.
    pub missing: BTreeSet<BlobId>,
}

/// Compares the files that are there with those that are referred to. A file put after `put_before` may have its reference still on its way.
pub fn reconcile(there: &[BlobInfo], live: &BTreeSet<BlobId>, put_before: SystemTime) -> Reconciled {
    let names: BTreeSet<BlobId> = there.iter().map(|blob| blob.id).collect();
    let orphans = there.iter().filter(|blob| !live.contains(&blob.id) && blob.put_at < put_before);
    Reconciled {
        orphans: orphans.map(|blob| (blob.id, blob.bytes)).collect(),
        missing: live.difference(&names).copied().collect(),
    }
}

/// Collects what a look found and could not mend, by name with its size.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FoundOrphans {
    found: BTreeMap<String, u64>,
}

impl FoundOrphans {
    /// Adds one.
    pub fn add(&mut self, name: String, bytes: u64) {
        self.found.insert(name, bytes);
    }

    /// Adds those of another look.
    pub fn absorb(&mut self, other: Self) {
        self.found.extend(other.found);
    }

    /// Tells whether this holds anything that was not told.
    pub fn has_news(&self, told: &Self) -> bool {
        self.found.keys().any(|name| !told.found.contains_key(name))
    }

    /// Returns how many there are, their bytes together, and some of the names.
    pub fn summary(&self) -> (u64, u64, Vec<String>) {
        let examples = self.found.keys().take(EXAMPLES).cloned().collect();
        (self.found.len() as u64, self.found.values().sum(), examples)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_file_is_referred_to_an_orphan_or_young(
            there in prop::collection::btree_map(0u8..20, 0u64..100, 0..15), live in prop::collection::btree_set(0u8..20, 0..15),
        ) {
            let id = |n: u8| BlobId::of(&[n]);
            let at = |second| SystemTime::UNIX_EPOCH + Duration::from_secs(second);
            let files: Vec<BlobInfo> =
                there.iter().map(|(n, second)| BlobInfo { id: id(*n), bytes: 1, put_at: at(*second) }).collect();
            let live_ids: BTreeSet<BlobId> = live.iter().map(|n| id(*n)).collect();
            let found = reconcile(&files, &live_ids, at(50));
            for file in &files {
                let is_orphan = found.orphans.contains_key(&file.id);
                prop_assert_eq!(is_orphan, !live_ids.contains(&file.id) && file.put_at < at(50));
            }
            for n in live {
                prop_assert_eq!(found.missing.contains(&id(n)), !there.contains_key(&n));
            }
            prop_assert!(found.missing.is_subset(&live_ids));
        }
    }

    #[test]
    fn only_what_was_not_told_is_news() {
        let of = |names: &[&str]| {
            let mut found = FoundOrphans::default();
            names.iter().for_each(|name| found.add((*name).to_owned(), 3));
            found
        };
        assert!(of(&["a"]).has_news(&of(&[])));
        assert!(!of(&["a"]).has_news(&of(&["a", "b"])));
        assert!(of(&["a", "c"]).has_news(&of(&["a", "b"])));
        assert_eq!(of(&["a", "c"]).summary(), (2, 6, vec!["a".to_owned(), "c".to_owned()]));
    }
}
