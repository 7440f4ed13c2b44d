//! What systemd, or whoever else started the node as a service, is told: that it runs, that it is alive, that it stops.

use std::time::Duration;

use sd_notify::NotifyState;
use tokio::task::JoinHandle;

use crate::node::{DaemonRow, Node};
use crate::supervision::{ActorTree, NodeState, TreeNode};

/// Signs of life within one watchdog interval; one that is missed while an actor restarts is not the end.
const SIGNS: u32 = 3;

/// Tells the service manager how the node is; does nothing where there is none.
pub(super) struct ServiceManager {
    watchdog: Option<JoinHandle<()>>,
}

impl ServiceManager {
    /// Says that the node runs, and gives signs of life from now on as long as its tree is healthy.
    pub fn ready(node: &Node) -> Self {
        let context = node.context();
        let role = context.settings.node.effective_role();
        let status = match node.grpc_address() {
            Ok(address) => format!("runs as {}, gRPC on {address}", role.name()),
            Err(_) => format!("runs as {}", role.name()),
        };
        tell(&[NotifyState::Ready, NotifyState::Status(&status)]);
        let critical: Vec<String> =
            DaemonRow::of_role(role).filter(|row| row.critical).map(|row| row.name.to_owned()).collect();
        let watchdog = sd_notify::watchdog_enabled()
            .map(|interval| tokio::spawn(give_signs(node.tree().clone(), critical, interval / SIGNS)));
        Self { watchdog }
    }

    /// Says that the configuration is read again.
    pub fn reloading() {
        match NotifyState::monotonic_usec_now() {
            Ok(now) => tell(&[NotifyState::Reloading, now]),
            Err(_) => tell(&[NotifyState::Reloading]),
        }
    }

    /// Says that it was read.
    pub fn reloaded() {
        tell(&[NotifyState::Ready]);
    }

    /// Says that the node stops.
    pub fn stopping(&self) {
        tell(&[
            NotifyState::Stopping,
            NotifyState::Status("stops: what runs finishes or leaves a checkpoint"),
        ]);
    }
}

impl Drop for ServiceManager {
    fn drop(&mut self) {
        if let Some(watchdog) = &self.watchdog {
            watchdog.abort();
        }
    }
}

/// Gives a sign of life every so often, and none while something critical is down.
async fn give_signs(tree: ActorTree, critical: Vec<String>, every: Duration) {
    let mut ticks = tokio::time::interval(every.max(Duration::from_millis(10)));
    let mut told = false;
    loop {
        ticks.tick().await;
        match first_ill(&tree.snapshot(), &critical) {
            None if told => {
                told = false;
                tell(&[NotifyState::Watchdog, NotifyState::Status("runs")]);
            }
            None => tell(&[NotifyState::Watchdog]),
            Some(ill) => {
                if !told {
                    tracing::warn!(%ill, "no sign of life to the service manager: something critical is down");
                    tell(&[NotifyState::Status(&format!("ill: {ill}"))]);
                }
                told = true;
            }
        }
    }
}

/// Finds an actor whose state speaks against the node's health: a critical daemon, or something below it, that neither runs nor is
/// kept stopped by an operator.
fn first_ill(tree: &[TreeNode], critical: &[String]) -> Option<String> {
    let counts =
        |node: &&TreeNode| node.path.as_str().split('/').any(|part| critical.iter().any(|name| name == part));
    let ill = |node: &&TreeNode| !matches!(node.state, NodeState::Running | NodeState::Held);
    let found = tree.iter().filter(counts).find(ill)?;
    Some(format!("{} is {}", found.path, found.state.name()))
}

/// Tells the service manager; where there is none, or it does not listen, nothing is lost.
fn tell(state: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(state) {
        tracing::debug!(%error, "the service manager was not told");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::supervision::{ActorLoad, NodeKind, Restart, Tier, TreePath};

    fn node(path: &str, state: NodeState) -> TreeNode {
        TreeNode {
            path: TreePath::new(path),
            kind: NodeKind::Worker,
            restart: Restart::Permanent,
            critical: false,
            state,
            tier: Tier::default(),
            uptime: None,
            restarts: 0,
            last_error: None,
            error_code: None,
            load: ActorLoad::default(),
        }
    }

    #[test]
    fn a_critical_actor_that_is_down_stops_the_signs_and_others_do_not() {
        let critical = ["store".to_owned(), "self-play".to_owned()];
        let ill = |changed: TreeNode| {
            let tree = [
                node("node/store", NodeState::Running),
                node("node/workers/self-play/0", NodeState::Running),
                changed,
            ];
            first_ill(&tree, &critical)
        };
        assert_eq!(ill(node("node/display", NodeState::BackingOff)), None);
        assert_eq!(ill(node("node/workers/self-play/1", NodeState::Held)), None, "an operator wants it so");
        assert_eq!(
            ill(node("node/workers/self-play/1", NodeState::BackingOff)).as_deref(),
            Some("node/workers/self-play/1 is backing_off")
        );
        assert!(ill(node("node/store", NodeState::Starting)).is_some());
    }
}
