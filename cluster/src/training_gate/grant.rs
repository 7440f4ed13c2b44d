//! The grant under which games train that nobody has replayed yet: it has a name, a holder, a beginning and an end.

use std::time::Duration;

use rr_proto::{Games, JobId, UnixMillis};
use serde::{Deserialize, Serialize};

/// Uses that are remembered one by one.
const REMEMBERED: usize = 16;

/// Says that a run trained on games without a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantUse {
    /// The run.
    pub job: JobId,
    /// How many of its games had no verdict.
    pub games: Games,
    /// When.
    pub at: UnixMillis,
}

/// Lets games train that nobody has replayed yet, for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingGrant {
    /// Its name: the key that asks for it.
    pub name: String,
    /// Who gave it: where the key was set.
    pub holder: String,
    /// When it began.
    pub from: UnixMillis,
    /// When it ends; from here on it does not count.
    pub until: UnixMillis,
    /// When it was taken back before its end.
    pub withdrawn: Option<UnixMillis>,
    /// How many runs used it.
    pub uses: u64,
    /// The newest of them.
    pub newest_uses: Vec<GrantUse>,
}

/// Says what becomes of the recorded grant when a node starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GrantChange {
    /// It stays as it is recorded, in force or not.
    Kept,
    /// A new one begins.
    Began(PendingGrant),
    /// It is taken back.
    Withdrawn(PendingGrant),
}

impl PendingGrant {
    /// Begins a grant now.
    pub fn begin(name: &str, holder: &str, now: UnixMillis, lasts: Duration) -> Self {
        let lasts_ms = u64::try_from(lasts.as_millis()).unwrap_or(u64::MAX);
        Self {
            name: name.to_owned(),
            holder: holder.to_owned(),
            from: now,
            until: UnixMillis(now.0.saturating_add(lasts_ms)),
            withdrawn: None,
            uses: 0,
            newest_uses: Vec::new(),
        }
    }

    /// Tells whether it counts now.
    pub fn in_force(&self, now: UnixMillis) -> bool {
        self.withdrawn.is_none() && now < self.until
    }

    /// Decides what becomes of the recorded grant when the configuration asks for one, or does not.
    ///
    /// A grant that is still asked for is not renewed by a restart, or it would never end: it has to be taken back first, by a
    /// start without it.
    pub fn review(recorded: Option<&Self>, wanted: Option<Self>, now: UnixMillis) -> GrantChange {
        match (recorded, wanted) {
            (None, None) => GrantChange::Kept,
            (Some(recorded), None) if recorded.withdrawn.is_some() => GrantChange::Kept,
            (Some(recorded), None) => {
                GrantChange::Withdrawn(Self { withdrawn: Some(now), ..recorded.clone() })
            }
            (Some(recorded), Some(_)) if recorded.withdrawn.is_none() => GrantChange::Kept,
            (_, Some(wanted)) => GrantChange::Began(wanted),
        }
    }

    /// Notes a use; one that was noted before is not counted again.
    #[must_use]
    pub fn used(mut self, newest: GrantUse) -> Self {
        if self.newest_uses.iter().any(|noted| noted.job == newest.job) {
            return self;
        }
        self.uses += 1;
        self.newest_uses.push(newest);
        let surplus = self.newest_uses.len().saturating_sub(REMEMBERED);
        self.newest_uses.drain(..surplus);
        self
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOUR: Duration = Duration::from_secs(3_600);

    fn grant(from: u64) -> PendingGrant {
        PendingGrant::begin("training.allow_pending_gate", "a test", UnixMillis(from), HOUR)
    }

    #[test]
    fn it_ends_at_its_end_and_a_restart_does_not_renew_it() {
        let first = grant(1_000);
        assert!(first.in_force(UnixMillis(1_000)) && first.in_force(UnixMillis(3_600_999)));
        assert!(!first.in_force(UnixMillis(3_601_000)));
        let later = UnixMillis(9_000_000);
        assert_eq!(PendingGrant::review(Some(&first), Some(grant(later.0)), later), GrantChange::Kept);
    }

    #[test]
    fn taken_back_it_ends_at_once_and_may_be_given_anew() {
        let now = UnixMillis(2_000);
        let GrantChange::Withdrawn(over) = PendingGrant::review(Some(&grant(1_000)), None, now) else {
            panic!("a start without it takes it back");
        };
        assert!(!over.in_force(now));
        assert_eq!(PendingGrant::review(Some(&over), None, now), GrantChange::Kept);
        let next = PendingGrant::review(Some(&over), Some(grant(2_000)), now);
        assert_eq!(next, GrantChange::Began(grant(2_000)));
        assert_eq!(PendingGrant::review(None, None, now), GrantChange::Kept);
    }

    proptest! {
        #[test]
        fn every_run_counts_once(jobs in prop::collection::vec(0u8..10, 0..60)) {
            let run = |number: &u8| GrantUse { job: JobId::derive(&[&[*number]]), games: Games(3), at: UnixMillis(1) };
            let used = jobs.iter().fold(grant(0), |grant, number| grant.used(run(number)));
            let different: std::collections::BTreeSet<_> = jobs.iter().collect();
            prop_assert_eq!(used.uses, different.len() as u64);
            prop_assert!(used.newest_uses.len() <= REMEMBERED);
        }
    }
}
