//! How each row of the registry is started: every actor gets exactly what it needs out of the node's context.

mod daemons;
mod feedback;
mod foundation;
mod gates;
mod group;
mod keeping;
mod leader;
mod pages;
mod surface;
mod workers;

pub(super) use daemons::{memory_monitor, watchdog};
pub(super) use feedback::{curriculum, feedback, progress_watchdog, queue_populator};
pub(super) use foundation::{dead_letters, event_bus, store};
pub(super) use gates::{data_pipeline, parity_gate, quality_monitor, stale_fallback, training_gate};
pub(super) use group::group;
pub(super) use keeping::{
    daemon_watch, disk_space, idle_resource, integrity_check, maintenance, memory_relief, model_distribution,
    orphan_detection,
};
pub(super) use leader::{config, promotion, ratings, scheduler};
pub(super) use pages::{http, metrics};
pub(super) use surface::{admin, display};
pub(super) use workers::{arena, device, self_play, trainer};
