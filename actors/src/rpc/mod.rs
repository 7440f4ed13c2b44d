//! The administration of a node over gRPC, and the reading of the store that it shares with `rr-admin`.
//!
//! [`AdminActor`] owns the server, which `server` puts together; the services answer from [`AdminArgs`]. Every call that changes
//! something goes through a [`MutationLog`].

mod actor;
mod args;
mod client;
mod health;
mod listing;
mod listing_failure;
mod lookup;
mod mutation;
mod page;
mod readiness;
mod roster;
mod server;
mod services;
mod stage_progress;
mod status;
mod stream;
mod supervisor_port;
mod tree_told;
mod tree_view;
mod usage;

pub use actor::{AdminActor, AdminMsg, AdminState};
pub use args::AdminArgs;
pub use client::{CallSigner, ConnectFailure, NodeChannel, NodeClient};
pub use listing::{config_status, list_games, list_models, list_ratings};
pub use listing_failure::ListingFailure;
pub use lookup::{find_game, find_model, rating_curve};
pub use mutation::{MutatingCall, MutationLog, TracedMutations};
pub use roster::{DaemonRoster, RosterEntry};
pub use services::{ActorsService, AdminService, DaemonsService};
pub use status::{ERROR_DOMAIN, NEXT_STEP, reason_of, to_status};
