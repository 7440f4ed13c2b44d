//! `rr-admin jobs`: trainings and evaluations, of a running or a stopped node.

use clap::{Args, Subcommand};
use rr_proto::admin::{CancelJobRequest, GetJobRequest, Job, ListJobsRequest};

use super::flags::AdminFlags;
use super::live_node::LiveNode;
use crate::cli::calendar::utc_text;
use crate::cli::store::StoreSource;
use crate::cli::{Exit, Failure, TextTable};
use crate::rpc::{find_job, list_jobs};

/// Jobs asked for at a time.
const PAGE: u32 = 500;

/// Commands about jobs.
#[derive(Debug, Subcommand)]
pub enum JobsCommand {
    /// List trainings and evaluations, newest first
    List(ListJobsArgs),
    /// Show one job
    Show(JobArgs),
    /// Call a training or an evaluation off; what it has is dropped, and the loop goes on with new games
    Cancel(JobArgs),
}

/// Options of `rr-admin jobs list`.
#[derive(Debug, Args)]
pub struct ListJobsArgs {
    /// Only of this board config, such as hex8_2p
    config: Option<String>,
    /// Only those that have not ended
    #[arg(long)]
    open: bool,
}

/// Names a job.
#[derive(Debug, Args)]
pub struct JobArgs {
    /// Its id, or the beginning of it
    job: String,
}

impl JobsCommand {
    /// Does what is asked for.
    ///
    /// # Errors
    /// When neither a node nor its store can be read, there is no such job, or it can't be called off.
    pub fn run(&self, flags: &AdminFlags) -> Result<Exit, Failure> {
        let job = match self {
            Self::List(args) => return args.run(flags),
            Self::Show(args) => {
                let request = GetJobRequest { id: args.job.clone() };
                let asked = request.clone();
                let answer = StoreSource::open(flags)?.read(
                    |node| async move { node.jobs().get_job(node.request(asked)).await },
                    |snapshot| find_job(snapshot, &request),
                )?;
                answer.job
            }
            Self::Cancel(args) => {
                let request = CancelJobRequest { id: args.job.clone() };
                let node = LiveNode::open(flags)?;
                node.ask(|node| async move { node.jobs().cancel_job(node.request(request)).await })?.job
            }
        };
        let job = job.unwrap_or_default();
        flags.format().print(&job, || text(&job))?;
        Ok(Exit::Done)
    }
}

impl ListJobsArgs {
    fn run(&self, flags: &AdminFlags) -> Result<Exit, Failure> {
        let source = StoreSource::open(flags)?;
        let (mut jobs, mut page_token): (Vec<Job>, String) = (Vec::new(), String::new());
        loop {
            let config = self.config.clone().unwrap_or_default();
            let request = ListJobsRequest { config, open: self.open, page_size: PAGE, page_token };
            let asked = request.clone();
            let page = source.read(
                |node| async move { node.jobs().list_jobs(node.request(asked)).await },
                |snapshot| list_jobs(snapshot, &request),
            )?;
            jobs.extend(page.jobs);
            if page.next_page_token.is_empty() {
                break;
            }
            page_token = page.next_page_token;
        }
        flags.format().print(&jobs, || table(&jobs))?;
        Ok(Exit::Done)
    }
}

fn moment(unix_ms: u64) -> String {
    utc_text(i64::try_from(unix_ms / 1000).unwrap_or(i64::MAX))
}

fn table(jobs: &[Job]) -> TextTable {
    let mut table = TextTable::new(["job", "kind", "config", "state", "attempt", "checkpoint", "created"]);
    for job in jobs {
        table.row([
            job.id.clone(),
            job.kind.clone(),
            job.config.clone(),
            job.state.clone(),
            job.attempt.to_string(),
            job.checkpoint_step.map_or_else(String::new, |step| format!("step {step}")),
            moment(job.created_unix_ms),
        ]);
    }
    table
}

fn text(job: &Job) -> String {
    let checkpoint = job.checkpoint_step.map_or_else(|| "none".to_owned(), |step| format!("step {step}"));
    format!(
        "job         {}\nkind        {}\nconfig      {}\nstate       {}\nattempt     {}\ncheckpoint  {checkpoint}\ncreated     \
         {}\nupdated     {}\n",
        job.id,
        job.kind,
        job.config,
        job.state,
        job.attempt,
        moment(job.created_unix_ms),
        moment(job.updated_unix_ms),
    )
}
