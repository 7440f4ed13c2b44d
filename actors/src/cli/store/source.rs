//! Where the commands read: a running node, or the store of a stopped one.

use std::future::Future;
use std::path::Path;

use rr_storage::{DataDir, StorageError, Store, StoreOptions, StoreSnapshot};

use crate::cli::admin::{AdminFlags, LiveNode};
use crate::cli::{Exit, Failure, data_dir, load};
use crate::node::NodeFile;
use crate::rpc::{ListingFailure, NodeClient};

/// Reaches what a data folder holds, whether its node runs or not.
pub enum StoreSource {
    /// Its node runs.
    Node(Box<LiveNode>),
    /// Nobody runs on it: this is its store, kept from being started meanwhile.
    Store(Box<Store>, DataDir),
}

impl StoreSource {
    /// Reaches the node at `--addr`, else opens the data folder that the flags and the configuration name.
    ///
    /// # Errors
    /// When there is none, it is damaged, or its node runs and does not answer.
    pub fn open(flags: &AdminFlags) -> Result<Self, Failure> {
        if flags.addr.is_some() {
            return Ok(Self::Node(Box::new(LiveNode::open(flags)?)));
        }
        let loaded = load(&flags.shared.layers()?)?;
        let root = data_dir(&loaded)?;
        match DataDir::open_read_only(&root) {
            Ok(folder) => {
                let options = StoreOptions::from(&loaded.settings.storage);
                let store = Store::open_read_only(&folder.layout().database(), options).map_err(storage)?;
                Ok(Self::Store(Box::new(store), folder))
            }
            Err(locked @ StorageError::Locked { .. }) => Self::connect(flags, &root, &locked),
            Err(error) => Err(storage(error)),
        }
    }

    /// Asks the node that has the folder, at the address that it wrote there.
    fn connect(flags: &AdminFlags, root: &Path, locked: &StorageError) -> Result<Self, Failure> {
        let Some(file) = NodeFile::read(root) else {
            let message = format!(
                "{locked}; it has not written its address to {} yet, try again in a moment",
                NodeFile::path(root).display()
            );
            return Err(Failure::new(Exit::Busy, message));
        };
        Ok(Self::Node(Box::new(LiveNode::of_file(flags, root, &file)?)))
    }

    /// Asks the one or reads the other.
    ///
    /// # Errors
    /// What either says.
    pub fn read<T, F>(
        &self,
        ask: impl FnOnce(NodeClient) -> F,
        list: impl FnOnce(&StoreSnapshot) -> Result<T, ListingFailure>,
    ) -> Result<T, Failure>
    where
        F: Future<Output = Result<tonic::Response<T>, tonic::Status>>,
    {
        match self {
            Self::Node(node) => node.ask(ask),
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
