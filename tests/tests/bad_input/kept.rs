//! A data folder with something to lose.
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use rr_tests::{Answer, StockedFolder, StoreFacts, rr_node, stocked_folder, tiny_loop};
use tempfile::TempDir;

/// Games in the folder.
const GAMES: usize = 5;

/// Holds a stocked data folder and what was in it at first.
pub struct KeptFolder {
    _root: TempDir,
    pub path: PathBuf,
    pub stock: StockedFolder,
    first: StoreFacts,
}

impl KeptFolder {
    pub fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("data");
        let stock = stocked_folder(&path, GAMES);
        let first = StoreFacts::read(&path, stock.key);
        assert_eq!(first.games.len(), GAMES);
        Self { _root: root, path, stock, first }
    }

    pub fn database(&self) -> PathBuf {
        self.path.join("store.redb")
    }

    /// Returns a node's command line on this folder, with tiny settings.
    pub fn node(&self) -> Command {
        let mut command = node_on(&self.path);
        tiny_loop(&mut command);
        command
    }

    /// Starts a node that should be refused.
    pub fn refused(&self, codes: &[i32], fragments: &[&str]) {
        Answer::of(&mut self.node()).refused(codes, fragments);
    }

    /// Asserts that everything that was stored still is.
    #[track_caller]
    pub fn assert_kept(&self) -> StoreFacts {
        let now = StoreFacts::read_after(&self.path, self.stock.key, Some(&self.first));
        assert!(now.has_model(self.stock.champion), "the champion is gone");
        now
    }

    /// Replaces a file for the time of `work`, then puts the good bytes back.
    pub fn with_damaged(
        &self,
        file: &Path,
        damage: impl FnOnce(Vec<u8>) -> Vec<u8>,
        work: impl FnOnce(&Self),
    ) {
        let good = fs::read(file).unwrap();
        fs::write(file, damage(good.clone())).unwrap();
        let bad = fs::read(file).unwrap();
        work(self);
        // What is damaged may still be mended by its owner: it is not thrown away.
        let left = fs::read(file)
            .or_else(|_| fs::read(self.path.join("quarantine").join(file.file_name().unwrap())));
        assert_eq!(left.unwrap().len(), bad.len(), "{} was touched", file.display());
        fs::write(file, good).unwrap();
        let _ = fs::remove_dir_all(self.path.join("quarantine"));
    }
}

/// Returns a node's command line on a folder.
pub fn node_on(folder: &Path) -> Command {
    let mut command = rr_node();
    command.arg("--data-dir").arg(folder);
    command
}
