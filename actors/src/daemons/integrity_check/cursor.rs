//! Where a check of everything stands: a value that is stored after every slice.

use rr_proto::{BlobId, ConfigKey, IntegrityChecked, NodeId, UnixMillis};
use rr_storage::StoredValue;
use serde::{Deserialize, Serialize};

/// Finds that a pass names at most; the quarantine has all of them.
const NAMED: usize = 100;

/// Says what the next slice begins with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum CheckPlace {
    /// No pass is under way.
    #[default]
    Nowhere,
    /// The files after this one; all of them where there is none.
    Blobs(Option<BlobId>),
    /// The games of a config from a place of its log on.
    Games(ConfigKey, u64),
}

/// Describes a pass over everything that is stored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckPass {
    /// What comes next.
    pub place: CheckPlace,
    /// When it began, or the last one did.
    pub began: Option<UnixMillis>,
    /// Pieces that were looked at.
    pub checked: u64,
    /// Those that are damaged.
    pub damaged: u64,
    /// What was moved to the quarantine, each with its reason.
    pub quarantined: Vec<String>,
}

impl StoredValue for CheckPass {
    const NAME: &'static str = "check of stored data";
    const VERSION: u16 = 1;
}

impl CheckPass {
    /// Begins a pass where none is under way and the last one began long enough ago. Returns whether one is under way now.
    pub fn begin_if_due(&mut self, now: UnixMillis, every_ms: u64) -> bool {
        if self.place != CheckPlace::Nowhere {
            return true;
        }
        // A beginning that lies ahead was told by a clock that was wrong.
        let waits = |began: UnixMillis| began <= now && now.get() - began.get() < every_ms;
        if self.began.is_some_and(waits) {
            return false;
        }
        *self = Self { place: CheckPlace::Blobs(None), began: Some(now), ..Self::default() };
        true
    }

    /// Takes in what a slice found, and where the next one begins.
    pub fn take(&mut self, checked: u64, finds: &[String], damaged: u64, next: CheckPlace) {
        self.checked += checked;
        self.damaged += damaged;
        let room = NAMED.saturating_sub(self.quarantined.len());
        self.quarantined.extend(finds.iter().take(room).cloned());
        self.place = next;
    }

    /// Returns what is told of the pass, once it has ended.
    pub fn told(&self, node: &NodeId, now: UnixMillis) -> Option<IntegrityChecked> {
        let began = self.began.filter(|_| self.place == CheckPlace::Nowhere)?;
        Some(IntegrityChecked {
            node: node.clone(),
            checked: self.checked,
            damaged: self.damaged,
            quarantined: self.quarantined.clone(),
            duration_ms: u64::try_from(now.since(began).as_millis()).unwrap_or(u64::MAX),
            at: now,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pass_begins_when_it_is_due_and_only_one_at_a_time() {
        let mut pass = CheckPass::default();
        assert!(pass.begin_if_due(UnixMillis(100), 50));
        pass.take(3, &["one: broken".into()], 1, CheckPlace::Games(ConfigKey::ALL[0], 7));
        assert!(pass.begin_if_due(UnixMillis(1_000), 50), "it goes on");
        assert_eq!((pass.checked, pass.damaged), (3, 1));
        let node = NodeId::new("n").unwrap();
        assert_eq!(pass.told(&node, UnixMillis(1_000)), None);
        pass.take(2, &[], 0, CheckPlace::Nowhere);
        let told = pass.told(&node, UnixMillis(120)).unwrap();
        assert_eq!((told.checked, told.damaged, told.duration_ms), (5, 1, 20));
        assert!(!pass.begin_if_due(UnixMillis(149), 50));
        assert!(pass.begin_if_due(UnixMillis(150), 50));
        assert_eq!((pass.checked, pass.quarantined.len()), (0, 0));
    }

    #[test]
    fn a_clock_that_was_ahead_keeps_no_pass_waiting_forever() {
        let mut pass = CheckPass { began: Some(UnixMillis(u64::MAX)), ..CheckPass::default() };
        assert!(pass.begin_if_due(UnixMillis(5), 50));
    }
}
