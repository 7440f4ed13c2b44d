//! Gathering what is known of a run's data, from one snapshot of the store.

use rr_cluster::{GateFacts, TrainingOrder, WindowParity};
use rr_proto::{ConfigKey, Games, Samples, UnixMillis};
use rr_storage::{GameOrigin, GameParity, GameRow, StorageError, StoreSnapshot};

use crate::daemons::newest_game::newest_game;
use crate::daemons::parity_gate::recorded_grant;
use crate::daemons::quality_monitor::told_quality;
use crate::daemons::stale_fallback::fallback_allows;
use crate::permit::{HoldReason, WorkPermit};

/// Reads everything that the gate looks at.
pub(super) fn gate_facts(
    snapshot: &StoreSnapshot,
    config: ConfigKey,
    order: &TrainingOrder,
    (now, permit): (UnixMillis, &WorkPermit),
) -> Result<GateFacts, StorageError> {
    Ok(GateFacts {
        now,
        newest_game: newest_game(snapshot, config)?,
        quality: told_quality(snapshot, config)?.map(|report| report.score),
        parity: window_parity(snapshot, config, order)?,
        grant: recorded_grant(snapshot)?,
        fallback: fallback_allows(snapshot, config)?,
        short_of: short_of(permit),
    })
}

/// Counts the verdicts of the games that the run would train on.
fn window_parity(
    snapshot: &StoreSnapshot,
    config: ConfigKey,
    order: &TrainingOrder,
) -> Result<WindowParity, StorageError> {
    let mut parity = WindowParity::default();
    for entry in snapshot.games(config, snapshot.newest_games(config, order.window)?)? {
        let teaches = |row: &GameRow| row.source != GameOrigin::Arena && row.samples > Samples::ZERO;
        let Some(row) = snapshot.game(entry.id)?.filter(teaches) else { continue };
        let count = match row.parity {
            GameParity::Passed => &mut parity.passed,
            GameParity::Pending => &mut parity.pending,
            GameParity::Failed => &mut parity.failed,
        };
        *count += Games(1);
    }
    Ok(parity)
}

/// Says what the node is short of; a node that is emptied or paused by a person is short of nothing.
fn short_of(permit: &WorkPermit) -> Option<String> {
    let short = |reason| matches!(reason, HoldReason::Memory | HoldReason::Disk);
    permit.holds().into_iter().find(|hold| short(hold.reason)).map(|hold| hold.detail)
}
