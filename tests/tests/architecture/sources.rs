//! Reads the workspace's Rust sources once per test.
use std::fs;
use std::path::{Path, PathBuf};

/// The floors of the house, top first.
pub const CRATES: [&str; 9] =
    ["actors", "cluster", "train", "storage", "onnx", "engine", "proto", "config", "tests"];

/// One source file of a crate.
pub struct Source {
    /// Crate folder, such as `engine`.
    pub krate: String,
    /// Path relative to the workspace.
    pub path: PathBuf,
    /// Whole text.
    pub text: String,
}

impl Source {
    /// The text before the inline test module: what the size rules count.
    pub fn without_tests(&self) -> &str {
        self.text.split("\n#[cfg(test)]\nmod ").next().unwrap_or("")
    }

    /// True for files that hold only tests.
    pub fn is_test(&self) -> bool {
        let stem = self.path.file_stem().and_then(|s| s.to_str()).unwrap_or("");
        stem == "tests" || self.path.components().any(|c| c.as_os_str() == "tests")
    }
}

/// The workspace's root folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ has a parent").to_path_buf()
}

/// All `.rs` files below each crate's `src`.
pub fn all() -> Vec<Source> {
    let root = root();
    let mut out = Vec::new();
    for krate in CRATES {
        let mut stack = vec![root.join(krate).join("src")];
        while let Some(dir) = stack.pop() {
            for entry in fs::read_dir(&dir).unwrap_or_else(|e| panic!("{}: {e}", dir.display())) {
                let path = entry.expect("readable folder").path();
                if path.is_dir() {
                    stack.push(path);
                } else if path.extension().is_some_and(|e| e == "rs") {
                    let text = fs::read_to_string(&path).expect("utf-8 source");
                    let rel = path.strip_prefix(&root).expect("below the root").to_path_buf();
                    out.push(Source { krate: krate.into(), path: rel, text });
                }
            }
        }
    }
    out.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(out.len() > 20, "the sources were not found below {}", root.display());
    out
}
