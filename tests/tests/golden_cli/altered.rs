//! Golden games with something changed.
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use rr_tests::project;
use serde_json::Value;

/// Returns the folder of golden games.
pub fn golden() -> PathBuf {
    project().join("tests/golden")
}

/// Unpacks a golden file into its lines.
pub fn lines(name: &str) -> Vec<String> {
    let mut text = String::new();
    let file = fs::File::open(golden().join(name)).unwrap();
    MultiGzDecoder::new(file).read_to_string(&mut text).unwrap();
    text.lines().map(ToOwned::to_owned).collect()
}

/// Writes the golden games of a config with one line of JSON changed.
pub fn write_altered(path: &Path, name: &str, line: usize, change: impl FnOnce(&mut Value)) {
    let mut lines = lines(name);
    let mut value: Value = serde_json::from_str(&lines[line]).unwrap();
    change(&mut value);
    lines[line] = value.to_string();
    fs::write(path, lines.join("\n") + "\n").unwrap();
}
