//! What a node refuses, with the cause, the next step and the code.

use std::net::TcpListener;

use crate::process::{Running, ending, node};

#[test]
fn a_second_node_on_the_folder_is_told_who_has_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = Running::start(folder.path());
    let (code, text) = ending(&node(folder.path()).output().unwrap());
    assert_eq!(code, Some(75), "{text}");
    assert!(text.contains("is in use by process") && text.contains("--data-dir"), "{text}");
    assert_eq!(first.end(Some("-TERM")).0, Some(0));
}

#[test]
fn a_taken_port_is_told_with_the_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap();
    for (key, flag) in [
        ("server.grpc_port", "--grpc-addr"),
        ("server.health_port", "--health-addr"),
        ("server.status_port", "--status-addr"),
    ] {
        let set = format!("{key}={}", taken.port());
        for args in [["--set", &set], [flag, &taken.to_string()]] {
            let (code, text) = ending(&node(folder.path()).args(args).output().unwrap());
            assert_eq!(code, Some(69), "{text}");
            assert!(text.contains("cannot listen on 127.0.0.1") && text.contains(key), "{text}");
        }
    }
}

#[test]
fn a_missing_runtime_is_told_with_the_place() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = node(folder.path());
    let (code, text) = ending(&command.env("ORT_DYLIB_PATH", "/nowhere/libonnxruntime.so").output().unwrap());
    assert_eq!(code, Some(69), "{text}");
    assert!(text.contains("/nowhere/libonnxruntime.so") && text.contains("make runtime"), "{text}");
}

#[test]
fn unknown_keys_and_roles_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |args: &[&str]| ending(&node(folder.path()).args(args).output().unwrap());
    let (code, text) = refused(&["--set", "selfplay.thread=2"]);
    assert_eq!(code, Some(78), "{text}");
    assert!(text.contains("selfplay.threads"), "{text}");
    let (code, text) = refused(&["--set", "node.role=emperor"]);
    assert_eq!(code, Some(78), "{text}");
    assert!(text.contains("coordinator"), "{text}");
    let (code, text) = refused(&["--set", "node.role=gpu", "loop"]);
    assert_eq!(code, Some(64), "{text}");
    assert!(text.contains("role all"), "{text}");
    assert!(!folder.path().join("store.redb").exists());
}
