//! The actor itself. Supervised by `daemons`, one for one; a restart begins to count anew.

use std::sync::Arc;
use std::time::Duration;

use ractor::{Actor, ActorProcessingErr, ActorRef};
use rr_config::KeepingSection;
use rr_proto::{AlertSeverity, ConfigKey, Event, HealthAlert, IdleResourceDetected, NodeId, UnixMillis};
use serde::Serialize;

use super::judge::{IdleJudge, IdleLimits, IdleVerdict};
use super::view::{WorkExpected, WorkView};
use crate::bus::EventPublisher;
use crate::clock::Clock;
use crate::daemons::DaemonHealth;
use crate::devices::{DeviceClient, DeviceReport};
use crate::error::{BusFailure, DeviceFailure};
use crate::supervision::{Address, Observer, Ticker};

/// What the idle watch is told.
#[derive(Debug)]
pub enum IdleResourceMsg {
    /// Look now.
    Look,
    /// This is how the device is. Sent by the look.
    Reported(Result<DeviceReport, DeviceFailure>),
}

/// What the idle watch needs.
#[derive(Clone)]
pub struct IdleResourceArgs {
    /// The device.
    pub device: DeviceClient,
    /// Says whether it should have work.
    pub view: Arc<dyn WorkView>,
    /// What counts as idle.
    pub keeping: KeepingSection,
    /// Events.
    pub publisher: EventPublisher,
    /// This node.
    pub node: NodeId,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// This actor, for its looks.
    pub myself: Address<IdleResourceMsg>,
    /// Shows the state.
    pub observer: Observer,
}

/// Watches for an idle device.
pub struct IdleResourceActor;

/// Since when the device is idle.
pub struct IdleResourceState {
    args: IdleResourceArgs,
    limits: IdleLimits,
    judge: IdleJudge,
    health: DaemonHealth,
    numbers: IdleNumbers,
    _ticker: Ticker,
}

/// What the idle watch shows.
#[derive(Debug, Clone, Default, Serialize)]
struct IdleNumbers {
    utilization: f64,
    reason: String,
    detected: u64,
}

impl Actor for IdleResourceActor {
    type Msg = IdleResourceMsg;
    type State = IdleResourceState;
    type Arguments = IdleResourceArgs;

    async fn pre_start(
        &self,
        _myself: ActorRef<IdleResourceMsg>,
        args: IdleResourceArgs,
    ) -> Result<IdleResourceState, ActorProcessingErr> {
        let every = Duration::from_secs(args.keeping.idle_interval_seconds);
        let ticker = Ticker::every(&args.myself, every, || IdleResourceMsg::Look);
        let health = DaemonHealth::new(Arc::clone(&args.clock));
        let numbers = IdleNumbers::default();
        args.observer.show(health.with(&numbers));
        let (limits, judge) = (IdleLimits::from(&args.keeping), IdleJudge::default());
        Ok(IdleResourceState { args, limits, judge, health, numbers, _ticker: ticker })
    }

    async fn handle(
        &self,
        _myself: ActorRef<IdleResourceMsg>,
        message: IdleResourceMsg,
        state: &mut IdleResourceState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            IdleResourceMsg::Look => state.look(),
            IdleResourceMsg::Reported(report) => state.reported(report).await,
        }
        Ok(())
    }
}

impl IdleResourceState {
    fn look(&self) {
        let (device, actor) = (self.args.device.clone(), self.args.myself.clone());
        tokio::spawn(async move {
            let _ = actor.cast(IdleResourceMsg::Reported(device.report().await)); // gone with its supervisor
        });
    }

    async fn reported(&mut self, report: Result<DeviceReport, DeviceFailure>) {
        let outcome = match report {
            Ok(report) => self.judge(&report).await.map_err(|failure| failure.to_string()),
            Err(failure) => Err(failure.to_string()),
        };
        match outcome {
            Ok(()) => self.health.worked(),
            Err(failure) => self.health.failed("IDLE_RESOURCE", &failure),
        }
        self.args.observer.show(self.health.with(&self.numbers));
    }

    async fn judge(&mut self, report: &DeviceReport) -> Result<(), BusFailure> {
        let expected = self.args.view.expected();
        // What waits for a lane is about to be computed, however long the lane takes.
        let busy = if report.in_flight + report.waiting > 0 {
            report.busy.max(self.limits.share)
        } else {
            report.busy
        };
        let (config, reason) = match expected {
            WorkExpected::Yes { config, stage } => (Some(config), format!("{config} is {stage}")),
            WorkExpected::No(why) => (None, why.to_owned()),
        };
        (self.numbers.utilization, self.numbers.reason) = (report.busy, reason);
        let now = self.args.clock.monotonic();
        let mut judge = self.judge;
        if let IdleVerdict::Idle { idle, alert } = judge.look(now, busy, config.is_some(), &self.limits) {
            self.tell(report, config, idle, alert).await?;
        }
        self.judge = judge; // what could not be told is told at the next look
        Ok(())
    }

    async fn tell(
        &mut self,
        report: &DeviceReport,
        recommended: Option<ConfigKey>,
        idle: Duration,
        alert: bool,
    ) -> Result<(), BusFailure> {
        let (node, at) = (self.args.node.clone(), UnixMillis(self.args.clock.unix_ms()));
        let (device, reason) = (report.name.clone(), &self.numbers.reason);
        tracing::warn!(
            device,
            ?idle,
            busy = report.busy,
            reason,
            "a device is idle though nothing holds work"
        );
        let mut events: Vec<Event> = Vec::new();
        if alert {
            let message = format!(
                "it has been idle for {} s although {reason} and nothing holds work, and ordering the work again did not \
                 help; `rr-admin actors tree` shows who waits",
                idle.as_secs()
            );
            let (severity, subject) = (AlertSeverity::Warning, device.clone());
            events.push(HealthAlert { node: node.clone(), severity, subject, message, at }.into());
        }
        let (utilization, idle_ms) = (report.busy, u64::try_from(idle.as_millis()).unwrap_or(u64::MAX));
        events.push(IdleResourceDetected { node, device, utilization, idle_ms, recommended, at }.into());
        self.args.publisher.publish_together(events).await?;
        self.numbers.detected += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::clock::ManualClock;
    use crate::daemons::testing::DaemonHouse;
    use crate::devices::DeviceMsg;
    use crate::supervision::{ChildSpec, Strategy, SupervisorSpec, TreePath};

    /// A device that is as busy as the test says.
    struct Device(Arc<Mutex<f64>>);

    impl Actor for Device {
        type Msg = DeviceMsg;
        type State = ();
        type Arguments = ();

        async fn pre_start(&self, _: ActorRef<DeviceMsg>, (): ()) -> Result<(), ActorProcessingErr> {
            Ok(())
        }

        async fn handle(
            &self,
            _: ActorRef<DeviceMsg>,
            message: DeviceMsg,
            (): &mut (),
        ) -> Result<(), ActorProcessingErr> {
            if let DeviceMsg::Report(reply) = message {
                let report = DeviceReport {
                    name: "cpu:0".into(),
                    models: Vec::new(),
                    batches: 0,
                    evals: 0,
                    failures: 0,
                    evals_per_second: 0.0,
                    busy: *self.0.lock().unwrap(),
                    in_flight: 0,
                    waiting: 0,
                    paused: false,
                };
                reply.send(report)?;
            }
            Ok(())
        }
    }

    struct Expected(Mutex<WorkExpected>);

    impl WorkView for Expected {
        fn expected(&self) -> WorkExpected {
            self.0.lock().unwrap().clone()
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn an_idle_device_is_told_of_with_the_config_to_play_and_an_excused_one_is_not() {
        let house = DaemonHouse::open().await;
        let config: ConfigKey = "hex8_2p".parse().unwrap();
        let busy = Arc::new(Mutex::new(0.0));
        let view = Arc::new(Expected(Mutex::new(WorkExpected::No("work is held"))));
        let clock = Arc::new(ManualClock::at_ms(1_000));
        let (store, publisher) = (house.store.clone(), house.publisher.clone());
        let (asked, time, shown_busy) = (view.clone(), clock.clone(), busy.clone());
        let idle = ChildSpec::worker("idle", move |start| {
            let args = IdleResourceArgs {
                device: DeviceClient::new(start.tree.address(&TreePath::new("node/device")), store.clone()),
                view: asked.clone(),
                keeping: KeepingSection::default(),
                publisher: publisher.clone(),
                node: DaemonHouse::node(),
                clock: time.clone(),
                myself: start.address(),
                observer: start.observer(),
            };
            (IdleResourceActor, args)
        });
        let spec = SupervisorSpec::new(Strategy::OneForOne)
            .child(ChildSpec::worker("device", move |_| (Device(shown_busy.clone()), ())))
            .child(idle);
        house.start("node", spec).await;
        let look = async |reason: &str, detected: u64| {
            clock.advance(Duration::from_secs(60));
            house.tree.address(&TreePath::new("node/idle")).cast(IdleResourceMsg::Look).unwrap();
            let wanted =
                |shown: &serde_json::Value| shown["reason"] == reason && shown["detected"] == detected;
            house.until_shown("node/idle", wanted).await;
        };
        look("work is held", 0).await;
        look("work is held", 0).await;
        *view.0.lock().unwrap() = WorkExpected::Yes { config, stage: "collecting" };
        look("hex8_2p is collecting", 0).await;
        look("hex8_2p is collecting", 1).await;
        look("hex8_2p is collecting", 2).await;
        let told = house.told().await;
        assert!(
            matches!(&told[..], [Event::IdleResourceDetected(first), Event::IdleResourceDetected(_)]
            if first.recommended == Some(config) && first.idle_ms == 60_000),
            "{told:?}"
        );
        *busy.lock().unwrap() = 0.9;
        look("hex8_2p is collecting", 2).await;
        house.until_shown("node/idle", |shown| shown["utilization"] == 0.9).await;
        assert_eq!(house.told().await.len(), 2);
    }
}
