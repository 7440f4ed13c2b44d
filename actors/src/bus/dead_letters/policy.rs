//! What becomes of a dead letter, as a pure function of its age and its tries.

use std::time::Duration;

use rr_proto::UnixMillis;

/// Says how dead letters are treated that the bus has given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeadLetterPolicy {
    /// Time between two looks; also the wait before the first further round, which doubles with each.
    pub cycle: Duration,
    /// Tries that the bus makes by itself.
    pub tries: u32,
    /// Further rounds after those.
    pub rounds: u32,
    /// The age from which a letter is told of.
    pub stale_after: Duration,
    /// The age from which a letter that was given up is dropped.
    pub keep: Duration,
}

impl From<&rr_config::EventsSection> for DeadLetterPolicy {
    fn from(section: &rr_config::EventsSection) -> Self {
        Self {
            cycle: Duration::from_secs(section.dead_letter_cycle_seconds),
            tries: section.max_attempts,
            rounds: section.dead_letter_rounds,
            stale_after: Duration::from_secs(section.dead_letter_stale_hours * 3_600),
            keep: Duration::from_secs(section.dead_letter_keep_days * 86_400),
        }
    }
}

/// What the policy looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LetterAge {
    /// How often it was tried.
    pub attempts: u32,
    /// Whether the bus will not try it again by itself.
    pub given_up: bool,
    /// When the event was raised; none where this build can't read it.
    pub raised: Option<UnixMillis>,
    /// When it was first seen with this number of attempts.
    pub seen: UnixMillis,
}

/// Says what is done with a letter now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LetterFate {
    /// Nothing: it is not due, or it waits for a person.
    Wait,
    /// It is tried again.
    Retry,
    /// It is dropped.
    Purge,
}

impl DeadLetterPolicy {
    /// Decides about a letter.
    pub fn fate(&self, letter: LetterAge, now: UnixMillis) -> LetterFate {
        let Some(raised) = letter.raised.filter(|_| letter.given_up) else { return LetterFate::Wait };
        if now.since(raised) >= self.keep {
            return LetterFate::Purge;
        }
        let round = letter.attempts.saturating_sub(self.tries);
        if round < self.rounds && now.since(letter.seen) >= self.wait(round) {
            return LetterFate::Retry;
        }
        LetterFate::Wait
    }

    /// Tells whether a letter has lain too long.
    pub fn is_stale(&self, letter: LetterAge, now: UnixMillis) -> bool {
        letter.raised.is_some_and(|raised| now.since(raised) >= self.stale_after)
    }

    /// Returns the wait before a round, from 0: it doubles, up to the age at which letters are dropped.
    pub fn wait(&self, round: u32) -> Duration {
        self.cycle
            .checked_mul(1u32.checked_shl(round).unwrap_or(u32::MAX))
            .unwrap_or(self.keep)
            .min(self.keep)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const POLICY: DeadLetterPolicy = DeadLetterPolicy {
        cycle: Duration::from_secs(60),
        tries: 5,
        rounds: 3,
        stale_after: Duration::from_secs(3_600),
        keep: Duration::from_secs(86_400),
    };

    fn letter(attempts: u32, seen: u64) -> LetterAge {
        LetterAge { attempts, given_up: true, raised: Some(UnixMillis(0)), seen: UnixMillis(seen) }
    }

    #[test]
    fn rounds_come_after_one_two_and_four_cycles_and_then_a_person_has_to() {
        for (attempts, seconds) in [(5, 60u64), (6, 120), (7, 240)] {
            let fate = |ms: u64| POLICY.fate(letter(attempts, 1_000), UnixMillis(1_000 + ms));
            assert_eq!(fate(seconds * 1_000 - 1), LetterFate::Wait);
            assert_eq!(fate(seconds * 1_000), LetterFate::Retry);
        }
        assert_eq!(POLICY.fate(letter(8, 0), UnixMillis(80_000_000)), LetterFate::Wait);
    }

    #[test]
    fn what_lies_too_long_is_told_of_and_then_dropped() {
        assert!(!POLICY.is_stale(letter(8, 0), UnixMillis(3_599_999)));
        assert!(POLICY.is_stale(letter(8, 0), UnixMillis(3_600_000)));
        assert_eq!(POLICY.fate(letter(8, 0), UnixMillis(86_400_000)), LetterFate::Purge);
    }

    proptest! {
        #[test]
        fn what_can_t_be_read_or_is_still_tried_is_left_alone(attempts: u32, seen: u64, now: u64, unread: bool) {
            let age = letter(attempts, seen);
            let age = if unread { LetterAge { raised: None, ..age } } else { LetterAge { given_up: false, ..age } };
            prop_assert_eq!(POLICY.fate(age, UnixMillis(now)), LetterFate::Wait);
        }

        #[test]
        fn waits_never_shrink(round in 0u32..100) {
            prop_assert!(POLICY.wait(round) <= POLICY.wait(round + 1));
        }
    }
}
