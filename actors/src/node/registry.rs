//! The registry: one row for everything that a node runs, in starting order.

use std::time::Duration;

use rr_config::NodeRole;

use super::context::NodeContext;
use super::paths::ROOT;
use super::wiring;
use crate::rpc::{DaemonRoster, RosterEntry};
use crate::supervision::{ChildSpec, Ladder, Mailbox, Restart, Shutdown, TreePath};

/// Names the branch of the tree that a row hangs on; branches start in this order, each after those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Branch {
    /// The root itself, before the branches below.
    Foundation,
    /// `devices`: the accelerators.
    Devices,
    /// `workers`: what works for the loop.
    Workers,
    /// `daemons`: what watches, tidies and feeds.
    Daemons,
    /// `leader`: what decides.
    Leader,
    /// The root itself, after all branches.
    Surface,
}

impl Branch {
    /// All branches, in starting order.
    pub const ALL: [Self; 6] =
        [Self::Foundation, Self::Devices, Self::Workers, Self::Daemons, Self::Leader, Self::Surface];

    /// Returns the name below the root; none for what hangs on the root itself.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Foundation | Self::Surface => None,
            Self::Devices => Some("devices"),
            Self::Workers => Some("workers"),
            Self::Daemons => Some("daemons"),
            Self::Leader => Some("leader"),
        }
    }
}

/// Describes one kind of daemon.
#[derive(Clone, Copy)]
pub struct DaemonRow {
    /// The name below its branch.
    pub name: &'static str,
    /// Where it hangs.
    pub branch: Branch,
    /// The daemons, by their names of old, whose duties it has.
    pub daemons: &'static [&'static str],
    /// The roles that call for it.
    pub roles: &'static [NodeRole],
    /// When it is started again.
    pub restart: Restart,
    /// How long it may take to stop.
    pub stop_seconds: u64,
    /// Whether the node is of no use without it.
    pub critical: bool,
    /// How many messages may wait for it; of no meaning for a supervisor.
    pub mailbox: Mailbox,
    start: fn(&NodeContext) -> ChildSpec,
}

impl DaemonRow {
    /// Describes the child that the row stands for.
    pub fn child(&self, context: &NodeContext) -> ChildSpec {
        let child = (self.start)(context).restart(self.restart).critical(self.critical);
        // What nobody stands on never costs the node anything; what the node is of no use without escalates.
        let child = if self.critical && self.branch != Branch::Daemons {
            child
        } else {
            child.ladder(Ladder::configured(&context.settings.supervision, self.critical))
        };
        match self.stop_seconds {
            0 => child, // a supervisor takes as long as its children
            seconds => child.shutdown(Shutdown::Within(Duration::from_secs(seconds))).mailbox(self.mailbox),
        }
    }

    /// Returns the rows that a role calls for, in starting order.
    pub fn of_role(role: NodeRole) -> impl Iterator<Item = &'static Self> {
        REGISTRY.iter().filter(move |row| row.roles.contains(&role))
    }

    /// Sets the daemons of old whose duties it has.
    const fn daemons(self, daemons: &'static [&'static str]) -> Self {
        Self { daemons, ..self }
    }

    /// Bounds its mailbox.
    const fn mailbox(self, mailbox: Mailbox) -> Self {
        Self { mailbox, ..self }
    }
}

/// Lists the daemons that a role calls for, as operators see them; a device lives under its own name.
pub(super) fn roster(role: NodeRole, device: Option<&str>) -> DaemonRoster {
    let entry = |row: &DaemonRow| {
        let root = TreePath::new(ROOT);
        let branch = row.branch.name().map_or(root.clone(), |name| root.child(name));
        let name = if row.branch == Branch::Devices { device.unwrap_or(row.name) } else { row.name };
        RosterEntry {
            name: row.name.to_owned(),
            duties: row.daemons.iter().map(ToString::to_string).collect(),
            critical: row.critical,
            path: branch.child(name),
        }
    };
    DaemonRoster::new(DaemonRow::of_role(role).map(entry).collect())
}

/// Every node.
const EVERY: &[NodeRole] =
    &[NodeRole::All, NodeRole::Coordinator, NodeRole::Gpu, NodeRole::Trainer, NodeRole::Voter];
/// Nodes that play and measure.
const PLAYS: &[NodeRole] = &[NodeRole::All, NodeRole::Gpu];
/// Nodes that train.
const TRAINS: &[NodeRole] = &[NodeRole::All, NodeRole::Trainer];
/// Nodes that keep games.
const DATA: &[NodeRole] = &[NodeRole::All, NodeRole::Coordinator, NodeRole::Gpu, NodeRole::Trainer];
/// Nodes that decide.
const LEADS: &[NodeRole] = &[NodeRole::All, NodeRole::Coordinator];

/// Writes a row: name, branch, roles, seconds to stop (0 for supervisors), whether critical, start.
const fn row(
    name: &'static str,
    (branch, roles): (Branch, &'static [NodeRole]),
    stop_seconds: u64,
    critical: bool,
    start: fn(&NodeContext) -> ChildSpec,
) -> DaemonRow {
    DaemonRow {
        name,
        branch,
        daemons: &[],
        roles,
        restart: Restart::Permanent,
        stop_seconds,
        critical,
        mailbox: Mailbox::unbounded(),
        start,
    }
}

/// Everything that a node runs, in starting order.
pub const REGISTRY: &[DaemonRow] = &[
    row("store", (Branch::Foundation, EVERY), 15, true, wiring::store).mailbox(Mailbox::refusing(16_384)),
    row("event-bus", (Branch::Foundation, EVERY), 5, true, wiring::event_bus)
        .daemons(&["EVENT_ROUTER"])
        .mailbox(Mailbox::refusing(65_536)),
    row("device", (Branch::Devices, PLAYS), 5, true, wiring::device).mailbox(Mailbox::refusing(4_096)),
    row("self-play", (Branch::Workers, PLAYS), 0, true, wiring::self_play),
    row("arena", (Branch::Workers, PLAYS), 10, true, wiring::arena)
        .daemons(&["EVALUATION"])
        .mailbox(Mailbox::refusing(1_024)),
    row("trainer", (Branch::Workers, TRAINS), 20, true, wiring::trainer).mailbox(Mailbox::refusing(1_024)),
    row("watchdog", (Branch::Daemons, EVERY), 2, true, wiring::watchdog)
        .daemons(&["DAEMON_WATCHDOG"])
        .mailbox(Mailbox::dropping_newest(8)),
    row("daemon-watch", (Branch::Daemons, EVERY), 2, false, wiring::daemon_watch)
        .mailbox(Mailbox::dropping_newest(8)),
    row("memory-monitor", (Branch::Daemons, EVERY), 5, false, wiring::memory_monitor)
        .daemons(&["MEMORY_MONITOR"])
        .mailbox(Mailbox::refusing(1_024)),
    row("memory-relief", (Branch::Daemons, PLAYS), 5, false, wiring::memory_relief)
        .mailbox(Mailbox::refusing(64)),
    row("disk-space", (Branch::Daemons, EVERY), 5, false, wiring::disk_space)
        .daemons(&["DISK_SPACE_MANAGER"])
        .mailbox(Mailbox::refusing(64)),
    row("maintenance", (Branch::Daemons, EVERY), 5, false, wiring::maintenance)
        .daemons(&["MAINTENANCE"])
        .mailbox(Mailbox::refusing(64)),
    row("orphan-detection", (Branch::Daemons, EVERY), 5, false, wiring::orphan_detection)
        .daemons(&["ORPHAN_DETECTION"])
        .mailbox(Mailbox::refusing(64)),
    row("integrity-check", (Branch::Daemons, EVERY), 5, false, wiring::integrity_check)
        .daemons(&["INTEGRITY_CHECK"])
        .mailbox(Mailbox::refusing(64)),
    row("model-distribution", (Branch::Daemons, EVERY), 5, false, wiring::model_distribution)
        .daemons(&["MODEL_DISTRIBUTION"])
        .mailbox(Mailbox::refusing(256)),
    row("idle-resource", (Branch::Daemons, PLAYS), 5, false, wiring::idle_resource)
        .daemons(&["IDLE_RESOURCE"])
        .mailbox(Mailbox::refusing(64)),
    row("dead-letters", (Branch::Daemons, EVERY), 5, false, wiring::dead_letters)
        .daemons(&["DLQ_RETRY"])
        .mailbox(Mailbox::refusing(256)),
    row("data-pipeline", (Branch::Daemons, DATA), 10, false, wiring::data_pipeline)
        .daemons(&["DATA_PIPELINE"])
        .mailbox(Mailbox::refusing(256)),
    row("parity-gate", (Branch::Daemons, DATA), 5, false, wiring::parity_gate)
        .daemons(&["PARITY_GATE"])
        .mailbox(Mailbox::refusing(256)),
    row("quality-monitor", (Branch::Daemons, DATA), 5, false, wiring::quality_monitor)
        .daemons(&["QUALITY_MONITOR"])
        .mailbox(Mailbox::refusing(256)),
    row("stale-fallback", (Branch::Daemons, DATA), 5, false, wiring::stale_fallback)
        .daemons(&["STALE_FALLBACK"])
        .mailbox(Mailbox::refusing(1_024)),
    row("promotion", (Branch::Leader, LEADS), 5, true, wiring::promotion)
        .daemons(&["AUTO_PROMOTION"])
        .mailbox(Mailbox::refusing(1_024)),
    row("scheduler", (Branch::Leader, LEADS), 5, false, wiring::scheduler)
        .daemons(&["SELFPLAY_COORDINATOR"])
        .mailbox(Mailbox::refusing(1_024)),
    row("curriculum", (Branch::Leader, LEADS), 5, false, wiring::curriculum)
        .daemons(&["CURRICULUM_INTEGRATION"])
        .mailbox(Mailbox::refusing(1_024)),
    row("ratings", (Branch::Leader, LEADS), 5, false, wiring::ratings)
        .daemons(&["ELO_SYNC", "MODEL_PERFORMANCE_WATCHDOG"])
        .mailbox(Mailbox::refusing(1_024)),
    row("feedback", (Branch::Leader, LEADS), 5, false, wiring::feedback)
        .daemons(&["FEEDBACK_LOOP", "GAUNTLET_FEEDBACK"])
        .mailbox(Mailbox::refusing(1_024)),
    row("progress-watchdog", (Branch::Leader, LEADS), 5, false, wiring::progress_watchdog)
        .daemons(&["PROGRESS_WATCHDOG"])
        .mailbox(Mailbox::refusing(1_024)),
    row("queue-populator", (Branch::Leader, LEADS), 5, false, wiring::queue_populator)
        .daemons(&["QUEUE_POPULATOR"])
        .mailbox(Mailbox::refusing(1_024)),
    row("training-gate", (Branch::Leader, LEADS), 5, true, wiring::training_gate)
        .daemons(&["TRAINING_TRIGGER"])
        .mailbox(Mailbox::refusing(1_024)),
    row("config", (Branch::Leader, LEADS), 0, true, wiring::config),
    row("admin", (Branch::Surface, EVERY), 3, false, wiring::admin).mailbox(Mailbox::refusing(1_024)),
    row("metrics", (Branch::Surface, EVERY), 2, false, wiring::metrics).mailbox(Mailbox::refusing(4_096)),
    row("http", (Branch::Surface, EVERY), 3, false, wiring::http)
        .daemons(&["HEALTH_SERVER"])
        .mailbox(Mailbox::dropping_newest(64)),
    row("display", (Branch::Surface, EVERY), 2, false, wiring::display)
        .mailbox(Mailbox::dropping_oldest(256)),
];
