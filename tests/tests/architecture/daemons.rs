//! Every daemon type of the service that this one replaces has a fate, and the fate is true.
//!
//! `docs/daemons.csv` says what became of each; `docs/daemons.md` is made from it and from the registry
//! (`UPDATE_DOCS=1 cargo test -p rr-tests --test architecture daemons`).
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use rr_actors::node::{DaemonRow, REGISTRY};
use rr_config::NodeRole;

use crate::sources::{CRATES, root};

/// Duties that the service promised and never had a daemon for.
const PROMISED: &[&str] = &["MEMORY_MONITOR", "STALE_FALLBACK", "PARITY_GATE"];

const ROLES: [NodeRole; 5] =
    [NodeRole::All, NodeRole::Coordinator, NodeRole::Gpu, NodeRole::Trainer, NodeRole::Voter];

/// One daemon type of the service that this one replaces.
struct OldDaemon {
    name: String,
    fate: String,
    home: String,
    proof: String,
    note: String,
}

fn old_daemons() -> Vec<OldDaemon> {
    let text = fs::read_to_string(root().join("docs/daemons.csv")).expect("docs/daemons.csv");
    let row = |line: &str| {
        let cells: Vec<String> = line.splitn(5, ',').map(str::to_owned).collect();
        let [name, fate, home, proof, note] = cells.try_into().expect("five cells");
        OldDaemon { name, fate, home, proof, note }
    };
    text.lines().skip(1).map(row).collect()
}

/// The row of the registry that has a duty.
fn row_of(duty: &str) -> Option<&'static DaemonRow> {
    REGISTRY.iter().find(|row| row.daemons.contains(&duty))
}

/// The names of all test functions of the workspace with the file that holds each.
fn tests() -> BTreeMap<String, PathBuf> {
    let root = root();
    let mut folders: Vec<PathBuf> = CRATES
        .iter()
        .flat_map(|krate| [root.join(krate).join("src"), root.join(krate).join("tests")])
        .collect();
    let mut found = BTreeMap::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.expect("readable folder").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = fs::read_to_string(&path).expect("utf-8 source");
                let file = path.strip_prefix(&root).unwrap_or(&path).to_path_buf();
                found.extend(test_names(&text).into_iter().map(|name| (name, file.clone())));
            }
        }
    }
    found
}

/// The names of the test functions of a source: a name counts only where the attribute of a test stands before it, or
/// where it stands in a block of properties, which have one.
fn test_names(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut is_test = false;
    for line in text.lines().map(str::trim) {
        let attribute = line.starts_with("#[");
        if attribute && line.contains("test") {
            is_test = true;
        } else if let Some(rest) = line.trim_start_matches("async ").strip_prefix("fn ") {
            let name = rest.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or("");
            if std::mem::take(&mut is_test) {
                names.push(name.to_owned());
            }
        } else if !attribute && !line.starts_with("//") {
            is_test = false;
        }
    }
    names
}

#[test]
fn test_functions_are_told_from_others() {
    let text = "#[test]\nfn a_test() {}\n#[tokio::test(start_paused = true)]\n// why\nasync fn another() {}\nfn not_one() {}\n\
                #[derive(Debug)]\nstruct X;\n#[test]\n#[ignore = \"long\"]\nfn third(x: u32) {}";
    assert_eq!(test_names(text), ["a_test", "another", "third"]);
}

#[test]
fn every_old_daemon_has_a_fate_and_the_fate_is_true() {
    let tests = tests();
    assert!(tests.len() > 400, "the tests were not found: {}", tests.len());
    let rows: BTreeSet<&str> = REGISTRY.iter().map(|row| row.name).collect();
    let (mut names, mut wrong) = (BTreeSet::new(), Vec::new());
    for old in old_daemons() {
        let told = match (old.fate.as_str(), row_of(&old.name)) {
            ("actor", Some(row)) => (row.name != old.home).then(|| format!("its row is {}", row.name)),
            ("actor", None) => Some("no row of the registry has this duty".to_owned()),
            (_, Some(row)) => Some(format!("{} has this duty: say so", row.name)),
            ("folded", None) if !rows.contains(old.home.as_str()) => {
                Some(format!("{} is no row of the registry", old.home))
            }
            ("folded", None) => {
                (!tests.contains_key(&old.proof)).then(|| format!("{} is no test", old.proof))
            }
            ("cluster" | "dropped", None) => old.note.is_empty().then(|| "say why".to_owned()),
            (other, None) => Some(format!("{other} is no fate")),
        };
        wrong.extend(told.map(|told| format!("{}: {told}", old.name)));
        assert!(names.insert(old.name.clone()), "{} stands twice", old.name);
    }
    assert!(wrong.is_empty(), "daemons whose fate is not true:\n{}", wrong.join("\n"));
    assert_eq!(names.len(), 85);
    let own = REGISTRY.iter().flat_map(|row| row.daemons).filter(|duty| !names.contains(**duty));
    let own: BTreeSet<&str> = own.copied().collect();
    assert_eq!(own, PROMISED.iter().copied().collect(), "duties that no old daemon had");
}

#[test]
fn the_page_about_daemons_is_up_to_date() {
    let made = page();
    let path = root().join("docs/daemons.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &made).expect("docs/daemons.md");
    }
    let found = fs::read_to_string(path).unwrap_or_default();
    assert!(found == made, "docs/daemons.md is out of date: run with UPDATE_DOCS=1");
}

fn page() -> String {
    let tests = tests();
    let mut page = String::from(HEAD);
    for row in REGISTRY {
        let roles: Vec<&str> =
            ROLES.iter().filter(|role| row.roles.contains(role)).map(|role| role.name()).collect();
        let roles = if roles.len() == ROLES.len() { "every role".to_owned() } else { roles.join(", ") };
        let critical = if row.critical { "yes" } else { "" };
        let place = row.branch.name().unwrap_or("node");
        page += &format!("| {} | {place} | {roles} | {critical} | {} |\n", row.name, row.daemons.join(", "));
    }
    page += FATES;
    for old in old_daemons() {
        let fate = match old.fate.as_str() {
            "actor" => format!("its own actor: `{}`", old.home),
            "folded" => {
                let file = tests.get(&old.proof).map_or(Path::new(""), PathBuf::as_path);
                format!("folded into `{}`; proof: `{}` in {}", old.home, old.proof, file.display())
            }
            "cluster" => "comes with the cluster".to_owned(),
            other => other.to_owned(),
        };
        page += &format!("| {} | {fate} | {} |\n", old.name, old.note);
    }
    page += PROMISES;
    for duty in PROMISED {
        page += &format!("| {duty} | `{}` |\n", row_of(duty).map_or("-", |row| row.name));
    }
    page
}

const HEAD: &str = "# Daemons

Made from the registry (`actors/src/node/registry.rs`) and `docs/daemons.csv` by
`UPDATE_DOCS=1 cargo test -p rr-tests --test architecture daemons`; edit those.

What a node runs, in starting order; where it hangs in the tree; which roles call for it; whether the node is of no use without it; which
daemon types of the service replaced it stands for. `rr-admin daemons list` shows the same of a running node.

| daemon | place | roles | critical | duties of old |
|---|---|---|---|---|
";

const FATES: &str = "
## What became of the daemon types of the old service

| old daemon | fate | why |
|---|---|---|
";

const PROMISES: &str = "
## What was promised and had no daemon

| duty | daemon |
|---|---|
";
