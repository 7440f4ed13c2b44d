//! Certificates on the command line.
use std::path::Path;

use rr_tests::{Answer, rr_admin, rr_node, set, tiny_net};
use serde_json::Value;

fn certs(args: &[&str]) -> Answer {
    Answer::of(rr_admin().arg("certs").args(args))
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn an_authority_and_its_nodes_are_made_and_shown() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("certs");
    let made = certs(&["init", text(&dir), "--node", "node-1", "--address", "10.0.0.11"]);
    assert!(made.succeeded().contains("node-1.crt") && made.stderr.contains("tls_client_ca"), "{made:?}");
    certs(&["init", text(&dir)]).refused(&[73], &["ca.crt", "exists"]);
    certs(&["node", "node-2", "--folder", text(&dir), "--role", "read", "--expires", "90d"]).succeeded();
    let show = certs(&["show", text(&dir.join("node-2.crt")), "--output", "json"]);
    let shown: Value = serde_json::from_str(show.succeeded()).unwrap();
    assert_eq!((shown["name"].as_str(), shown["role"].as_str()), (Some("node-2"), Some("read")));
    assert!(certs(&["show", text(&dir.join("node-1.crt"))]).succeeded().contains("10.0.0.11"));
    certs(&["show", text(&dir.join("node-1.key"))]).refused(&[65], &["holds no certificate"]);
    certs(&["show", "/nonexistent/a.crt"]).refused(&[66], &["/nonexistent/a.crt"]);
    certs(&["node", "x", "--folder", "/nonexistent"]).refused(&[66], &["ca.key"]);
}

#[test]
fn a_node_off_loopback_without_tls_does_not_start() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |pairs: &[(&str, &str)], words: &[&str]| {
        let mut command = rr_node();
        tiny_net(&mut command).arg("--data-dir").arg(folder.path().join("data"));
        for (key, value) in pairs {
            set(&mut command, key, value);
        }
        Answer::of(&mut command).refused(&[78], words);
    };
    for (host, way_out) in [
        ("server.grpc_host", "server.tls_cert"),
        ("server.health_host", "server.public_pages"),
        ("server.status_host", "server.public_pages"),
    ] {
        refused(&[(host, "0.0.0.0")], &[host, "loopback", way_out]);
    }
    refused(&[("server.tls_cert", "/a.crt")], &["server.tls_key", "both or neither"]);
    let files = [("server.tls_cert", "/nonexistent/a.crt"), ("server.tls_key", "/nonexistent/a.key")];
    refused(&files, &["/nonexistent/a.crt"]);
    assert!(!folder.path().join("data/store.redb").exists());
}
