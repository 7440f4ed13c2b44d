//! `rr-admin drain`, `resume` and `shutdown`.

use std::time::Duration;

use clap::Args;
use rr_proto::admin::{DrainRequest, ResumeRequest, ShutdownRequest};

use super::flags::AdminFlags;
use super::live_node::LiveNode;
use crate::cli::{Exit, Failure};

/// How long `--wait` waits where no --timeout says: a training may take hours.
const PATIENCE: Duration = Duration::from_secs(24 * 3600);

/// Options of `rr-admin drain`.
#[derive(Debug, Args)]
pub struct DrainArgs {
    /// Answer only when nothing runs any more (for at most a day, or --timeout)
    #[arg(long)]
    wait: bool,
}

/// Options of `rr-admin resume`.
#[derive(Debug, Args)]
pub struct ResumeArgs {}

/// Options of `rr-admin shutdown`.
#[derive(Debug, Args)]
pub struct ShutdownArgs {}

impl DrainArgs {
    /// Has a node take no new work.
    ///
    /// # Errors
    /// When no node answers, or what runs does not end in time.
    pub fn run(&self, flags: &AdminFlags) -> Result<Exit, Failure> {
        let patient = AdminFlags { timeout: flags.timeout.or(Some(PATIENCE.as_secs())), ..flags.clone() };
        let node = LiveNode::open(if self.wait { &patient } else { flags })?;
        let request = DrainRequest { wait: self.wait };
        let answer = node.ask(|node| async move { node.control().drain(node.request(request)).await })?;
        flags.format().print(&answer, || match (answer.drained, answer.open_jobs.as_slice()) {
            (true, _) => "drained: nothing runs any more; `rr-admin resume` takes work again\n".to_owned(),
            (false, []) => "the node takes no new work; its games are being set aside\n".to_owned(),
            (false, jobs) => {
                let jobs: String = jobs.iter().map(|job| format!("  {job}\n")).collect();
                format!("the node takes no new work; still running (`rr-admin drain --wait` waits for it):\n{jobs}")
            }
        })?;
        Ok(Exit::Done)
    }
}

impl ResumeArgs {
    /// Has a drained node take work again.
    ///
    /// # Errors
    /// When no node answers, or it does not drain.
    pub fn run(&self, flags: &AdminFlags) -> Result<Exit, Failure> {
        let node = LiveNode::open(flags)?;
        let answer =
            node.ask(|node| async move { node.control().resume(node.request(ResumeRequest {})).await })?;
        flags.format().print(&answer, || "the node takes work again\n")?;
        Ok(Exit::Done)
    }
}

impl ShutdownArgs {
    /// Ends a node in order.
    ///
    /// # Errors
    /// When no node answers, or it is ending already.
    pub fn run(&self, flags: &AdminFlags) -> Result<Exit, Failure> {
        let node = LiveNode::open(flags)?;
        let answer =
            node.ask(|node| async move { node.control().shutdown(node.request(ShutdownRequest {})).await })?;
        flags.format().print(&answer, || {
            let within = answer.within_ms / 1000;
            format!("the node ends: what runs finishes or leaves a checkpoint, within {within} s at most\n")
        })?;
        Ok(Exit::Done)
    }
}
