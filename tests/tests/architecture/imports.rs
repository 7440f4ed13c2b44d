//! The import table of the floors, read from each crate's manifest.
use crate::sources::root;
use std::collections::BTreeSet;
use std::fs;

/// Crate, crates of ours that it may import, foreign crates that it must not.
const TABLE: [(&str, &[&str], &[&str]); 8] = [
    ("engine", &[], &["tokio", "ractor", "tonic", "ort", "redb"]),
    ("proto", &[], &["ractor", "ort", "redb"]),
    ("config", &[], &["tokio", "ractor", "tonic", "ort", "redb"]),
    ("storage", &["proto", "config"], &["ractor", "tonic", "ort", "tokio"]),
    ("onnx", &["engine", "config"], &["ractor", "redb", "tonic", "tokio"]),
    ("cluster", &["proto", "config", "storage"], &["ractor", "ort"]),
    ("train", &["engine", "onnx", "storage", "config"], &["ractor", "tonic"]),
    ("actors", &["engine", "proto", "config", "storage", "onnx", "cluster", "train"], &["ort", "redb"]),
];

const ML_FRAMEWORKS: [&str; 6] = ["burn", "candle-core", "candle-nn", "tch", "dfdx", "tract-onnx"];

fn manifest_deps(krate: &str, section: &str) -> BTreeSet<String> {
    let text = fs::read_to_string(root().join(krate).join("Cargo.toml")).expect("crate manifest");
    let value: toml::Value = toml::from_str(&text).expect("valid manifest");
    let table = value.get(section).and_then(|d| d.as_table()).cloned().unwrap_or_default();
    table.keys().cloned().collect()
}

#[test]
fn every_arrow_runs_down() {
    for (krate, ours, never) in TABLE {
        let deps = manifest_deps(krate, "dependencies");
        for dep in &deps {
            if let Some(folder) = dep.strip_prefix("rr-") {
                assert!(ours.contains(&folder), "{krate} may not import {folder}; it may import {ours:?}");
            }
            assert!(!never.contains(&dep.as_str()), "{krate} must never import {dep}");
            assert!(!ML_FRAMEWORKS.contains(&dep.as_str()), "{krate} imports the ML framework {dep}");
        }
    }
}

#[test]
fn nobody_imports_the_tests() {
    for (krate, _, _) in TABLE {
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            assert!(!manifest_deps(krate, section).contains("rr-tests"), "{krate} imports rr-tests");
        }
    }
}
