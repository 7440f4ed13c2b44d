//! A node that runs, asked by every noun.
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use rr_tests::{Answer, RunningNode, Signal, rr_admin, rr_node, send, tiny_loop};
use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(120);

fn admin(folder: &Path, args: &[&str]) -> Command {
    let mut command = rr_admin();
    command.args(args).arg("--data-dir").arg(folder);
    command
}

fn json(folder: &Path, args: &[&str]) -> Value {
    let answer = Answer::of(admin(folder, args).args(["--output", "json"]));
    serde_json::from_str(answer.succeeded()).unwrap_or_else(|error| panic!("{error}: {answer:#?}"))
}

fn start(folder: &Path) -> RunningNode {
    let mut node = RunningNode::start(tiny_loop(&mut rr_node()), folder);
    let up = node.until(PATIENCE, |_| folder.join("node.json").exists().then_some(()));
    assert!(up.is_some(), "{}", node.text());
    node
}

#[test]
fn every_noun_answers_and_the_node_is_drained_and_ended() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let mut node = start(folder);
    let promoted = node.until(PATIENCE, |_| {
        let events = json(folder, &["events", "list", "--kind", "model_promoted"]);
        (!events.as_array()?.is_empty()).then_some(events)
    });
    let promoted = promoted.unwrap_or_else(|| panic!("{}", node.text()));
    assert_eq!(promoted[0]["config"], "hex8_2p");

    let health = json(folder, &["health"]);
    assert_eq!((health["ready"].as_bool(), health["serving"].as_str()), (Some(true), Some("SERVING")));
    assert!(health["score"].as_f64().unwrap() > 0.5, "{health}");
    let jobs = json(folder, &["jobs", "list", "hex8_2p"]);
    let kinds: Vec<&str> = jobs.as_array().unwrap().iter().map(|job| job["kind"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"training") && kinds.contains(&"evaluation"), "{jobs}");
    let id = jobs[0]["id"].as_str().unwrap();
    assert_eq!(json(folder, &["jobs", "show", &id[..10]])["id"].as_str(), Some(id));
    assert_eq!(json(folder, &["devices", "list"])[0]["execution_provider"], "cpu");
    assert_eq!(json(folder, &["configs", "show", "hex8_2p"])["simulations"], 2);
    assert!(!json(folder, &["games", "list", "hex8_2p"]).as_array().unwrap().is_empty());
    let changed = json(folder, &["settings", "list", "training.", "--changed"]);
    assert!(changed.as_array().unwrap().iter().any(|row| row["key"] == "training.max_steps"), "{changed}");
    let before = json(folder, &["log", "level", "get"])["directives"].clone();
    let set = json(folder, &["log", "level", "set", "warn,rr_actors=debug"]);
    assert_eq!((&set["before"], &set["directives"]), (&before, &Value::from("warn,rr_actors=debug")));
    Answer::of(&mut admin(folder, &["log", "level", "set", "loud"])).refused(&[64], &["loud", "next:"]);
    Answer::of(&mut admin(folder, &["jobs", "cancel", "0000"])).refused(&[66], &["no job", "next:"]);

    // Of a place on, as a stream of lines, until Ctrl-C.
    let mut tail = admin(folder, &["events", "tail", "--since", "0", "--output", "json"]);
    let tail = tail.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(Duration::from_secs(2));
    send(tail.id(), Signal::Interrupt);
    let ended = tail.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(0), "{}", String::from_utf8_lossy(&ended.stderr));
    let lines = String::from_utf8_lossy(&ended.stdout).into_owned();
    let first: Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert_eq!(first["event"]["sequence"], 0, "{lines}");

    let drained = json(folder, &["drain", "--wait"]);
    assert_eq!(drained["drained"], true, "{drained}");
    let draining = Answer::of(&mut admin(folder, &["health"]));
    assert!(draining.code == Some(1) && draining.stdout.contains("draining"), "{draining:#?}");
    let serving = || {
        let health: Value =
            serde_json::from_str(&Answer::of(admin(folder, &["health"]).args(["--output", "json"])).stdout)
                .ok()?;
        health["serving"].as_str().map(str::to_owned)
    };
    assert!(
        node.until(PATIENCE, |_| (serving()? == "NOT_SERVING").then_some(())).is_some(),
        "{:?}",
        serving()
    );
    Answer::of(&mut admin(folder, &["resume"])).succeeded();
    assert!(node.until(PATIENCE, |_| (serving()? == "SERVING").then_some(())).is_some(), "{:?}", serving());
    Answer::of(&mut admin(folder, &["resume"])).refused(&[65], &["does not drain"]);
    let ending = Answer::of(&mut admin(folder, &["shutdown"]));
    assert!(ending.succeeded().contains("the node ends"), "{ending:#?}");
    let ended = node.end(PATIENCE);
    assert_eq!(ended.code, Some(0), "{}", ended.text);
    let audit = json(folder, &["audit", "list"]);
    let methods: Vec<&str> =
        audit["entries"].as_array().unwrap().iter().filter_map(|entry| entry["method"].as_str()).collect();
    for method in ["SetLogLevel", "CancelJob", "Drain", "Resume", "Shutdown"] {
        assert!(methods.contains(&method), "{method}: {audit}");
    }
}
