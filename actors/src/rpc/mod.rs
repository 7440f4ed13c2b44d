//! The administration of a node over gRPC, and the reading of the store that it shares with `rr-admin`.
//!
//! [`AdminActor`] owns the server, which `server` puts together; the services answer from [`AdminArgs`]. Every call that changes
//! something goes through a [`MutationLog`].

mod actor;
mod args;
mod client;
mod config_listing;
mod device_told;
mod drain;
mod event_listing;
mod event_selection;
mod health;
mod job_listing;
mod listing;
mod listing_failure;
mod lookup;
mod mutation;
mod page;
mod readiness;
mod reading;
mod roster;
mod schedule_told;
mod server;
mod services;
mod stage_progress;
mod status;
mod stream;
mod supervisor_port;
mod traced_calls;
mod tree_told;
mod tree_view;
mod usage;

pub use actor::{AdminActor, AdminMsg, AdminState};
pub use args::AdminArgs;
pub use client::{CallSigner, ConnectFailure, NodeChannel, NodeClient};
pub use config_listing::list_configs;
pub use event_listing::{list_dead_letters, list_events};
pub use job_listing::{find_job, list_jobs};
pub use listing::{config_status, list_games, list_models, list_ratings};
pub use listing_failure::ListingFailure;
pub use lookup::{find_game, find_model, rating_curve};
pub use mutation::{MutatingCall, MutationLog, TracedMutations};
pub use readiness::not_ready;
pub use roster::{DaemonRoster, RosterEntry};
pub use services::{ActorsService, AdminService, ControlService, DaemonsService, EventsService, JobsService};
pub use status::{ERROR_DOMAIN, NEXT_STEP, reason_of, to_status};
pub use traced_calls::{TraceLayer, TracedCalls};
