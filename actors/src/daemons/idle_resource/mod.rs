//! IDLE_RESOURCE: finds a device that has nothing to do although nothing holds work, and has the work ordered again.
//!
//! It looks every `keeping.idle_interval_seconds`. A device that works for less than `keeping.idle_share` of the time, for
//! `keeping.idle_seconds`, while a config should be playing or is measured, is told of by IDLE_RESOURCE_DETECTED with the config that should be played. The config actors
//! hear it: they order what is at work again and tell the slots of self-play what to play. A device that stays idle all the same is
//! told of again, ever more rarely, and a person is alerted.

mod actor;
mod judge;
mod view;

pub use actor::{IdleResourceActor, IdleResourceArgs, IdleResourceMsg, IdleResourceState};
pub use judge::{IdleJudge, IdleLimits, IdleVerdict};
pub use view::{BoardView, WorkExpected, WorkView};
