//! Deleting blobs that nothing refers to.

use std::{collections::BTreeSet, fs, time::SystemTime};

use rr_proto::BlobId;

use super::BlobStore;
use crate::StorageError;

/// Says what a collection did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct GcReport {
    /// Blobs deleted.
    pub deleted: u64,
    /// Bytes freed.
    pub freed_bytes: u64,
    /// Blobs kept.
    pub kept: u64,
}

impl BlobStore {
    /// Deletes every blob that is neither live, nor pinned, nor put after `put_before`.
    ///
    /// `put_before` covers blobs whose reference is not committed yet: pass the time before `live` was read, less the longest time that
    /// lies between a put and its commit.
    ///
    /// # Errors
    /// [`StorageError`] where a folder cannot be read or a file cannot be deleted.
    pub fn collect(&self, live: &BTreeSet<BlobId>, put_before: SystemTime) -> Result<GcReport, StorageError> {
        let mut report = GcReport::default();
        for blob in self.list()? {
            if live.contains(&blob.id) || blob.put_at >= put_before {
                report.kept += 1;
                continue;
            }
            let path = self.path(blob.id);
            let deleted = self.pins.locked(|pins| {
                if pins.contains_key(&blob.id) {
                    return Ok(false);
                }
                fs::remove_file(&path)
                    .map(|()| true)
                    .map_err(|error| StorageError::io("delete", &path, error))
            })?;
            if deleted {
                report.deleted += 1;
                report.freed_bytes += blob.bytes;
            } else {
                report.kept += 1;
            }
        }
        Ok(report)
    }
}
