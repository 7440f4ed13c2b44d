//! What operators ask of a running and of a stopped node, and how it ends.

use std::time::{Duration, Instant};

use crate::process::{Running, admin, ending};

#[test]
fn a_running_and_a_stopped_node_tell_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let ask = |args: &[&str]| {
        let (code, text) = ending(&admin(folder.path(), args).output().unwrap());
        assert_eq!(code, Some(0), "{text}");
        text
    };
    let mut node = Running::start(folder.path());
    let running = ask(&["models", "list", "hex8_2p", "--output", "json"]);
    let start = Instant::now();
    let status = loop {
        // The loop has not given its first report before it has read where it was.
        let status = ask(&["status", "--output", "json"]);
        if status.contains("new samples") || start.elapsed() > Duration::from_secs(120) {
            break status;
        }
    };
    assert!(status.contains("\"running\": true") && status.contains("\"cpu:0\""), "{status}");
    let told: serde_json::Value = serde_json::from_str(&status).unwrap();
    assert!(told["health_score"].as_f64().unwrap() > 0.5 && told["usage"]["memory_bytes"].as_u64() > Some(0));
    assert_eq!(told["configs"][0]["progress"]["unit"], "new samples", "{status}");
    assert!(ask(&["ratings", "hex8_2p"]).contains("random"));
    let (code, text) = node.end(Some("-TERM"));
    assert_eq!(code, Some(0), "{text}");
    assert!(!folder.path().join("node.json").exists());

    let models: serde_json::Value = serde_json::from_str(&running).unwrap();
    assert_eq!((models[0]["generation"].as_u64(), models[0]["champion"].as_bool()), (Some(0), Some(true)));
    assert_eq!(models[0]["card"]["board"], "hex8");
    assert_eq!(ask(&["models", "list", "hex8_2p", "--output", "json"]), running);
    let status = ask(&["status"]);
    assert!(status.contains("no node runs") && status.contains("hex8_2p"), "{status}");
}

#[test]
fn a_killed_node_leaves_a_stale_address_that_nobody_minds() {
    let folder = tempfile::tempdir().unwrap();
    let _ = Running::start(folder.path()).end(None);
    assert!(folder.path().join("node.json").exists());
    let (code, text) = ending(&admin(folder.path(), &["models", "list"]).output().unwrap());
    assert_eq!(code, Some(0), "{text}");
    let (code, text) = Running::start(folder.path()).end(Some("-INT"));
    assert_eq!(code, Some(0), "{text}");
}

#[test]
fn a_screen_is_refused_where_there_is_no_terminal_and_the_text_is_named() {
    let folder = tempfile::tempdir().unwrap();
    for (args, said) in [
        (&["top"][..], "rr-admin actors tree --watch"),
        (&["top", "--output", "json"], "take --output"),
        (&["top", "--watch"], "leave --watch out"),
    ] {
        let (code, text) = ending(&admin(folder.path(), args).output().unwrap());
        assert_eq!(code, Some(64), "{text}");
        assert!(text.contains(said), "{text}");
    }
}
