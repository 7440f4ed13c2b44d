//! The tree of a node, in its own words and its order.

use rr_actors::node::{Node, NodeFile};
use rr_actors::supervision::{NodeKind, NodeState};

use crate::house::plan;

/// What runs, in starting order.
const TREE: &[&str] = &[
    "node",
    "node/store",
    "node/event-bus",
    "node/devices",
    "node/devices/cpu:0",
    "node/workers",
    "node/workers/self-play",
    "node/workers/self-play/0",
    "node/workers/self-play/1",
    "node/workers/arena",
    "node/workers/trainer",
    "node/daemons",
    "node/daemons/watchdog",
    "node/daemons/daemon-watch",
    "node/daemons/memory-monitor",
    "node/daemons/memory-relief",
    "node/daemons/disk-space",
    "node/daemons/maintenance",
    "node/daemons/orphan-detection",
    "node/daemons/integrity-check",
    "node/daemons/model-distribution",
    "node/daemons/idle-resource",
    "node/daemons/dead-letters",
    "node/daemons/data-pipeline",
    "node/daemons/parity-gate",
    "node/daemons/quality-monitor",
    "node/daemons/stale-fallback",
    "node/leader",
    "node/leader/promotion",
    "node/leader/scheduler",
    "node/leader/curriculum",
    "node/leader/ratings",
    "node/leader/feedback",
    "node/leader/progress-watchdog",
    "node/leader/queue-populator",
    "node/leader/training-gate",
    "node/leader/config",
    "node/leader/config/hex8_2p",
    "node/admin",
    "node/metrics",
    "node/http",
    "node/display",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tree_has_its_shape_and_stops_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let plan = plan(folder.path(), &[]);
    let node = Node::start(plan.clone()).await.unwrap();
    let nodes = node.tree().snapshot();
    let paths: Vec<&str> = nodes.iter().map(|node| node.path.as_str()).collect();
    assert_eq!(paths, TREE);
    assert!(nodes.iter().all(|node| node.state == NodeState::Running), "{nodes:#?}");
    let supervisors = nodes.iter().filter(|node| matches!(node.kind, NodeKind::Supervisor(_))).count();
    assert_eq!(supervisors, 7);
    let file = NodeFile::read(&plan.data_dir).unwrap();
    assert_eq!((file.pid, Some(file.grpc)), (std::process::id(), node.grpc_address().ok()));
    assert_eq!(file.health.zip(file.status), node.page_addresses().ok());
    let tree = node.tree().clone();
    node.stop().await.unwrap();
    assert_eq!(NodeFile::read(&plan.data_dir), None);
    assert!(tree.snapshot().iter().all(|node| node.state == NodeState::Stopped), "{:#?}", tree.snapshot());
    // The folder is free again, and the same champion stands.
    let again = Node::start(plan).await.unwrap();
    again.stop().await.unwrap();
}
