//! The administration of a node over gRPC, and the reading of the store that it shares with `rr-admin`.

mod actor;
mod args;
mod client;
mod listing;
mod page;
mod service;
mod status;

pub use actor::{AdminActor, AdminMsg, AdminState};
pub use args::AdminArgs;
pub use client::NodeClient;
pub use listing::{ListingFailure, config_status, list_games, list_models, list_ratings};
pub use service::AdminService;
pub use status::to_status;
