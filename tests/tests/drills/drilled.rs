//! A node within the test's own process that is struck on purpose.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rr_actors::display::DisplayStyle;
use rr_actors::log_control::LogControl;
use rr_actors::node::{Node, NodePlan};
use rr_actors::supervision::{ActorTree, Fault, NodeKind, NodeState, SupervisorMsg, TreePath};
use rr_config::ConfigLayers;
use rr_proto::{ConfigKey, GameId};
use rr_tests::{project, rr_node, tiny_loop_settings};

/// How long anything may take on a machine that does other things too.
const PATIENCE: Duration = Duration::from_secs(120);

/// Settings under which no number of strikes is too many, waits are short, and a hang is found soon.
const DRILL: [(&str, &str); 9] = [
    ("supervision.max_restarts", "100000"),
    ("supervision.cascade_thresholds", "[100000, 100000, 100000, 100000]"),
    ("supervision.backoff_initial_ms", "1"),
    ("supervision.backoff_max_ms", "20"),
    ("supervision.daemon_backoff_seconds", "1"),
    ("supervision.daemon_backoff_max_seconds", "1"),
    ("supervision.daemon_restarts_per_hour", "100000"),
    ("supervision.health_check_seconds", "1"),
    ("supervision.handler_limit_seconds", "4"),
];

/// A node at work.
pub struct Drilled {
    node: Node,
    tree: ActorTree,
    data_dir: PathBuf,
    shape: Vec<TreePath>,
    promised: Vec<GameId>,
}

impl Drilled {
    /// Starts a node and waits until it plays.
    pub async fn start(folder: &Path) -> Self {
        let set = |layers: ConfigLayers, (key, value)| layers.flag("--set", key, value);
        let mut layers = tiny_loop_settings().chain(DRILL).fold(ConfigLayers::new(), set);
        let library = project().join(".runtime/onnxruntime/lib/libonnxruntime.so");
        if std::env::var_os("ORT_DYLIB_PATH").is_none() && library.exists() {
            layers = layers.flag("--set", "devices.runtime_library", library.to_str().unwrap());
        }
        let data_dir = folder.join("data");
        let loaded = layers.load().unwrap();
        let plan = NodePlan {
            setting_rows: loaded.rows(),
            settings: loaded.settings,
            data_dir: data_dir.clone(),
            program: rr_node().get_program().into(),
            display: DisplayStyle::Off,
            log: LogControl::foreign(),
            pass_games: None,
        };
        let node = Node::start(plan).await.unwrap();
        let tree = node.tree().clone();
        let shape = paths(&tree);
        let mut drilled = Self { node, tree, data_dir, shape, promised: Vec::new() };
        drilled.keeps_working().await;
        drilled
    }

    /// Tells whether everything else restarts with the actor at `path`.
    pub fn all_stand_on(path: &TreePath) -> bool {
        ["node/store", "node/event-bus"].contains(&path.as_str())
    }

    /// Lists the actors that do work, in starting order.
    pub fn workers(&self) -> Vec<TreePath> {
        let workers = self.tree.snapshot().into_iter().filter(|node| node.kind == NodeKind::Worker);
        workers.map(|node| node.path).collect()
    }

    /// Has a fault strike while the actor takes a message or a ping.
    pub async fn strike(&mut self, path: &TreePath, fault: Fault) {
        let before = self.restarts();
        assert!(self.tree.arm(path, fault));
        let _ = self.tree.ping(path, PATIENCE).await; // struck, or after a message that was
        self.recovers(path, &before, fault).await;
    }

    /// Kills the actor and has its next start go wrong.
    pub async fn kill_with(&mut self, path: &TreePath, fault: Fault) {
        let before = self.restarts();
        assert!(self.tree.arm(path, fault));
        self.tree.cell(path).unwrap().kill();
        self.recovers(path, &before, fault).await;
    }

    /// Has the actor restarted by its supervisor and its stop go wrong.
    pub async fn restart_with(&mut self, path: &TreePath, fault: Fault) {
        let before = self.restarts();
        assert!(self.tree.arm(path, fault));
        let (above, name) = self.tree.supervisor_of(path).unwrap();
        let supervisor = self.tree.address::<SupervisorMsg>(&above);
        let request = |reply| SupervisorMsg::RestartChild(name, reply);
        supervisor.call(request, PATIENCE).await.unwrap().unwrap();
        self.recovers(path, &before, fault).await;
    }

    /// Has actors hang, and waits until all of them have been restarted.
    pub async fn hang(&mut self, struck: &[TreePath]) {
        let before = self.restarts();
        for path in struck {
            assert!(self.tree.arm(path, Fault::HangInHandle));
            let _ = self.tree.ping(path, Duration::from_millis(1)).await; // nobody answers
        }
        for path in struck {
            self.until(|restarts| restarts[path] > before[path], &format!("{path} hangs")).await;
        }
        self.all_serve().await;
        let now = self.restarts();
        if !struck.iter().any(Self::all_stand_on) {
            for path in ["node/store", "node/event-bus", "node/daemons/watchdog"].map(TreePath::new) {
                assert_eq!(now[&path], before[&path], "{path} was restarted though others hung");
            }
        }
    }

    /// Waits until more games have been stored, and remembers all of them.
    pub async fn keeps_working(&mut self) {
        let before = self.promised.len();
        let more = async {
            while self.promised.len() <= before {
                tokio::time::sleep(Duration::from_millis(20)).await;
                self.look().await;
            }
        };
        tokio::time::timeout(PATIENCE, more).await.expect("self-play stands still");
    }

    /// Stops the node; returns its folder and the games that it had stored by then.
    pub async fn stop(self) -> (PathBuf, Vec<GameId>) {
        let Self { node, data_dir, promised, .. } = self;
        node.stop().await.unwrap();
        (data_dir, promised)
    }

    /// Asserts that the games stored before are still there and where they were.
    async fn look(&mut self) {
        let key: ConfigKey = "hex8_2p".parse().unwrap();
        let games = move |snapshot: &rr_storage::StoreSnapshot| snapshot.games(key, 0..u64::MAX);
        let Ok(log) = self.node.context().store.query("look", games).await else { return }; // it is being restarted
        let ids: Vec<GameId> = log.into_iter().map(|entry| entry.id).collect();
        assert!(ids.starts_with(&self.promised), "stored games are gone or have moved");
        self.promised = ids;
    }

    /// Waits until the actor serves again, and asserts that what stands on it was restarted once and nobody else.
    async fn recovers(&mut self, path: &TreePath, before: &BTreeMap<TreePath, u32>, fault: Fault) {
        self.until(|now| now.get(path) > before.get(path), &format!("{fault:?} at {path}")).await;
        self.tree.disarm(path);
        self.all_serve().await;
        let now = self.restarts();
        let at = self.shape.iter().position(|other| other == path).unwrap();
        for (place, other) in self.shape.iter().enumerate() {
            let restarted = if Self::all_stand_on(path) { place >= at } else { place == at };
            let expected = before[other] + u32::from(restarted);
            assert_eq!(now[other], expected, "restarts of {other} after {fault:?} at {path}");
        }
        self.look().await;
    }

    /// Waits until all of the same tree runs and answers.
    async fn all_serve(&self) {
        let serve = async {
            while !self.serves().await {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let outcome = tokio::time::timeout(PATIENCE, serve).await;
        assert!(outcome.is_ok(), "not everybody came back: {:#?}", self.tree.snapshot());
    }

    async fn serves(&self) -> bool {
        let nodes = self.tree.snapshot();
        if paths(&self.tree) != self.shape || nodes.iter().any(|node| node.state != NodeState::Running) {
            return false;
        }
        for node in nodes {
            if self.tree.ping(&node.path, PATIENCE).await.is_err() {
                return false;
            }
        }
        true
    }

    async fn until(&self, wanted: impl Fn(&BTreeMap<TreePath, u32>) -> bool, what: &str) {
        let seen = async {
            while !wanted(&self.restarts()) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let outcome = tokio::time::timeout(PATIENCE, seen).await;
        assert!(outcome.is_ok(), "{what}: not restarted: {:#?}", self.tree.snapshot());
    }

    fn restarts(&self) -> BTreeMap<TreePath, u32> {
        self.tree.snapshot().into_iter().map(|node| (node.path, node.restarts)).collect()
    }
}

fn paths(tree: &ActorTree) -> Vec<TreePath> {
    tree.snapshot().into_iter().map(|node| node.path).collect()
}
