//! gRPC health: overall and per service, it follows the node's readiness.

use std::sync::Arc;
use std::time::Duration;

use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;

use super::readiness::not_ready;
use super::roster::DaemonRoster;
use crate::permit::WorkPermit;
use crate::supervision::ActorTree;

/// Time between two looks, at least: a storm of restarts is told as what it comes to.
const PACE: Duration = Duration::from_millis(100);

/// Keeps the health of these services equal to the node's readiness; never ends.
pub(super) async fn follow_readiness(
    reporter: HealthReporter,
    tree: ActorTree,
    roster: Arc<DaemonRoster>,
    permit: WorkPermit,
    services: Vec<&'static str>,
) {
    let (mut changes, mut holds) = (tree.changes(), permit.changes());
    let mut told = None;
    loop {
        changes.mark_unchanged();
        holds.mark_unchanged();
        let ready = not_ready(&tree, &roster, &permit).is_empty();
        if told.replace(ready) != Some(ready) {
            let status = if ready { ServingStatus::Serving } else { ServingStatus::NotServing };
            for service in services.iter().copied().chain([""]) {
                reporter.set_service_status(service, status).await;
            }
        }
        tokio::time::sleep(PACE).await;
        let changed = tokio::select! {
            changed = changes.changed() => changed,
            changed = holds.changed() => changed,
        };
        if changed.is_err() {
            return; // the tree is gone, and the server with it
        }
    }
}
