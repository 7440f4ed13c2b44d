use std::{
    collections::BTreeSet,
    fs,
    time::{Duration, SystemTime},
};

use proptest::prelude::*;
use rr_proto::BlobId;

use super::*;
use crate::{DataLayout, StorageError};

fn open() -> (tempfile::TempDir, BlobStore) {
    let folder = tempfile::tempdir().unwrap();
    let store = BlobStore::open(&DataLayout::new(folder.path())).unwrap();
    (folder, store)
}

#[test]
fn a_blob_comes_back_under_the_hash_of_its_bytes() {
    let (folder, store) = open();
    let id = store.put(b"weights").unwrap();
    assert_eq!(id, BlobId::of(b"weights"));
    assert_eq!(store.get(id).unwrap(), b"weights");
    assert_eq!(store.put(b"weights").unwrap(), id, "putting twice is one blob");
    let source = folder.path().join("model.onnx");
    fs::write(&source, b"other weights").unwrap();
    let other = store.put_file(&source).unwrap();
    assert_eq!(fs::read(store.verified_path(other).unwrap()).unwrap(), b"other weights");
    assert_eq!(store.list().unwrap().len(), 2);
    assert!(fs::read_dir(folder.path().join("tmp")).unwrap().next().is_none(), "nothing temporary stays");
}

#[test]
fn a_missing_blob_is_named() {
    let (_folder, store) = open();
    let id = BlobId::of(b"never put");
    assert!(matches!(store.get(id), Err(StorageError::MissingBlob { id: missing, .. }) if missing == id));
    assert!(!store.contains(id));
}

#[test]
fn a_changed_or_truncated_blob_is_quarantined_with_the_reason_and_can_be_put_again() {
    for damage in [b"weighty".to_vec(), b"wei".to_vec(), Vec::new()] {
        let (_folder, store) = open();
        let id = store.put(b"weights").unwrap();
        fs::write(store.path(id), &damage).unwrap();
        let error = store.get(id).unwrap_err();
        assert!(
            matches!(&error, StorageError::CorruptBlob { quarantine, .. } if quarantine.is_file()),
            "{error}"
        );
        assert!(!store.contains(id));
        let quarantined = store.quarantined().unwrap();
        assert_eq!(quarantined.len(), 1);
        assert!(quarantined[0].reason.contains(&format!("its {} bytes", damage.len())));
        assert_eq!(store.put(b"weights").unwrap(), id);
        assert_eq!(store.get(id).unwrap(), b"weights");
    }
}

#[test]
fn putting_a_blob_again_replaces_a_damaged_one() {
    let (_folder, store) = open();
    let id = store.put(b"weights").unwrap();
    fs::write(store.path(id), b"damaged").unwrap();
    assert_eq!(store.put(b"weights").unwrap(), id);
    assert_eq!(store.get(id).unwrap(), b"weights");
}

#[test]
fn a_half_written_file_is_never_a_blob() {
    let (folder, store) = open();
    fs::write(folder.path().join("tmp/1-0.tmp"), b"half").unwrap();
    assert!(store.list().unwrap().is_empty());
    assert!(!store.contains(BlobId::of(b"half")));
}

#[test]
fn collection_deletes_only_what_is_old_unreferenced_and_unpinned() {
    let (_folder, store) = open();
    let [live, pinned, old] = [b"live", b"pins", b"old!"].map(|bytes| store.put(bytes).unwrap());
    let pin = store.pin(pinned);
    let keep = BTreeSet::from([live]);
    let before = SystemTime::now() - Duration::from_secs(60);
    assert_eq!(store.collect(&keep, before).unwrap().deleted, 0, "all are young");
    let later = SystemTime::now() + Duration::from_secs(60);
    let report = store.collect(&keep, later).unwrap();
    assert_eq!(report, GcReport { deleted: 1, freed_bytes: 4, kept: 2 });
    assert!(!store.contains(old));
    assert_eq!(pin.id(), pinned);
    drop(pin);
    assert_eq!(store.collect(&keep, later).unwrap().deleted, 1);
    assert!(store.contains(live));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn any_bytes_round_trip_and_any_flipped_bit_is_found(bytes in prop::collection::vec(any::<u8>(), 1..5000), at: prop::sample::Index) {
        let (_folder, store) = open();
        let id = store.put(&bytes).unwrap();
        prop_assert_eq!(&store.get(id).unwrap(), &bytes);
        let bit = at.index(bytes.len() * 8);
        let mut damaged = bytes.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        fs::write(store.path(id), &damaged).unwrap();
        let refused = matches!(store.get(id), Err(StorageError::CorruptBlob { .. }));
        prop_assert!(refused);
    }
}
