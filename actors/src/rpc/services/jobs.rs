//! The service `rr.admin.v1.Jobs`: trainings and evaluations.

use std::time::Duration;

use rr_proto::ErrorCode;
use rr_proto::admin::jobs_server::Jobs;
use rr_proto::admin::{
    CancelJobRequest, CancelJobResponse, GetJobRequest, GetJobResponse, ListJobsRequest, ListJobsResponse,
};
use rr_storage::JobKind;
use tonic::{Request, Response, Status};

use crate::rpc::args::AdminArgs;
use crate::rpc::job_listing::{find_job, find_row, list_jobs};
use crate::rpc::mutation::{MutatingCall, audited};
use crate::rpc::reading::read;
use crate::rpc::status::refusal;
use crate::rpc::supervisor_port::{limit_of, unreachable};
use crate::workers::CancelFailure;
use crate::workers::arena::ArenaMsg;
use crate::workers::trainer::TrainerMsg;

/// Answers about jobs.
#[derive(Clone)]
pub struct JobsService {
    args: AdminArgs,
}

impl JobsService {
    /// Answers from these sources.
    pub fn new(args: AdminArgs) -> Self {
        Self { args }
    }

    /// Has the worker of a job drop it.
    async fn cancel(&self, name: String, limit: Duration) -> Result<CancelJobResponse, Status> {
        let find = move |snapshot: &rr_storage::StoreSnapshot| find_row(snapshot, &name);
        let row = read(&self.args.store, "job to cancel", find).await?.into_inner();
        let job = row.id;
        let answer = match row.kind {
            JobKind::Training => {
                self.args.trainer.call(|reply| TrainerMsg::Cancel { job, reply }, limit).await
            }
            JobKind::Evaluation => self.args.arena.call(|reply| ArenaMsg::Cancel { job, reply }, limit).await,
            JobKind::SelfPlay => {
                let message =
                    format!("job {job} is a piece of self-play, which the scheduler would order again");
                return Err(refusal(
                    ErrorCode::Refused,
                    message,
                    "drain the node, or lower the config's weights",
                ));
            }
        };
        answer.map_err(unreachable)?.map_err(|failure| refused(&failure))?;
        let request = GetJobRequest { id: job.to_string() };
        let job =
            read(&self.args.store, "cancelled job", move |snapshot| find_job(snapshot, &request)).await?;
        Ok(CancelJobResponse { job: job.into_inner().job })
    }
}

#[tonic::async_trait]
impl Jobs for JobsService {
    async fn list_jobs(
        &self,
        request: Request<ListJobsRequest>,
    ) -> Result<Response<ListJobsResponse>, Status> {
        let request = request.into_inner();
        read(&self.args.store, "list jobs", move |snapshot| list_jobs(snapshot, &request)).await
    }

    async fn get_job(&self, request: Request<GetJobRequest>) -> Result<Response<GetJobResponse>, Status> {
        let request = request.into_inner();
        read(&self.args.store, "get job", move |snapshot| find_job(snapshot, &request)).await
    }

    async fn cancel_job(
        &self,
        request: Request<CancelJobRequest>,
    ) -> Result<Response<CancelJobResponse>, Status> {
        let call = MutatingCall::new(&request, "CancelJob", request.get_ref().id.clone());
        let (limit, name) = (limit_of(&request), request.into_inner().id);
        audited(&*self.args.mutations, call, self.cancel(name, limit)).await
    }
}

fn refused(failure: &CancelFailure) -> Status {
    let next = match failure {
        CancelFailure::Unknown { .. } | CancelFailure::Ended { .. } => "see `rr-admin jobs list --open`",
        CancelFailure::Recording { .. } => "look at it again in a moment",
        CancelFailure::NotInHand { .. } => "try again in some seconds",
        CancelFailure::Store(_) | CancelFailure::Event(_) => "look at the tree and the disk, and try again",
    };
    refusal(failure.code(), failure, next)
}
