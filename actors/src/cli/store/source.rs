//! Where the commands read: the running node of a data folder, or its store.

use std::future::Future;
use std::path::Path;

use rr_proto::admin::admin_client::AdminClient;
use rr_storage::{DataDir, StorageError, Store, StoreOptions, StoreSnapshot};
use tonic::transport::Channel;

use crate::cli::{Exit, Failure, SharedArgs, data_dir, load};
use crate::node::NodeFile;
use crate::rpc::{ListingFailure, NodeClient};

/// Reaches what a data folder holds, whether its node runs or not.
pub enum StoreSource {
    /// Its node runs: this is its administration.
    Node(Box<AdminClient<Channel>>, tokio::runtime::Runtime),
    /// Nobody runs on it: this is its store, kept from being started meanwhile.
    Store(Box<Store>, DataDir),
}

impl StoreSource {
    /// Opens the data folder that the flags and the configuration name.
    ///
    /// # Errors
    /// When there is none, it is damaged, or its node runs and does not answer.
    pub fn open(shared: &SharedArgs) -> Result<Self, Failure> {
        let loaded = load(&shared.layers()?)?;
        let root = data_dir(&loaded)?;
        match DataDir::open_read_only(&root) {
            Ok(folder) => {
                let options = StoreOptions::from(&loaded.settings.storage);
                let store = Store::open_read_only(&folder.layout().database(), options).map_err(storage)?;
                Ok(Self::Store(Box::new(store), folder))
            }
            Err(locked @ StorageError::Locked { .. }) => Self::connect(&root, &locked),
            Err(error) => Err(storage(error)),
        }
    }

    /// Asks the node that has the folder, at the address that it wrote there.
    fn connect(root: &Path, locked: &StorageError) -> Result<Self, Failure> {
        let Some(file) = NodeFile::read(root) else {
            let message = format!(
                "{locked}; it has not written its address to {} yet, try again in a moment",
                NodeFile::path(root).display()
            );
            return Err(Failure::new(Exit::Busy, message));
        };
        let fail = |error: std::io::Error| Failure::new(Exit::Software, error);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(fail)?;
        let client = runtime.block_on(NodeClient::connect(file.grpc)).map_err(|error| {
            let message = format!(
                "the node {} (process {}) does not answer at {}: {error}",
                file.node, file.pid, file.grpc
            );
            Failure::new(Exit::Unavailable, message)
        })?;
        Ok(Self::Node(Box::new(client), runtime))
    }

    /// Asks the one or reads the other.
    ///
    /// # Errors
    /// What either says.
    pub fn read<T, F>(
        &mut self,
        ask: impl FnOnce(AdminClient<Channel>) -> F,
        list: impl FnOnce(&StoreSnapshot) -> Result<T, ListingFailure>,
    ) -> Result<T, Failure>
    where
        F: Future<Output = Result<tonic::Response<T>, tonic::Status>>,
    {
        match self {
            Self::Node(client, runtime) => {
                let answer = runtime.block_on(ask(client.as_ref().clone()));
                answer.map(tonic::Response::into_inner).map_err(|status| refused(&status))
            }
            Self::Store(store, _) => {
                let snapshot = store.read().map_err(storage)?;
                list(&snapshot).map_err(|error| Failure::of(error.code(), error))
            }
        }
    }
}

fn storage(error: StorageError) -> Failure {
    Failure::of(error.code(), error)
}

fn refused(status: &tonic::Status) -> Failure {
    // The name of the class stands before the message.
    let code = status.message().split(':').next().and_then(|name| name.parse().ok());
    match code {
        Some(code) => Failure::of(code, status.message()),
        None => Failure::new(Exit::Unavailable, format!("the node refused: {status}")),
    }
}
