//! Work that a daemon does off its mailbox: one round at a time, none beyond the daemon's own end.

use std::future::Future;

use tokio::task::JoinSet;

/// Holds the round that is under way; dropping it ends the round at its next wait.
#[derive(Debug, Default)]
pub(crate) struct Rounds(JoinSet<()>);

impl Rounds {
    /// Tells whether no round is under way; one that panicked is not.
    pub fn are_over(&mut self) -> bool {
        while self.0.try_join_next().is_some() {}
        self.0.is_empty()
    }

    /// Begins a round.
    pub fn begin(&mut self, round: impl Future<Output = ()> + Send + 'static) {
        self.0.spawn(round);
    }

    /// Notes that the round has said how it ended.
    pub fn end(&mut self) {
        self.0 = JoinSet::new();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_round_that_panicked_is_over_and_one_that_waits_is_not() {
        let mut rounds = Rounds::default();
        rounds.begin(async { panic!("told to") });
        while !rounds.are_over() {
            tokio::task::yield_now().await;
        }
        rounds.begin(std::future::pending());
        assert!(!rounds.are_over());
        rounds.end();
        assert!(rounds.are_over());
    }
}
