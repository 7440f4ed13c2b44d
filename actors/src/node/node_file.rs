//! The file that tells other programs where the node of a data folder listens.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::NodeFailure;

/// Name of the file in the data folder.
const NAME: &str = "node.json";

/// Says which process runs on a data folder and where it listens; a node that was killed leaves a stale one behind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeFile {
    /// The process.
    pub pid: u32,
    /// The node's name.
    pub node: String,
    /// Address of the gRPC administration.
    pub grpc: SocketAddr,
    /// Address of the health pages; a file of an older program has none.
    #[serde(default)]
    pub health: Option<SocketAddr>,
    /// Address of the cluster's status.
    #[serde(default)]
    pub status: Option<SocketAddr>,
}

impl NodeFile {
    /// Returns where the file of a data folder lies.
    pub fn path(data_dir: &Path) -> PathBuf {
        data_dir.join(NAME)
    }

    /// Writes the file, whole or not at all.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn write(&self, data_dir: &Path) -> Result<(), NodeFailure> {
        let path = Self::path(data_dir);
        let fail = |source| NodeFailure::File { action: "write", path: path.clone(), source };
        let part = path.with_extension("json.part");
        let text = serde_json::to_vec_pretty(self).map_err(|error| fail(error.into()))?;
        fs::write(&part, text).and_then(|()| fs::rename(&part, &path)).map_err(fail)
    }

    /// Reads the file; none where there is none or it says nothing that is understood.
    pub fn read(data_dir: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(Self::path(data_dir)).ok()?).ok()
    }

    /// Removes the file at the end of a node.
    pub fn remove(data_dir: &Path) {
        let path = Self::path(data_dir);
        if let Err(error) = fs::remove_file(&path) {
            tracing::warn!(path = %path.display(), %error, "the node's address file could not be removed");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_read_removed() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(NodeFile::read(folder.path()), None);
        let at = |port: u16| std::net::SocketAddr::from(([127, 0, 0, 1], port));
        let (grpc, health, status) = (at(1), Some(at(2)), Some(at(3)));
        let file = NodeFile { pid: 7, node: "a".into(), grpc, health, status };
        file.write(folder.path()).unwrap();
        assert_eq!(NodeFile::read(folder.path()), Some(file));
        fs::write(NodeFile::path(folder.path()), r#"{"pid":7,"node":"a","grpc":"127.0.0.1:1"}"#).unwrap();
        assert_eq!(NodeFile::read(folder.path()).unwrap().health, None, "an older program's");
        fs::write(NodeFile::path(folder.path()), "{").unwrap();
        assert_eq!(NodeFile::read(folder.path()), None, "an unreadable file is as good as none");
        NodeFile::remove(folder.path());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
