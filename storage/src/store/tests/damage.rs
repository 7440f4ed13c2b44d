use std::{fs, path::Path};

use redb::{Database, TableDefinition};
use rr_proto::ErrorCode;

use super::*;
use crate::DataDir;

fn filled(folder: &Path) -> std::path::PathBuf {
    let store = open(folder);
    for first in [0, 50] {
        append(&store, first..first + 50);
    }
    folder.join("store.redb")
}

fn refused(path: &Path) -> StorageError {
    Store::open(path, OPTIONS).expect_err("the file is not a sound database")
}

#[test]
fn a_foreign_file_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.redb");
    for content in [&b"SQLite format 3\0 and more"[..], b"x", &[7; 5000]] {
        fs::write(&path, content).unwrap();
        assert_eq!(refused(&path).code(), ErrorCode::Foreign);
        assert_eq!(fs::read(&path).unwrap(), content);
    }
}

#[test]
fn a_redb_file_of_another_program_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.redb");
    let database = Database::create(&path).unwrap();
    let write = database.begin_write().unwrap();
    write.open_table(TableDefinition::<u64, u64>::new("theirs")).unwrap().insert(1, 2).unwrap();
    write.commit().unwrap();
    drop(database);
    let error = refused(&path);
    assert_eq!(error.code(), ErrorCode::Foreign);
    assert!(error.to_string().contains("a redb database of another program"), "{error}");
}

#[test]
fn a_store_of_a_newer_build_is_refused_by_version() {
    let folder = tempfile::tempdir().unwrap();
    let path = filled(folder.path());
    let database = Database::create(&path).unwrap();
    let write = database.begin_write().unwrap();
    let newer = (SCHEMA_VERSION + 1).to_le_bytes();
    write.open_table(crate::tables::META).unwrap().insert("schema", newer.as_slice()).unwrap();
    write.commit().unwrap();
    drop(database);
    let error = refused(&path);
    assert_eq!(error.code(), ErrorCode::WrongVersion);
    assert!(error.to_string().contains("has version 2, this build reads up to version 1"), "{error}");
}

#[test]
fn a_truncated_store_is_refused_as_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let path = filled(folder.path());
    let whole = fs::read(&path).unwrap();
    for length in [whole.len() / 2, 4096, 600, 20] {
        fs::write(&path, &whole[..length]).unwrap();
        let error = refused(&path);
        assert!(matches!(error.code(), ErrorCode::Corrupt | ErrorCode::Foreign), "{length} bytes: {error}");
    }
    fs::write(&path, &whole).unwrap();
    assert_eq!(stored_games(&Store::open(&path, OPTIONS).unwrap()).len(), 100, "the whole file opens again");
}

#[test]
fn an_empty_file_is_lost_data_and_not_a_new_store() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.redb");
    fs::write(&path, "").unwrap();
    let error = refused(&path);
    assert_eq!(error.code(), ErrorCode::Corrupt);
    assert!(error.to_string().contains("it is empty; restore"), "{error}");
}

#[test]
fn a_first_start_that_died_while_making_the_store_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("store.new"), [0; 3000]).unwrap();
    append(&open(folder.path()), [1]);
    assert!(!folder.path().join("store.new").exists());
}

/// Every place of the file is either unused or guarded: what opens in spite of a changed byte holds what was stored.
#[test]
fn a_changed_byte_is_found_or_harmless() {
    let folder = tempfile::tempdir().unwrap();
    let path = filled(folder.path());
    let whole = fs::read(&path).unwrap();
    let expected: Vec<_> = (0..100).map(|number| game(number).id()).collect();
    let mut found = 0;
    for step in 0..60 {
        let mut damaged = whole.clone();
        let at = 600 + step * (whole.len() - 600) / 60;
        damaged[at] ^= 0x55;
        fs::write(&path, &damaged).unwrap();
        match Store::open(&path, OPTIONS) {
            Ok(store) => assert_eq!(stored_games(&store), expected, "byte {at}"),
            Err(error) => {
                found += 1;
                assert!(
                    matches!(error.code(), ErrorCode::Corrupt | ErrorCode::Foreign),
                    "byte {at}: {error}"
                );
            }
        }
    }
    assert!(found > 0, "the test damages nothing");
}

#[test]
fn a_stopped_node_s_store_is_read_without_changing_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = filled(folder.path());
    let before = fs::read(&path).unwrap();
    let store = Store::open_read_only(&path, OPTIONS).unwrap();
    assert_eq!(stored_games(&store).len(), 100);
    let error = store.write(|write| write.append_games(&[game(200)]).map(|_| ())).unwrap_err();
    assert!(error.to_string().contains("open for reading only"), "{error}");
    drop(store);
    assert_eq!(fs::read(&path).unwrap(), before);
    let missing = Store::open_read_only(&folder.path().join("none.redb"), OPTIONS).unwrap_err();
    assert_eq!(missing.code(), ErrorCode::NotFound);
}

#[test]
fn one_database_has_one_writer() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.redb");
    let _store = Store::open(&path, OPTIONS).unwrap();
    assert_eq!(refused(&path).code(), ErrorCode::Locked);
    assert_eq!(Store::open_read_only(&path, OPTIONS).unwrap_err().code(), ErrorCode::Locked);
}

#[test]
fn a_data_folder_holds_its_store() {
    let folder = tempfile::tempdir().unwrap();
    let holder = LockHolder::this_process(node());
    let dir = DataDir::open(folder.path(), &holder).unwrap();
    append(&Store::open(&dir.layout().database(), OPTIONS).unwrap(), [1]);
    drop(dir);
    let dir = DataDir::open_read_only(folder.path()).unwrap();
    assert_eq!(stored_games(&Store::open_read_only(&dir.layout().database(), OPTIONS).unwrap()).len(), 1);
}
