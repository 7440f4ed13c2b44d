//! The node as a service: what it tells the service manager, what it does at its signals, and the unit that runs it.
#![allow(clippy::unwrap_used)] // helpers of tests, which fail by panicking
mod manager;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use manager::{Manager, Said};
use rr_tests::{Answer, RunningNode, Signal, alone, project, rr_admin, rr_node, set, tiny_loop};
use serde_json::Value;

/// How long anything may take on a machine that does other things too.
const PATIENCE: Duration = Duration::from_secs(90);

fn says(said: &Said, word: &str) -> bool {
    said.iter().any(|said| said == word || word.ends_with('=') && said.starts_with(word))
}

/// Starts a tiny loop under a manager, configured by a file.
fn start(manager: &Manager, file: &Path, data: &Path) -> RunningNode {
    let mut command = rr_node();
    command.arg("--config-file").arg(file);
    tiny_loop(&mut command);
    set(&mut command, "training.min_games", "1000000");
    manager.over(&mut command, Duration::from_millis(900));
    RunningNode::start(&mut command, data)
}

#[test]
fn ready_watchdog_reload_and_stop_are_told() {
    let _turn = alone();
    let (folder, manager) = (tempfile::tempdir().unwrap(), Manager::listen());
    let file = folder.path().join("node.toml");
    fs::write(&file, "[log]\nlevel = \"info\"\n").unwrap();
    let mut node = start(&manager, &file, &folder.path().join("data"));

    let start = manager.until("READY=1", PATIENCE);
    assert!(!start.iter().any(|said| says(said, "WATCHDOG=1")), "a sign of life before it runs: {start:?}");
    let ready = start.last().unwrap();
    assert!(
        ready.iter().any(|said| said.starts_with("STATUS=") && said.contains("gRPC on 127.0.0.1:")),
        "{ready:?}"
    );
    for _ in 0..3 {
        manager.until("WATCHDOG=1", PATIENCE);
    }

    fs::write(&file, "[log]\nlevel = \"debug\"\n[node]\nshutdown_seconds = 31\n").unwrap();
    node.signal(Signal::Hangup);
    let reload = manager.until("RELOADING=1", PATIENCE);
    assert!(says(reload.last().unwrap(), "MONOTONIC_USEC="), "systemd asks for the time: {reload:?}");
    manager.until("READY=1", PATIENCE);
    let told = |node: &mut RunningNode, words: &str| {
        node.hear(words, PATIENCE).unwrap_or_else(|| panic!("it never said {words}:\n{}", node.text()))
    };
    let kept = told(&mut node, "node.shutdown_seconds");
    assert!(kept.contains("next start"), "{kept}");
    told(&mut node, "DEBUG");

    fs::write(&file, "[log]\nlevel = \"loud\"\n").unwrap();
    node.signal(Signal::Hangup);
    manager.until("RELOADING=1", PATIENCE);
    manager.until("READY=1", PATIENCE);
    assert!(told(&mut node, "is refused").contains("log.level"));

    node.signal(Signal::Terminate);
    manager.until("STOPPING=1", PATIENCE);
    let ending = node.end(PATIENCE);
    assert_eq!(ending.code, Some(0), "{}", ending.text);
    while let Some(said) = manager.hear(Duration::from_millis(100)) {
        assert!(!says(&said, "READY=1"), "ready after it had stopped");
    }
}

/// Returns the weight that the scheduler gives the age of a config's data.
fn staleness_weight(data: &Path) -> Option<f64> {
    let mut command = rr_admin();
    command.args(["scheduler", "explain", "hex8_2p", "--output", "json", "--data-dir"]).arg(data);
    let answer = Answer::of(&mut command);
    let configs: Value = serde_json::from_str(&answer.stdout).ok()?;
    let terms = configs[0]["terms"].as_array()?;
    terms.iter().find(|term| term["name"] == "staleness")?["weight"].as_f64()
}

#[test]
fn a_reload_gives_the_scheduler_its_new_weights() {
    let _turn = alone();
    let (folder, manager) = (tempfile::tempdir().unwrap(), Manager::listen());
    let (file, data) = (folder.path().join("node.toml"), folder.path().join("data"));
    fs::write(&file, "").unwrap();
    let mut node = start(&manager, &file, &data);
    manager.until("READY=1", PATIENCE);
    let before = node.until(PATIENCE, |_| staleness_weight(&data));
    assert_eq!(before, Some(0.3), "{}", node.text());

    fs::write(&file, "[scheduler]\nstaleness_weight = 0.45\n").unwrap();
    node.signal(Signal::Hangup);
    let after = node.until(PATIENCE, |_| staleness_weight(&data).filter(|weight| *weight == 0.45));
    assert!(after.is_some(), "{}", node.text());
    assert!(node.hear("the scheduler's weights changed", PATIENCE).is_some(), "{}", node.text());
    assert!(!node.text().contains("counts from the next start"), "{}", node.text());
    node.signal(Signal::Terminate);
    assert_eq!(node.end(PATIENCE).code, Some(0));
}

/// Runs `systemd-analyze`; none where this machine has none.
fn analyze(args: &[&str], unit: &Path) -> Option<(bool, String)> {
    let output = Command::new("systemd-analyze").args(args).arg(unit).output().ok()?;
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    Some((output.status.success(), text.concat()))
}

#[test]
fn the_unit_is_sound_and_hardened() {
    let written = fs::read_to_string(project().join("ops/systemd/rr-node.service")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let unit = folder.path().join("rr-node.service");
    // The programs are where the test has them; everything else is as it is installed.
    let program = rr_node().get_program().to_str().unwrap().to_owned();
    fs::write(&unit, written.replace("/usr/local/bin/rr-node", &program)).unwrap();
    let Some((sound, text)) = analyze(&["verify"], &unit) else {
        eprintln!("no systemd-analyze here: the unit is not verified");
        return;
    };
    assert!(sound && !text.contains("rr-node.service"), "{text}");
    // Exposure in tenths: 20 is 2.0, "OK"; 100 would be "UNSAFE".
    let (hardened, text) = analyze(&["security", "--offline=true", "--threshold=20"], &unit).unwrap();
    assert!(hardened, "{text}");
}
