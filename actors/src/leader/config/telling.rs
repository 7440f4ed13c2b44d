//! What a config's loop tells others: the slots of self-play what to play, and everybody how it stands.

use std::collections::BTreeSet;

use rr_cluster::{LoopStage, PlayOrder};
use rr_proto::{Games, Generation, UnixMillis};

use super::actor::ConfigState;
use super::message::ConfigReport;
use crate::error::StoreFailure;
use crate::leader::feedback::StoredFeedback;
use crate::leader::queue::StoredQueue;
use crate::workers::selfplay::SelfPlayMsg;
use crate::workers::{SelfPlayAssignment, SelfPlayTarget};

impl ConfigState {
    /// Reads what feedback has set, which ends by itself, and which piece of self-play is to be brought.
    pub(super) async fn take_steering(&mut self) -> Result<(), StoreFailure> {
        let key = self.key;
        let read = move |snapshot: &rr_storage::StoreSnapshot| {
            Ok((StoredFeedback::read(snapshot, key)?, snapshot.fact::<StoredQueue>(StoredQueue::FACT)?))
        };
        let (feedback, queue) = self.args.store.query("steering", read).await?;
        self.feedback = feedback.state;
        self.work = queue.and_then(|stored| stored.queue.order(key).copied());
        Ok(())
    }

    /// Plays on these slots; one that is another config's now hears that from its new owner.
    pub(super) fn take_slots(&mut self, slots: BTreeSet<usize>) {
        if self.slots != slots {
            tracing::info!(config = %self.key, ?slots, "the scheduler shared the slots of self-play out anew");
            self.slots = slots;
            self.tell();
        }
    }

    /// Tells self-play what to do and everybody else how it stands.
    pub(super) fn tell(&self) {
        let (report, now) = (self.report(), UnixMillis(self.args.clock.unix_ms()));
        if let Some(champion) = self.fold.champion() {
            let busy = !matches!(self.fold.stage(), LoopStage::Collecting) && !self.waits_for_data();
            let assignment = SelfPlayAssignment {
                config: self.args.config,
                model: champion.model,
                simulations: report.simulations,
                exploration: (self.feedback.exploration(now) * 100.0).round() as u32,
                target: self.work.map(|work| share_of(work, self.slots.len())),
                active: !(busy && self.args.pause_while_busy),
            };
            let slots = self.slots.iter().filter_map(|slot| self.args.selfplay.get(*slot));
            for slot in slots {
                let _ = slot.cast(SelfPlayMsg::Assign(assignment)); // one that restarts is told at the next tick
            }
        }
        self.args.status.send_replace(Some(report));
    }

    pub(super) fn report(&self) -> ConfigReport {
        let champion = self.fold.champion();
        let policy = &self.args.budget;
        let budget = policy.choose(self.fold.games(), self.rating.map(|rating| rating.elo));
        ConfigReport {
            config: self.key,
            stage: if self.waits_for_data() { "waiting for data" } else { self.fold.stage().name() },
            games: self.fold.games(),
            samples: self.fold.samples(),
            new_samples: self.fold.new_samples(),
            champion: champion.map(|c| c.model),
            generation: champion.map_or(Generation::ZERO, |c| c.generation),
            rating: self.rating,
            simulations: match self.args.simulations {
                0 => policy.simulations(budget),
                set => set,
            },
            failures: self.fold.failures(),
            refusals: self.fold.refusals(),
        }
    }
}

/// Gives one of so many slots its part of a piece of self-play.
fn share_of(work: PlayOrder, slots: usize) -> SelfPlayTarget {
    let slots = u64::try_from(slots.max(1)).unwrap_or(u64::MAX);
    SelfPlayTarget { job: work.job, games: Games(work.games.0.div_ceil(slots)) }
}
