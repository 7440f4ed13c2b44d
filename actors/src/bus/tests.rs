mod failures;
mod letters;
mod streams;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ractor::{Actor, ActorProcessingErr, ActorRef};
use rr_proto::{
    ConfigKey, ErrorCode, Event, EventKind, FailureNote, JobId, ModelId, NodeId, Sha256Digest,
    TrainingFailed, TrainingLosses, TrainingProgress, TrainingSteps, UnixMillis,
};
use rr_storage::StoreOptions;
use tempfile::TempDir;

use super::{
    BusArgs, BusMsg, BusReport, BusSettings, Delivery, DurableSubscription, EventBus, EventFilter,
    EventPublisher, EventSink, LiveSubscription, Published, StartFrom,
};
use crate::clock::{Clock, SystemClock};
use crate::store::{StoreAccess, StoreActor, StoreArgs};
use crate::supervision::{
    ActorTree, Address, Backoff, ChildSpec, NodeState, Strategy, Supervisor, SupervisorMsg, SupervisorSpec,
    TreePath,
};

const SOON: Duration = Duration::from_secs(20);

/// Writes down what it hears and answers as told.
struct Listener;

struct ListenerArgs {
    heard: Heard,
    /// How many deliveries are answered with a failure, dropped by a panic, or never answered.
    fails: Arc<AtomicU32>,
    panics: Arc<AtomicU32>,
    hangs: Arc<AtomicU32>,
}

impl Clone for ListenerArgs {
    fn clone(&self) -> Self {
        let [fails, panics, hangs] = [&self.fails, &self.panics, &self.hangs].map(Arc::clone);
        Self { heard: self.heard.clone(), fails, panics, hangs }
    }
}

#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<(u32, u32)>>>);

impl Heard {
    /// Waits for `count` deliveries, and returns the attempt number of each event of the list.
    async fn until(&self, count: usize) -> Vec<(u32, u32)> {
        let deadline = tokio::time::Instant::now() + SOON;
        loop {
            let heard = self.0.lock().unwrap().clone();
            assert!(tokio::time::Instant::now() < deadline, "heard only {heard:?}");
            if heard.len() >= count {
                return heard;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}

fn take_one(counter: &AtomicU32) -> bool {
    counter.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1)).is_ok()
}

impl Actor for Listener {
    type Msg = Delivery;
    type State = (ListenerArgs, Vec<Delivery>);
    type Arguments = ListenerArgs;

    async fn pre_start(
        &self,
        _: ActorRef<Delivery>,
        args: ListenerArgs,
    ) -> Result<Self::State, ActorProcessingErr> {
        Ok((args, Vec::new()))
    }

    async fn handle(
        &self,
        _: ActorRef<Delivery>,
        delivery: Delivery,
        (args, kept): &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        args.heard.0.lock().unwrap().push((number(delivery.event()), delivery.attempt()));
        if take_one(&args.hangs) {
            kept.push(delivery);
        } else if take_one(&args.fails) {
            delivery.failed(FailureNote { code: ErrorCode::Unavailable, message: "told to".into() });
        } else {
            assert!(!take_one(&args.panics), "told to");
            delivery.done();
        }
        Ok(())
    }
}

fn config() -> ConfigKey {
    "hex8_2p".parse().unwrap()
}

fn failed(attempt: u32) -> Event {
    let error = FailureNote { code: ErrorCode::OutOfMemory, message: "it".into() };
    failure(config(), attempt, error)
}

fn failure(config: ConfigKey, attempt: u32, failure: FailureNote) -> Event {
    let job = JobId::derive(&[b"job"]);
    TrainingFailed { config, job, attempt, checkpoint_step: TrainingSteps(1), failure, will_retry: false }
        .into()
}

fn progress(step: u64) -> Event {
    TrainingProgress {
        config: config(),
        job: JobId::derive(&[b"job"]),
        step: TrainingSteps(step),
        total_steps: TrainingSteps(100),
        losses: TrainingLosses::default(),
        learning_rate: 0.1,
        samples_per_second: 1.0,
    }
    .into()
}

fn number(event: &Event) -> u32 {
    match event {
        Event::TrainingFailed(failed) => failed.attempt,
        Event::TrainingProgress(progress) => u32::try_from(progress.step.get()).unwrap(),
        other => panic!("unexpected {other:?}"),
    }
}

struct House {
    _folder: TempDir,
    tree: ActorTree,
    root: ActorRef<SupervisorMsg>,
    done: tokio::task::JoinHandle<Result<(), crate::error::SupervisionError>>,
    store: StoreAccess,
    publisher: EventPublisher,
    listener: ListenerArgs,
}

fn quick() -> BusSettings {
    BusSettings {
        handler_timeout: SOON,
        retry: Backoff { initial: Duration::from_millis(20), jitter: 0.0, ..BusSettings::default().retry },
        ..BusSettings::default()
    }
}

async fn house(settings: BusSettings) -> House {
    open(tempfile::tempdir().unwrap(), settings).await
}

async fn open(folder: TempDir, settings: BusSettings) -> House {
    let options = StoreOptions { cache_bytes: 1 << 20, check_on_open: false, dedup_window: 10_000 };
    let store_args = StoreArgs::new(folder.path().join("store.redb"), options);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let tree = ActorTree::new(Arc::clone(&clock));
    let store = StoreAccess::new(tree.address(&TreePath::new("node/store")), 64);
    let bus_args = BusArgs { store: store.clone(), clock: Arc::clone(&clock), settings, seed: 3 };
    let [fails, panics, hangs] = [(); 3].map(|()| Arc::new(AtomicU32::new(0)));
    let listener = ListenerArgs { heard: Heard::default(), fails, panics, hangs };
    let ear = listener.clone();
    let spec = SupervisorSpec::new(Strategy::RestForOne)
        .backoff(Backoff::none())
        .intensity(1_000, Duration::from_secs(1))
        .child(ChildSpec::worker("store", move |_| (StoreActor, store_args.clone())))
        .child(ChildSpec::worker("bus", move |_| (EventBus, bus_args.clone())))
        .child(ChildSpec::worker("ear", move |_| (Listener, ear.clone())));
    let (root, done) = Supervisor::start_root("node", spec, &tree, 1).await.unwrap();
    let bus = tree.address(&TreePath::new("node/bus"));
    let publisher = EventPublisher::new(bus, store.clone(), NodeId::new("test").unwrap(), clock);
    House { _folder: folder, tree, root, done, store, publisher, listener }
}

impl House {
    fn bus(&self) -> Address<BusMsg> {
        self.tree.address(&TreePath::new("node/bus"))
    }

    fn sink(&self) -> EventSink {
        EventSink::new(self.tree.address(&TreePath::new("node/ear")), |delivery| delivery)
    }

    async fn subscribe(&self, filter: EventFilter, from: StartFrom) -> u64 {
        let subscription = DurableSubscription { name: "ear".into(), filter, from, sink: self.sink() };
        let request = |reply| BusMsg::SubscribeDurable(subscription, reply);
        self.bus().call(request, SOON).await.unwrap().unwrap()
    }

    async fn publish(&self, event: Event) -> Published {
        self.publisher.publish(event, None).await.unwrap()
    }

    async fn report(&self) -> BusReport {
        self.bus().call(BusMsg::Report, SOON).await.unwrap()
    }

    async fn until_restarted(&self, name: &str, times: u32) {
        let path = TreePath::new("node").child(name);
        let mut changes = self.tree.changes();
        let fits =
            |node: &crate::supervision::TreeNode| node.restarts >= times && node.state == NodeState::Running;
        while !self.tree.node(&path).is_some_and(|node| fits(&node)) {
            tokio::time::timeout(SOON, changes.changed()).await.unwrap().unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_late_subscriber_hears_what_was_before_in_order() {
    let house = house(quick()).await;
    for number in 0..5 {
        assert_eq!(house.publish(failed(number)).await, Published::Stored { sequence: u64::from(number) });
    }
    assert_eq!(house.subscribe(EventFilter::all(), StartFrom::Beginning).await, 0);
    for number in 5..10 {
        house.publish(failed(number)).await;
    }
    let heard = house.listener.heard.until(10).await;
    assert_eq!(heard, (0..10).map(|number| (number, 1)).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_name_may_begin_now_and_a_known_one_goes_on() {
    let house = house(quick()).await;
    house.publish(failed(0)).await;
    assert_eq!(house.subscribe(EventFilter::all(), StartFrom::Now).await, 1);
    house.publish(failed(1)).await;
    house.listener.heard.until(1).await;
    while house.store.query("cursor", |s| s.cursor("ear")).await.unwrap() != Some(2) {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    assert_eq!(house.subscribe(EventFilter::all(), StartFrom::Beginning).await, 2);
    house.publish(failed(2)).await;
    assert_eq!(house.listener.heard.until(2).await, [(1, 1), (2, 1)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_event_is_heard_once() {
    let house = house(quick()).await;
    house.subscribe(EventFilter::all(), StartFrom::Beginning).await;
    assert_eq!(house.publish(failed(1)).await, Published::Stored { sequence: 0 });
    assert_eq!(house.publish(failed(1)).await, Published::Duplicate { sequence: 0 });
    house.publish(failed(2)).await;
    assert_eq!(house.listener.heard.until(2).await, [(1, 1), (2, 1)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn filters_pass_over_what_is_not_wanted() {
    let house = house(quick()).await;
    let wanted = EventFilter::kinds(&[EventKind::TrainingFailed]).about(config());
    house.subscribe(wanted, StartFrom::Beginning).await;
    let note = || FailureNote { code: ErrorCode::Io, message: "x".into() };
    for number in 0..600 {
        house.publish(failure("square8_2p".parse().unwrap(), number, note())).await;
    }
    house.publish(failed(7)).await;
    assert_eq!(house.listener.heard.until(1).await, [(7, 1)]);
    while house.store.query("cursor", |s| s.cursor("ear")).await.unwrap() != Some(601) {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failure_goes_to_the_dead_letters_and_is_tried_again_while_others_go_on() {
    let house = house(quick()).await;
    house.listener.fails.store(2, Ordering::SeqCst);
    house.subscribe(EventFilter::all(), StartFrom::Beginning).await;
    house.publish(failed(1)).await;
    house.listener.heard.until(2).await;
    house.publish(failed(2)).await;
    let heard = house.listener.heard.until(4).await;
    assert_eq!(heard.iter().filter(|h| h.0 == 1).map(|h| h.1).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(heard.iter().filter(|h| h.0 == 2).map(|h| h.1).collect::<Vec<_>>(), [1]);
    while !house.store.query("letters", |s| s.dead_letters(10)).await.unwrap().is_empty() {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_fails_every_time_stays_for_a_person() {
    let house = house(BusSettings { max_attempts: 3, ..quick() }).await;
    house.listener.fails.store(3, Ordering::SeqCst);
    house.subscribe(EventFilter::all(), StartFrom::Beginning).await;
    house.publish(failed(1)).await;
    house.listener.heard.until(3).await;
    let letter = loop {
        let letters = house.store.query("letters", |s| s.dead_letters(10)).await.unwrap();
        if let Some(letter) = letters.into_iter().find(|letter| letter.attempts == 3) {
            break letter;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    };
    assert_eq!((letter.retry_at, letter.failure.message.as_str()), (None, "told to"));
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(house.listener.heard.until(3).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handler_that_hangs_is_given_up_on() {
    let house = house(BusSettings { handler_timeout: Duration::from_millis(300), ..quick() }).await;
    house.listener.hangs.store(1, Ordering::SeqCst);
    house.subscribe(EventFilter::all(), StartFrom::Beginning).await;
    house.publish(failed(1)).await;
    house.publish(failed(2)).await;
    let heard = house.listener.heard.until(3).await;
    assert_eq!(heard[0], (1, 1));
    assert!(heard.contains(&(2, 1)) && heard.contains(&(1, 2)), "the dead letter comes again: {heard:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_subscriber_that_dies_gets_the_event_again_and_a_deadly_one_is_set_aside() {
    let house = house(BusSettings { handler_timeout: Duration::from_secs(30), ..quick() }).await;
    house.subscribe(EventFilter::all(), StartFrom::Beginning).await;
    house.listener.panics.store(1, Ordering::SeqCst);
    house.publish(failed(1)).await;
    assert_eq!(house.listener.heard.until(2).await, [(1, 1), (1, 2)]);

    house.listener.panics.store(3, Ordering::SeqCst);
    house.publish(failed(2)).await;
    house.publish(failed(3)).await;
    let heard = house.listener.heard.until(7).await;
    assert_eq!(heard[2..5], [(2, 1), (2, 2), (2, 3)], "{heard:?}");
    assert!(heard[5..].contains(&(3, 1)) && heard[5..].contains(&(2, 2)), "{heard:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_stored_is_lost_when_bus_and_store_die() {
    let house = house(quick()).await;
    house.subscribe(EventFilter::all(), StartFrom::Beginning).await;
    for round in 0..6u32 {
        let name = ["bus", "store", "ear"][(round % 3) as usize];
        house.publish(failed(round * 2)).await;
        house.publish(failed(round * 2 + 1)).await;
        let restarts = house.tree.node(&TreePath::new("node").child(name)).unwrap().restarts;
        house.tree.cell(&TreePath::new("node").child(name)).unwrap().kill();
        house.until_restarted(name, restarts + 1).await;
        house.until_restarted("ear", 0).await;
        house.bus().wait_up(SOON).await.unwrap();
        house.subscribe(EventFilter::all(), StartFrom::Beginning).await;
    }
    house.publish(failed(99)).await;
    loop {
        let mut numbers: Vec<u32> = house.listener.heard.until(13).await.into_iter().map(|h| h.0).collect();
        numbers.sort_unstable();
        numbers.dedup();
        if numbers.contains(&99) {
            assert_eq!(numbers, (0..12).chain([99]).collect::<Vec<_>>());
            break;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cursor_survives_the_process() {
    let house = house(quick()).await;
    house.subscribe(EventFilter::all(), StartFrom::Beginning).await;
    house.publish(failed(1)).await;
    house.listener.heard.until(1).await;
    while house.store.query("cursor", |s| s.cursor("ear")).await.unwrap() != Some(1) {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    house.root.stop(None);
    house.done.await.unwrap().unwrap();

    let again = open(house._folder, quick()).await;
    again.publish(failed(2)).await;
    assert_eq!(again.subscribe(EventFilter::all(), StartFrom::Beginning).await, 1);
    assert_eq!(again.listener.heard.until(1).await, [(2, 1)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn live_subscribers_hear_both_kinds_and_lose_what_they_have_no_room_for() {
    let house = house(BusSettings { live_queue: 3, ..quick() }).await;
    let subscription =
        LiveSubscription { name: "ear".into(), filter: EventFilter::all(), sink: house.sink() };
    house.bus().call(|reply| BusMsg::SubscribeLive(subscription, reply), SOON).await.unwrap();
    house.publish(failed(1)).await;
    house.listener.heard.until(1).await;
    assert_eq!(house.publish(progress(2)).await, Published::Announced);
    house.publish(progress(2)).await;
    house.listener.heard.until(2).await;
    house.listener.hangs.store(3, Ordering::SeqCst);
    for step in 3..8 {
        house.publish(progress(step)).await;
    }
    house.listener.heard.until(5).await;
    let report = house.report().await;
    assert_eq!((report.duplicates, report.subscribers[0].lost), (1, 2));
    assert_eq!(house.listener.heard.until(5).await.len(), 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_is_stored_with_its_cause_or_not_at_all() {
    let house = house(quick()).await;
    house.subscribe(EventFilter::all(), StartFrom::Beginning).await;
    let staged = house.publisher.stage(failed(1), None).unwrap();
    let refused = house.store.commit("fails", move |write| {
        let _ = staged.append(write)?;
        let champion = rr_storage::ChampionRow {
            model: ModelId::of(b"nobody"),
            previous: None,
            generation: rr_proto::Generation(1),
            evaluation: None,
            since: UnixMillis(1),
        };
        write.swap_champion(config(), None, &champion)
    });
    assert!(refused.await.is_err());
    assert_eq!(house.store.query("next", |s| s.next_event()).await.unwrap(), 0);
    let staged = house.publisher.stage(failed(1), None).unwrap();
    let stored = house.store.commit("works", move |write| staged.append(write)).await.unwrap();
    assert_eq!(stored, Published::Stored { sequence: 0 });
    assert_eq!(house.listener.heard.until(1).await, [(1, 1)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_that_this_build_cannot_read_is_set_aside() {
    let house = house(quick()).await;
    let foreign =
        |write: &mut rr_storage::StoreWrite| write.append_event(Sha256Digest::of(b"x"), b"rrev\xff\xff");
    let _ = house.store.commit("foreign", foreign).await.unwrap();
    house.publish(failed(1)).await;
    house.subscribe(EventFilter::all(), StartFrom::Beginning).await;
    assert_eq!(house.listener.heard.until(1).await, [(1, 1)]);
    let letters = house.store.query("letters", |s| s.dead_letters(10)).await.unwrap();
    assert_eq!((letters[0].sequence, letters[0].retry_at), (0, None));
}
