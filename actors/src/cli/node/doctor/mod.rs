//! `rr-node doctor`: whether this machine can run a node, check by check, and what to do where it can't.

mod command;
mod disk;
mod finding;
mod library;
mod machine;
mod ports;
mod secrets;
mod settings;
mod stored;

pub use command::DoctorArgs;
pub use finding::{Finding, Health};
