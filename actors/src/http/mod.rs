//! The pages of a node for programs and people that watch it: health, readiness and status over HTTP, read-only.
//!
//! [`HealthServerActor`] owns the two ports. Every page is made from the tree and from boards in memory: none asks the store or waits
//! for an actor, so that a node whose disk hangs still tells that it does.

mod actor;
mod answer;
mod daemon_view;
mod index;
mod node_view;
mod page_counts;
mod pages;
mod ports;
mod server;
mod source;

pub use actor::{HealthServerActor, HealthServerArgs, HealthServerMsg, HealthServerState};
pub use daemon_view::{DaemonStatus, DaemonView};
pub use node_view::{ClusterView, NodeView};
pub use page_counts::PageCounts;
pub use ports::PagePorts;
pub use source::PageSource;
