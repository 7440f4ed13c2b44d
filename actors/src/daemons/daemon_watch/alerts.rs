//! When a cause becomes an alert: a pure function of what was seen and when, so that nobody is told of the same thing all night.

use std::collections::BTreeMap;
use std::time::Duration;

use rr_proto::AlertSeverity;

/// How long a cause has to last before a person is told: what a restart mends is no alert.
const GRACE: Duration = Duration::from_secs(10);
/// How long a cause has to be gone before its return is told again.
const QUIET: Duration = Duration::from_secs(600);

/// Says what a person should look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertCause {
    /// What it is about.
    pub subject: String,
    /// How bad it is.
    pub severity: AlertSeverity,
    /// What happened and what to do.
    pub message: String,
    /// Whether it is told of without waiting whether it passes.
    pub at_once: bool,
}

/// Remembers which causes were seen since when, and which of them a person was told of.
#[derive(Debug, Clone, Default)]
pub struct AlertWatch {
    seen: BTreeMap<String, SeenCause>,
}

#[derive(Debug, Clone, Copy)]
struct SeenCause {
    since: Duration,
    last: Duration,
    told: bool,
}

impl AlertWatch {
    /// Takes in all causes that stand at `now`; returns those that a person has to be told of.
    pub fn look(&mut self, now: Duration, causes: Vec<AlertCause>) -> Vec<AlertCause> {
        let mut due = Vec::new();
        let mut standing = Vec::new();
        for cause in causes {
            let first = SeenCause { since: now, last: now, told: false };
            let seen = self.seen.entry(cause.subject.clone()).or_insert(first);
            standing.push(cause.subject.clone());
            seen.last = now;
            if !seen.told && (cause.at_once || now.saturating_sub(seen.since) >= GRACE) {
                seen.told = true;
                due.push(cause);
            }
        }
        // What was not told is forgotten at once, what was told after a quiet while.
        self.seen.retain(|subject, seen| {
            standing.contains(subject) || seen.told && now.saturating_sub(seen.last) < QUIET
        });
        due
    }

    /// Returns the subjects that people were told of and that still stand.
    pub fn standing(&self, now: Duration) -> Vec<String> {
        let told = self.seen.iter().filter(|(_, seen)| seen.told && seen.last == now);
        told.map(|(subject, _)| subject.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cause(at_once: bool) -> Vec<AlertCause> {
        let (subject, message) = ("node".to_owned(), "look".to_owned());
        vec![AlertCause { subject, severity: AlertSeverity::Warning, message, at_once }]
    }

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn what_lasts_is_told_once_and_again_only_after_a_quiet_while() {
        let mut watch = AlertWatch::default();
        let mut look =
            |second, there| watch.look(at(second), if there { cause(false) } else { Vec::new() }).len();
        assert_eq!(look(0, true) + look(9, true), 0, "a restart may mend it");
        assert_eq!(look(10, true), 1);
        assert_eq!(look(11, true) + look(20, false) + look(30, true) + look(300, true), 0, "it is known");
        assert_eq!(look(310, false) + look(901, false), 0);
        assert_eq!(look(902, true), 0);
        assert_eq!(look(912, true), 1, "it was gone for ten minutes");
    }

    #[test]
    fn what_passes_is_no_alert_and_what_cannot_wait_does_not() {
        let mut watch = AlertWatch::default();
        for second in 0..100 {
            let causes = if second % 2 == 0 { cause(false) } else { Vec::new() };
            assert!(watch.look(at(second * 9), causes).is_empty());
        }
        assert_eq!(AlertWatch::default().look(at(0), cause(true)).len(), 1);
    }

    proptest! {
        #[test]
        fn never_two_alerts_of_a_subject_within_the_quiet_while(steps in prop::collection::vec((0u64..300, any::<bool>()), 1..200)) {
            let (mut watch, mut now, mut told) = (AlertWatch::default(), 0, Vec::new());
            for (step, there) in steps {
                now += step;
                let causes = if there { cause(true) } else { Vec::new() };
                told.extend(watch.look(at(now), causes).iter().map(|_| now));
            }
            prop_assert!(told.windows(2).all(|pair| pair[1] - pair[0] >= QUIET.as_secs()));
        }
    }
}
