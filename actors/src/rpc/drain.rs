//! Emptying a node: it takes no new work, and somebody may wait until what runs has ended.

use std::time::Duration;

use rr_proto::ErrorCode;
use rr_proto::admin::DrainResponse;
use rr_storage::{JobKind, JobRow, JobState, StoreSnapshot};
use tokio::time::Instant;
use tonic::Status;

use super::args::AdminArgs;
use super::job_listing::kind_name;
use super::status::{refusal, to_status};
use crate::permit::HoldReason;

/// Time between two looks at what still runs.
const PACE: Duration = Duration::from_millis(200);
/// What is kept of a call's time to say what still runs: the server itself ends a late call without a word.
const LAST_WORD: Duration = Duration::from_millis(300);

/// Says what of a node's work still runs.
#[derive(Debug, Default, PartialEq, Eq)]
struct OpenWork {
    /// Trainings and evaluations that a worker has in hand, as kind and id.
    jobs: Vec<(JobKind, String)>,
    /// Slots of self-play that play.
    slots: usize,
}

impl OpenWork {
    fn is_empty(&self) -> bool {
        self.jobs.is_empty() && self.slots == 0
    }

    fn in_words(&self) -> String {
        let jobs = self.jobs.iter().map(|(kind, id)| format!("{} {id}", kind_name(*kind)));
        let slots = (self.slots > 0).then(|| format!("{} slots of self-play", self.slots));
        jobs.chain(slots).collect::<Vec<_>>().join(", ")
    }
}

/// Has the node take no new work; where `wait` is set, answers when nothing runs any more.
///
/// # Errors
/// `TIMED_OUT` with what still runs where it does not end within `limit`; the node goes on draining.
pub(super) async fn drain(
    args: &AdminArgs,
    wait: bool,
    limit: Option<Duration>,
) -> Result<DrainResponse, Status> {
    let until = limit.and_then(|limit| Instant::now().checked_add(limit.saturating_sub(LAST_WORD)));
    args.permit.hold(HoldReason::Drain, "an operator drains the node");
    loop {
        let open = open_work(args).await?;
        if !wait || open.is_empty() {
            let drained = open.is_empty();
            return Ok(DrainResponse {
                drained,
                open_jobs: open.jobs.into_iter().map(|job| job.1).collect(),
            });
        }
        if until.is_some_and(|until| Instant::now() >= until) {
            let message = format!("the node drains, and still runs: {}", open.in_words());
            return Err(refusal(
                ErrorCode::TimedOut,
                message,
                "wait on with the same call and a longer deadline (--timeout), or call the jobs off",
            ));
        }
        tokio::time::sleep(PACE).await;
    }
}

async fn open_work(args: &AdminArgs) -> Result<OpenWork, Status> {
    let read = |snapshot: &StoreSnapshot| snapshot.open_jobs();
    let jobs = args.store.query("open jobs", read).await.map_err(|error| to_status(error.code(), error))?;
    // Pieces of self-play last for days and wait with the slots; those are looked at themselves.
    let runs = |job: &JobRow| job.state == JobState::Running && job.kind != JobKind::SelfPlay;
    let running = jobs.into_iter().filter(runs);
    Ok(OpenWork {
        jobs: running.map(|job| (job.kind, job.id.to_string())).collect(),
        slots: args.board.self_play.iter().filter(|slot| slot.borrow().playing).count(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_work_is_told_in_words() {
        let job = |kind, id: &str| (kind, id.to_owned());
        let jobs = vec![job(JobKind::Training, "ab"), job(JobKind::Evaluation, "cd")];
        let open = OpenWork { jobs, slots: 2 };
        assert_eq!(open.in_words(), "training ab, evaluation cd, 2 slots of self-play");
        assert!(!open.is_empty() && OpenWork::default().is_empty());
    }
}
