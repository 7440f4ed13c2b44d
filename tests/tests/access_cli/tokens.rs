//! Tokens on the command line.
use std::fs;
use std::path::Path;

use rr_tests::{Answer, rr_admin};
use serde_json::Value;

fn tokens(folder: &Path, args: &[&str]) -> Answer {
    Answer::of(rr_admin().arg("tokens").args(args).arg("--data-dir").arg(folder))
}

#[test]
fn a_token_is_shown_once_listed_and_revoked() {
    let folder = tempfile::tempdir().unwrap();
    let made = tokens(folder.path(), &["add", "ann", "--role", "operate", "--expires", "30d"]);
    let secret = made.succeeded().trim().to_owned();
    assert!(secret.starts_with("rr_") && secret.len() == 67, "{made:?}");
    assert!(made.stderr.contains("shown only now"), "{made:?}");
    let list = tokens(folder.path(), &["list"]);
    assert!(
        list.succeeded().contains("ann") && list.stdout.contains("operate") && list.stdout.contains("valid")
    );
    let file = fs::read_to_string(folder.path().join("tokens.json")).unwrap();
    assert!(
        ![&list.stdout, &file].iter().any(|text| text.contains(&secret[3..])),
        "the secret stands nowhere"
    );

    tokens(folder.path(), &["add", "ann", "--role", "read"]).refused(&[65], &["`ann` already", "revoke"]);
    tokens(folder.path(), &["revoke", "bob"]).refused(&[66], &["no valid token `bob`", "ann"]);
    tokens(folder.path(), &["revoke", "ann"]).succeeded();
    let list: Value =
        serde_json::from_str(tokens(folder.path(), &["list", "--output", "json"]).succeeded()).unwrap();
    assert_eq!((list[0]["name"].as_str(), list[0]["standing"].as_str()), (Some("ann"), Some("revoked")));
}

#[test]
fn what_makes_no_token_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    tokens(folder.path(), &["add", "ann"]).refused(&[64], &["--role"]);
    tokens(folder.path(), &["add", "ann", "--role", "root"]).refused(&[64], &["read", "operate", "admin"]);
    tokens(folder.path(), &["add", "a b", "--role", "read"]).refused(&[64], &["`a b`", "letters"]);
    tokens(folder.path(), &["add", "ann", "--role", "read", "--expires", "soon"])
        .refused(&[64], &["`soon`", "30d"]);
    assert!(!folder.path().join("tokens.json").exists());
    fs::write(folder.path().join("tokens.json"), "{}").unwrap();
    tokens(folder.path(), &["list"]).refused(&[65], &["tokens.json", "restored"]);
    assert_eq!(fs::read_to_string(folder.path().join("tokens.json")).unwrap(), "{}");
}
