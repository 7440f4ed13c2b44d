//! What is new between two looks at the daemons: a pure fold, so that the same thing is never told twice.

use std::collections::BTreeMap;

use rr_proto::{
    CascadeBreakerClosed, CascadeBreakerOpened, DaemonPermanentlyFailed, DaemonPhase, DaemonStarted,
    DaemonStatusChanged, DaemonStopped, ErrorCode, Event, FailureNote, NodeId, UnixMillis,
};

use super::sighting::DaemonSighting;
use crate::supervision::{CascadeOpening, TreePath};

/// Tells one thing that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DaemonNews {
    /// It serves, for the first time or after an end.
    Started {
        /// How often it was started again.
        restarts: u32,
    },
    /// It ended and is not started again by itself.
    Stopped {
        /// Why.
        reason: String,
    },
    /// It fares otherwise.
    Changed {
        /// How it fared.
        from: DaemonPhase,
        /// How it fares.
        to: DaemonPhase,
        /// Why.
        reason: String,
    },
    /// It is left alone.
    GivenUp {
        /// How often it was started again.
        restarts: u32,
        /// How it failed last.
        failure: FailureNote,
    },
}

impl DaemonNews {
    /// Makes the event of it.
    pub fn event(self, node: &NodeId, daemon: &TreePath, at: UnixMillis) -> Event {
        let (node, daemon) = (node.clone(), daemon.to_string());
        match self {
            Self::Started { restarts } => DaemonStarted { node, daemon, restarts, at }.into(),
            Self::Stopped { reason } => DaemonStopped { node, daemon, reason, at }.into(),
            Self::Changed { from, to, reason } => {
                DaemonStatusChanged { node, daemon, from, to, reason, at }.into()
            }
            Self::GivenUp { restarts, failure } => {
                DaemonPermanentlyFailed { node, daemon, restarts, failure, at }.into()
            }
        }
    }
}

/// Remembers what was told of each daemon and of the cascade breaker.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DaemonRoll {
    told: BTreeMap<TreePath, (DaemonPhase, u32)>,
    opening: u32,
    open: bool,
}

impl DaemonRoll {
    /// Takes in a look at the daemons and returns what is new, at most one thing of each.
    pub fn look(&mut self, seen: &BTreeMap<TreePath, DaemonSighting>) -> Vec<(TreePath, DaemonNews)> {
        let gone: Vec<TreePath> =
            self.told.keys().filter(|path| !seen.contains_key(*path)).cloned().collect();
        let mut news = Vec::new();
        for path in gone {
            let ended = self.told.remove(&path).is_some_and(|(phase, _)| phase != DaemonPhase::Stopped);
            let reason = "it was removed".to_owned();
            news.extend(ended.then_some((path, DaemonNews::Stopped { reason })));
        }
        for (path, now) in seen {
            // A start or a stop under way has no outcome yet: the next look tells of that.
            if matches!(now.phase, DaemonPhase::Starting | DaemonPhase::Stopping) {
                continue;
            }
            let before = self.told.insert(path.clone(), (now.phase, now.restarts));
            news.extend(difference(before, now).map(|new| (path.clone(), new)));
        }
        news
    }

    /// Takes in how the cascade breaker is: its last opening, and whether it is open now.
    pub fn cascade(
        &mut self,
        last: Option<CascadeOpening>,
        open: bool,
        node: &NodeId,
        at: UnixMillis,
    ) -> Vec<Event> {
        let mut events: Vec<Event> = Vec::new();
        let Some(last) = last else { return events };
        let open_ms = u64::try_from(last.open.as_millis()).unwrap_or(u64::MAX);
        if last.number > self.opening {
            (self.opening, self.open) = (last.number, true);
            let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
            let (restarts, threshold) = (count(last.restarts), count(last.threshold));
            events.push(CascadeBreakerOpened { node: node.clone(), restarts, threshold, open_ms, at }.into());
        }
        if self.open && !open {
            self.open = false;
            events.push(CascadeBreakerClosed { node: node.clone(), duration_ms: open_ms, at }.into());
        }
        events
    }
}

fn difference(before: Option<(DaemonPhase, u32)>, now: &DaemonSighting) -> Option<DaemonNews> {
    use DaemonPhase::{Degraded, Failed, Restarting, Running, Stopped};
    let serves = |phase| matches!(phase, Running | Degraded);
    let why =
        |otherwise: &str| now.failure.as_ref().map_or(otherwise.to_owned(), |note| note.message.clone());
    let phase = before.map(|(phase, _)| phase);
    let unknown = || FailureNote { code: ErrorCode::Internal, message: "it did not say why".to_owned() };
    match (phase, now.phase) {
        (Some(Failed), Failed) | (Some(Stopped), Stopped) => None,
        (_, Failed) => {
            let failure = now.failure.clone().unwrap_or_else(unknown);
            Some(DaemonNews::GivenUp { restarts: now.restarts, failure })
        }
        (_, Stopped) => {
            let reason = if now.held { "a person stopped it".to_owned() } else { why("it ended") };
            Some(DaemonNews::Stopped { reason })
        }
        (None | Some(Stopped | Failed), to) if serves(to) => {
            Some(DaemonNews::Started { restarts: now.restarts })
        }
        (Some(from), to) if from == to => {
            let again = serves(to) && before.is_some_and(|(_, restarts)| now.restarts > restarts);
            let reason = format!("started again: {}", why("a person, or what it stands on, asked for it"));
            again.then_some(DaemonNews::Changed { from: Restarting, to, reason })
        }
        (from, to) => {
            let from = from.unwrap_or(DaemonPhase::Starting);
            let reason = match to {
                Restarting => why("it ended"),
                Degraded if now.failing => "the last rounds of its duty all failed".to_owned(),
                Degraded => why("it was restarted too often and is tried more rarely"),
                _ => "it serves again".to_owned(),
            };
            Some(DaemonNews::Changed { from, to, reason })
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    const PHASES: [DaemonPhase; 7] = [
        DaemonPhase::Starting,
        DaemonPhase::Running,
        DaemonPhase::Degraded,
        DaemonPhase::Restarting,
        DaemonPhase::Stopping,
        DaemonPhase::Stopped,
        DaemonPhase::Failed,
    ];

    fn seen(phase: DaemonPhase, restarts: u32) -> DaemonSighting {
        let failure = (restarts > 0).then(|| FailureNote { code: ErrorCode::Io, message: "broke".into() });
        DaemonSighting { phase, restarts, critical: false, held: false, failing: false, failure }
    }

    fn path() -> TreePath {
        TreePath::new("node/a")
    }

    /// What is told of one daemon that is seen like this, look after look.
    fn story(looks: &[(DaemonPhase, u32)]) -> Vec<DaemonNews> {
        let mut roll = DaemonRoll::default();
        let look =
            |(phase, restarts): &(DaemonPhase, u32)| roll.look(&[(path(), seen(*phase, *restarts))].into());
        looks.iter().flat_map(look).map(|(_, news)| news).collect()
    }

    #[test]
    fn a_life_is_told_once_and_in_order() {
        use DaemonPhase::{Failed, Restarting, Running, Starting, Stopped};
        let changed = |from, to, reason: &str| DaemonNews::Changed { from, to, reason: reason.into() };
        let told = story(&[
            (Starting, 0),
            (Running, 0),
            (Running, 0),
            (Running, 1),
            (Restarting, 1),
            (Restarting, 1),
            (Running, 2),
            (Failed, 2),
            (Failed, 2),
            (Running, 3),
            (Stopped, 3),
            (Running, 4),
        ]);
        let failure = FailureNote { code: ErrorCode::Io, message: "broke".into() };
        assert_eq!(
            told,
            [
                DaemonNews::Started { restarts: 0 },
                changed(Restarting, Running, "started again: broke"),
                changed(Running, Restarting, "broke"),
                changed(Restarting, Running, "it serves again"),
                DaemonNews::GivenUp { restarts: 2, failure },
                DaemonNews::Started { restarts: 3 },
                DaemonNews::Stopped { reason: "broke".into() },
                DaemonNews::Started { restarts: 4 },
            ]
        );
    }

    #[test]
    fn one_that_is_taken_away_has_stopped() {
        let mut roll = DaemonRoll::default();
        assert_eq!(roll.look(&[(path(), seen(DaemonPhase::Running, 0))].into()).len(), 1);
        let news = roll.look(&BTreeMap::new());
        assert_eq!(news, [(path(), DaemonNews::Stopped { reason: "it was removed".into() })]);
        assert_eq!(roll, DaemonRoll::default());
    }

    #[test]
    fn an_opening_and_its_end_are_told_once_even_when_nobody_looked_between() {
        let (node, at) = (NodeId::new("n").unwrap(), UnixMillis(1));
        let opening = |number| {
            Some(CascadeOpening { number, restarts: 11, threshold: 10, open: Duration::from_secs(120) })
        };
        let mut roll = DaemonRoll::default();
        let mut names = |last, open| -> Vec<&'static str> {
            roll.cascade(last, open, &node, at).iter().map(Event::name).collect()
        };
        assert!(names(None, false).is_empty());
        assert_eq!(names(opening(1), true), ["CASCADE_BREAKER_OPENED"]);
        assert!(names(opening(1), true).is_empty());
        assert_eq!(names(opening(1), false), ["CASCADE_BREAKER_CLOSED"]);
        assert!(names(opening(1), false).is_empty());
        assert_eq!(names(opening(3), false), ["CASCADE_BREAKER_OPENED", "CASCADE_BREAKER_CLOSED"]);
    }

    proptest! {
        #[test]
        fn looking_twice_tells_nothing_more(looks in prop::collection::vec((0usize..7, 0u32..3), 1..30)) {
            let looks: Vec<_> = looks.into_iter().map(|(phase, restarts)| (PHASES[phase], restarts)).collect();
            let doubled: Vec<_> = looks.iter().flat_map(|look| [*look, *look]).collect();
            prop_assert_eq!(story(&looks), story(&doubled));
            prop_assert!(story(&looks).len() <= looks.len());
        }

        #[test]
        fn who_reads_all_news_knows_who_serves(looks in prop::collection::vec((0usize..7, 0u32..3), 1..30)) {
            let looks: Vec<_> = looks.into_iter().map(|(phase, restarts)| (PHASES[phase], restarts)).collect();
            let settled = |phase: &&(DaemonPhase, u32)| {
                !matches!(phase.0, DaemonPhase::Starting | DaemonPhase::Stopping)
            };
            let last = looks.iter().rev().find(settled).map(|(phase, _)| *phase);
            let known = story(&looks).pop().map(|news| match news {
                DaemonNews::Started { .. } => DaemonPhase::Running,
                DaemonNews::Stopped { .. } => DaemonPhase::Stopped,
                DaemonNews::Changed { to, .. } => to,
                DaemonNews::GivenUp { .. } => DaemonPhase::Failed,
            });
            let serves = |phase| matches!(phase, Some(DaemonPhase::Running | DaemonPhase::Degraded));
            prop_assert_eq!(serves(known), serves(last));
        }
    }
}
