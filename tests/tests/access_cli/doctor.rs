//! `rr-node doctor`.
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use rr_tests::{Answer, rr_node, set};
use serde_json::Value;

fn doctor(folder: &Path) -> Command {
    let mut command = rr_node();
    command.args(["doctor", "--output", "json", "--data-dir"]).arg(folder);
    for key in ["server.grpc_port", "server.health_port", "server.status_port"] {
        set(&mut command, key, "0");
    }
    command
}

fn findings(answer: &Answer) -> Vec<(String, String, String)> {
    let value: Value =
        serde_json::from_str(&answer.stdout).unwrap_or_else(|error| panic!("{error}: {answer:#?}"));
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
    let all = value["findings"].as_array().unwrap();
    all.iter().map(|f| (text(f, "check"), text(f, "health"), text(f, "advice"))).collect()
}

fn health(answer: &Answer, check: &str) -> String {
    let found = findings(answer).into_iter().filter(|finding| finding.0 == check).map(|finding| finding.1);
    found.max().unwrap_or_else(|| panic!("no {check}: {answer:#?}"))
}

#[test]
fn a_machine_that_runs_nodes_is_found_to_and_is_left_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let answer = Answer::of(set(&mut doctor(&data), "devices.providers", "cpu"));
    answer.succeeded();
    for check in [
        "clock",
        "memory",
        "open files",
        "accelerator",
        "configuration",
        "ONNX Runtime",
        "providers",
        "disk",
        "disk writes",
        "data folder",
        "gRPC port",
        "health port",
        "status port",
        "TLS",
        "tokens",
    ] {
        assert_ne!(health(&answer, check), "fail", "{check}: {answer:#?}");
    }
    assert!(!data.exists() && std::fs::read_dir(folder.path()).unwrap().next().is_none());
}

#[test]
fn what_stands_against_a_node_is_named_with_the_next_step() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    std::fs::write(folder.path().join("foreign.txt"), "not ours").unwrap();
    let mut command = doctor(folder.path());
    set(&mut command, "server.grpc_port", &taken.local_addr().unwrap().port().to_string());
    let answer = Answer::of(command.env("ORT_DYLIB_PATH", "/nonexistent/lib.so"));
    assert_eq!(answer.code, Some(1), "{answer:#?}");
    for check in ["ONNX Runtime", "gRPC port", "data folder"] {
        assert_eq!(health(&answer, check), "fail", "{check}: {answer:#?}");
    }
    assert!(findings(&answer).iter().filter(|f| f.1 == "fail").all(|f| !f.2.is_empty()), "{answer:#?}");

    let answer = Answer::of(set(&mut doctor(folder.path()), "selfplay.thread", "2"));
    assert_eq!((answer.code, health(&answer, "configuration").as_str()), (Some(1), "fail"), "{answer:#?}");
    assert!(answer.stdout.contains("selfplay.threads"), "{answer:#?}");
}
