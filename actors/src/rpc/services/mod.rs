//! The services of `rr.admin.v1`, one file each.

mod actors;
mod admin;
mod daemons;

pub use actors::ActorsService;
pub use admin::AdminService;
pub use daemons::DaemonsService;
