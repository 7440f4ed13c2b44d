//! What the machine lacks: ONNX Runtime's library, a free port.
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use rr_tests::{Answer, random_network, rr_node, set, tiny_net};

use crate::exit::UNAVAILABLE;
use crate::kept::KeptFolder;

/// Gives every command that needs the library.
fn commands(kept: &KeptFolder, scratch: &Path) -> Vec<Command> {
    let model = scratch.join("net.onnx");
    random_network(&model, "hex8_2p".parse().unwrap(), |_| {});
    let mut play = rr_node();
    tiny_net(&mut play).args(["selfplay", "--board", "hex8", "--players", "2", "--games", "1", "--out"]);
    play.arg(scratch.join("out"));
    let mut measure = rr_node();
    measure.arg("evaluate").arg(&model).args(["random", "--games", "2"]);
    vec![kept.node(), play, measure]
}

#[test]
fn a_missing_library_is_named_with_the_way_to_get_it() {
    let kept = KeptFolder::new();
    let folder = tempfile::tempdir().unwrap();
    for mut command in commands(&kept, folder.path()) {
        command.env("ORT_DYLIB_PATH", "/nonexistent/libonnxruntime.so");
        let answer = Answer::of(&mut command);
        answer.refused(&[UNAVAILABLE], &["/nonexistent/libonnxruntime.so", "make runtime", "ORT_DYLIB_PATH"]);
    }
    let mut by_key = kept.node();
    set(&mut by_key, "devices.runtime_library", "/nonexistent/other.so");
    Answer::of(&mut by_key).refused(&[UNAVAILABLE], &["/nonexistent/other.so", "make runtime"]);
    kept.assert_kept();
}

#[test]
fn a_file_that_is_no_library_is_refused() {
    let kept = KeptFolder::new();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("libonnxruntime.so");
    fs::write(&path, "no library").unwrap();
    for mut command in commands(&kept, folder.path()) {
        let answer = Answer::of(command.env("ORT_DYLIB_PATH", &path));
        answer.refused(&[UNAVAILABLE], &["libonnxruntime.so", "make runtime"]);
    }
    kept.assert_kept();
}

#[test]
fn a_taken_port_is_named_with_the_setting() {
    let kept = KeptFolder::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let mut command = kept.node();
    set(&mut command, "server.grpc_port", &port);
    Answer::of(&mut command).refused(&[UNAVAILABLE], &[&port, "server.grpc_port"]);
    kept.assert_kept();
}
