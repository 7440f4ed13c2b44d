//! DISK_SPACE_MANAGER: watches the disk of the data folder, cleans up what can go, and holds new work before the disk is full.
//!
//! | level | from | what happens |
//! |---|---|---|
//! | warned | `keeping.disk_warn` in use *and* less than `keeping.disk_ample_mb` free | people are told; what can go by its age is cleaned up |
//! | critical | less than `storage.min_free_mb` free | new work is held; ages shrink to an hour |
//! | emergency | less than a quarter of that free | people are told again |
//!
//! Shares alone would stop a person's node on a large disk that is merely well filled, and bytes alone would keep one on a small disk from ever starting: a
//! bound counts for at most a tenth of the disk. A level is left only when its bound is passed by `keeping.disk_clear_gap_mb`, so that
//! work is not held and let go with every game. What stays free under the bound is the store's: it goes on committing while work is held.

mod actor;
mod level;
mod news;
mod probe;

pub use actor::{DiskCleanup, DiskSpaceActor, DiskSpaceArgs, DiskSpaceMsg, DiskSpaceState};
pub use level::{DiskLevel, DiskLimits};
pub use news::DiskNews;
pub use probe::{DiskProbe, DiskReading, FolderDisk};
