//! An actor that dies on demand and keeps a journal, and a tree of them.

use std::io::ErrorKind;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ractor::{Actor, ActorProcessingErr, ActorRef, RpcReplyPort};
use rr_actors::error::SupervisionError;
use rr_actors::supervision::{
    ActorLoad, ActorTree, Address, ChildSpec, NodeState, Supervisor, SupervisorMsg, SupervisorSpec, TreeNode,
    TreePath,
};
use rr_actors::{Clock, SystemClock};
use tokio::task::JoinHandle;

pub const SOON: Duration = Duration::from_secs(10);

/// What a probe can be told.
#[derive(Debug)]
pub enum ProbeMsg {
    /// Say in which life you are, counted from 1.
    Life(RpcReplyPort<u32>),
    /// Panic.
    Panic,
    /// Return an error.
    Fail,
    /// Return an error that tells of a full disk.
    DiskFull,
    /// End in order.
    End,
    /// Wait forever, yielding.
    Hang,
    /// Do nothing.
    Tick,
}

/// What a probe does when it starts and stops; shared by all its lives.
#[derive(Default)]
pub struct Knobs {
    pub lives: AtomicU32,
    /// That many starts panic.
    pub bad_starts: AtomicU32,
    /// That many starts never end.
    pub stuck_starts: AtomicU32,
    pub panic_after_start: AtomicBool,
    pub panic_in_stop: AtomicBool,
    pub hang_in_stop: AtomicBool,
    pub stop_takes_ms: AtomicU32,
}

/// The order in which things happened: `+a` a started, `-a` a stopped in order, `xa` a's state was dropped.
#[derive(Clone, Default)]
pub struct Journal(Arc<Mutex<Vec<String>>>);

impl Journal {
    pub fn note(&self, what: String) {
        self.0.lock().unwrap().push(what);
    }

    /// Takes what was noted, drops left out.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
            .into_iter()
            .filter(|note| !note.starts_with('x'))
            .collect()
    }

    pub fn take_all(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

pub struct Probe;

pub struct ProbeArgs {
    name: String,
    knobs: Arc<Knobs>,
    journal: Journal,
}

pub struct ProbeState {
    args: ProbeArgs,
    life: u32,
}

impl Drop for ProbeState {
    fn drop(&mut self) {
        self.args.journal.note(format!("x{}", self.args.name));
    }
}

fn take_one(counter: &AtomicU32) -> bool {
    counter.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1)).is_ok()
}

impl Actor for Probe {
    type Msg = ProbeMsg;
    type State = ProbeState;
    type Arguments = ProbeArgs;

    async fn pre_start(
        &self,
        _: ActorRef<ProbeMsg>,
        args: ProbeArgs,
    ) -> Result<ProbeState, ActorProcessingErr> {
        assert!(!take_one(&args.knobs.bad_starts), "{} can't start", args.name);
        if take_one(&args.knobs.stuck_starts) {
            std::future::pending::<()>().await;
        }
        let life = args.knobs.lives.fetch_add(1, Ordering::SeqCst) + 1;
        args.journal.note(format!("+{}", args.name));
        Ok(ProbeState { args, life })
    }

    async fn post_start(
        &self,
        _: ActorRef<ProbeMsg>,
        state: &mut ProbeState,
    ) -> Result<(), ActorProcessingErr> {
        let name = &state.args.name;
        assert!(!state.args.knobs.panic_after_start.swap(false, Ordering::SeqCst), "{name} after its start");
        Ok(())
    }

    async fn post_stop(
        &self,
        _: ActorRef<ProbeMsg>,
        state: &mut ProbeState,
    ) -> Result<(), ActorProcessingErr> {
        let knobs = &state.args.knobs;
        assert!(!knobs.panic_in_stop.swap(false, Ordering::SeqCst), "{} can't stop", state.args.name);
        if knobs.hang_in_stop.swap(false, Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
        let takes = Duration::from_millis(u64::from(knobs.stop_takes_ms.load(Ordering::SeqCst)));
        tokio::time::sleep(takes).await;
        state.args.journal.note(format!("-{}", state.args.name));
        Ok(())
    }

    async fn handle(
        &self,
        myself: ActorRef<ProbeMsg>,
        message: ProbeMsg,
        state: &mut ProbeState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            ProbeMsg::Life(reply) => reply.send(state.life)?,
            ProbeMsg::Panic => panic!("{} was told to panic", state.args.name),
            ProbeMsg::Fail => return Err(format!("{} was told to fail", state.args.name).into()),
            ProbeMsg::DiskFull => return Err(std::io::Error::from(ErrorKind::StorageFull).into()),
            ProbeMsg::End => myself.stop(None),
            ProbeMsg::Hang => std::future::pending().await,
            ProbeMsg::Tick => {}
        }
        Ok(())
    }
}

/// A running tree of probes under the root `node`.
pub struct Grove {
    pub tree: ActorTree,
    pub journal: Journal,
    pub root: ActorRef<SupervisorMsg>,
    pub done: JoinHandle<Result<(), SupervisionError>>,
}

/// Describes a probe child that writes to `journal`.
pub fn probe(name: &str, journal: &Journal, knobs: &Arc<Knobs>) -> ChildSpec {
    let (journal, knobs, label) = (journal.clone(), Arc::clone(knobs), name.to_owned());
    ChildSpec::worker(name, move |_| {
        (Probe, ProbeArgs { name: label.clone(), knobs: Arc::clone(&knobs), journal: journal.clone() })
    })
}

pub fn knobs() -> Arc<Knobs> {
    Arc::new(Knobs::default())
}

pub fn tree() -> ActorTree {
    ActorTree::new(Arc::new(SystemClock::new()) as Arc<dyn Clock>)
}

impl Grove {
    /// Starts what `plan` describes.
    pub async fn plant(plan: impl FnOnce(&Journal) -> SupervisorSpec) -> Self {
        Self::plant_on(tree(), plan).await
    }

    /// Starts what `plan` describes on a tree with policies of its own.
    pub async fn plant_on(tree: ActorTree, plan: impl FnOnce(&Journal) -> SupervisorSpec) -> Self {
        let journal = Journal::default();
        let spec = plan(&journal);
        let (root, done) = Supervisor::start_root("node", spec, &tree, 1).await.unwrap();
        Self { tree, journal, root, done }
    }

    pub fn at(&self, name: &str) -> Address<ProbeMsg> {
        self.tree.address(&path(name))
    }

    pub fn tell(&self, name: &str, message: ProbeMsg) {
        self.at(name).cast(message).unwrap();
    }

    pub async fn life(&self, name: &str) -> u32 {
        self.at(name).call(ProbeMsg::Life, SOON).await.unwrap()
    }

    pub fn node(&self, name: &str) -> TreeNode {
        self.tree.node(&path(name)).unwrap()
    }

    /// Waits until `wanted` holds for the node at `name`.
    pub async fn until(&self, name: &str, wanted: impl Fn(&TreeNode) -> bool) -> TreeNode {
        let mut changes = self.tree.changes();
        let look = async {
            loop {
                changes.borrow_and_update();
                if let Some(node) = self.tree.node(&path(name)).filter(|node| wanted(node)) {
                    return node;
                }
                changes.changed().await.unwrap();
            }
        };
        let last = || self.tree.snapshot();
        tokio::time::timeout(Duration::from_secs(3_600), look)
            .await
            .unwrap_or_else(|_| panic!("{:#?}", last()))
    }

    /// Waits until `wanted` holds for the load of the actor at `name`, which changes without a word.
    pub async fn until_load(&self, name: &str, wanted: impl Fn(&ActorLoad) -> bool) -> ActorLoad {
        let look = async {
            loop {
                match self.node(name).load {
                    load if wanted(&load) => return load,
                    _ => tokio::time::sleep(Duration::from_millis(2)).await,
                }
            }
        };
        let last = || self.node(name);
        tokio::time::timeout(SOON, look).await.unwrap_or_else(|_| panic!("{:#?}", last()))
    }

    /// Waits until the actor at `name` has been restarted `times` times and runs.
    pub async fn until_restarted(&self, name: &str, times: u32) -> TreeNode {
        self.until(name, |node| node.restarts == times && node.state == NodeState::Running).await
    }

    /// Stops the tree and waits for its end.
    pub async fn fell(self) -> Result<(), SupervisionError> {
        self.root.stop(None);
        tokio::time::timeout(Duration::from_secs(3_600), self.done).await.unwrap().unwrap()
    }
}

pub fn path(name: &str) -> TreePath {
    if name.is_empty() { TreePath::new("node") } else { TreePath::new("node").child(name) }
}
