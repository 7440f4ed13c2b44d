//! Deleting files and folders by age. It blocks on the disk.

use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::cleaned::Cleaned;

/// Deletes the files in a folder that came there, or were changed, before `before`. What is gone already is no failure.
pub(super) fn delete_files(folder: &Path, before: SystemTime) -> io::Result<Cleaned> {
    let mut cleaned = Cleaned::default();
    for entry in entries(folder)? {
        let path = entry?.path();
        let Ok(metadata) = path.symlink_metadata() else { continue };
        if metadata.is_file() && last_change(&metadata) < before && gone(fs::remove_file(&path))? {
            cleaned.add(metadata.len());
        }
    }
    Ok(cleaned)
}

/// Deletes the folders in a folder in which nothing was changed since `before`, and whose name `may_go` lets go.
pub(super) fn delete_folders(
    folder: &Path,
    before: SystemTime,
    may_go: impl Fn(&str) -> bool,
) -> io::Result<Cleaned> {
    let mut cleaned = Cleaned::default();
    for entry in entries(folder)? {
        let entry = entry?;
        let (path, name) = (entry.path(), entry.file_name());
        let Some(name) = name.to_str() else { continue };
        if !entry.file_type()?.is_dir() || !may_go(name) {
            continue;
        }
        let (mut content, mut newest) = (Cleaned::default(), UNIX_EPOCH);
        weigh(&path, &mut content, &mut newest)?;
        if newest < before && gone(fs::remove_dir_all(&path))? {
            cleaned.files += content.files;
            cleaned.bytes += content.bytes;
        }
    }
    Ok(cleaned)
}

/// Counts what lies in a folder, and finds the newest change in it.
fn weigh(folder: &Path, content: &mut Cleaned, newest: &mut SystemTime) -> io::Result<()> {
    for entry in entries(folder)? {
        let path = entry?.path();
        let Ok(metadata) = path.symlink_metadata() else { continue };
        *newest = (*newest).max(last_change(&metadata));
        if metadata.is_dir() {
            weigh(&path, content, newest)?;
        } else {
            content.add(metadata.len());
        }
    }
    let own = folder.symlink_metadata()?;
    *newest = (*newest).max(last_change(&own));
    Ok(())
}

/// When a file was last changed, moved or renamed: a file that came by a rename keeps the time of its bytes.
fn last_change(metadata: &Metadata) -> SystemTime {
    let status = u64::try_from(metadata.ctime()).map_or(UNIX_EPOCH, |s| UNIX_EPOCH + Duration::from_secs(s));
    metadata.modified().unwrap_or(status).max(status)
}

fn entries(folder: &Path) -> io::Result<impl Iterator<Item = io::Result<fs::DirEntry>>> {
    match fs::read_dir(folder) {
        Ok(entries) => Ok(Some(entries).into_iter().flatten()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None.into_iter().flatten()),
        Err(error) => Err(error),
    }
}

/// Tells whether this deletion is what took it away.
fn gone(deleted: io::Result<()>) -> io::Result<bool> {
    match deleted {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_old_enough_goes_and_only_from_where_it_is_asked() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a/one", "a/deep/two", "b/three"] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "1234567890").unwrap();
        }
        let soon = SystemTime::now() + Duration::from_secs(60);
        let long_ago = SystemTime::now() - Duration::from_secs(60);
        assert_eq!(delete_folders(folder.path(), long_ago, |_| true).unwrap(), Cleaned::default());
        assert_eq!(delete_files(&folder.path().join("a"), long_ago).unwrap(), Cleaned::default());
        let cleaned = delete_folders(folder.path(), soon, |name| name == "a").unwrap();
        assert_eq!((cleaned.files, cleaned.bytes), (2, 20));
        assert!(!folder.path().join("a").exists() && folder.path().join("b/three").exists());
        assert_eq!(delete_files(&folder.path().join("b"), soon).unwrap().files, 1);
        assert_eq!(delete_files(&folder.path().join("never"), soon).unwrap(), Cleaned::default());
    }

    #[test]
    fn a_file_that_was_moved_here_is_as_old_as_the_move() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("old"), folder.path().join("new"));
        fs::write(&from, "x").unwrap();
        let year_ago = SystemTime::now() - Duration::from_secs(365 * 86_400);
        fs::File::options().append(true).open(&from).unwrap().set_modified(year_ago).unwrap();
        fs::rename(&from, &to).unwrap();
        let week_ago = SystemTime::now() - Duration::from_secs(7 * 86_400);
        assert_eq!(delete_files(folder.path(), week_ago).unwrap().files, 0);
    }
}
