//! The recorded grant under which games train that nobody replayed yet.

use std::time::Duration;

use rr_cluster::{GrantChange, GrantUse, PendingGrant};
use rr_proto::UnixMillis;
use rr_storage::{StorageError, StoreSnapshot, StoreWrite, StoredValue};
use serde::{Deserialize, Serialize};

use crate::error::StoreFailure;
use crate::store::StoreAccess;

/// Name under which the grant is stored.
const FACT: &str = "parity-gate/grant";
/// The grant's name: the key that asks for it.
const NAME: &str = "training.allow_pending_gate";

/// Asks for a grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantWish {
    /// Who asks: where the key was set.
    pub holder: String,
    /// For how long.
    pub lasts: Duration,
}

/// The grant as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RecordedGrant {
    pub grant: PendingGrant,
    /// Whether its end was told.
    pub end_told: bool,
}

impl StoredValue for RecordedGrant {
    const NAME: &'static str = "grant for games without a verdict";
    const VERSION: u16 = 1;
}

/// Reads the recorded grant, in force or not.
///
/// # Errors
/// [`StorageError`] where the database fails or the value is damaged.
pub fn recorded_grant(snapshot: &StoreSnapshot) -> Result<Option<PendingGrant>, StorageError> {
    Ok(recorded(snapshot)?.map(|recorded| recorded.grant))
}

/// Tells whether games without a verdict may train now.
///
/// # Errors
/// As [`recorded_grant`].
pub fn grant_in_force(snapshot: &StoreSnapshot, now: UnixMillis) -> Result<bool, StorageError> {
    Ok(recorded_grant(snapshot)?.is_some_and(|grant| grant.in_force(now)))
}

pub(super) fn recorded(snapshot: &StoreSnapshot) -> Result<Option<RecordedGrant>, StorageError> {
    snapshot.fact(FACT)
}

pub(super) fn put(write: &mut StoreWrite, grant: &RecordedGrant) -> Result<(), StorageError> {
    write.put_fact(FACT, grant)
}

/// Notes in the store that a run trains under the grant; noting it again changes nothing.
pub(crate) async fn record_use(store: &StoreAccess, newest: GrantUse) -> Result<(), StoreFailure> {
    let Some(before) = store.query("grant", recorded).await? else { return Ok(()) };
    let after = RecordedGrant { grant: before.grant.clone().used(newest), ..before };
    tracing::warn!(
        grant = after.grant.name,
        holder = after.grant.holder,
        until_ms = after.grant.until.0,
        job = %newest.job,
        games = newest.games.0,
        uses = after.grant.uses,
        "a run trains on games that nobody replayed yet"
    );
    store.commit("use of the grant", move |write| put(write, &after)).await
}

/// Decides at a start what becomes of the recorded grant.
pub(super) fn review(
    recorded: Option<&RecordedGrant>,
    wish: Option<&GrantWish>,
    now: UnixMillis,
) -> Option<RecordedGrant> {
    let wanted = wish.map(|wish| PendingGrant::begin(NAME, &wish.holder, now, wish.lasts));
    let before = recorded.map(|recorded| &recorded.grant);
    match PendingGrant::review(before, wanted, now) {
        GrantChange::Kept => {
            if let Some(ended) = before.filter(|grant| wish.is_some() && !grant.in_force(now)) {
                let (grant, ended_ms) = (&ended.name, ended.until.0);
                tracing::warn!(
                    grant,
                    ended_ms,
                    "the grant has ended and a restart does not renew it; start once without it to grant anew"
                );
            }
            None
        }
        GrantChange::Began(grant) => Some(RecordedGrant { grant, end_told: false }),
        GrantChange::Withdrawn(grant) => Some(RecordedGrant { grant, end_told: true }),
    }
}
