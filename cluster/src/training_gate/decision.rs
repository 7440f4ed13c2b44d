//! The decision whether a run may start, from what is known of its data.

use std::time::Duration;

use rr_proto::{Games, TrainingBlock, UnixMillis};

use super::grant::PendingGrant;

/// Counts the verdicts of the games that a run would train on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WindowParity {
    /// Games that a replay reproduced.
    pub passed: Games,
    /// Games that nobody replayed yet.
    pub pending: Games,
    /// Games that replay otherwise; they never train.
    pub failed: Games,
}

/// Holds what is known of the data of a run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GateFacts {
    /// The time.
    pub now: UnixMillis,
    /// When the config's newest game ended.
    pub newest_game: Option<UnixMillis>,
    /// The score of its newest games; none where nobody has looked yet.
    pub quality: Option<f64>,
    /// The verdicts in the run's window.
    pub parity: WindowParity,
    /// The recorded grant, in force or not.
    pub grant: Option<PendingGrant>,
    /// Whether older data may be used, because none comes.
    pub fallback: bool,
    /// What the node is short of, in words.
    pub short_of: Option<String>,
}

/// Says under which exceptions a run may start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct GatePass {
    /// Games without a verdict that train under the grant.
    pub granted: Games,
    /// Whether it trains on older data than usual.
    pub stale: bool,
}

/// Names one thing that keeps a run from starting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateObstacle {
    /// Which kind of thing.
    pub block: TrainingBlock,
    /// The numbers behind it and what ends it, for people.
    pub reason: String,
}

/// Decides whether a run may start.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrainingGate {
    /// Age of the newest game from which a run does not start.
    pub max_age: Duration,
    /// The same where older data may be used because none comes.
    pub absolute_max_age: Duration,
    /// Score of the newest games under which a run does not start.
    pub min_quality: f64,
    /// Share of failed games among those with a verdict from which a run does not start: then the rules are in doubt, not the games.
    pub max_failed_share: f64,
}

impl TrainingGate {
    /// Decides.
    ///
    /// # Errors
    /// Everything that stands against it, each kind once.
    pub fn decide(&self, facts: &GateFacts) -> Result<GatePass, Vec<GateObstacle>> {
        let mut pass = GatePass::default();
        let mut obstacles = Vec::new();
        let mut against = |block, reason| obstacles.push(GateObstacle { block, reason });
        match self.age(facts) {
            Ok(stale) => pass.stale = stale,
            Err(reason) => against(TrainingBlock::Stale, reason),
        }
        if let Some(score) = facts.quality.filter(|score| *score < self.min_quality) {
            let least = self.min_quality;
            let reason = format!(
                "the newest games score {score:.2}, training asks for {least:.2} (quality.min_to_train); it goes on when newer games are better"
            );
            against(TrainingBlock::Quality, reason);
        }
        match self.parity(facts) {
            Ok(granted) => pass.granted = granted,
            Err(reason) => against(TrainingBlock::Parity, reason),
        }
        if let Some(short_of) = &facts.short_of {
            against(TrainingBlock::Resources, format!("{short_of}; it goes on when there is room again"));
        }
        if obstacles.is_empty() { Ok(pass) } else { Err(obstacles) }
    }

    /// Looks at the age of the newest game; says whether it is older than usual.
    fn age(&self, facts: &GateFacts) -> Result<bool, String> {
        let Some(newest) = facts.newest_game else { return Err("there are no games".to_owned()) };
        let age = facts.now.since(newest);
        let (old, hours) = (age > self.max_age, |time: Duration| time.as_secs_f64() / 3_600.0);
        if !old || facts.fallback && age <= self.absolute_max_age {
            return Ok(old);
        }
        let limit = if facts.fallback { self.absolute_max_age } else { self.max_age };
        Err(format!(
            "the newest game is {:.1} h old, training asks for one of the last {:.1} h; it goes on when new games come",
            hours(age),
            hours(limit)
        ))
    }

    /// Looks at the verdicts; returns how many games need the grant.
    fn parity(&self, facts: &GateFacts) -> Result<Games, String> {
        let WindowParity { passed, pending, failed } = facts.parity;
        let judged = passed.0 + failed.0;
        if judged > 0 && failed.0 as f64 > self.max_failed_share * judged as f64 {
            return Err(format!(
                "{failed} of {judged} replay otherwise than they were played; find out why: rr-admin games list shows them"
            ));
        }
        if pending.0 == 0 {
            return if passed.0 > 0 {
                Ok(pending)
            } else {
                Err("no game of the window may train".to_owned())
            };
        }
        match &facts.grant {
            Some(grant) if grant.in_force(facts.now) => Ok(pending),
            Some(grant) if grant.withdrawn.is_none() => Err(format!(
                "{pending} have no verdict yet, and the grant {} of {} has ended; it goes on when they are replayed",
                grant.name, grant.holder
            )),
            _ => Err(format!("{pending} have no verdict yet; it goes on when they are replayed")),
        }
    }
}

#[cfg(test)]
mod tests;
