//! MAINTENANCE: what has to be done now and then and hurries nobody.
//!
//! | task | every | what |
//! |---|---|---|
//! | ended runs | hour | folders of training runs that nothing refers to, after `keeping.run_keep_hours` |
//! | logs | hour | files in `logs`, after `keeping.log_keep_days` |
//! | unreferenced blobs | day | after `storage.blob_grace_seconds` |
//! | quarantine | day | damaged files, after `keeping.quarantine_keep_days` |
//! | ended jobs | day | rows of jobs that ended, after `keeping.job_keep_days`; those that a champion names stay |
//! | compaction | week | the database file, where `keeping.compact_share` of it is unused |
//!
//! When each was done last is stored, so that a node that is restarted every day still comes to the weekly ones. A disk that gets short brings
//! all of them forward. The audit log is never touched.

mod actor;
mod due;
mod tasks;

pub use actor::{MaintenanceActor, MaintenanceArgs, MaintenanceMsg, MaintenanceState};
pub use due::{MaintenanceDone, MaintenanceTask};
pub use tasks::MaintenanceRound;
