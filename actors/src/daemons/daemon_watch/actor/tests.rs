use rr_proto::DaemonPhase;

use super::*;
use crate::daemons::testing::DaemonHouse;
use crate::supervision::{
    Backoff, CascadePolicy, ChildSpec, Strategy, Supervisor, SupervisorMsg, SupervisorSpec,
};

const PATIENCE: Duration = Duration::from_secs(60);

/// Says how its duty goes as told, and dies of `die`.
struct Duty;

#[derive(Debug)]
enum DutyMsg {
    Fail,
    Die,
}

impl Actor for Duty {
    type Msg = DutyMsg;
    type State = (DaemonHealth, Observer);
    type Arguments = Observer;

    async fn pre_start(
        &self,
        _: ActorRef<DutyMsg>,
        observer: Observer,
    ) -> Result<Self::State, ActorProcessingErr> {
        Ok((DaemonHealth::new(Arc::new(crate::clock::SystemClock::new())), observer))
    }

    async fn handle(
        &self,
        _: ActorRef<DutyMsg>,
        message: DutyMsg,
        (health, observer): &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            DutyMsg::Fail => health.failed("duty", &"told to"),
            DutyMsg::Die => return Err("told to die".into()),
        }
        observer.show(health.with(&()));
        Ok(())
    }
}

struct Watched {
    house: DaemonHouse,
    tree: ActorTree,
    root: ActorRef<SupervisorMsg>,
}

impl Watched {
    /// A node of one critical daemon and its watch, beside a store and a bus.
    async fn open(policy: CascadePolicy, pause: Duration) -> Self {
        let house = DaemonHouse::open().await;
        let clock: Arc<dyn Clock> = Arc::new(crate::clock::SystemClock::new());
        let tree = ActorTree::with_cascade(Arc::clone(&clock), policy);
        let (publisher, roll) = (house.publisher.clone(), SharedRoll::default());
        let watch = ChildSpec::worker("watch", move |start| {
            let args = DaemonWatchArgs {
                tree: start.tree.clone(),
                root: TreePath::new("node"),
                roll: Arc::clone(&roll),
                publisher: publisher.clone(),
                node: DaemonHouse::node(),
                clock: Arc::clone(&clock),
                myself: start.address(),
                observer: start.observer(),
            };
            (DaemonWatchActor, args)
        });
        let backoff = Backoff { immediate: 0, initial: pause, max: pause, jitter: 0.0, ..Backoff::default() };
        let duty = ChildSpec::worker("duty", |start| (Duty, start.observer())).critical(true);
        let spec = SupervisorSpec::new(Strategy::OneForOne)
            .intensity(1_000, Duration::from_secs(1))
            .backoff(backoff)
            .child(watch)
            .child(duty);
        let (root, _) = Supervisor::start_root("node", spec, &tree, 1).await.unwrap();
        Self { house, tree, root }
    }

    fn duty(&self) -> Address<DutyMsg> {
        self.tree.address(&TreePath::new("node/duty"))
    }

    async fn by_hand(
        &self,
        request: impl FnOnce(
            String,
            ractor::RpcReplyPort<Result<(), crate::error::SupervisionError>>,
        ) -> SupervisorMsg,
    ) {
        let reply = ractor::call_t!(self.root, |reply| request("duty".into(), reply), 60_000).unwrap();
        reply.unwrap();
    }

    /// Waits until it was told that a daemon fares like this.
    async fn until_changed(&self, daemon: &str, phase: DaemonPhase) -> Vec<Event> {
        let changed = |event: &Event| matches!(event, Event::DaemonStatusChanged(e) if e.daemon == daemon && e.to == phase);
        self.house.until_told(|told| told.iter().any(changed)).await
    }

    /// Waits until an event of the name was told of the daemon, and returns the names of all that were.
    async fn until(&self, name: &str, times: usize) -> Vec<Event> {
        let wanted = |told: &[Event]| told.iter().filter(|event| event.name() == name).count() >= times;
        self.house.until_told(wanted).await
    }
}

fn phases(told: &[Event]) -> Vec<(DaemonPhase, DaemonPhase)> {
    let changed = |event: &Event| match event {
        Event::DaemonStatusChanged(e) if e.daemon == "node/duty" => Some((e.from, e.to)),
        _ => None,
    };
    told.iter().filter_map(changed).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn starts_failures_and_stops_are_told_once() {
    let watched = Watched::open(CascadePolicy::never(), Duration::ZERO).await;
    let told = watched.until("DAEMON_STARTED", 2).await;
    assert!(
        told.iter().any(
            |event| matches!(event, Event::DaemonStarted(e) if e.daemon == "node/duty" && e.restarts == 0)
        )
    );
    watched.duty().cast(DutyMsg::Die).unwrap();
    watched.until_changed("node/duty", DaemonPhase::Running).await;
    watched.by_hand(SupervisorMsg::StopChild).await;
    let told = watched.until("DAEMON_STOPPED", 1).await;
    assert!(
        matches!(told.last().unwrap(), Event::DaemonStopped(e) if e.reason.contains("person")),
        "{told:?}"
    );
    watched.by_hand(SupervisorMsg::StartChild).await;
    watched.until("DAEMON_STARTED", 3).await;

    // A restart of the watch tells of itself and of nobody else.
    let before = watched.house.told().await.len();
    watched.tree.cell(&TreePath::new("node/watch")).unwrap().kill();
    let told = watched.until_changed("node/watch", DaemonPhase::Running).await;
    assert_eq!(told.len(), before + 1, "{told:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_duty_that_fails_again_and_again_degrades() {
    let watched = Watched::open(CascadePolicy::never(), Duration::ZERO).await;
    watched.until("DAEMON_STARTED", 2).await;
    for _ in 0..3 {
        watched.duty().cast(DutyMsg::Fail).unwrap();
    }
    let told = watched.until("DAEMON_STATUS_CHANGED", 1).await;
    assert_eq!(phases(&told), [(DaemonPhase::Running, DaemonPhase::Degraded)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_breaker_opens_and_closes_and_people_are_told() {
    let policy = CascadePolicy {
        window: PATIENCE,
        open: Duration::from_secs(3),
        lead: Duration::ZERO,
        thresholds: [1; 4],
    };
    let watched = Watched::open(policy, Duration::ZERO).await;
    watched.until("DAEMON_STARTED", 2).await;
    for times in 1..=2 {
        watched.duty().wait_up(PATIENCE).await.unwrap();
        watched.duty().cast(DutyMsg::Die).unwrap();
        while watched.tree.cascade().restarts < times && watched.tree.cascade_opening().is_none() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
    let told = watched.until("CASCADE_BREAKER_CLOSED", 1).await;
    let names: Vec<_> = told.iter().map(Event::name).collect();
    let opened = told.iter().find_map(|event| match event {
        Event::CascadeBreakerOpened(e) => Some((e.restarts, e.threshold, e.open_ms)),
        _ => None,
    });
    assert_eq!(opened, Some((2, 1, 3_000)));
    assert_eq!(names.iter().filter(|name| **name == "CASCADE_BREAKER_OPENED").count(), 1);
    let alerts: Vec<_> = told.iter().filter(|event| event.name() == "HEALTH_ALERT").collect();
    assert!(matches!(alerts[..], [Event::HealthAlert(e)] if e.subject == "cascade breaker"), "{alerts:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_stops_tells_nothing() {
    let watched = Watched::open(CascadePolicy::never(), Duration::ZERO).await;
    watched.until("DAEMON_STARTED", 2).await;
    let before = watched.house.told().await.len();
    let path = TreePath::new("node");
    watched.root.stop(None);
    while watched.tree.node(&path).is_some_and(|node| node.state != NodeState::Stopped) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(watched.house.told().await.len(), before);
}
