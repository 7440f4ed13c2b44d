//! The child process and the reading of what it says.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use ractor::ActorRef;
use rr_proto::JobId;
use rr_train::TrainerLine;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, ChildStdin, Command};
use tokio::task::JoinHandle;

use super::message::TrainerMsg;
use super::run_folder::RunFolder;

/// Longest line that is read from the child: a completed run's fits a hundred times.
const MAX_LINE_BYTES: u64 = 1 << 20;

/// Holds a running child; dropping it kills the process.
pub(super) struct RunningChild {
    pub pid: Option<u32>,
    /// Open while the parent lives: the child stops at a checkpoint when it closes.
    stdin: Option<ChildStdin>,
    waiter: JoinHandle<()>,
}

impl RunningChild {
    /// Starts `program` on the job of a run.
    pub fn start(
        program: &[String],
        job: JobId,
        folder: &RunFolder,
        trainer: &ActorRef<TrainerMsg>,
    ) -> std::io::Result<Self> {
        let (head, rest) = program.split_first().ok_or(std::io::ErrorKind::InvalidInput)?;
        let log = std::fs::OpenOptions::new().create(true).append(true).open(folder.log_file())?;
        let mut child = Command::new(head)
            .args(rest)
            .arg(folder.job_file())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::from(log))
            // A Ctrl-C of the terminal is the node's to handle, not the child's.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        let (pid, stdin) = (child.id(), child.stdin.take());
        let trainer = trainer.clone();
        let waiter = tokio::spawn(async move {
            if let Some(stdout) = child.stdout.take() {
                read_lines(stdout, job, &trainer).await;
            }
            let status = wait(&mut child).await;
            let _ = trainer.cast(TrainerMsg::Exited { job, status }); // the trainer may be gone
        });
        Ok(Self { pid, stdin, waiter })
    }

    /// Asks the child to stop at a checkpoint, and kills it after `limit`.
    pub async fn stop(mut self, limit: Duration) {
        drop(self.stdin.take());
        if tokio::time::timeout(limit, &mut self.waiter).await.is_err() {
            tracing::warn!(pid = self.pid, ?limit, "the training process did not stop in time and is killed");
        }
    }

    /// Kills the child at once.
    pub async fn kill(mut self) {
        self.waiter.abort();
        let _ = (&mut self.waiter).await; // it ends by being aborted, and the process with it
    }
}

impl Drop for RunningChild {
    fn drop(&mut self) {
        // The task owns the process, which is killed when it is dropped.
        self.waiter.abort();
    }
}

async fn wait(child: &mut Child) -> String {
    match child.wait().await {
        Ok(status) => status.to_string(),
        Err(error) => format!("its end is unknown: {error}"),
    }
}

/// Hands every line to the trainer until the child closes its output.
async fn read_lines(stdout: impl AsyncReadExt + Unpin, job: JobId, trainer: &ActorRef<TrainerMsg>) {
    let mut reader = BufReader::new(stdout);
    let mut line = Vec::new();
    loop {
        line.clear();
        match (&mut reader).take(MAX_LINE_BYTES).read_until(b'\n', &mut line).await {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%job, %error, "the training process's output can't be read");
                return;
            }
        }
        match serde_json::from_slice::<TrainerLine>(&line) {
            Ok(told) => {
                let _ = trainer.cast(TrainerMsg::Told { job, line: Box::new(told) }); // the trainer may be gone
            }
            Err(error) => {
                let text = String::from_utf8_lossy(&line);
                tracing::warn!(%job, %error, line = text.trim_end(), "the training process said something unknown");
            }
        }
    }
}

/// Returns the command of the built-in trainer: this program's own file.
pub(super) fn built_in(program: &Path) -> Vec<String> {
    vec![program.display().to_string(), "trainer-child".to_owned(), "--job".to_owned()]
}
