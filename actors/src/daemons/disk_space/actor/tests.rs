use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use rr_proto::{BlobId, Event, ModelId, TrainingSteps};
use rr_storage::{BlobStore, DataLayout, ModelRow};

use super::*;
use crate::daemons::testing::DaemonHouse;
use crate::permit::WorkKind;
use crate::supervision::{ChildSpec, Strategy, SupervisorSpec};

const MIB: u64 = 1024 * 1024;
/// The size of the disk: what lies in the folder beside blobs is left out, so that the numbers are the test's own.
const DISK: u64 = 100 * MIB;

/// A disk that is as full as the files in two folders are long, and as somebody else makes it.
struct SmallDisk {
    folders: Vec<PathBuf>,
    others: std::sync::atomic::AtomicU64,
}

impl SmallDisk {
    fn length(folder: &std::path::Path) -> u64 {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let length = |entry: std::fs::DirEntry| match entry.path() {
            path if path.is_dir() => Self::length(&path),
            path => path.metadata().map_or(0, |file| file.len()),
        };
        entries.map(length).sum()
    }
}

impl DiskProbe for SmallDisk {
    fn read(&self) -> io::Result<DiskReading> {
        let used: u64 = self.folders.iter().map(|folder| Self::length(folder)).sum();
        let used = used + self.others.load(std::sync::atomic::Ordering::SeqCst);
        Ok(DiskReading { free_bytes: DISK.saturating_sub(used), total_bytes: DISK })
    }
}

/// Reads the time of the machine, some hours ahead: what was written a moment ago is old.
struct Later(Duration);

impl Clock for Later {
    fn monotonic(&self) -> Duration {
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
    }

    fn unix_ms(&self) -> u64 {
        u64::try_from((self.monotonic() + self.0).as_millis()).unwrap()
    }
}

struct Disk {
    house: DaemonHouse,
    layout: DataLayout,
    blobs: Arc<BlobStore>,
    permit: WorkPermit,
    probe: Arc<SmallDisk>,
}

impl Disk {
    async fn open(later: Duration) -> Self {
        let house = DaemonHouse::open().await;
        let layout = DataLayout::new(house.folder.path());
        let blobs = Arc::new(BlobStore::open(&layout).unwrap());
        let folders = vec![layout.blobs(), layout.runs()];
        let probe = Arc::new(SmallDisk { folders, others: 0.into() });
        let clock: Arc<dyn Clock> = Arc::new(Later(later));
        let permit = WorkPermit::new(Arc::clone(&clock));
        Self { house, layout, blobs, permit, probe }
    }

    /// Starts the watch: work is held under 10 MiB, and let go from 15 MiB on.
    async fn watch(&self, later: Duration) {
        let cleaner = Cleaner {
            store: self.house.store.clone(),
            blobs: Arc::clone(&self.blobs),
            layout: self.layout.clone(),
            clock: Arc::new(Later(later)),
        };
        let (probe, permit, publisher) =
            (self.probe.clone(), self.permit.clone(), self.house.publisher.clone());
        let folder = self.layout.root().display().to_string();
        let spec = SupervisorSpec::new(Strategy::OneForOne).child(ChildSpec::worker("disk", move |start| {
            let args = DiskSpaceArgs {
                storage: StorageSection { min_free_mb: 10, ..StorageSection::default() },
                keeping: KeepingSection { disk_clear_gap_mb: 5, ..KeepingSection::default() },
                folder: folder.clone(),
                probe: probe.clone(),
                cleaner: cleaner.clone(),
                permit: permit.clone(),
                publisher: publisher.clone(),
                node: DaemonHouse::node(),
                myself: start.address(),
                observer: start.observer(),
                clock: Arc::new(Later(Duration::ZERO)),
            };
            (DiskSpaceActor, args)
        }));
        self.house.start("node", spec).await;
    }

    fn look(&self) {
        self.house
            .tree
            .address(&crate::supervision::TreePath::new("node/disk"))
            .cast(DiskSpaceMsg::Look)
            .unwrap();
    }

    fn fill(&self, number: u8, mib: u64) -> BlobId {
        self.blobs.put(&vec![number; (mib * MIB) as usize]).unwrap()
    }

    async fn record(&self, blob: BlobId) {
        let row = ModelRow {
            id: ModelId::from(blob),
            config: "hex8_2p".parse().unwrap(),
            parent: None,
            generation: rr_proto::Generation(0),
            steps: TrainingSteps(0),
            created_at: UnixMillis(1),
            file_bytes: 1,
            card_json: "{}".to_owned(),
        };
        let _ = self.house.store.append_model(row).await.unwrap();
    }

    fn others_use(&self, mib: u64) {
        self.probe.others.store(mib * MIB, std::sync::atomic::Ordering::SeqCst);
        self.look();
    }

    async fn until(&self, level: &str) -> serde_json::Value {
        let wanted = |shown: &serde_json::Value| {
            self.look(); // one that comes while another is under way is left out
            shown["level"] == level
        };
        self.house.until_shown("node/disk", wanted).await
    }
}

fn levels(told: &[Event]) -> Vec<rr_proto::ResourceLevel> {
    let level = |event: &Event| match event {
        Event::DiskSpaceLow(e) => Some(e.level),
        _ => None,
    };
    told.iter().filter_map(level).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_fills_up_holds_work_frees_what_nobody_needs_and_lets_work_go_on() {
    let long_after = Duration::from_secs(2 * 3_600);
    let disk = Disk::open(long_after).await;
    let (needed, unneeded) = (disk.fill(1, 60), disk.fill(2, 32));
    disk.record(needed).await;
    disk.watch(long_after).await;
    // 8 MiB are left: work is held, the store still commits, and the blob that nothing refers to goes.
    let told = disk.house.until_told(|told| levels(told).len() >= 2).await;
    use rr_proto::ResourceLevel::{Critical, Normal};
    assert_eq!(levels(&told), [Critical, Normal]);
    let cleanup = told.iter().find_map(|event| match event {
        Event::DiskCleanupTriggered(e) => Some((e.files, e.freed_bytes, e.tasks.clone())),
        _ => None,
    });
    assert_eq!(cleanup, Some((1, 32 * MIB, vec!["unreferenced blobs".to_owned()])), "no further than needed");
    assert!(disk.blobs.contains(needed) && !disk.blobs.contains(unneeded));
    disk.until("normal").await;
    assert!(disk.permit.holds().is_empty());
    assert!(told.iter().any(|event| event.name() == "RESOURCE_CONSTRAINT"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_is_needed_or_young_goes_however_short_the_disk_is() {
    let disk = Disk::open(Duration::ZERO).await;
    let (recorded, young) = (disk.fill(1, 60), disk.fill(2, 32));
    disk.record(recorded).await;
    disk.watch(Duration::ZERO).await;
    disk.until("critical").await;
    assert!(!disk.permit.allows(WorkKind::SelfPlay) && disk.permit.allows(WorkKind::Session));
    disk.house.until_shown("node/disk", |shown| shown["cleanups"] == 1).await;
    disk.others_use(8);
    disk.until("emergency").await;
    disk.house.until_shown("node/disk", |shown| shown["cleanups"] == 2).await;
    assert!(disk.blobs.contains(recorded) && disk.blobs.contains(young), "its reference may be on its way");
    // Somebody else makes room: the bound alone does not let work go, the gap beyond it does.
    disk.others_use(28);
    std::fs::remove_file(disk.blobs.path(young)).unwrap();
    disk.until("critical").await;
    assert!(!disk.permit.holds().is_empty(), "12 MiB are free");
    disk.others_use(20);
    disk.until("warned").await;
    assert!(disk.permit.holds().is_empty());
    assert_eq!(disk.house.until_shown("node/disk", |_| true).await["freed_bytes"], 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn folders_of_ended_runs_go_and_what_is_none_stays() {
    let long_after = Duration::from_secs(2 * 3_600);
    let disk = Disk::open(long_after).await;
    let run = disk.layout.run(rr_proto::JobId::derive(&[b"ended"]));
    std::fs::create_dir_all(run.join("out")).unwrap();
    std::fs::write(run.join("out/shard"), vec![7; (30 * MIB) as usize]).unwrap();
    let moments = disk.layout.runs().join("moments-of-a-model");
    std::fs::write(&moments, vec![7; (62 * MIB) as usize]).unwrap();
    disk.watch(long_after).await;
    disk.house.until_shown("node/disk", |shown| shown["freed_bytes"] == 30 * MIB).await;
    disk.until("normal").await;
    assert!(!run.exists() && moments.exists());
}
