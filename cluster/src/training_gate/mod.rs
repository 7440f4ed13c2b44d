//! What stands between a config's games and a training run: how old they are, how good, and whether a replay reproduced them.
//!
//! [`TrainingGate`] decides; [`PendingGrant`] is the only way past a missing verdict, [`StaleFallback`] the only one past old data.

mod decision;
mod fallback;
mod grant;

pub use decision::{GateFacts, GateObstacle, GatePass, TrainingGate, WindowParity};
pub use fallback::{FallbackChange, FallbackPolicy, StaleFallback};
pub use grant::{GrantChange, GrantUse, PendingGrant};
