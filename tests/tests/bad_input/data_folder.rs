//! Data folders that cannot be used.
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use rr_tests::{Answer, RunningNode, Signal, alone, rr_node, tiny_loop};

use crate::exit::{BUSY, CANNOT_CREATE, DATA, IO, NOT_PERMITTED};
use crate::kept::{KeptFolder, node_on};

fn start_on(folder: &Path) -> Answer {
    Answer::of(tiny_loop(&mut node_on(folder)))
}

#[test]
fn a_second_node_is_refused_and_the_first_goes_on() {
    let _turn = alone();
    let kept = KeptFolder::new();
    let mut command = rr_node();
    let mut first = RunningNode::start(tiny_loop(&mut command), &kept.path);
    let file = kept.path.join("node.json");
    first
        .until(Duration::from_secs(60), |_| file.exists().then_some(()))
        .unwrap_or_else(|| panic!("{}", first.text()));
    let pid = first.pid().to_string();
    start_on(&kept.path).refused(&[BUSY], &["in use by", &pid, "--data-dir"]);
    // The loop of one pass and the run for good share the lock.
    let mut pass = node_on(&kept.path);
    tiny_loop(&mut pass).args(["loop", "--board", "hex8", "--players", "2", "--selfplay-games", "4"]);
    Answer::of(&mut pass).refused(&[BUSY], &["in use by", &pid]);
    first.signal(Signal::Terminate);
    let ending = first.end(Duration::from_secs(30));
    assert_eq!(ending.code, Some(0), "{}", ending.text);
    kept.assert_kept();
}

#[test]
fn a_folder_of_other_things_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("thesis.txt"), "years of work").unwrap();
    start_on(folder.path()).refused(&[DATA], &["not a RingRift", "--data-dir"]);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "something was written into it");
}

#[test]
fn a_folder_of_a_newer_layout_is_left_alone() {
    let kept = KeptFolder::new();
    let marker = kept.path.join("RINGRIFT");
    let newer = |_| b"RingRift data folder\nlayout 99\n".to_vec();
    kept.with_damaged(&marker, newer, |kept| kept.refused(&[DATA], &["version 99", "at least as new"]));
    kept.with_damaged(&marker, |_| b"something else\n".to_vec(), |kept| kept.refused(&[DATA], &["RINGRIFT"]));
    kept.assert_kept();
}

#[test]
fn a_file_in_the_place_of_a_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "text").unwrap();
    for path in [file.clone(), file.join("data")] {
        let name = path.display().to_string();
        start_on(&path).refused(&[DATA, CANNOT_CREATE, IO, NOT_PERMITTED], &[&name]);
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), "text");
}

#[test]
fn a_place_that_takes_no_folder_is_refused() {
    // Not even root may make folders there.
    let path = Path::new("/sys/ringrift-test");
    start_on(path).refused(&[NOT_PERMITTED, IO], &["/sys/ringrift-test", "--data-dir"]);
}

#[test]
fn a_folder_that_became_read_only_is_refused_and_kept() {
    let kept = KeptFolder::new();
    let Some(lock) = ReadOnly::make(&kept.path) else {
        eprintln!("this machine lets nobody mount or withdraw rights: the case above stands for this one");
        return;
    };
    kept.refused(&[NOT_PERMITTED], &["make it writable", "--data-dir"]);
    drop(lock);
    kept.assert_kept();
}

/// Makes a folder read-only while it lives: root by a mount, others by rights.
struct ReadOnly<'a> {
    path: &'a Path,
    mounted: bool,
}

impl<'a> ReadOnly<'a> {
    fn make(path: &'a Path) -> Option<Self> {
        let run = |args: &[&str]| Answer::of(Command::new("mount").args(args).arg(path)).code == Some(0);
        let text = path.to_str()?;
        let mounted = run(&["--bind", text]);
        let lock = Self { path, mounted };
        let done = if mounted { run(&["-o", "remount,ro,bind"]) } else { lock.rights("a-w") };
        let refuses = done && fs::write(path.join("probe"), "").is_err();
        refuses.then_some(lock)
    }

    fn rights(&self, change: &str) -> bool {
        Answer::of(Command::new("chmod").args(["-R", change]).arg(self.path)).code == Some(0)
    }
}

impl Drop for ReadOnly<'_> {
    fn drop(&mut self) {
        if self.mounted {
            Answer::of(Command::new("umount").arg(self.path));
        } else {
            self.rights("u+w");
        }
    }
}
