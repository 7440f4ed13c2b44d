//! The flags that every command of `rr-admin` shares.

use std::time::Duration;

use clap::Args;

use crate::cli::{AccessArgs, OutputFormat, SharedArgs};

/// How long an answer may take where nobody says.
const USUAL_LIMIT: Duration = Duration::from_secs(60);

/// Flags of every command of `rr-admin`.
#[derive(Debug, Clone, Default, Args)]
pub struct AdminFlags {
    /// The flags of both programs.
    #[command(flatten)]
    pub shared: SharedArgs,
    /// What is shown to the node.
    #[command(flatten)]
    pub access: AccessArgs,
    /// Address of a node's gRPC port, such as 127.0.0.1:8780 (default: where the node of the data folder listens)
    #[arg(long, global = true, value_name = "HOST:PORT")]
    pub addr: Option<String>,
    /// Seconds that an answer may take (default: 60)
    #[arg(long, global = true, value_name = "SECONDS")]
    pub timeout: Option<u64>,
    /// Shows the answer again and again, every so many seconds (2 where none are given), until Ctrl-C
    #[arg(long, global = true, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "2", require_equals = true)]
    pub watch: Option<f64>,
}

impl AdminFlags {
    /// Returns the form of the answer.
    pub fn format(&self) -> OutputFormat {
        self.shared.output
    }

    /// Returns how long an answer may take.
    pub fn limit(&self) -> Duration {
        self.timeout.map_or(USUAL_LIMIT, |seconds| Duration::from_secs(seconds.max(1)))
    }
}
