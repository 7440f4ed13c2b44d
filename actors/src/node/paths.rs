//! Where everything lives in the tree.

use rr_proto::ConfigKey;

use crate::supervision::TreePath;

/// Name of the root.
pub const ROOT: &str = "node";

/// Names the actors of a node by their paths; the registry starts them there.
#[derive(Debug, Clone, Copy, Default)]
pub struct NodePaths;

impl NodePaths {
    /// The store.
    pub fn store() -> TreePath {
        at("store")
    }

    /// The event bus.
    pub fn event_bus() -> TreePath {
        at("event-bus")
    }

    /// A device, such as `cpu:0`.
    pub fn device(name: &str) -> TreePath {
        at("devices").child(name)
    }

    /// A slot of self-play.
    pub fn self_play(slot: usize) -> TreePath {
        at("workers").child("self-play").child(&slot.to_string())
    }

    /// The arena.
    pub fn arena() -> TreePath {
        at("workers").child("arena")
    }

    /// The trainer.
    pub fn trainer() -> TreePath {
        at("workers").child("trainer")
    }

    /// A daemon, by the name of its row.
    pub fn daemon(name: &str) -> TreePath {
        at("daemons").child(name)
    }

    /// Promotion.
    pub fn promotion() -> TreePath {
        at("leader").child("promotion")
    }

    /// The scheduler.
    pub fn scheduler() -> TreePath {
        at("leader").child("scheduler")
    }

    /// The curriculum.
    pub fn curriculum() -> TreePath {
        at("leader").child("curriculum")
    }

    /// Ratings.
    pub fn ratings() -> TreePath {
        at("leader").child("ratings")
    }

    /// The gate in front of training.
    pub fn training_gate() -> TreePath {
        at("leader").child("training-gate")
    }

    /// The loop of a config.
    pub fn config(key: ConfigKey) -> TreePath {
        at("leader").child("config").child(key.as_str())
    }

    /// The administration.
    pub fn admin() -> TreePath {
        at("admin")
    }

    /// The display.
    pub fn display() -> TreePath {
        at("display")
    }
}

fn at(name: &str) -> TreePath {
    TreePath::new(ROOT).child(name)
}
