//! A node that does not run: what its store tells is told, everything else says how to start it.
use std::path::Path;

use rr_tests::{Answer, rr_admin, stocked_folder};
use serde_json::Value;

fn ask(folder: &Path, args: &[&str]) -> Answer {
    Answer::of(rr_admin().args(args).arg("--data-dir").arg(folder))
}

fn json(folder: &Path, args: &[&str]) -> Value {
    let args: Vec<&str> = args.iter().copied().chain(["--output", "json"]).collect();
    let answer = ask(folder, &args);
    serde_json::from_str(answer.succeeded()).unwrap_or_else(|error| panic!("{error}: {answer:#?}"))
}

#[test]
fn the_store_of_a_stopped_node_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let stock = stocked_folder(folder.path(), 5);
    let games = json(folder.path(), &["games", "list", "hex8_2p", "--last", "3"]);
    assert_eq!(games.as_array().unwrap().len(), 3);
    assert_eq!(json(folder.path(), &["games", "list"]).as_array().unwrap().len(), stock.games);
    let newest = games[0]["id"].as_str().unwrap();
    let drawn = ask(folder.path(), &["games", "show", newest, "--ply", "2"]);
    assert!(drawn.succeeded().contains("ply 2 of"), "{drawn:#?}");

    let configs = json(folder.path(), &["configs", "list"]);
    assert_eq!((configs[0]["config"].as_str(), configs[0]["games"].as_u64()), (Some("hex8_2p"), Some(5)));
    let shown = json(folder.path(), &["configs", "show", "hex8_2p"]);
    assert_eq!(shown["champion"].as_str(), Some(stock.champion.to_string().as_str()));
    assert_eq!(json(folder.path(), &["jobs", "list"]), Value::Array(Vec::new()));
    assert_eq!(json(folder.path(), &["events", "list", "--topic", "training"]), Value::Array(Vec::new()));
    assert_eq!(json(folder.path(), &["events", "dead-letters", "list"]), Value::Array(Vec::new()));
    assert!(json(folder.path(), &["models", "list"])[0]["champion"].as_bool().unwrap());
    assert!(json(folder.path(), &["ratings", "curve", "hex8_2p"]).is_array());

    let yaml = ask(folder.path(), &["configs", "list", "--output", "yaml"]);
    assert!(yaml.succeeded().starts_with("- config: hex8_2p\n"), "{yaml:#?}");
}

#[test]
fn what_needs_a_running_node_says_how_to_start_one() {
    let folder = tempfile::tempdir().unwrap();
    stocked_folder(folder.path(), 1);
    for args in [
        &["health"][..],
        &["devices", "list"],
        &["settings", "list"],
        &["log", "level", "get"],
        &["log", "level", "set", "debug"],
        &["drain"],
        &["drain", "--wait"],
        &["resume"],
        &["shutdown"],
        &["jobs", "cancel", "ab"],
        &["events", "tail"],
        &["events", "dead-letters", "retry", "--all"],
        &["events", "dead-letters", "purge", "--event", "3"],
        &["scheduler", "explain"],
        &["actors", "tree"],
        &["daemons", "list"],
    ] {
        ask(folder.path(), args).refused(&[69], &["no node runs on", "start it with `rr-node --data-dir"]);
    }
}

#[test]
fn mistakes_are_told_with_the_way_out() {
    let folder = tempfile::tempdir().unwrap();
    stocked_folder(folder.path(), 1);
    let refused = |args: &[&str], codes: &[i32], fragments: &[&str]| {
        ask(folder.path(), args).refused(codes, fragments);
    };
    refused(&["events", "list", "--topic", "trainin"], &[66], &["no topic `trainin`", "`training`"]);
    refused(&["events", "list", "--kind", "MODEL_PROMOTE"], &[66], &["no event", "`MODEL_PROMOTED`"]);
    refused(
        &["events", "list", "--since", "yesterday"],
        &[64],
        &["yesterday", "10m", "2026-02-28T13:05:09Z"],
    );
    refused(&["jobs", "list", "hex9_2p"], &[64], &["hex9_2p", "hex8_2p"]);
    refused(&["jobs", "show", "abcd"], &[66], &["no job `abcd`", "rr-admin jobs list"]);
    refused(&["configs", "show", "hex9_2p"], &[64], &["hex9_2p"]);
    refused(&["games", "show", &"ab".repeat(32)], &[66], &["no game"]);
    refused(&["events", "dead-letters", "purge"], &[64], &["--all"]);
    refused(&["jobs", "cancel", "ab", "--watch"], &[64], &["--watch"]);
}
