//! Every profile: what it starts is what the registry says, and every actor of it answers.

use std::time::Duration;

use rr_actors::node::{Branch, DaemonRow, Node, REGISTRY};
use rr_actors::supervision::{NodeState, TreePath};
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
        for actor in &nodes {
            assert_eq!(actor.state, NodeState::Running, "{}: {actor:#?}", role.name());
            if let Err(error) = tree.ping(&actor.path, PATIENCE).await {
                panic!("{}: {error}", role.name());
            }
        }
        node.stop().await.unwrap();
    }
}

/// A device is called by what it is, a row of many by its parts.
fn in_row(row: &DaemonRow, path: &TreePath) -> bool {
    row.name == "device" || path.as_str().split('/').any(|part| part == row.name)
}
