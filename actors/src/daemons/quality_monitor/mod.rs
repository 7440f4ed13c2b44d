//! QUALITY_MONITOR: grades the newest games of each config and tells when their score, their grade or their diversity changes.

mod actor;
mod look;
mod traits;

pub use actor::{QualityMonitorActor, QualityMonitorArgs, QualityMonitorMsg, QualityMonitorState};
pub use look::told_quality;
