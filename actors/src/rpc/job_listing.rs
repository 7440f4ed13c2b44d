//! Reading jobs from a snapshot of the store, as the administration tells them.

use std::cmp::Reverse;

use rr_proto::admin::{GetJobRequest, GetJobResponse, Job, ListJobsRequest, ListJobsResponse};
use rr_proto::{ConfigKey, JobId};
use rr_storage::{JobKind, JobRow, JobState, StorageError, StoreSnapshot};

use super::listing_failure::ListingFailure;
use super::lookup::only;
use super::page;

/// Lists jobs, newest first.
///
/// # Errors
/// [`ListingFailure`], naming what was asked wrongly or what failed.
pub fn list_jobs(
    snapshot: &StoreSnapshot,
    request: &ListJobsRequest,
) -> Result<ListJobsResponse, ListingFailure> {
    let mut rows = if request.open { snapshot.open_jobs()? } else { snapshot.jobs()? };
    if !request.config.is_empty() {
        let config: ConfigKey = request.config.parse()?;
        rows.retain(|row| row.config == config);
    }
    let key = |row: &JobRow| (Reverse(row.created_at.get()), row.id);
    rows.sort_by_key(key);
    let listing = ["jobs", request.config.as_str(), if request.open { "open" } else { "all" }];
    let after = page::after(&listing, &request.page_token, job_key)?;
    let token = |row: &JobRow| page::write_token(&listing, &format!("{}-{}", row.created_at.get(), row.id));
    let (page, next_page_token) = page::cut(rows, page::rows(request.page_size), after, key, token);
    let jobs = page.into_iter().map(|row| job(snapshot, row)).collect::<Result<_, _>>()?;
    Ok(ListJobsResponse { jobs, next_page_token })
}

fn job_key(key: &str) -> Option<(Reverse<u64>, JobId)> {
    let (created, id) = key.split_once('-')?;
    Some((Reverse(created.parse().ok()?), id.parse().ok()?))
}

/// Finds a job by its id, or by the beginning of it that is its own.
///
/// # Errors
/// As [`list_jobs`].
pub fn find_job(snapshot: &StoreSnapshot, request: &GetJobRequest) -> Result<GetJobResponse, ListingFailure> {
    let row = find_row(snapshot, &request.id)?;
    Ok(GetJobResponse { job: Some(job(snapshot, row)?) })
}

/// Finds the row of a job by its id or the beginning of it.
pub(super) fn find_row(snapshot: &StoreSnapshot, id: &str) -> Result<JobRow, ListingFailure> {
    let beginning = id.to_ascii_lowercase();
    let mut rows = snapshot.jobs()?;
    rows.retain(|row| !beginning.is_empty() && row.id.to_string().starts_with(&beginning));
    only("job", id, rows)
}

/// Returns the name of a kind in answers.
pub(super) fn kind_name(kind: JobKind) -> &'static str {
    match kind {
        JobKind::Training => "training",
        JobKind::Evaluation => "evaluation",
        JobKind::SelfPlay => "self-play",
    }
}

/// Describes a job.
fn job(snapshot: &StoreSnapshot, row: JobRow) -> Result<Job, StorageError> {
    let checkpoint = snapshot.checkpoint(row.id)?;
    Ok(Job {
        id: row.id.to_string(),
        kind: kind_name(row.kind).to_owned(),
        config: row.config.to_string(),
        state: match row.state {
            JobState::Queued => "queued",
            JobState::Running => "running",
            JobState::Completed => "completed",
            JobState::Failed => "failed",
            JobState::Cancelled => "cancelled",
        }
        .to_owned(),
        attempt: row.attempt,
        created_unix_ms: row.created_at.get(),
        updated_unix_ms: row.updated_at.get(),
        checkpoint_step: checkpoint.map(|checkpoint| checkpoint.step.get()),
    })
}
