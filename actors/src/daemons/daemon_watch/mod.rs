//! Follows the tree of actors and tells of what changes: who serves, who fails, who is given up, when restarts rest, and what a person
//! should look at.
//!
//! [`DaemonRoll`] turns two looks at the tree into news, [`AlertWatch`] turns causes into alerts; both are pure and neither tells the same thing
//! twice.

mod actor;
mod alerts;
mod causes;
mod news;
mod sighting;

pub use actor::{DaemonWatchActor, DaemonWatchArgs, DaemonWatchMsg, DaemonWatchState, SharedRoll};
pub use alerts::{AlertCause, AlertWatch};
pub use causes::alert_causes;
pub use news::{DaemonNews, DaemonRoll};
pub use sighting::{DaemonSighting, sightings};
