//! Every key of the configuration steers something: code outside `config/` reads it.
use std::fs;
use std::path::{Path, PathBuf};

use rr_config::Settings;

/// Keys that a method of their section reads: the method is what others call.
const THROUGH_METHODS: &[(&str, &str)] = &[
    ("node.id", "resolved_id("),
    ("node.role", "effective_role("),
    ("node.is_coordinator", "effective_role("),
    ("net.preset", "net.shape("),
    ("net.presets", "net.shape("),
    ("promotion.floors", "promotion.floor("),
    ("server.grpc_host", "server.grpc_addr("),
    ("server.grpc_port", "server.grpc_addr("),
    ("server.health_host", "server.health_addr("),
    ("server.health_port", "server.health_addr("),
    ("server.status_host", "server.status_addr("),
    ("server.status_port", "server.status_addr("),
    ("server.public_pages", "guards_pages("),
];

/// Keys that nothing reads yet, each with what it waits for.
const WAITING: &[(&str, &str)] = &[
    // Daemons that are not here yet.
    // Each row of the registry and each child names its own limit so far.
    ("supervision.stop_seconds", "one limit for children that name none"),
];

/// Reads the sources of every crate but `config`, without their inline tests.
fn sources() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let crates = ["actors", "cluster", "train", "storage", "onnx", "engine", "proto"];
    let mut folders: Vec<PathBuf> = crates.iter().map(|krate| root.join(krate).join("src")).collect();
    let mut texts = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if path.is_dir() {
                folders.extend((name != "tests").then(|| path.clone()));
            } else if name.ends_with(".rs") && name != "tests.rs" {
                let text = fs::read_to_string(&path).unwrap();
                texts.push(text.split("\n#[cfg(test)]\nmod ").next().unwrap().to_owned());
            }
        }
    }
    assert!(texts.len() > 100, "the sources were not found");
    texts
}

/// Says whether `text` reads a field: `.field`, and not as a call or as the beginning of a longer name.
fn reads(text: &str, field: &str) -> bool {
    let pattern = format!(".{field}");
    text.match_indices(&pattern).any(|(at, _)| {
        let next = text[at + pattern.len()..].chars().next().unwrap_or(' ');
        !(next.is_alphanumeric() || next == '_' || next == '(')
    })
}

/// Says whether a source that knows the section reads the key.
fn is_read(text: &str, section: &str, key: &str) -> bool {
    let (head, tail) = section.split_at(1);
    let owner = format!("{}{tail}Section", head.to_uppercase());
    // The section `loop` is the field `pass`: the word is taken.
    let field = if section == "loop" { "pass" } else { section };
    (text.contains(&owner) || reads(text, field)) && reads(text, key)
}

fn is_used(texts: &[String], section: &str, key: &str) -> bool {
    let name = format!("{section}.{key}");
    let method = THROUGH_METHODS.iter().find(|(method_of, _)| *method_of == name);
    match method {
        Some((_, call)) => texts.iter().any(|text| text.contains(call)),
        None => texts.iter().any(|text| is_read(text, section, key)),
    }
}

#[test]
fn every_key_steers_something() {
    let texts = sources();
    let mut idle = Vec::new();
    for section in Settings::DOCS {
        for key in section.keys {
            let name = format!("{}.{}", section.name, key.key);
            let waits = WAITING.iter().any(|(waiting, _)| *waiting == name);
            if !waits && !is_used(&texts, section.name, key.key) {
                idle.push(name);
            }
        }
    }
    assert!(idle.is_empty(), "read nowhere outside config/: {idle:?}; wire them or remove them");
}

#[test]
fn the_lists_name_keys_that_exist() {
    let exists = |name: &str| {
        let (section, key) = name.split_once('.').unwrap();
        let found = Settings::DOCS.iter().find(|doc| doc.name == section);
        found.is_some_and(|doc| doc.keys.iter().any(|known| known.key == key))
    };
    for (name, _) in THROUGH_METHODS.iter().chain(WAITING) {
        assert!(exists(name), "{name} is no key");
    }
}

#[test]
fn a_key_that_only_looks_used_is_told_apart() {
    assert!(reads("x.level;", "level"));
    assert!(!reads("x.levels;", "level"));
    assert!(!reads("x.filter(|x| x)", "filter"));
    assert!(is_read("fn f(s: &LogSection) { s.level }", "log", "level"));
    assert!(!is_read("fn f(s: &Other) { s.level }", "log", "level"));
}
