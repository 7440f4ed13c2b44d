use std::sync::Arc;
use std::time::Duration;

use rr_cluster::{FeedbackPolicy, ProgressPolicy};
use rr_proto::{ConfigKey, Elo, EloPerHour, EloUpdated, Event, Games, ModelId, RatingEstimate};

use super::*;
use crate::leader::tests::{House, SOON, hex};
use crate::leader::{FeedbackActor, FeedbackArgs, StoredFeedback};
use crate::permit::{HoldReason, WorkPermit};
use crate::supervision::{Address, ChildSpec};

const EVERY: Duration = Duration::from_secs(3600);

struct Watched {
    house: House,
    watchdog: Address<ProgressWatchdogMsg>,
    permit: WorkPermit,
}

/// A canary config, its watchdog, and feedback, which acts on what the watchdog says.
async fn open() -> Watched {
    let house = House::open().await;
    let permit = WorkPermit::new(house.clock.clone());
    let configs: Arc<[ConfigKey]> = [hex()].into();
    let (store, publisher, bus) = (house.store.clone(), house.publisher.clone(), house.bus());
    let (clock, led, held) = (house.clock.clone(), configs.clone(), permit.clone());
    let daemon = ChildSpec::worker("progress-watchdog", move |start| {
        let args = ProgressWatchdogArgs {
            store: store.clone(),
            publisher: publisher.clone(),
            bus: bus.clone(),
            configs: led.clone(),
            policy: ProgressPolicy::default(),
            every: EVERY,
            permit: held.clone(),
            myself: start.address(),
            observer: start.observer(),
            clock: clock.clone(),
        };
        (ProgressWatchdogActor, args)
    });
    house.start(daemon).await;
    let (store, publisher, bus) = (house.store.clone(), house.publisher.clone(), house.bus());
    let clock = house.clock.clone();
    let daemon = ChildSpec::worker("feedback", move |start| {
        let args = FeedbackArgs {
            store: store.clone(),
            publisher: publisher.clone(),
            bus: bus.clone(),
            configs: configs.clone(),
            policy: FeedbackPolicy::default(),
            temperature: 1.0,
            learning_rate: 0.002,
            myself: start.address(),
            observer: start.observer(),
            clock: clock.clone(),
        };
        (FeedbackActor, args)
    });
    house.start(daemon).await;
    let watchdog = house.daemon("progress-watchdog");
    Watched { house, watchdog, permit }
}

impl Watched {
    async fn rate(&self, elo: f64) {
        let rating = RatingEstimate { elo: Elo(elo), low: Elo(elo - 9.0), high: Elo(elo + 9.0) };
        let (config, model, games) = (hex(), ModelId::of(b"champion"), Games(100));
        let (previous, velocity) = (Some(Elo(elo)), EloPerHour(0.0));
        let event = EloUpdated { config, model, previous, rating, games, champion: true, velocity };
        self.house.publish(event).await;
        self.house.settle().await;
    }

    /// Lets hours pass, look by look.
    async fn pass(&self, hours: u64) {
        for _ in 0..hours {
            self.house.clock.advance(EVERY);
            self.watchdog.cast(ProgressWatchdogMsg::Look).unwrap();
            // The next look must find this one done, or two would count as one.
            let deadline = tokio::time::Instant::now() + SOON;
            while self.looked_ms() != Some(self.house.now().0) {
                assert!(tokio::time::Instant::now() < deadline, "a look was not done");
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }
        self.house.settle().await;
    }

    fn looked_ms(&self) -> Option<u64> {
        self.house.tree.observed(self.watchdog.path())?["last_activity_ms"].as_u64()
    }

    async fn named(&self, name: &str) -> Vec<Event> {
        self.house.events().await.into_iter().filter(|event| event.name() == name).collect()
    }

    async fn exploration(&self) -> f64 {
        let stored = self.house.store.query("feedback", |s| StoredFeedback::read(s, hex())).await.unwrap();
        stored.state.exploration(self.house.now())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_config_without_progress_raises_a_stall_at_24_hours_and_a_subscriber_acts() {
    let open = open().await;
    open.rate(600.0).await;
    open.pass(23).await;
    assert!(open.named("PROGRESS_STALL_DETECTED").await.is_empty());
    assert_eq!(open.exploration().await, 1.0);
    open.pass(1).await;
    let told = open.named("PROGRESS_STALL_DETECTED").await;
    let [Event::ProgressStallDetected(stall)] = &told[..] else { panic!("{told:?}") };
    assert_eq!((stall.recovery_attempt, stall.stalled_ms, stall.velocity), (1, 86_400_000, EloPerHour(0.0)));
    assert_eq!(open.exploration().await, 1.25, "feedback explores");
    assert_eq!(open.named("EXPLORATION_BOOST").await.len(), 1, "the scheduler hears of it");
    // Help is tried four times, and no more.
    open.pass(60).await;
    let told = open.named("PROGRESS_STALL_DETECTED").await;
    let boosts = told.iter().map(|event| match event {
        Event::ProgressStallDetected(e) => (e.recovery_attempt, e.boost),
        other => panic!("{other:?}"),
    });
    assert_eq!(boosts.collect::<Vec<_>>(), [(1, 1.25), (2, 1.5), (3, 1.75), (4, 2.0)]);
    open.rate(605.0).await;
    assert!(open.named("PROGRESS_RECOVERED").await.is_empty(), "five Elo in days are none");
    open.rate(640.0).await;
    assert_eq!(open.named("PROGRESS_RECOVERED").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn time_in_which_nobody_works_is_no_stall_and_a_restart_counts_on() {
    let open = open().await;
    open.rate(600.0).await;
    open.pass(20).await;
    open.permit.hold(HoldReason::Paused, "a person");
    open.pass(30).await;
    open.permit.release(HoldReason::Paused);
    // The node was off for a week.
    open.house.clock.advance(Duration::from_secs(7 * 86_400));
    open.house.restart::<ProgressWatchdogMsg>("progress-watchdog").await;
    open.pass(3).await;
    assert!(open.named("PROGRESS_STALL_DETECTED").await.is_empty());
    open.pass(1).await;
    assert_eq!(open.named("PROGRESS_STALL_DETECTED").await.len(), 1);
}
