//! What keeps house in a running node: it tells of its daemons, publishes its champion, and goes quietly.

use std::time::Duration;

use rr_actors::node::Node;
use rr_actors::supervision::NodeKind;
use rr_onnx::ModelFile;
use rr_proto::{ConfigKey, Event, EventEnvelope, ModelId};

use crate::house::plan;

const PATIENCE: Duration = Duration::from_secs(120);

async fn told(node: &Node) -> Vec<Event> {
    let store = &node.context().store;
    let stored = store.query("told", |snapshot| snapshot.events(0, usize::MAX)).await.unwrap();
    stored.iter().map(|stored| EventEnvelope::from_bytes(&stored.envelope).unwrap().event).collect()
}

fn count(told: &[Event], name: &str) -> usize {
    told.iter().filter(|event| event.name() == name).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_tells_of_its_daemons_and_publishes_its_champion() {
    let folder = tempfile::tempdir().unwrap();
    let plan = plan(folder.path(), &[("selfplay.enabled", "false")]);
    let data_dir = plan.data_dir.clone();
    let node = Node::start(plan).await.unwrap();
    let workers = node.tree().snapshot().iter().filter(|node| node.kind == NodeKind::Worker).count();
    let deadline = std::time::Instant::now() + PATIENCE;
    let mut events = told(&node).await;
    while count(&events, "DAEMON_STARTED") < workers || count(&events, "MODEL_DISTRIBUTION_COMPLETE") == 0 {
        assert!(std::time::Instant::now() < deadline, "only {events:#?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
        events = told(&node).await;
    }
    assert_eq!(count(&events, "DAEMON_STARTED"), workers, "each once");
    let config: ConfigKey = "hex8_2p".parse().unwrap();
    let champion =
        node.context().store.query("champion", move |s| s.champion(config)).await.unwrap().unwrap();
    let published = ModelFile::load(&data_dir.join("models/champion_hex8_2p.onnx")).unwrap();
    assert_eq!(ModelId::of(published.onnx()), champion.model);
    node.stop().await.unwrap();

    // That a node that ends has no daemon any more is no news.
    let layout = rr_storage::DataLayout::new(&data_dir);
    let options = rr_storage::StoreOptions { cache_bytes: 1 << 20, check_on_open: false, dedup_window: 10 };
    let store = rr_storage::Store::open(&layout.database(), options).unwrap();
    let stored = store.read().unwrap().events(0, usize::MAX).unwrap();
    let names = stored.iter().map(|stored| EventEnvelope::from_bytes(&stored.envelope).unwrap().event.name());
    assert_eq!(names.filter(|name| *name == "DAEMON_STOPPED").count(), 0);
}
