//! The words of a supervision policy: who comes back, who is restarted together, how long a stop may take.

use std::ops::Range;
use std::time::Duration;

/// Says which children a supervisor restarts when one of them dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Strategy {
    /// Only the child that died.
    OneForOne,
    /// All children.
    OneForAll,
    /// The child that died and those started after it.
    RestForOne,
}

impl Strategy {
    /// Returns the positions that are stopped and started again when the child at `failed` of `count` dies.
    pub(crate) fn scope(self, failed: usize, count: usize) -> Range<usize> {
        match self {
            Self::OneForOne => failed..failed + 1,
            Self::OneForAll => 0..count,
            Self::RestForOne => failed..count,
        }
    }

    /// Returns the name used in the tree and in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::OneForOne => "one_for_one",
            Self::OneForAll => "one_for_all",
            Self::RestForOne => "rest_for_one",
        }
    }
}

/// Says whether a child that exited comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Restart {
    /// Always.
    Permanent,
    /// Only after a failure: a panic, an error, or a kill.
    Transient,
    /// Never; its entry goes with it.
    Temporary,
}

impl Restart {
    /// Tells whether an exit of this kind is answered by a restart.
    pub(crate) fn wants_restart(self, normal_exit: bool) -> bool {
        match self {
            Self::Permanent => true,
            Self::Transient => !normal_exit,
            Self::Temporary => false,
        }
    }

    /// Returns the name used in the tree and in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Permanent => "permanent",
            Self::Transient => "transient",
            Self::Temporary => "temporary",
        }
    }
}

/// Says how a child is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shutdown {
    /// Asked to stop, given this long, then killed.
    Within(Duration),
    /// Asked to stop and waited for; meant for supervisors, whose own children have limits.
    Unlimited,
    /// Killed at once.
    Kill,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scope_follows_the_strategy() {
        assert_eq!(Strategy::OneForOne.scope(1, 4), 1..2);
        assert_eq!(Strategy::OneForAll.scope(1, 4), 0..4);
        assert_eq!(Strategy::RestForOne.scope(1, 4), 1..4);
    }

    #[test]
    fn restart_kinds_look_at_the_exit() {
        assert!(Restart::Permanent.wants_restart(true) && Restart::Permanent.wants_restart(false));
        assert!(!Restart::Transient.wants_restart(true) && Restart::Transient.wants_restart(false));
        assert!(!Restart::Temporary.wants_restart(true) && !Restart::Temporary.wants_restart(false));
    }
}
