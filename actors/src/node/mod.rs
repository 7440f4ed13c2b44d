//! A node: the whole tree of actors put together from the configuration, started, and stopped in order.
//!
//! - [`Node::start`] opens the data folder, sees to it that there is a champion, and starts the tree that [`REGISTRY`] lists.
//! - [`NodePaths`] names everybody's place; only this room sees all of it.
//! - [`NodeFile`] tells other programs where the node of a data folder listens.

mod context;
mod device_plan;
mod first_model;
mod node_file;
mod paths;
mod port_binding;
mod prepare;
mod registry;
mod shutdown_switch;
mod start;
mod status_board;
mod wiring;

pub use context::NodeContext;
pub use device_plan::{DevicePlan, load_runtime};
pub use first_model::random_model;
pub use node_file::NodeFile;
pub use paths::{NodePaths, ROOT};
pub use prepare::{NodePlan, host_name};
pub use registry::{Branch, DaemonRow, REGISTRY};
pub use shutdown_switch::ShutdownSwitch;
pub use start::Node;
pub use status_board::StatusBoard;
