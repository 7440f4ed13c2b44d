//! Pins: blobs in use, which no collection deletes.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rr_proto::BlobId;

/// Counts the users of each blob in this process.
#[derive(Debug, Clone, Default)]
pub(super) struct Pins(Arc<Mutex<BTreeMap<BlobId, usize>>>);

impl Pins {
    /// Runs `work` while no pin can come or go.
    pub(super) fn locked<T>(&self, work: impl FnOnce(&BTreeMap<BlobId, usize>) -> T) -> T {
        work(&self.lock())
    }

    pub(super) fn pin(&self, id: BlobId) -> BlobPin {
        *self.lock().entry(id).or_insert(0) += 1;
        BlobPin { id, pins: self.clone() }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<BlobId, usize>> {
        // The map is whole after every statement, so a panic elsewhere leaves nothing half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps a blob from being collected while it lives.
#[derive(Debug)]
#[must_use = "the blob is pinned only as long as the pin lives"]
pub struct BlobPin {
    id: BlobId,
    pins: Pins,
}

impl BlobPin {
    /// Returns the pinned blob.
    #[must_use]
    pub const fn id(&self) -> BlobId {
        self.id
    }
}

impl Drop for BlobPin {
    fn drop(&mut self) {
        let mut pins = self.pins.lock();
        if let Some(count) = pins.get_mut(&self.id) {
            *count -= 1;
            if *count == 0 {
                pins.remove(&self.id);
            }
        }
    }
}
