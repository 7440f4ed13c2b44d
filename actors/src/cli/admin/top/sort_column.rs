//! What actors are sorted by.

use std::cmp::Ordering;
use std::time::Duration;

use super::known_tree::KnownActor;

/// Names a column by which actors are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum SortColumn {
    /// The order of the tree, which is that of starting.
    #[default]
    Tree,
    /// Names.
    Actor,
    /// Those that do not run first.
    State,
    /// The youngest first.
    Uptime,
    /// The most restarted first.
    Restarts,
    /// The fullest mailbox first.
    Mailbox,
    /// The longest wait first.
    Lag,
    /// The most messages first.
    Rate,
    /// The longest at its message first.
    Busy,
}

impl SortColumn {
    /// Every column, from left to right.
    pub const ALL: [Self; 9] = [
        Self::Tree,
        Self::Actor,
        Self::State,
        Self::Uptime,
        Self::Restarts,
        Self::Mailbox,
        Self::Lag,
        Self::Rate,
        Self::Busy,
    ];

    /// Returns its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tree => "order of the tree",
            Self::Actor => "actor",
            Self::State => "state",
            Self::Uptime => "uptime",
            Self::Restarts => "restarts",
            Self::Mailbox => "mailbox depth",
            Self::Lag => "mailbox lag",
            Self::Rate => "messages per second",
            Self::Busy => "time in the handler",
        }
    }

    /// Returns its place among all columns.
    pub fn index(self) -> usize {
        Self::ALL.iter().position(|column| *column == self).unwrap_or(0)
    }

    /// Returns the column so many places further to the right; the last one is followed by the first.
    pub fn step(self, by: isize) -> Self {
        let count = Self::ALL.len().cast_signed();
        let at = (self.index().cast_signed() + by).rem_euclid(count);
        Self::ALL[at.cast_unsigned()]
    }

    /// Tells whether rows keep their places while the numbers change.
    pub fn is_steady(self) -> bool {
        matches!(self, Self::Tree | Self::Actor)
    }

    /// Compares two actors: what an operator looks for comes first.
    pub fn compare(self, a: &KnownActor, b: &KnownActor, now: Duration) -> Ordering {
        let most = |value: fn(&KnownActor) -> f64| value(b).total_cmp(&value(a));
        match self {
            Self::Tree => Ordering::Equal,
            Self::Actor => a.actor.path.cmp(&b.actor.path),
            Self::State => {
                let key = |known: &KnownActor| (known.actor.state == "running", known.actor.state.clone());
                key(a).cmp(&key(b))
            }
            Self::Uptime => {
                let uptime = |known: &KnownActor| known.uptime_ms(now).unwrap_or(u64::MAX);
                uptime(a).cmp(&uptime(b))
            }
            Self::Restarts => b.actor.restarts.cmp(&a.actor.restarts),
            Self::Mailbox => b.load().mailbox_depth.cmp(&a.load().mailbox_depth),
            Self::Lag => most(|known| known.load().mailbox_lag_ms),
            Self::Rate => most(|known| known.load().messages_per_second),
            Self::Busy => most(|known| known.load().busy_ms),
        }
    }
}
