//! A disk in memory that dies, fills up, or forgets what was not synced.

use std::{
    io::{self, ErrorKind},
    sync::{Arc, Mutex},
};

use redb::StorageBackend;
use rr_proto::ErrorCode;

use super::*;

#[derive(Debug, Default)]
struct Disk {
    /// What programs see.
    seen: Vec<u8>,
    /// What a power cut leaves.
    synced: Vec<u8>,
    /// Operations until the process dies; none while it lives for ever.
    operations_left: Option<u64>,
    /// The largest length; none where the disk is endless.
    capacity: Option<u64>,
}

#[derive(Debug, Clone, Default)]
struct TestMedium(Arc<Mutex<Disk>>);

impl TestMedium {
    fn with<T>(&self, work: impl FnOnce(&mut Disk) -> T) -> T {
        work(&mut self.0.lock().unwrap())
    }

    fn operate<T>(&self, work: impl FnOnce(&mut Disk) -> io::Result<T>) -> io::Result<T> {
        self.with(|disk| {
            if let Some(left) = &mut disk.operations_left {
                *left = left.checked_sub(1).ok_or_else(|| io::Error::other("the process is dead"))?;
            }
            work(disk)
        })
    }

    /// Makes a disk of what is left after the process died (`power` on) or after a power cut.
    fn after_crash(&self, power: bool) -> Self {
        let left = self.with(|disk| if power { disk.seen.clone() } else { disk.synced.clone() });
        let medium = Self::default();
        medium.with(|disk| (disk.seen, disk.synced) = (left.clone(), left));
        medium
    }

    fn open(&self) -> Result<Store, StorageError> {
        Store::open_with_backend(self.clone(), OPTIONS)
    }
}

impl StorageBackend for TestMedium {
    fn len(&self) -> io::Result<u64> {
        Ok(self.with(|disk| disk.seen.len() as u64))
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.with(|disk| {
            let start = offset as usize;
            let bytes = disk.seen.get(start..start + out.len()).ok_or(ErrorKind::UnexpectedEof)?;
            out.copy_from_slice(bytes);
            Ok(())
        })
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.operate(|disk| {
            if disk.capacity.is_some_and(|capacity| len > capacity) {
                return Err(ErrorKind::StorageFull.into());
            }
            disk.seen.resize(len as usize, 0);
            Ok(())
        })
    }

    fn sync_data(&self) -> io::Result<()> {
        self.operate(|disk| {
            disk.synced.clone_from(&disk.seen);
            Ok(())
        })
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.operate(|disk| {
            let start = offset as usize;
            disk.seen[start..start + data.len()].copy_from_slice(data);
            Ok(())
        })
    }
}

/// Writes games one by one until the medium fails; returns how many were acknowledged.
fn write_until_it_fails(medium: &TestMedium, games: u64) -> u64 {
    // Opening may fail too: the process dies while it recovers.
    let Ok(store) = medium.open() else { return 0 };
    let mut acknowledged = 0;
    for number in 0..games {
        if store.write(|write| write.append_games(&[game(number)]).map(|_| ())).is_err() {
            break;
        }
        acknowledged = number + 1;
    }
    acknowledged
}

#[test]
fn a_process_that_dies_at_any_operation_loses_nothing_acknowledged() {
    const GAMES: u64 = 6;
    for operations in (0..400).step_by(3) {
        let medium = TestMedium::default();
        drop(medium.open().unwrap());
        medium.with(|disk| disk.operations_left = Some(operations));
        let acknowledged = write_until_it_fails(&medium, GAMES);
        for power in [true, false] {
            let store = medium.after_crash(power).open().unwrap();
            let games = stored_games(&store);
            // The one that was being committed may be there as well: whole, and in its place.
            assert!(games.len() as u64 >= acknowledged, "{operations} operations, power {power}");
            let expected: Vec<_> = (0..games.len() as u64).map(|number| game(number).id()).collect();
            assert_eq!(games, expected, "{operations} operations, power {power}");
            append(&store, acknowledged..GAMES);
            assert_eq!(stored_games(&store).len() as u64, GAMES);
        }
    }
}

#[test]
fn a_full_disk_is_named_and_what_was_stored_stays() {
    let medium = TestMedium::default();
    let store = medium.open().unwrap();
    append(&store, 0..20);
    medium.with(|disk| disk.capacity = Some(disk.seen.len() as u64));
    let error = (20..100_000)
        .find_map(|number| store.write(|write| write.append_games(&[game(number)]).map(|_| ())).err())
        .expect("the disk fills up");
    assert_eq!(error.code(), ErrorCode::DiskFull, "{error}");
    assert!(error.to_string().contains("free space on that disk (nothing stored before is lost)"), "{error}");
    drop(store);
    medium.with(|disk| disk.capacity = None);
    let store = medium.open().unwrap();
    let games = stored_games(&store);
    assert!(games.len() >= 20);
    append(&store, [1_000_000]);
    assert_eq!(stored_games(&store).len(), games.len() + 1);
}
