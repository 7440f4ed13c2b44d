//! The disk of the data folder: room, permission to write, and that what is synced stays.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::finding::Finding;
use crate::daemons::disk_space::DiskReading;

/// Room below which a node will not run for long.
const LEAST_BYTES: u64 = 1 << 30;
/// Room below which it is time to look.
const LITTLE_BYTES: u64 = 10 << 30;
/// A disk that takes longer to sync a small file slows the store down.
const SLOW_SYNC: Duration = Duration::from_millis(200);

/// Checks the disk under a folder, which need not exist yet; leaves nothing behind.
pub(super) fn check(folder: &Path) -> Vec<Finding> {
    // A relative path has no existing part of its own.
    let whole = std::path::absolute(folder).unwrap_or_else(|_| folder.to_path_buf());
    let Some(place) = whole.ancestors().find(|path| path.is_dir()).map(Path::to_path_buf) else {
        let found = format!("no part of {} exists", folder.display());
        return vec![Finding::fail("disk", found, "give a folder that can be made, with --data-dir")];
    };
    vec![room(&place), writes(&place)]
}

fn room(place: &Path) -> Finding {
    match DiskReading::of(place) {
        Ok(disk) => judge_room(place, disk.free_bytes, disk.total_bytes),
        Err(error) => Finding::warn("disk", format!("{}: {error}", place.display()), "see `df`"),
    }
}

fn judge_room(place: &Path, free: u64, total: u64) -> Finding {
    let gib = |bytes: u64| bytes as f64 / f64::from(1_u32 << 30);
    let found = format!("{:.1} GiB of {:.1} GiB free under {}", gib(free), gib(total), place.display());
    let advice = "free space, or choose another disk with --data-dir";
    match free {
        free if free < LEAST_BYTES => Finding::fail("disk", found, advice),
        free if free < LITTLE_BYTES => Finding::warn("disk", found, advice),
        _ => Finding::ok("disk", found),
    }
}

/// Writes a file, syncs it and its folder, reads it back, and takes it away.
fn writes(place: &Path) -> Finding {
    let path: PathBuf = place.join(format!(".rr-doctor-{}", std::process::id()));
    let start = Instant::now();
    let tried = write_and_read(place, &path);
    let took = start.elapsed();
    let _ = fs::remove_file(&path); // it may never have been made
    match tried {
        Ok(()) if took > SLOW_SYNC => {
            let found = format!("a small file took {took:?} to reach the disk");
            Finding::warn("disk writes", found, "a local SSD is better than a network or a spinning disk")
        }
        Ok(()) => Finding::ok("disk writes", format!("written, synced and read back in {took:?}")),
        Err(error) => {
            let found = format!("cannot write in {}: {error}", place.display());
            Finding::fail(
                "disk writes",
                found,
                "make it writable for this user, or choose another with --data-dir",
            )
        }
    }
}

fn write_and_read(place: &Path, path: &Path) -> io::Result<()> {
    let bytes: Vec<u8> = (0..=255).cycle().take(16 * 1024).collect();
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(&bytes)?;
    file.sync_all()?;
    File::open(place)?.sync_all()?;
    let mut read = Vec::new();
    File::open(path)?.read_to_end(&mut read)?;
    if read == bytes { Ok(()) } else { Err(io::Error::other("what was read is not what was written")) }
}

#[cfg(test)]
mod tests {
    use super::super::finding::Health;
    use super::*;

    #[test]
    fn a_folder_is_tried_and_left_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let findings = check(&folder.path().join("not/yet/there"));
        assert!(findings.iter().all(|finding| finding.health != Health::Fail), "{findings:?}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        let relative = check(Path::new("a-folder-that-is-made-later"));
        assert_ne!(relative[0].found, "no part of a-folder-that-is-made-later exists");
        let DiskReading { free_bytes: free, total_bytes: total } = DiskReading::of(folder.path()).unwrap();
        assert!(free > 0 && total >= free);
    }

    #[test]
    fn room_is_judged_and_refusals_are_told() {
        let place = Path::new("/data");
        assert_eq!(judge_room(place, 1 << 29, 1 << 40).health, Health::Fail);
        assert_eq!(judge_room(place, 2 << 30, 1 << 40).health, Health::Warn);
        assert_eq!(judge_room(place, 20 << 30, 1 << 40).health, Health::Ok);
        let refused = writes(Path::new("/proc"));
        assert_eq!(refused.health, Health::Fail, "{refused:?}");
        assert!(!refused.advice.is_empty());
    }
}
