//! Which training runs the stored loops still want.

use std::collections::BTreeSet;

use rr_cluster::{LoopStage, LoopState};
use rr_proto::{ConfigKey, JobId};
use rr_storage::{StorageError, StoreSnapshot};

use super::actor::FOLD_VERSION;

/// Lists the training runs that the loops of all configs are at; none where a state was made by another version, so that nobody
/// takes a run for ended whose loop can't be read.
///
/// # Errors
/// The storage's, where the database fails.
pub fn runs_at_work(snapshot: &StoreSnapshot) -> Result<Option<BTreeSet<JobId>>, StorageError> {
    let mut runs = BTreeSet::new();
    for config in ConfigKey::ALL {
        let Some(row) = snapshot.config_state(config)? else { continue };
        let state = (row.fold_version == FOLD_VERSION).then(|| postcard::from_bytes::<LoopState>(&row.state));
        let Some(Ok(state)) = state else { return Ok(None) };
        if let LoopStage::Training { order, .. } = state.stage() {
            runs.insert(order.job);
        }
    }
    Ok(Some(runs))
}
