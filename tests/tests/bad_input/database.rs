//! Databases and blobs that are damaged, foreign or newer. What is damaged stays where it is for its owner to mend.
use std::fs;

use redb::{Database, TableDefinition};
use rr_proto::BlobId;

use crate::exit::{DATA, NOT_FOUND};
use crate::kept::KeptFolder;

#[test]
fn truncated_databases_are_refused() {
    let kept = KeptFolder::new();
    let file = kept.database();
    for share in [2, 10, 1000] {
        let cut = |bytes: Vec<u8>| bytes[..bytes.len() / share].to_vec();
        kept.with_damaged(&file, cut, |kept| kept.refused(&[DATA], &["store.redb"]));
        kept.assert_kept();
    }
}

#[test]
fn an_altered_page_is_found_at_the_start() {
    let kept = KeptFolder::new();
    let noise = |mut bytes: Vec<u8>| {
        // Past the header; every page that holds something is hit.
        for at in (8192..bytes.len()).step_by(1024) {
            bytes[at] ^= 0x40;
        }
        bytes
    };
    kept.with_damaged(&kept.database(), noise, |kept| kept.refused(&[DATA], &["damaged", "backup"]));
    kept.assert_kept();
}

#[test]
fn another_programs_file_is_refused_and_left_alone() {
    let kept = KeptFolder::new();
    let foreign = |_| b"SQLite format 3\0".repeat(1000);
    kept.with_damaged(&kept.database(), foreign, |kept| {
        kept.refused(&[DATA], &["not a RingRift store", "--data-dir"]);
        assert_eq!(fs::read(kept.database()).unwrap(), b"SQLite format 3\0".repeat(1000));
    });
    kept.assert_kept();
}

#[test]
fn another_redb_database_is_refused() {
    let kept = KeptFolder::new();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.redb");
    let other = Database::create(&path).unwrap();
    let write = other.begin_write().unwrap();
    write.open_table(TableDefinition::<&str, u64>::new("recipes")).unwrap().insert("cake", 1).unwrap();
    write.commit().unwrap();
    drop(other);
    let bytes = fs::read(path).unwrap();
    kept.with_damaged(&kept.database(), |_| bytes, |kept| kept.refused(&[DATA], &["not a RingRift store"]));
    kept.assert_kept();
}

#[test]
fn a_newer_schema_is_refused() {
    let kept = KeptFolder::new();
    let newer = |bytes: Vec<u8>| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.redb");
        fs::write(&path, bytes).unwrap();
        let database = Database::open(&path).unwrap();
        let write = database.begin_write().unwrap();
        let meta = TableDefinition::<&str, &[u8]>::new("meta");
        write.open_table(meta).unwrap().insert("schema", 77u32.to_le_bytes().as_slice()).unwrap();
        write.commit().unwrap();
        drop(database);
        fs::read(&path).unwrap()
    };
    kept.with_damaged(&kept.database(), newer, |kept| {
        kept.refused(&[DATA], &["version 77", "at least as new"])
    });
    kept.assert_kept();
}

#[test]
fn a_damaged_champion_is_not_played_with() {
    let kept = KeptFolder::new();
    let name = BlobId::from(kept.stock.champion).to_string();
    let blob = kept.path.join("blobs").join(&name[..2]).join(&name);
    let flip = |mut bytes: Vec<u8>| {
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        bytes
    };
    kept.with_damaged(&blob, flip, |kept| kept.refused(&[DATA], &[&name, "damaged"]));
    kept.assert_kept();
    let good = fs::read(&blob).unwrap();
    fs::remove_file(&blob).unwrap();
    kept.refused(&[NOT_FOUND], &[&name]);
    fs::write(&blob, good).unwrap();
    kept.assert_kept();
}
