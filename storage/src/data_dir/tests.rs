use std::{fs, path::Path};

use rr_proto::{ErrorCode, NodeId};

use super::*;

fn holder() -> LockHolder {
    LockHolder { pid: 4242, node: NodeId::new("first").unwrap() }
}

#[test]
fn a_new_folder_is_laid_out_and_opens_again() {
    let parent = tempfile::tempdir().unwrap();
    let root = parent.path().join("deep/er");
    let dir = DataDir::open(&root, &holder()).unwrap();
    assert!(dir.layout().blobs().is_dir() && root.join("RINGRIFT").is_file());
    drop(dir);
    DataDir::open(&root, &holder()).unwrap();
}

#[test]
fn a_second_node_is_told_who_has_the_folder() {
    let root = tempfile::tempdir().unwrap();
    let first = DataDir::open(root.path(), &holder()).unwrap();
    let error = DataDir::open(root.path(), &holder()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::Locked);
    assert!(error.to_string().contains("in use by process 4242 (node first); stop that process"), "{error}");
    let error = DataDir::open_read_only(root.path()).unwrap_err();
    assert!(error.to_string().contains("process 4242"), "{error}");
    drop(first);
    DataDir::open(root.path(), &holder()).unwrap();
}

#[test]
fn readers_share_a_stopped_node_s_folder_and_keep_a_node_out() {
    let root = tempfile::tempdir().unwrap();
    drop(DataDir::open(root.path(), &holder()).unwrap());
    let one = DataDir::open_read_only(root.path()).unwrap();
    let two = DataDir::open_read_only(root.path()).unwrap();
    assert_eq!(one.layout(), two.layout());
    assert_eq!(DataDir::open(root.path(), &holder()).unwrap_err().code(), ErrorCode::Locked);
}

#[test]
fn a_folder_with_other_files_is_refused_and_left_alone() {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("thesis.tex"), "years of work").unwrap();
    let error = DataDir::open(root.path(), &holder()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::Foreign);
    assert!(error.to_string().contains("thesis.tex"), "{error}");
    assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1, "nothing was written");
}

#[test]
fn a_folder_of_a_newer_layout_or_with_a_foreign_mark_is_refused() {
    let root = tempfile::tempdir().unwrap();
    drop(DataDir::open(root.path(), &holder()).unwrap());
    fs::write(root.path().join("RINGRIFT"), "RingRift data folder\nlayout 7\n").unwrap();
    let error = DataDir::open(root.path(), &holder()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::WrongVersion);
    assert!(error.to_string().contains("version 7"), "{error}");
    fs::write(root.path().join("RINGRIFT"), "hello").unwrap();
    assert_eq!(DataDir::open(root.path(), &holder()).unwrap_err().code(), ErrorCode::Foreign);
}

#[test]
fn a_first_start_that_was_interrupted_goes_on() {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("LOCK"), "process 1 (node gone)").unwrap();
    fs::create_dir(root.path().join("blobs")).unwrap();
    DataDir::open(root.path(), &holder()).unwrap();
}

#[test]
fn what_interrupted_writes_left_is_swept_at_the_start() {
    let root = tempfile::tempdir().unwrap();
    let dir = DataDir::open(root.path(), &holder()).unwrap();
    let stray = dir.layout().temporary().join("9-9.tmp");
    fs::write(&stray, "half").unwrap();
    drop(dir);
    DataDir::open(root.path(), &holder()).unwrap();
    assert!(!stray.exists());
}

#[test]
fn nothing_to_read_is_said_with_the_next_step() {
    let root = tempfile::tempdir().unwrap();
    let error = DataDir::open_read_only(&root.path().join("none")).unwrap_err();
    assert_eq!(error.code(), ErrorCode::NotFound);
    assert!(error.to_string().contains("start rr-node once with this --data-dir"), "{error}");
}

/// `/sys` refuses new folders to every user, root included.
#[test]
fn a_place_that_may_not_be_written_is_read_only() {
    let error = DataDir::open(Path::new("/sys/ringrift"), &holder()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::ReadOnly, "{error}");
    assert!(error.to_string().contains("choose another folder with --data-dir"), "{error}");
}

#[test]
fn a_file_in_place_of_the_folder_is_named() {
    let parent = tempfile::tempdir().unwrap();
    let file = parent.path().join("file");
    fs::write(&file, "").unwrap();
    let error = DataDir::open(&file, &holder()).unwrap_err();
    assert!(error.to_string().contains("file"), "{error}");
}
