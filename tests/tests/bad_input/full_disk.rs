//! A disk that takes no more, once before anything was written and once in the middle of work.
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use rr_tests::{Answer, RunningNode, alone, rr_node, set, tiny_loop, tiny_net};

use crate::exit::{CANNOT_CREATE, IO};
use crate::kept::KeptFolder;

/// Bytes in a block of the shell's `ulimit -f`.
const BLOCK: u64 = 512;

/// Runs a command that may write files of `bytes` at most: writing more fails as it does on a full disk.
fn limited(command: &Command, bytes: u64) -> Command {
    let mut shell = Command::new("sh");
    // The signal that comes with the failure would end the process; ignored, the write itself fails.
    let script = format!("trap '' XFSZ; ulimit -f {}; exec \"$0\" \"$@\"", bytes / BLOCK);
    shell.args(["-c", &script]).arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell
}

#[test]
fn no_room_for_a_first_start() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = rr_node();
    tiny_loop(command.arg("--data-dir").arg(folder.path().join("data")));
    Answer::of(&mut limited(&command, 4096)).refused(&[IO], &["free space"]);
    // With room it starts afresh on the same folder.
    let mut again = rr_node();
    tiny_loop(again.arg("--data-dir").arg(folder.path().join("data")));
    again.args(["loop", "--board", "hex8", "--players", "2", "--selfplay-games", "8"]);
    let _turn = alone();
    let answer = Answer::of(&mut again);
    assert!(matches!(answer.code, Some(0 | 1)), "{answer:#?}");
}

#[test]
fn no_room_while_the_node_runs() {
    let _turn = alone();
    let kept = KeptFolder::new();
    let size = kept.database().metadata().unwrap().len();
    let mut command = rr_node();
    set(tiny_loop(&mut command), "storage.min_free_mb", "0");
    let mut limited = limited(&command, size + 64 * 1024);
    let node = RunningNode::start(&mut limited, &kept.path);
    let ending = node.end(Duration::from_secs(110));
    assert_eq!(ending.code, Some(IO), "{}", ending.text);
    assert!(ending.text.contains("free space"), "{}", ending.text);
    kept.assert_kept();
}

#[test]
fn no_room_on_a_small_disk() {
    let mount = tempfile::tempdir().unwrap();
    let Some(_disk) = SmallDisk::mount(mount.path()) else {
        eprintln!("this machine lets nobody mount a small disk: the limits above stand for it");
        return;
    };
    let mut command = rr_node();
    let out = mount.path().join("games");
    tiny_net(&mut command).args(["selfplay", "--board", "hex8", "--players", "2", "--games", "400"]);
    command.args(["--simulations", "2", "--out"]).arg(&out);
    Answer::of(&mut command).refused(&[IO, CANNOT_CREATE], &["games-000000.rrs"]);
    let left = std::fs::read_dir(&out)
        .unwrap()
        .flatten()
        .filter(|e| e.path().extension().is_some_and(|x| x == "rrs"));
    assert_eq!(left.count(), 0, "half a shard was left under its final name");
}

/// Is a disk of 64 KiB while it lives.
struct SmallDisk<'a>(&'a Path);

impl<'a> SmallDisk<'a> {
    fn mount(at: &'a Path) -> Option<Self> {
        let answer =
            Answer::of(Command::new("mount").args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"]).arg(at));
        (answer.code == Some(0)).then_some(Self(at))
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        Answer::of(Command::new("umount").arg(self.0));
    }
}
