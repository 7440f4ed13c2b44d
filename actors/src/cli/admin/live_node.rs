//! A running node that answers commands.

use std::future::Future;
use std::path::Path;

use tokio::runtime::Runtime;

use super::flags::AdminFlags;
use super::refused::refused;
use crate::cli::{Exit, Failure, data_dir, load};
use crate::node::NodeFile;
use crate::rpc::NodeClient;

/// Reaches a running node.
pub struct LiveNode {
    client: NodeClient,
    runtime: Runtime,
}

impl LiveNode {
    /// Connects to the node at `--addr`, else to the one of the data folder.
    ///
    /// # Errors
    /// When no node runs there, or it does not answer.
    pub fn open(flags: &AdminFlags) -> Result<Self, Failure> {
        if let Some(address) = &flags.addr {
            return Self::connect(flags, address, "the node");
        }
        let loaded = load(&flags.shared.layers()?)?;
        let root = data_dir(&loaded)?;
        let Some(file) = NodeFile::read(&root) else {
            let message = format!(
                "no node runs on {}: there is no {}; start it with `rr-node --data-dir {}`, or name another with --data-dir or --addr",
                root.display(),
                NodeFile::path(&root).display(),
                root.display()
            );
            return Err(Failure::new(Exit::Unavailable, message));
        };
        Self::of_file(flags, &root, &file)
    }

    /// Connects to the node that wrote its address into a data folder.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn of_file(flags: &AdminFlags, root: &Path, file: &NodeFile) -> Result<Self, Failure> {
        let who = format!("the node {} (process {}) of {}", file.node, file.pid, root.display());
        Self::connect(flags, &file.grpc.to_string(), &who)
    }

    fn connect(flags: &AdminFlags, address: &str, who: &str) -> Result<Self, Failure> {
        let fail = |error: std::io::Error| Failure::new(Exit::Software, error);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(fail)?;
        let credentials = flags.access.credentials(None)?;
        let connected = runtime.block_on(NodeClient::connect(address, credentials, flags.limit()));
        let client = connected.map_err(|error| {
            let message = format!(
                "{who} does not answer at {address}: {}; see whether it runs, or name another with --addr",
                innermost(&error)
            );
            Failure::new(Exit::Unavailable, message)
        })?;
        Ok(Self { client, runtime })
    }

    /// Asks a question and waits for the answer.
    ///
    /// # Errors
    /// What the node says.
    pub fn ask<T, F>(&self, question: impl FnOnce(NodeClient) -> F) -> Result<T, Failure>
    where
        F: Future<Output = Result<tonic::Response<T>, tonic::Status>>,
    {
        let answer = self.runtime.block_on(question(self.client.clone()));
        answer.map(tonic::Response::into_inner).map_err(|status| refused(&status))
    }

    /// Reads a stream to its end or to Ctrl-C, message by message.
    ///
    /// # Errors
    /// What the node or `each` says.
    pub fn follow<T, F>(
        &self,
        question: impl FnOnce(NodeClient) -> F,
        mut each: impl FnMut(T) -> Result<(), Failure>,
    ) -> Result<(), Failure>
    where
        F: Future<Output = Result<tonic::Response<tonic::Streaming<T>>, tonic::Status>>,
    {
        let reading = async {
            let answer = question(self.client.clone()).await.map_err(|status| refused(&status))?;
            let mut stream = answer.into_inner();
            while let Some(message) = stream.message().await.map_err(|status| refused(&status))? {
                each(message)?;
            }
            Ok(())
        };
        self.runtime.block_on(async {
            tokio::select! {
                ended = reading => ended,
                _ = tokio::signal::ctrl_c() => Ok(()),
            }
        })
    }

    /// Takes the parts, for who does more than asking.
    pub fn into_parts(self) -> (NodeClient, Runtime) {
        (self.client, self.runtime)
    }
}

/// Returns the words of the first cause: those around it say only that there is one.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut inner = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string()
}
