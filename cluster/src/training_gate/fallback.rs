//! When a config may train on older data because none comes: a fold over what becomes of transfers.

use std::collections::BTreeSet;
use std::time::Duration;

use rr_proto::{ConfigKey, UnixMillis};
use serde::{Deserialize, Serialize};

/// Holds when older data may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FallbackPolicy {
    /// Whether it may be at all.
    pub enabled: bool,
    /// Failed transfers in a row from which it may.
    pub failures: u32,
    /// Time without a transfer from which it may.
    pub without_sync: Duration,
    /// Age of the newest data from which it may not, whatever fails.
    pub max_age: Duration,
}

/// Says that older data of a config may be used from now on, or not any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FallbackChange {
    /// Which config.
    pub config: ConfigKey,
    /// Whether it may.
    pub active: bool,
    /// How old its newest data is.
    pub age: Duration,
    /// Why, for people.
    pub reason: String,
}

/// Holds how transfers went, and for which configs older data may be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaleFallback {
    failures: u32,
    last_failure: UnixMillis,
    last_sync: UnixMillis,
    watched_from: UnixMillis,
    active: BTreeSet<ConfigKey>,
}

impl StaleFallback {
    /// Starts to watch: the time without a transfer counts from here.
    pub fn new(now: UnixMillis) -> Self {
        let never = UnixMillis(0);
        Self {
            failures: 0,
            last_failure: never,
            last_sync: never,
            watched_from: now,
            active: BTreeSet::new(),
        }
    }

    /// Goes on watching after a pause, which does not count as time without a transfer.
    #[must_use]
    pub fn resumed(self, now: UnixMillis) -> Self {
        Self { watched_from: now, ..self }
    }

    /// Takes in that a transfer ended well.
    pub fn completed(&mut self, at: UnixMillis) {
        if at > self.last_failure {
            self.failures = 0;
        }
        self.last_sync = self.last_sync.max(at);
    }

    /// Takes in that a transfer failed, `consecutive` counting it and those in a row before it as its node did.
    ///
    /// Of the two counts the larger is right: a node that started anew knows less than this fold. What was heard before changes nothing.
    pub fn failed(&mut self, consecutive: u32, at: UnixMillis) {
        if at > self.last_sync && at > self.last_failure {
            self.failures = self.failures.saturating_add(1).max(consecutive);
            self.last_failure = at;
        }
    }

    /// Returns the failures in a row.
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// Returns when the last transfer ended well; none where none did.
    pub fn last_sync(&self) -> Option<UnixMillis> {
        (self.last_sync.0 > 0).then_some(self.last_sync)
    }

    /// Tells whether older data of a config may be used.
    pub fn allows(&self, config: ConfigKey) -> bool {
        self.active.contains(&config)
    }

    /// Returns the configs whose older data may be used.
    pub fn active(&self) -> impl Iterator<Item = ConfigKey> + '_ {
        self.active.iter().copied()
    }

    /// Looks at configs with the times of their newest data, and returns what changes.
    pub fn review(
        &mut self,
        newest: &[(ConfigKey, Option<UnixMillis>)],
        now: UnixMillis,
        policy: &FallbackPolicy,
    ) -> Vec<FallbackChange> {
        let trouble = self.trouble(now, policy);
        let mut changes = Vec::new();
        for (config, newest) in newest {
            let age = newest.map_or(Duration::MAX, |at| now.since(at));
            let (active, reason) = match &trouble {
                None => (false, "data comes again".to_owned()),
                Some(_) if age > policy.max_age => {
                    let hours = policy.max_age.as_secs_f64() / 3_600.0;
                    (false, format!("the newest data is over {hours:.0} h old, too old to train on"))
                }
                Some(trouble) => (true, trouble.clone()),
            };
            if active != self.active.contains(config) {
                if active {
                    self.active.insert(*config)
                } else {
                    self.active.remove(config)
                };
                changes.push(FallbackChange { config: *config, active, age, reason });
            }
        }
        changes
    }

    /// Says what is wrong with transfers; none where nothing is.
    fn trouble(&self, now: UnixMillis, policy: &FallbackPolicy) -> Option<String> {
        let without = now.since(self.last_sync.max(self.watched_from));
        if !policy.enabled {
            None
        } else if self.failures >= policy.failures {
            Some(format!("{} transfers of data failed in a row", self.failures))
        } else if without >= policy.without_sync {
            Some(format!("no transfer of data ended well for {} minutes", without.as_secs() / 60))
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MINUTE: u64 = 60_000;
    const POLICY: FallbackPolicy = FallbackPolicy {
        enabled: true,
        failures: 5,
        without_sync: Duration::from_secs(45 * 60),
        max_age: Duration::from_secs(48 * 3_600),
    };

    fn hex8() -> ConfigKey {
        ConfigKey::ALL[6]
    }

    /// Looks at a config whose newest data is of `newest` at `now`, both in minutes.
    fn look(fallback: &mut StaleFallback, newest: u64, now: u64) -> Option<bool> {
        let newest = [(hex8(), Some(UnixMillis(newest * MINUTE)))];
        let changes = fallback.review(&newest, UnixMillis(now * MINUTE), &POLICY);
        changes.first().map(|change| change.active)
    }

    #[test]
    fn the_fifth_failure_in_a_row_allows_and_the_next_success_ends_it() {
        let mut fallback = StaleFallback::new(UnixMillis(0));
        for minute in 1..=4 {
            fallback.failed(u32::try_from(minute).unwrap(), UnixMillis(minute * MINUTE));
            assert_eq!(look(&mut fallback, 0, minute), None);
        }
        fallback.failed(5, UnixMillis(5 * MINUTE));
        assert_eq!(look(&mut fallback, 0, 5), Some(true));
        assert_eq!(look(&mut fallback, 0, 6), None, "told once");
        assert!(fallback.allows(hex8()) && !fallback.allows(ConfigKey::ALL[0]));
        fallback.completed(UnixMillis(7 * MINUTE));
        assert_eq!(look(&mut fallback, 0, 7), Some(false));
        assert!(!fallback.allows(hex8()));
    }

    #[test]
    fn a_success_between_failures_begins_the_row_anew() {
        let mut fallback = StaleFallback::new(UnixMillis(0));
        (1..5).for_each(|n| fallback.failed(n, UnixMillis(u64::from(n))));
        fallback.completed(UnixMillis(5));
        (1..5).for_each(|n| fallback.failed(n, UnixMillis(5 + u64::from(n))));
        assert_eq!((fallback.failures(), look(&mut fallback, 0, 1)), (4, None));
    }

    #[test]
    fn forty_five_minutes_without_a_transfer_allow_it_too() {
        let mut fallback = StaleFallback::new(UnixMillis(0));
        assert_eq!(look(&mut fallback, 0, 44), None);
        assert_eq!(look(&mut fallback, 0, 45), Some(true));
    }

    #[test]
    fn a_pause_of_the_node_is_no_failure_and_what_is_heard_twice_counts_once() {
        let mut fallback = StaleFallback::new(UnixMillis(0));
        (0..9).for_each(|_| fallback.failed(1, UnixMillis(MINUTE)));
        assert_eq!(fallback.failures(), 1);
        let mut fallback = fallback.resumed(UnixMillis(300 * MINUTE));
        assert_eq!(look(&mut fallback, 300, 344), None);
        assert_eq!(look(&mut fallback, 300, 345), Some(true));
    }

    #[test]
    fn data_of_over_two_days_is_never_used_and_turned_off_nothing_is() {
        let mut fallback = StaleFallback::new(UnixMillis(0));
        assert_eq!(look(&mut fallback, 0, 48 * 60), Some(true));
        assert_eq!(look(&mut fallback, 0, 48 * 60 + 1), Some(false));
        let nothing = fallback.review(&[(hex8(), None)], UnixMillis(48 * 60 * MINUTE), &POLICY);
        assert_eq!(nothing, [], "without any data there is nothing to allow");
        let off = FallbackPolicy { enabled: false, ..POLICY };
        let mut fallback = StaleFallback::new(UnixMillis(0));
        let newest = [(hex8(), Some(UnixMillis(46 * MINUTE)))];
        assert_eq!(fallback.review(&newest, UnixMillis(47 * MINUTE), &off), []);
    }

    proptest! {
        #[test]
        fn nothing_is_allowed_that_is_too_old_and_changes_follow_one_another(
            steps in prop::collection::vec((0u8..3, 1u64..200), 1..80),
        ) {
            let mut fallback = StaleFallback::new(UnixMillis(0));
            let (mut now, mut newest, mut active) = (0, 0, false);
            for (step, minutes) in steps {
                now += minutes;
                match step {
                    0 => fallback.completed(UnixMillis(now * MINUTE)),
                    1 => fallback.failed(1, UnixMillis(now * MINUTE)),
                    _ => newest = now,
                }
                if let Some(next) = look(&mut fallback, newest, now) {
                    prop_assert_ne!(next, active);
                    active = next;
                }
                prop_assert_eq!(fallback.allows(hex8()), active);
                prop_assert!(!active || now - newest <= 48 * 60);
                prop_assert!(step != 0 || !active, "a success ends it");
            }
        }
    }
}
