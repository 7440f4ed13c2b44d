//! One daemon as the status page shows it: what its supervisor knows, and what it says of itself.

use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value};

use super::source::PageSource;
use crate::rpc::RosterEntry;
use crate::supervision::{ActorHealth, ActorTree, NodeState, TreeNode};

/// Says how a daemon is doing, worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DaemonStatus {
    /// It was stopped by hand.
    Held,
    /// It runs, and its last round went well where it has rounds.
    Healthy,
    /// It runs and has not done a round yet.
    Starting,
    /// Its last round failed, or it was restarted a moment ago.
    Degraded,
    /// It runs, and its last rounds all failed.
    Failing,
    /// It does not run.
    Failed,
}

impl DaemonStatus {
    /// Returns the name used in answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Healthy => "healthy",
            Self::Starting => "starting",
            Self::Degraded => "degraded",
            Self::Failing => "failing",
            Self::Failed => "failed",
        }
    }

    /// Judges a daemon by its actors and by its own word; the worse of both counts.
    fn of(actors: &[TreeNode], own: Option<&Value>) -> Self {
        let by_tree = actors.iter().map(|actor| match ActorHealth::of(actor) {
            ActorHealth::Held => Self::Held,
            ActorHealth::Running => Self::Healthy,
            ActorHealth::Degraded => Self::Degraded,
            ActorHealth::Failed => Self::Failed,
        });
        let worst = by_tree.max().unwrap_or(Self::Failed);
        let own = match own.and_then(|own| own.get("status")).and_then(Value::as_str) {
            Some("starting") => Self::Starting,
            Some("degraded") => Self::Degraded,
            Some("failing") => Self::Failing,
            _ => Self::Healthy,
        };
        // A picture outlives its actor: it says nothing of one that was stopped.
        if worst == Self::Held { worst } else { worst.max(own) }
    }
}

/// Describes a daemon at one moment.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DaemonView {
    /// How it is doing.
    pub status: DaemonStatus,
    /// Whether all its actors run.
    pub running: bool,
    /// When it last did something, in milliseconds since the Unix epoch; none where it has done nothing yet.
    pub last_activity_ms: Option<u64>,
    /// Failures that it counted itself; the restarts of a daemon that counts none.
    pub errors_count: u64,
    /// The last failure, its own or that of its actor.
    pub last_error: Option<String>,
    /// Whether the node is of no use without it.
    pub critical: bool,
    /// The duties that it does.
    pub duties: Vec<String>,
    /// Where it lives in the tree.
    pub path: String,
    /// What its supervisor says of it.
    pub state: &'static str,
    /// Its actors.
    pub actors: usize,
    /// Time since its last start, where it runs.
    pub uptime_seconds: Option<u64>,
    /// Starts after the first, of all its actors.
    pub restarts: u32,
    /// Messages that its actors took up.
    pub handled: u64,
    /// Messages that wait for its actors.
    pub mailbox_depth: u64,
    /// What else it shows of itself.
    pub shows: Map<String, Value>,
}

/// What every daemon shows and the view has a place of its own for.
const PLACED: [&str; 5] = ["status", "running", "last_activity_ms", "errors_count", "last_error"];

impl DaemonView {
    /// Describes a daemon of the registry now.
    pub fn of(source: &PageSource, entry: &RosterEntry) -> Self {
        let actors = source.tree.subtree(&entry.path);
        let own = source.tree.observed(&entry.path);
        let number = |key: &str| own.as_ref()?.get(key)?.as_u64();
        let restarts = actors.iter().map(|actor| actor.restarts).fold(0, u32::saturating_add);
        let now_ms = source.clock.unix_ms();
        let quiet = actors.iter().filter_map(|actor| actor.load.quiet_for).min();
        let last_turn = quiet.map(|quiet| now_ms.saturating_sub(whole_ms(quiet)));
        let own_error = own.as_ref().and_then(|own| own.get("last_error")?.as_str().map(str::to_owned));
        let died_of = actors.iter().find_map(|actor| actor.last_error.clone());
        Self {
            status: DaemonStatus::of(&actors, own.as_ref()),
            running: !actors.is_empty() && actors.iter().all(|actor| actor.state == NodeState::Running),
            last_activity_ms: number("last_activity_ms").or(last_turn),
            errors_count: number("errors_count").unwrap_or_else(|| restarts.into()),
            last_error: own_error.or(died_of),
            critical: entry.critical,
            duties: entry.duties.clone(),
            path: entry.path.to_string(),
            state: actors.first().map_or("never_started", |actor| actor.state.name()),
            actors: actors.len(),
            uptime_seconds: actors.first().and_then(|actor| actor.uptime).map(|uptime| uptime.as_secs()),
            restarts,
            handled: actors.iter().map(|actor| actor.load.handled).sum(),
            mailbox_depth: actors.iter().map(|actor| actor.load.mailbox_depth).sum(),
            shows: shown(&source.tree, own, &actors),
        }
    }
}

/// Gathers what the daemon shows; one of many actors shows what each of them does, by name.
fn shown(tree: &ActorTree, own: Option<Value>, actors: &[TreeNode]) -> Map<String, Value> {
    let mut shown = match own {
        Some(Value::Object(own)) => own,
        Some(other) => Map::from_iter([("state".to_owned(), other)]),
        None => Map::new(),
    };
    shown.retain(|key, _| !PLACED.contains(&key.as_str()));
    let Some((first, parts)) = actors.split_first() else { return shown };
    for part in parts {
        if let (Some(name), Some(state)) = (part.path.name_below(&first.path), tree.observed(&part.path)) {
            shown.insert(name.to_owned(), state);
        }
    }
    shown
}

fn whole_ms(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::supervision::{ActorLoad, NodeKind, Restart, Tier, TreePath};

    fn actor(state: NodeState) -> TreeNode {
        TreeNode {
            path: TreePath::new("node/x"),
            kind: NodeKind::Worker,
            restart: Restart::Permanent,
            critical: false,
            state,
            tier: Tier::Normal,
            uptime: (state == NodeState::Running).then_some(Duration::from_secs(3_600)),
            restarts: 0,
            last_error: None,
            error_code: None,
            load: ActorLoad::default(),
        }
    }

    #[test]
    fn the_worse_of_two_words_counts() {
        let says = |status: &str| json!({ "status": status });
        let of = |states: &[NodeState], own: Option<Value>| {
            let actors: Vec<_> = states.iter().map(|state| actor(*state)).collect();
            DaemonStatus::of(&actors, own.as_ref())
        };
        use NodeState::{BackingOff, Failed, Held, Running};
        assert_eq!(of(&[Running], None), DaemonStatus::Healthy);
        assert_eq!(of(&[Running], Some(says("starting"))), DaemonStatus::Starting);
        assert_eq!(of(&[Running], Some(says("failing"))), DaemonStatus::Failing);
        assert_eq!(of(&[Running, BackingOff], Some(says("healthy"))), DaemonStatus::Degraded);
        assert_eq!(of(&[Running, Failed], Some(says("failing"))), DaemonStatus::Failed);
        assert_eq!(of(&[Held], Some(says("failing"))), DaemonStatus::Held);
        assert_eq!(of(&[Running, Held], None), DaemonStatus::Healthy);
        assert_eq!(of(&[], Some(says("healthy"))), DaemonStatus::Failed, "it was never started");
        assert_eq!(of(&[Running], Some(json!("odd"))), DaemonStatus::Healthy);
    }
}
