//! Every profile: what it starts is what the registry says, and every actor of it takes messages.

use std::net::TcpStream;
use std::time::Duration;

use rr_actors::bus::BusMsg;
use rr_actors::devices::DeviceMsg;
use rr_actors::display::DisplayMsg;
use rr_actors::leader::config::ConfigMsg;
use rr_actors::node::{Branch, DaemonRow, Node, REGISTRY};
use rr_actors::store::StoreMsg;
use rr_actors::supervision::{ActorTree, NodeKind, NodeState, TreeNode, TreePath};
use rr_config::NodeRole;

use crate::house::plan;

const PATIENCE: Duration = Duration::from_secs(30);
const ROLES: [NodeRole; 5] =
    [NodeRole::All, NodeRole::Coordinator, NodeRole::Gpu, NodeRole::Trainer, NodeRole::Voter];

#[test]
fn every_row_is_called_for_and_every_branch_is_in_order() {
    for row in REGISTRY {
        assert!(row.roles.contains(&NodeRole::All), "{}: a node with every role runs everything", row.name);
        assert!(row.daemons.iter().all(|name| name.to_uppercase() == **name), "{}", row.name);
    }
    assert!(REGISTRY.is_sorted_by_key(|row| row.branch), "rows stand in starting order");
    assert!(Branch::ALL.is_sorted());
    let mut names: Vec<&str> = REGISTRY.iter().flat_map(|row| row.daemons).copied().collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count, "two rows claim the same daemon");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_profile_starts_what_its_rows_say_and_all_of_it_answers() {
    for role in ROLES {
        let folder = tempfile::tempdir().unwrap();
        let node = Node::start(plan(folder.path(), &[("node.role", role.name())])).await.unwrap();
        let tree = node.tree().clone();
        let nodes = tree.snapshot();
        for row in DaemonRow::of_role(role) {
            let branch = row
                .branch
                .name()
                .map_or_else(|| TreePath::new("node"), |name| TreePath::new("node").child(name));
            let found = nodes.iter().any(|node| node.path.is_below(&branch) && in_row(row, &node.path));
            assert!(found, "{}: {} is missing in {nodes:#?}", role.name(), row.name);
        }
        for branch in Branch::ALL.iter().filter_map(|branch| branch.name()) {
            let wanted = DaemonRow::of_role(role).any(|row| row.branch.name() == Some(branch));
            assert_eq!(tree.node(&TreePath::new("node").child(branch)).is_some(), wanted, "{branch}");
        }
        for worker in nodes.iter().filter(|node| node.kind == NodeKind::Worker) {
            assert_eq!(worker.state, NodeState::Running, "{}: {worker:#?}", role.name());
            answers(&node, &tree, worker).await;
        }
        node.stop().await.unwrap();
    }
}

/// A device is called by what it is, a row of many by its parts.
fn in_row(row: &DaemonRow, path: &TreePath) -> bool {
    row.name == "device" || path.as_str().split('/').any(|part| part == row.name)
}

/// Has an answer of the actor where there is a question for it; else waits until it has been through its start.
async fn answers(node: &Node, tree: &ActorTree, worker: &TreeNode) {
    let path = &worker.path;
    let name = path.as_str().trim_start_matches("node/");
    match name {
        "store" => drop(tree.address(path).call(StoreMsg::Report, PATIENCE).await.unwrap()),
        "event-bus" => drop(tree.address(path).call(BusMsg::Report, PATIENCE).await.unwrap()),
        "admin" => drop(TcpStream::connect(node.grpc_address().unwrap()).unwrap()),
        "display" => handles(tree, path, || DisplayMsg::Tick).await,
        _ if name.starts_with("devices/") => {
            drop(tree.address(path).call(DeviceMsg::Report, PATIENCE).await.unwrap());
        }
        _ if name.starts_with("leader/config/") => {
            let _ = tree.address(path).call(ConfigMsg::Report, PATIENCE).await.unwrap();
        }
        _ => assert!(worker.load.busy_for.is_none_or(|busy| busy < PATIENCE), "{worker:#?}"),
    }
}

/// Sends a message and waits until one more has been handled.
async fn handles<M: ractor::Message>(tree: &ActorTree, path: &TreePath, message: impl Fn() -> M) {
    let handled = || tree.node(path).unwrap().load.handled;
    let before = handled();
    tree.address(path).cast(message()).unwrap();
    let taken = async {
        while handled() == before {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, taken).await.unwrap();
}
