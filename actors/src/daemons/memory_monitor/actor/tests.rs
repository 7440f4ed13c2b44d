use std::sync::Mutex;

use serde_json::json;

use super::*;
use crate::clock::ManualClock;
use crate::daemons::testing::DaemonHouse;
use crate::permit::WorkKind;
use crate::supervision::{ActorTree, ChildSpec, Strategy, Supervisor, SupervisorSpec, TreePath};

/// Shows what a test wants.
struct Shown(Mutex<MemoryReading>);

impl Shown {
    fn set(&self, ram_percent: u64, process_mib: u64, vram_percent: Option<u64>) {
        let memory =
            |name: &str, used| MemoryUse { name: name.to_owned(), used_bytes: used, total_bytes: 100 };
        let mut shared = vec![memory("ram", ram_percent)];
        shared.extend(vram_percent.map(|used| memory("vram:0", used)));
        *self.0.lock().unwrap() = MemoryReading { shared, process_bytes: process_mib * 1024 * 1024 };
    }
}

impl MemoryProbe for Shown {
    fn read(&self) -> MemoryReading {
        self.0.lock().unwrap().clone()
    }
}

struct House {
    base: DaemonHouse,
    probe: Arc<Shown>,
    permit: WorkPermit,
    tree: ActorTree,
}

fn path() -> TreePath {
    TreePath::new("node/memory-monitor")
}

impl House {
    async fn open() -> Self {
        let clock = Arc::new(ManualClock::at_ms(5));
        let probe = Arc::new(Shown(Mutex::default()));
        probe.set(10, 1, None);
        let (permit, tree) = (WorkPermit::new(clock.clone()), ActorTree::new(clock.clone()));
        let base = DaemonHouse::open().await;
        let (shown, held, publisher) = (probe.clone(), permit.clone(), base.publisher.clone());
        let spec = SupervisorSpec::new(Strategy::OneForOne).child(ChildSpec::worker(
            "memory-monitor",
            move |start| {
                let args = MemoryMonitorArgs {
                    settings: MemorySection { process_limit_mb: 100, ..MemorySection::default() },
                    devices: DevicesSection::default(),
                    probe: shown.clone(),
                    permit: held.clone(),
                    publisher: publisher.clone(),
                    node: DaemonHouse::node(),
                    myself: start.address(),
                    observer: start.observer(),
                    clock: clock.clone(),
                };
                (MemoryMonitorActor, args)
            },
        ));
        Supervisor::start_root("node", spec, &tree, 1).await.unwrap();
        Self { base, probe, permit, tree }
    }

    fn shown(&self) -> serde_json::Value {
        self.tree.observed(&path()).unwrap_or_default()
    }

    /// Has it look until the level shows.
    async fn until(&self, level: &str) -> bool {
        let monitor = self.tree.address(&path());
        for _ in 0..200 {
            if self.shown()["level"] == json!(level) {
                return true;
            }
            let _ = monitor.cast(MemoryMonitorMsg::Look); // the start may still be under way
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        false
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pressure_holds_new_work_and_clears_with_hysteresis() {
    let house = House::open().await;
    assert!(house.until("normal").await);
    house.probe.set(76, 1, None);
    assert!(house.until("warned").await);
    assert!(house.permit.allows(WorkKind::SelfPlay));
    house.probe.set(85, 1, None);
    assert!(house.until("pressure").await);
    assert!(WorkKind::ALL.iter().all(|kind| !house.permit.allows(*kind)));
    assert!(house.permit.holds()[0].detail.starts_with("ram: 85 %"), "{:?}", house.permit);
    house.probe.set(81, 1, None);
    assert!(!house.until("warned").await, "81 % is not yet clear of 80 %");
    house.probe.set(79, 1, None);
    assert!(house.until("warned").await);
    assert!(house.permit.holds().is_empty());
    let shown = house.shown();
    assert_eq!(
        (&shown["status"], &shown["running"], &shown["pressures"]),
        (&json!("healthy"), &json!(true), &json!(1))
    );
    let told = house.base.told().await;
    let names: Vec<_> = told.iter().map(rr_proto::Event::name).collect();
    let constraint = "RESOURCE_CONSTRAINT";
    assert_eq!(
        names,
        [constraint, constraint, "MEMORY_PRESSURE", constraint, "MEMORY_PRESSURE_CLEARED"],
        "each change once"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_accelerator_or_this_process_can_be_what_is_short() {
    let house = House::open().await;
    house.probe.set(10, 1, Some(90));
    assert!(house.until("pressure").await);
    assert!(house.permit.holds()[0].detail.starts_with("vram:0: 90 %"));
    house.probe.set(10, 1, Some(20));
    assert!(house.until("normal").await);
    house.probe.set(10, 101, None);
    assert!(house.until("pressure").await, "the limit of the process is 100 MiB");
    assert!(house.permit.holds()[0].detail.starts_with("process:"));
}
