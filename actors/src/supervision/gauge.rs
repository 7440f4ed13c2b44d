//! The counting of one life of an actor: what its address sends and what its handler takes up.
//!
//! Counting is on every message's way, so it costs as little as it can: the sender's counts and the actor's lie on lines of
//! their own, nothing locks, the actor reads the clock once per message while messages wait, and lag is measured on one message
//! at a time and not on each.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::fault::FaultPlan;
use super::load::{ActorLoad, LoadTotals, RateMarks};
use super::mailbox::{Mailbox, Overflow};
use crate::clock::Clock;

/// No message is being measured.
const FREE: u64 = 0;
/// A sender is about to mark its message as the one to be measured.
const CLAIMED: u64 = u64::MAX;

/// What becomes of a message that is about to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Admission {
    /// It is counted under this number; send it.
    Counted(u64),
    /// The mailbox is full at this bound: tell the sender.
    Full(u64),
    /// The mailbox is full: drop it.
    Dropped,
}

/// What senders write.
#[derive(Default)]
#[repr(align(128))]
struct SenderSide {
    sent: AtomicU64,
    /// Number of the message that is measured.
    probe: AtomicU64,
    /// When it was sent.
    probe_at: AtomicU64,
    shed: AtomicU64,
}

/// What the actor writes; nobody else does, so adding is a load and a store.
#[derive(Default)]
#[repr(align(128))]
struct ActorSide {
    taken: AtomicU64,
    /// Messages known to have been sent: spares the look at the sender's line while some are left.
    known_sent: AtomicU64,
    handled: AtomicU64,
    /// When the present callback began, plus one; 0 while there is none.
    busy_since: AtomicU64,
    /// When the last callback ended, plus one, if a message waited then; 0 if none did.
    resume_at: AtomicU64,
    /// When the last callback ended, plus one; 0 before the first.
    ended_at: AtomicU64,
    in_handlers: AtomicU64,
    longest: AtomicU64,
    lag: AtomicU64,
    panics: AtomicU64,
    discarded: AtomicU64,
}

/// Counts one life of an actor.
pub(super) struct Gauge {
    sender: SenderSide,
    actor: ActorSide,
    mailbox: Mailbox,
    clock: Arc<dyn Clock>,
    marks: Mutex<RateMarks>,
    pub faults: Arc<FaultPlan>,
}

impl Gauge {
    pub fn new(clock: Arc<dyn Clock>, mailbox: Mailbox, faults: Arc<FaultPlan>) -> Self {
        let marks = Mutex::new(RateMarks::at(clock.stamp()));
        Self { sender: SenderSide::default(), actor: ActorSide::default(), mailbox, clock, marks, faults }
    }

    /// Counts a message that is about to be sent, or sheds it.
    #[inline]
    pub fn admit(&self) -> Admission {
        if let Some(bound) = self.mailbox.bound.filter(|_| self.mailbox.policy != Overflow::DropOldest)
            && self.depth() >= bound
        {
            self.sender.shed.fetch_add(1, Ordering::Relaxed);
            return match self.mailbox.policy {
                Overflow::Refuse => Admission::Full(bound),
                Overflow::DropNewest | Overflow::DropOldest => Admission::Dropped,
            };
        }
        let number = self.sender.sent.fetch_add(1, Ordering::Relaxed) + 1;
        if self.sender.probe.load(Ordering::Relaxed) == FREE {
            self.measure(number);
        }
        Admission::Counted(number)
    }

    /// Returns how many messages may wait.
    pub fn bound(&self) -> Option<u64> {
        self.mailbox.bound
    }

    fn measure(&self, number: u64) {
        let claimed = self.sender.probe.compare_exchange(FREE, CLAIMED, Ordering::Acquire, Ordering::Relaxed);
        if claimed.is_ok() {
            self.sender.probe_at.store(self.now(), Ordering::Relaxed);
            self.sender.probe.store(number, Ordering::Release);
        }
    }

    /// Takes back the count of a message that could not be sent.
    pub fn withdraw(&self, number: u64) {
        self.sender.sent.fetch_sub(1, Ordering::Relaxed);
        let _ = self.sender.probe.compare_exchange(number, FREE, Ordering::AcqRel, Ordering::Relaxed); // another is measured
    }

    /// Notes that the actor takes up a message; tells whether it is to be dropped unread.
    #[inline]
    pub fn take(&self) -> bool {
        let actor = &self.actor;
        let taken = actor.taken.load(Ordering::Relaxed) + 1;
        actor.taken.store(taken, Ordering::Relaxed);
        let sent = self.known_sent(taken);
        if sent < taken {
            // This one came past the address, from the actor to itself; count it as sent.
            self.sender.sent.fetch_max(taken, Ordering::Relaxed);
        }
        let excess = self.mailbox.policy == Overflow::DropOldest
            && self
                .mailbox
                .bound
                .is_some_and(|bound| self.sender.sent.load(Ordering::Relaxed).saturating_sub(taken) >= bound);
        if excess {
            add(&actor.discarded, 1);
        }
        excess
    }

    /// Returns a count of sent messages that is new enough to tell whether any is left after `taken`.
    #[inline]
    fn known_sent(&self, taken: u64) -> u64 {
        let known = self.actor.known_sent.load(Ordering::Relaxed);
        if known > taken {
            return known;
        }
        let sent = self.sender.sent.load(Ordering::Relaxed);
        self.actor.known_sent.store(sent, Ordering::Relaxed);
        sent
    }

    /// Notes that a callback begins; it ends when the value returned is dropped, however that comes about.
    #[inline]
    pub fn enter(&self, message: bool) -> InCallback<'_> {
        let actor = &self.actor;
        let started = match actor.resume_at.load(Ordering::Relaxed) {
            0 => self.now(),
            resumed => resumed - 1,
        };
        actor.busy_since.store(started + 1, Ordering::Relaxed);
        let probe = self.sender.probe.load(Ordering::Acquire);
        if message && probe != FREE && probe <= actor.taken.load(Ordering::Relaxed) {
            let sent_at = self.sender.probe_at.load(Ordering::Relaxed);
            actor.lag.store(started.saturating_sub(sent_at), Ordering::Relaxed);
            self.sender.probe.store(FREE, Ordering::Release);
        }
        InCallback { gauge: self, started, message }
    }

    #[inline]
    fn leave(&self, started: u64, message: bool) {
        let actor = &self.actor;
        let ended = self.now();
        let spent = ended.saturating_sub(started);
        actor.busy_since.store(0, Ordering::Relaxed);
        actor.ended_at.store(ended + 1, Ordering::Relaxed);
        if message {
            add(&actor.handled, 1);
            add(&actor.in_handlers, spent);
            if spent > actor.longest.load(Ordering::Relaxed) {
                actor.longest.store(spent, Ordering::Relaxed);
            }
        }
        if std::thread::panicking() {
            add(&actor.panics, 1);
        }
        let taken = actor.taken.load(Ordering::Relaxed);
        let more = self.known_sent(taken) > taken;
        actor.resume_at.store(if more { ended + 1 } else { 0 }, Ordering::Relaxed);
    }

    /// Returns the number of messages that wait.
    pub fn depth(&self) -> u64 {
        let taken = self.actor.taken.load(Ordering::Relaxed);
        self.sender.sent.load(Ordering::Relaxed).saturating_sub(taken)
    }

    /// Returns a mark of the callback that runs now: the same mark later means the same callback.
    pub fn callback(&self) -> Option<u64> {
        Some(self.actor.busy_since.load(Ordering::Relaxed)).filter(|&since| since != 0)
    }

    /// Returns the counts of this life that are added to those of others.
    pub fn totals(&self) -> LoadTotals {
        let actor = &self.actor;
        let span = |nanos: &AtomicU64| Duration::from_nanos(nanos.load(Ordering::Relaxed));
        LoadTotals {
            handled: actor.handled.load(Ordering::Relaxed),
            in_handlers: span(&actor.in_handlers),
            longest_handler: span(&actor.longest),
            shed: self.sender.shed.load(Ordering::Relaxed) + actor.discarded.load(Ordering::Relaxed),
            panics: actor.panics.load(Ordering::Relaxed),
        }
    }

    /// Describes the actor, whose earlier lives left `past`.
    pub fn load(&self, mut past: LoadTotals) -> ActorLoad {
        let now = self.now();
        let life = self.totals();
        past.absorb(life);
        let per_second = self
            .marks
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .rate(Duration::from_nanos(now), life.handled);
        ActorLoad {
            per_second,
            mailbox_depth: self.depth(),
            mailbox_bound: self.mailbox.bound,
            mailbox_lag: Duration::from_nanos(self.lag(now)),
            quiet_for: self.quiet_for(now),
            busy_for: self.callback().map(|since| Duration::from_nanos(now.saturating_sub(since - 1))),
            ..past.load()
        }
    }

    fn quiet_for(&self, now: u64) -> Option<Duration> {
        if self.callback().is_some() {
            return Some(Duration::ZERO);
        }
        let ended = self.actor.ended_at.load(Ordering::Relaxed).checked_sub(1)?;
        Some(Duration::from_nanos(now.saturating_sub(ended)))
    }

    /// Returns how long the measured message waits, or how long the last one did.
    fn lag(&self, now: u64) -> u64 {
        let last = self.actor.lag.load(Ordering::Relaxed);
        match self.sender.probe.load(Ordering::Acquire) {
            FREE | CLAIMED => last,
            _ => now.saturating_sub(self.sender.probe_at.load(Ordering::Relaxed)),
        }
    }

    #[inline]
    fn now(&self) -> u64 {
        u64::try_from(self.clock.stamp().as_nanos()).unwrap_or(u64::MAX)
    }
}

/// Adds to a count that only one thread at a time writes.
#[inline]
fn add(count: &AtomicU64, more: u64) {
    count.store(count.load(Ordering::Relaxed).wrapping_add(more), Ordering::Relaxed);
}

/// A callback that runs; a return, an error, a panic and a kill all end it.
pub(super) struct InCallback<'a> {
    gauge: &'a Gauge,
    started: u64,
    message: bool,
}

impl Drop for InCallback<'_> {
    #[inline]
    fn drop(&mut self) {
        self.gauge.leave(self.started, self.message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;
    use proptest::prelude::*;

    fn gauge(mailbox: Mailbox) -> (Gauge, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::at_ms(0));
        (Gauge::new(Arc::clone(&clock) as Arc<dyn Clock>, mailbox, Arc::default()), clock)
    }

    fn handle(gauge: &Gauge, clock: &ManualClock, ms: u64) {
        if !gauge.take() {
            let _in = gauge.enter(true);
            clock.advance(Duration::from_millis(ms));
        }
    }

    #[test]
    fn lag_and_time_in_handlers_follow_the_clock() {
        let (gauge, clock) = gauge(Mailbox::unbounded());
        assert_eq!((gauge.admit(), gauge.admit()), (Admission::Counted(1), Admission::Counted(2)));
        clock.advance(Duration::from_millis(30));
        assert_eq!(gauge.load(LoadTotals::default()).mailbox_lag, Duration::from_millis(30), "still waiting");
        handle(&gauge, &clock, 7);
        let load = gauge.load(LoadTotals::default());
        assert_eq!((load.mailbox_lag, load.mailbox_depth), (Duration::from_millis(30), 1));
        handle(&gauge, &clock, 3);
        let load = gauge.load(LoadTotals::default());
        assert_eq!((load.handled, load.mailbox_depth, load.busy_for), (2, 0, None));
        clock.advance(Duration::from_millis(5));
        assert_eq!(gauge.load(LoadTotals::default()).quiet_for, Some(Duration::from_millis(5)));
        assert_eq!(
            (load.in_handlers, load.longest_handler),
            (Duration::from_millis(10), Duration::from_millis(7))
        );
    }

    #[test]
    fn a_panic_is_counted_and_ends_the_callback() {
        let (gauge, _clock) = gauge(Mailbox::unbounded());
        gauge.admit();
        gauge.take();
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _in = gauge.enter(true);
            panic!("told to");
        }));
        assert!(caught.is_err());
        let load = gauge.load(LoadTotals::default());
        assert_eq!((load.panics, load.busy_for, load.handled), (1, None, 1));
    }

    #[test]
    fn messages_past_the_address_do_not_spoil_the_depth() {
        let (gauge, clock) = gauge(Mailbox::unbounded());
        handle(&gauge, &clock, 1);
        handle(&gauge, &clock, 1);
        assert_eq!(gauge.depth(), 0);
        gauge.admit();
        assert_eq!(gauge.depth(), 1);
        handle(&gauge, &clock, 1);
        assert_eq!(gauge.depth(), 0);
    }

    #[test]
    fn a_message_that_could_not_be_sent_leaves_no_trace() {
        let (gauge, clock) = gauge(Mailbox::unbounded());
        let Admission::Counted(number) = gauge.admit() else { panic!("not counted") };
        gauge.withdraw(number);
        clock.advance(Duration::from_secs(9));
        let load = gauge.load(LoadTotals::default());
        assert_eq!((load.mailbox_depth, load.mailbox_lag), (0, Duration::ZERO));
    }

    #[test]
    fn each_policy_sheds_in_its_way_and_counts() {
        for mailbox in [Mailbox::refusing(2), Mailbox::dropping_newest(2), Mailbox::dropping_oldest(2)] {
            let (gauge, clock) = gauge(mailbox);
            let admitted: Vec<Admission> = (0..4).map(|_| gauge.admit()).collect();
            let expected = match mailbox.policy {
                Overflow::Refuse => [Admission::Full(2); 2],
                Overflow::DropNewest => [Admission::Dropped; 2],
                Overflow::DropOldest => [Admission::Counted(3), Admission::Counted(4)],
            };
            assert_eq!(admitted[2..], expected);
            while gauge.depth() > 0 {
                handle(&gauge, &clock, 1);
            }
            let load = gauge.load(LoadTotals::default());
            assert_eq!((load.handled, load.shed), (2, 2), "{mailbox:?}");
        }
    }

    proptest! {
        #[test]
        fn depth_is_what_was_sent_and_not_taken(steps in proptest::collection::vec(any::<bool>(), 0..200), bound in 1u64..20) {
            let (gauge, clock) = gauge(Mailbox::refusing(bound));
            let (mut waiting, mut refused) = (0u64, 0u64);
            for send in steps {
                if send {
                    match gauge.admit() {
                        Admission::Counted(_) => waiting += 1,
                        _ => refused += 1,
                    }
                } else if waiting > 0 {
                    handle(&gauge, &clock, 1);
                    waiting -= 1;
                }
                prop_assert!(waiting <= bound);
                prop_assert_eq!(gauge.depth(), waiting);
                prop_assert_eq!(gauge.totals().shed, refused);
            }
        }
    }
}
