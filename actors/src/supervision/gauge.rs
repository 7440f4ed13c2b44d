//! The counting of one life of an actor: what its address sends and what its handler takes up.
//!
//! Counting is on every message's way, so it costs as little as it can. What senders write, what the actor writes, and what both look
//! at lie on lines of their own; nothing locks; the actor reads the clock once per message while messages wait; it looks at the
//! senders' line, and lag is measured, on a message now and then and not on each: a line that two processors take from each other for
//! every message would cost more than all the rest.

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
/// How long the actor goes on without a look at what the senders write, in nanoseconds.
const LOOK_EVERY: u64 = 20_000;
/// How long after a measured message was sent the next one is measured, in nanoseconds.
const MEASURE_EVERY: u64 = 1_000_000;

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
    shed: AtomicU64,
}

/// The measuring of lag; both sides look at it with every message and write now and then.
#[derive(Default)]
#[repr(align(128))]
struct LagProbe {
    /// Number of the message that is measured; it stays for a while after the actor has taken that one up.
    number: AtomicU64,
    /// When it was sent.
    sent_at: AtomicU64,
}

/// What the actor writes; nobody else does, so adding is a load and a store.
#[derive(Default)]
#[repr(align(128))]
struct ActorSide {
    taken: AtomicU64,
    /// Messages known to have been sent: spares the look at the sender's line while some are left.
    known_sent: AtomicU64,
    /// When the actor last looked there.
    looked_at: AtomicU64,
    /// Number of the last message whose lag was noted.
    measured: AtomicU64,
    handled: AtomicU64,
    /// When the present callback began, plus one; 0 while there is none.
    busy_since: AtomicU64,
    /// When the last callback ended, plus one, if a message was known to wait then; 0 if none was.
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
    probe: LagProbe,
    actor: ActorSide,
    mailbox: Mailbox,
    clock: Arc<dyn Clock>,
    marks: Mutex<RateMarks>,
    pub faults: Arc<FaultPlan>,
}

impl Gauge {
    pub fn new(clock: Arc<dyn Clock>, mailbox: Mailbox, faults: Arc<FaultPlan>) -> Self {
        let marks = Mutex::new(RateMarks::at(clock.stamp()));
        let (sender, probe, actor) = (SenderSide::default(), LagProbe::default(), ActorSide::default());
        Self { sender, probe, actor, mailbox, clock, marks, faults }
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
        if self.probe.number.load(Ordering::Relaxed) == FREE {
            self.measure(number);
        }
        Admission::Counted(number)
    }

    /// Returns how many messages may wait.
    pub fn bound(&self) -> Option<u64> {
        self.mailbox.bound
    }

    fn measure(&self, number: u64) {
        let probe = &self.probe;
        let claimed = probe.number.compare_exchange(FREE, CLAIMED, Ordering::Acquire, Ordering::Relaxed);
        if claimed.is_ok() {
            probe.sent_at.store(self.now(), Ordering::Relaxed);
            probe.number.store(number, Ordering::Release);
        }
    }

    /// Takes back the count of a message that could not be sent.
    pub fn withdraw(&self, number: u64) {
        self.sender.sent.fetch_sub(1, Ordering::Relaxed);
        let _ = self.probe.number.compare_exchange(number, FREE, Ordering::AcqRel, Ordering::Relaxed); // another is measured
    }

    /// Notes that the actor takes up a message; tells whether it is to be dropped unread.
    #[inline]
    pub fn take(&self) -> bool {
        let actor = &self.actor;
        let taken = actor.taken.load(Ordering::Relaxed) + 1;
        actor.taken.store(taken, Ordering::Relaxed);
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

    /// Looks at what was sent, unless enough is known to be left or the last look is not long ago.
    #[inline]
    fn look(&self, now: u64) {
        let actor = &self.actor;
        let taken = actor.taken.load(Ordering::Relaxed);
        let looked_at = actor.looked_at.load(Ordering::Relaxed);
        if actor.known_sent.load(Ordering::Relaxed) > taken || now.saturating_sub(looked_at) < LOOK_EVERY {
            return;
        }
        actor.looked_at.store(now, Ordering::Relaxed);
        let sent = self.sent_at_least(taken);
        actor.known_sent.store(sent, Ordering::Relaxed);
    }

    /// Returns how many were sent. Of those that came past the address, from the actor to itself, only their being taken tells.
    #[inline]
    fn sent_at_least(&self, taken: u64) -> u64 {
        let sent = self.sender.sent.load(Ordering::Relaxed);
        if sent >= taken { sent } else { self.sender.sent.fetch_max(taken, Ordering::Relaxed).max(taken) }
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
        if message {
            self.look(started);
            self.note_lag(started);
        }
        InCallback { gauge: self, started, message }
    }

    /// Notes the lag of the measured message once it is taken up, and after a while lets the next one be measured.
    #[inline]
    fn note_lag(&self, now: u64) {
        let (probe, actor) = (&self.probe, &self.actor);
        let number = probe.number.load(Ordering::Acquire);
        if number == FREE || number > actor.taken.load(Ordering::Relaxed) {
            return;
        }
        let waited = now.saturating_sub(probe.sent_at.load(Ordering::Relaxed));
        if actor.measured.load(Ordering::Relaxed) != number {
            actor.measured.store(number, Ordering::Relaxed);
            actor.lag.store(waited, Ordering::Relaxed);
        }
        if waited >= MEASURE_EVERY {
            let _ = probe.number.compare_exchange(number, FREE, Ordering::AcqRel, Ordering::Relaxed); // a reader was first
        }
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
        let more = actor.known_sent.load(Ordering::Relaxed) > actor.taken.load(Ordering::Relaxed);
        actor.resume_at.store(if more { ended + 1 } else { 0 }, Ordering::Relaxed);
    }

    /// Returns the number of messages that wait.
    pub fn depth(&self) -> u64 {
        let taken = self.actor.taken.load(Ordering::Relaxed);
        self.sent_at_least(taken).saturating_sub(taken)
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
        let probe = &self.probe;
        let number = probe.number.load(Ordering::Acquire);
        if number == FREE || number == CLAIMED {
            return last;
        }
        if number > self.actor.taken.load(Ordering::Relaxed) {
            return now.saturating_sub(probe.sent_at.load(Ordering::Relaxed));
        }
        // The actor may be stuck in a later message: let the next one sent be measured, whatever the actor does.
        let _ = probe.number.compare_exchange(number, FREE, Ordering::AcqRel, Ordering::Relaxed);
        last
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

    #[test]
    fn a_message_behind_a_stuck_one_is_measured() {
        let (gauge, clock) = gauge(Mailbox::unbounded());
        gauge.admit();
        gauge.take();
        let _stuck = gauge.enter(true);
        assert_eq!(gauge.load(LoadTotals::default()).mailbox_lag, Duration::ZERO);
        gauge.admit();
        clock.advance(Duration::from_secs(3));
        assert_eq!(gauge.load(LoadTotals::default()).mailbox_lag, Duration::from_secs(3));
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
