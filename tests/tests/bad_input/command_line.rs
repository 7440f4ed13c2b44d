//! Boards, player counts and amounts that do not exist.
use rr_tests::{Answer, rr_admin, rr_node};

use crate::exit::{UNREADABLE, USAGE};

/// Every command that takes a board, with what else it needs.
const COMMANDS: [&[&str]; 3] = [
    &["selfplay", "--games", "1", "--out", "/nonexistent/out"],
    &["train", "--data", "/nonexistent/games"],
    &["loop", "--selfplay-games", "1", "--data-dir", "/nonexistent/data"],
];

#[test]
fn boards_and_player_counts_that_do_not_exist_are_refused() {
    for command in COMMANDS {
        let run = |board: &str, players: &str| {
            Answer::of(rr_node().args(command).args(["--board", board, "--players", players]))
        };
        run("hex9", "2").refused(&[UNREADABLE, USAGE], &["hex9", "hex8", "square19"]);
        run("hex8", "5").refused(&[USAGE], &["5 players", "2, 3 or 4"]);
        run("hex8", "1").refused(&[USAGE], &["1 players", "2, 3 or 4"]);
        run("hex8", "many").refused(&[UNREADABLE, USAGE], &["many"]);
    }
    let evaluate = ["evaluate", "random", "heuristic", "--games", "2"];
    Answer::of(rr_node().args(evaluate).args(["--players", "5"])).refused(&[USAGE], &["5 players"]);
    Answer::of(rr_node().args(evaluate).args(["--board", "cube"])).refused(&[UNREADABLE, USAGE], &["cube"]);
}

#[test]
fn a_pass_without_games_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = rr_node();
    command.args(["loop", "--board", "hex8", "--players", "2", "--selfplay-games", "0", "--data-dir"]);
    Answer::of(command.arg(folder.path().join("data")))
        .refused(&[USAGE], &["--selfplay-games must be at least 1"]);
    assert!(!folder.path().join("data").exists());
}

#[test]
fn unknown_commands_flags_and_forms_are_refused() {
    Answer::of(rr_node().arg("lop")).refused(&[UNREADABLE, USAGE], &["lop", "loop"]);
    Answer::of(rr_node().args(["config", "show", "--orign"]))
        .refused(&[UNREADABLE, USAGE], &["--orign", "--origin"]);
    Answer::of(rr_node().args(["config", "show", "--output", "xml"]))
        .refused(&[UNREADABLE, USAGE], &["xml", "json"]);
    Answer::of(rr_admin().arg("gmaes")).refused(&[UNREADABLE, USAGE], &["gmaes", "games"]);
}

#[test]
fn questions_about_a_folder_that_is_not_there_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let none = folder.path().join("none");
    for command in [&["models", "list"][..], &["ratings", "hex8_2p"][..]] {
        let answer = Answer::of(rr_admin().args(command).arg("--data-dir").arg(&none));
        answer.refused(&[crate::exit::NOT_FOUND], &["does not exist", "--data-dir"]);
        assert!(!none.exists(), "asking made the folder");
    }
    let answer = Answer::of(rr_admin().args(["ratings", "hex9_2p", "--data-dir"]).arg(&none));
    answer.refused(&[UNREADABLE, USAGE], &["hex9_2p", "hex8_2p"]);
}
