//! The supervised actor tree of a node, its servers and its command line.
//!
//! [`supervision`] is the layer every other room stands on: restart strategies, addresses that survive a restart, and
//! the picture of the running tree. Time and randomness come in through [`clock`] and through seeds in arguments.

pub mod bus;
pub mod cli;
pub mod clock;
pub mod daemons;
pub mod devices;
pub mod display;
pub mod error;
pub mod failure_class;
pub mod leader;
pub mod log_control;
pub mod node;
pub mod permit;
pub mod rpc;
pub mod security;
pub mod store;
pub mod supervision;
pub mod workers;

pub use clock::{Clock, ManualClock, SystemClock};
pub use error::{AddressError, BusFailure, DeviceFailure, NodeFailure, StoreFailure, SupervisionError};
