//! Reading an answer from a snapshot of the store, off the runtime's threads.

use rr_storage::{StorageError, StoreSnapshot};
use tonic::{Response, Status};

use super::listing_failure::ListingFailure;
use super::status::to_status;
use crate::store::StoreAccess;

/// Answers with what `work` reads; `label` names it in logs.
///
/// # Errors
/// What `work` or the store says.
pub(super) async fn read<T, F>(
    store: &StoreAccess,
    label: &'static str,
    work: F,
) -> Result<Response<T>, Status>
where
    T: Send + 'static,
    F: FnOnce(&StoreSnapshot) -> Result<T, ListingFailure> + Send + 'static,
{
    let read = move |snapshot: &StoreSnapshot| Ok::<_, StorageError>(work(snapshot));
    let listed = store.query(label, read).await.map_err(|error| to_status(error.code(), error))?;
    listed.map(Response::new).map_err(|error| to_status(error.code(), error))
}
