//! The data folder: whose it is, and whether its database opens.

use std::path::Path;

use rr_config::Settings;
use rr_storage::{DataDir, StorageError, Store, StoreOptions};

use super::finding::Finding;

const CHECK: &str = "data folder";

/// Checks the folder without changing it.
pub(super) fn check(folder: &Path, settings: &Settings) -> Vec<Finding> {
    match DataDir::open_read_only(folder) {
        Ok(open) => vec![database(&open, settings)],
        Err(StorageError::Missing { .. }) => {
            vec![Finding::ok(CHECK, format!("{} is made at the first start", folder.display()))]
        }
        Err(StorageError::Locked { holder, .. }) => {
            vec![Finding::ok(CHECK, format!("{} is in use by {holder}", folder.display()))]
        }
        Err(error) => {
            vec![Finding::fail(CHECK, error.to_string(), "choose another folder with --data-dir, or mend it")]
        }
    }
}

fn database(open: &DataDir, settings: &Settings) -> Finding {
    let path = open.layout().database();
    if !path.exists() {
        return Finding::ok(CHECK, format!("{}: no database yet", open.layout().root().display()));
    }
    let advice = "restore it from a backup, or move it aside to begin anew; see docs/operations.md";
    let opened = Store::open_read_only(&path, StoreOptions::from(&settings.storage));
    match opened.and_then(|store| Ok(store.read()?.champions()?.len())) {
        Ok(champions) => {
            Finding::ok(CHECK, format!("{} opens, champions of {champions} configs", path.display()))
        }
        Err(error) => Finding::fail(CHECK, error.to_string(), advice),
    }
}

/// Says whether a node runs on the folder.
pub(super) fn runs(folder: &Path) -> bool {
    matches!(DataDir::open_read_only(folder), Err(StorageError::Locked { .. }))
}
