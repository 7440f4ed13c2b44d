//! Games that cannot be trained on or verified.
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use rr_tests::{Answer, played_game, rr_admin, rr_node, tiny_net};
use tempfile::TempDir;

use crate::exit::{DATA, NOT_FOUND, UNREADABLE, USAGE};

/// Returns a shard of a few games of self-play, made once.
fn shard() -> &'static Path {
    static SHARD: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    &SHARD
        .get_or_init(|| {
            let folder = tempfile::tempdir().unwrap();
            let out = folder.path().join("games");
            let mut command = rr_node();
            tiny_net(&mut command).args(["selfplay", "--board", "hex8", "--players", "2", "--games", "4"]);
            Answer::of(command.args(["--simulations", "2", "--threads", "1", "--out"]).arg(&out)).succeeded();
            let path = out.join("games-000000.rrs");
            assert!(path.exists());
            (folder, path)
        })
        .1
}

fn train(board: &str, players: &str, data: &Path, out: &Path) -> Answer {
    let mut command = rr_node();
    tiny_net(&mut command).args(["--set", "training.batch_size=16"]);
    command.args(["train", "--board", board, "--players", players, "--steps", "2", "--data"]).arg(data);
    Answer::of(command.arg("--out").arg(out))
}

#[test]
fn a_whole_shard_trains() {
    let folder = tempfile::tempdir().unwrap();
    train("hex8", "2", shard(), &folder.path().join("out")).succeeded();
}

#[test]
fn damaged_shards_are_refused_by_name() {
    let good = fs::read(shard()).unwrap();
    let flipped = |at: usize, to: u8| {
        let mut bytes = good.clone();
        bytes[at] ^= to;
        bytes
    };
    let cases: [(&str, Vec<u8>, &str); 6] = [
        ("truncated", good[..good.len() / 2].to_vec(), "copy it again"),
        ("only its head", good[..12].to_vec(), "truncated"),
        ("empty", Vec::new(), "truncated"),
        ("one bit flipped", flipped(good.len() / 2, 1), "copy it again"),
        (
            "of another program",
            b"PK\x03\x04 a zip file, as far as its first bytes tell, and more".to_vec(),
            "no shard",
        ),
        ("of a newer format", flipped(8, 0x60), "format"),
    ];
    for (what, bytes, fragment) in cases {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        fs::create_dir(&data).unwrap();
        fs::write(data.join("spoilt.rrs"), &bytes).unwrap();
        let answer = train("hex8", "2", &data, &folder.path().join("out"));
        answer.refused(&[DATA], &["spoilt.rrs", fragment]);
        assert_eq!(fs::read(data.join("spoilt.rrs")).unwrap(), bytes, "{what}: the file was touched");
    }
}

#[test]
fn games_of_another_config_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    train("square8", "2", shard(), &out).refused(&[DATA], &["hex8_2p", "square8_2p"]);
    train("hex8", "3", shard(), &out).refused(&[DATA], &["hex8_2p", "hex8_3p"]);
}

#[test]
fn a_folder_without_games_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (data, out) = (folder.path().join("data"), folder.path().join("out"));
    train("hex8", "2", &data, &out).refused(&[UNREADABLE, NOT_FOUND], &["does not exist", "selfplay"]);
    fs::create_dir(&data).unwrap();
    train("hex8", "2", &data, &out).refused(&[DATA], &["no games", "play games first"]);
    // Games without searches have moves and no targets.
    let game = played_game("hex8_2p".parse().unwrap(), 1);
    fs::write(data.join("a.rrg"), game.to_text()).unwrap();
    train("hex8", "2", &data, &out).refused(&[DATA], &["training target"]);
    fs::write(data.join("b.rrb"), &game.to_bytes().unwrap()[..50]).unwrap();
    train("hex8", "2", &data, &out).refused(&[DATA], &["b.rrb", "cut short"]);
}

#[test]
fn nothing_is_played_or_trained_zero_times() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let mut play = rr_node();
    play.args(["selfplay", "--board", "hex8", "--players", "2", "--games", "0", "--out"]).arg(&out);
    Answer::of(&mut play).refused(&[USAGE], &["--games must be at least 1"]);
    let mut learn = rr_node();
    learn.args(["train", "--board", "hex8", "--players", "2", "--steps", "0", "--data"]).arg(shard());
    Answer::of(learn.arg("--out").arg(&out)).refused(&[USAGE], &["--steps must be at least 1"]);
    assert!(!out.exists(), "a refused command left {}", out.display());
}

#[test]
fn shards_are_not_written_over() {
    let folder = shard().parent().unwrap();
    let before = fs::read(shard()).unwrap();
    let mut play = rr_node();
    tiny_net(&mut play).args(["selfplay", "--board", "hex8", "--players", "2", "--games", "1", "--out"]);
    Answer::of(play.arg(folder)).refused(&[crate::exit::CANNOT_CREATE], &["--out"]);
    assert_eq!(fs::read(shard()).unwrap(), before);
}

#[test]
fn damaged_records_are_refused_by_name() {
    let good = played_game("hex8_2p".parse().unwrap(), 2).to_bytes().unwrap();
    let flipped = |at: usize, to: u8| {
        let mut bytes = good.clone();
        bytes[at] ^= to;
        bytes
    };
    let cases = [
        (good[..good.len() - 3].to_vec(), "cut short"),
        (flipped(good.len() / 2, 4), "checksum"),
        (flipped(4, 9), "version"),
        (flipped(0, 1), "not a game record"),
        ([good.clone(), vec![0; 10]].concat(), "follow the end"),
    ];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("spoilt.rrb");
    for (bytes, fragment) in cases {
        fs::write(&path, bytes).unwrap();
        for command in ["verify", "show"] {
            let answer = Answer::of(rr_admin().args(["games", command]).arg(&path));
            answer.refused(&[UNREADABLE], &["spoilt.rrb", fragment]);
        }
    }
}
