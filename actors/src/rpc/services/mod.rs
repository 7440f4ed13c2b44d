//! The services of `rr.admin.v1`, one file each.

mod actors;
mod admin;
mod control;
mod daemons;
mod events;
mod jobs;

pub use actors::ActorsService;
pub use admin::AdminService;
pub use control::ControlService;
pub use daemons::DaemonsService;
pub use events::EventsService;
pub use jobs::JobsService;
