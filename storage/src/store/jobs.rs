//! Jobs and their newest checkpoints.

use rr_proto::{BlobId, JobId};

use super::{StoreSnapshot, StoreWrite, access};
use crate::{
    CheckpointRow, JobRow, StorageError, Versioned,
    tables::{CHECKPOINTS, JOBS},
};

impl StoreWrite {
    /// Writes a job. A job that has ended is never changed again.
    ///
    /// # Errors
    /// [`StorageError::Refused`] where the stored job has ended otherwise; [`StorageError`] where the database fails.
    pub fn put_job(&mut self, job: &JobRow) -> Result<(), StorageError> {
        let stored: Option<JobRow> = access::get_packed(&self.table(JOBS)?, job.id.as_bytes(), self.path())?;
        match stored {
            Some(stored) if stored.state.is_final() && stored.state != job.state => {
                Err(StorageError::Refused {
                    what: "a change of a job",
                    reason: format!("job {} has ended ({:?})", job.id, stored.state),
                })
            }
            Some(stored) if stored.state.is_final() => Ok(()),
            _ => self.insert_packed(JOBS, job.id.as_bytes(), job),
        }
    }

    /// Records the newest checkpoint of a job, and returns the files of the one before, for deletion.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails.
    pub fn put_checkpoint(&mut self, checkpoint: &CheckpointRow) -> Result<Vec<BlobId>, StorageError> {
        let old = self.drop_checkpoint(checkpoint.job)?;
        self.insert_packed(CHECKPOINTS, checkpoint.job.as_bytes(), checkpoint)?;
        Ok(old.into_iter().filter(|blob| !checkpoint.blobs.contains(blob)).collect())
    }

    /// Forgets the checkpoint of a job, and returns its files, for deletion.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails.
    pub fn drop_checkpoint(&mut self, job: JobId) -> Result<Vec<BlobId>, StorageError> {
        let path = self.path();
        let mut table = self.table(CHECKPOINTS)?;
        let old: Option<CheckpointRow> = access::get_packed(&table, job.as_bytes(), path)?;
        table.remove(job.as_bytes()).map_err(|error| StorageError::database(path, error))?;
        Ok(old.map_or_else(Vec::new, |row| row.blobs))
    }
}

impl StoreSnapshot {
    /// Returns a job.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails or the row is damaged.
    pub fn job(&self, id: JobId) -> Result<Option<JobRow>, StorageError> {
        access::get_packed(&self.table(JOBS)?, id.as_bytes(), self.path())
    }

    /// Lists the jobs that have not ended, in order of creation.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails or a row is damaged.
    pub fn open_jobs(&self) -> Result<Vec<JobRow>, StorageError> {
        let mut jobs = self.jobs()?;
        jobs.retain(|job| !job.state.is_final());
        Ok(jobs)
    }

    /// Lists all jobs, in order of creation.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails or a row is damaged.
    pub fn jobs(&self) -> Result<Vec<JobRow>, StorageError> {
        let mut jobs: Vec<JobRow> = access::scan::<_, _, &[u8; 16], _>(
            &self.table(JOBS)?,
            ..,
            usize::MAX,
            self.path(),
            |_, bytes| Versioned::unpack(bytes, self.path()),
        )?;
        jobs.sort_by_key(|job| (job.created_at, job.id));
        Ok(jobs)
    }

    /// Returns the newest checkpoint of a job.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails or the row is damaged.
    pub fn checkpoint(&self, job: JobId) -> Result<Option<CheckpointRow>, StorageError> {
        access::get_packed(&self.table(CHECKPOINTS)?, job.as_bytes(), self.path())
    }

    /// Lists the checkpoints of all jobs.
    ///
    /// # Errors
    /// [`StorageError`] where the database fails or a row is damaged.
    pub fn checkpoints(&self) -> Result<Vec<CheckpointRow>, StorageError> {
        access::scan::<_, _, &[u8; 16], _>(
            &self.table(CHECKPOINTS)?,
            ..,
            usize::MAX,
            self.path(),
            |_, bytes| Versioned::unpack(bytes, self.path()),
        )
    }
}
