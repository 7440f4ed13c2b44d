//! Help, completions, manual pages, and readers that go away.
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use rr_tests::{Answer, rr_admin, rr_node};

fn answer(mut command: Command, args: &[&str]) -> Answer {
    Answer::of(command.args(args))
}

#[test]
fn help_teaches_with_examples_and_exit_codes() {
    for program in [rr_admin(), rr_node()] {
        let answer = answer(program, &["--help"]);
        let text = answer.succeeded();
        for words in ["Examples:", "Exit codes", "69", "sysexits.h"] {
            assert!(text.contains(words), "{words}:\n{text}");
        }
    }
    // Every noun and every verb explains itself.
    for command in [
        "events list",
        "events tail",
        "events dead-letters purge",
        "jobs cancel",
        "configs show",
        "devices list",
        "settings list",
        "log level set",
        "drain",
        "resume",
        "shutdown",
        "health",
        "games list",
        "completions",
        "man",
    ] {
        let args: Vec<&str> = command.split(' ').chain(["--help"]).collect();
        let answer = answer(rr_admin(), &args);
        assert!(answer.succeeded().contains("Usage: rr-admin"), "{command}: {answer:#?}");
    }
}

#[test]
fn every_shell_gets_a_script_and_every_command_a_page() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        for (program, word) in [(rr_admin(), "dead-letters"), (rr_node(), "selfplay")] {
            let script = answer(program, &["completions", shell]);
            assert!(script.succeeded().contains(word), "{shell}: {word}");
        }
    }
    answer(rr_admin(), &["completions", "tcsh"]).refused(&[64], &["tcsh", "bash"]);
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("man1");
    for (program, expected) in
        [(rr_admin(), "rr-admin-events-dead-letters-retry.1"), (rr_node(), "rr-node-config-show.1")]
    {
        answer(program, &["man", "--dir", pages.to_str().unwrap()]).succeeded();
        let page = std::fs::read_to_string(pages.join(expected)).unwrap();
        assert!(page.contains(".SH SYNOPSIS"), "{page}");
    }
    assert!(!pages.join("rr-node-trainer-child.1").exists(), "what is hidden has no page");
    assert!(answer(rr_admin(), &["man"]).succeeded().contains(".TH rr-admin 1"));
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    answer(rr_admin(), &["man", "--dir", file.to_str().unwrap()])
        .refused(&[73], &["cannot write the manual"]);
}

/// Runs a command whose reader goes away after the first line.
fn read_one_line(mut command: Command) -> (Option<i32>, String) {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::with_capacity(16, child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(!line.is_empty());
    let ended = child.wait_with_output().unwrap();
    (ended.status.code(), String::from_utf8_lossy(&ended.stderr).into_owned())
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    for args in [&["completions", "bash"][..], &["man"], &["--help"]] {
        let mut command = rr_admin();
        command.args(args);
        assert_eq!(read_one_line(command), (Some(0), String::new()), "{args:?}");
    }
    let mut command = rr_node();
    command.args(["config", "show", "--data-dir", "/nonexistent/nowhere"]);
    assert_eq!(read_one_line(command), (Some(0), String::new()));
    // Again and again, until nobody reads.
    let folder = tempfile::tempdir().unwrap();
    rr_tests::stocked_folder(folder.path(), 3);
    let mut command = rr_admin();
    command.args(["games", "list", "--watch=0.2", "--data-dir"]).arg(folder.path());
    assert_eq!(read_one_line(command), (Some(0), String::new()));
}
