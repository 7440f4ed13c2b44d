//! The folders that games come from, and where a file goes once it was dealt with.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::settling::FileStamp;

/// Endings of files that are still being written, by the custom of those who rename when they are done.
const UNFINISHED: [&str; 4] = [".part", ".partial", ".tmp", ".crdownload"];
/// Ending of the file that says why another one is in quarantine.
const REASON: &str = ".reason.txt";

/// A folder that games come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct GameFolder {
    path: PathBuf,
    /// Whether files leave it once they were dealt with; other people's folders are only read.
    own: bool,
}

/// A file that may hold games.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FoundFile {
    pub path: PathBuf,
    pub stamp: FileStamp,
}

impl GameFolder {
    pub fn inbox(path: PathBuf) -> Self {
        Self { path, own: true }
    }

    pub fn source(path: PathBuf) -> Self {
        Self { path, own: false }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Lists the files in it, by name, without folders, hidden files and those that are named as unfinished.
    pub fn files(&self) -> io::Result<Vec<FoundFile>> {
        if self.own {
            fs::create_dir_all(&self.path)?;
        }
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let unfinished = name.starts_with('.') || UNFINISHED.iter().any(|end| name.ends_with(end));
            // A file may go while it is looked at.
            let Ok(meta) = fs::metadata(entry.path()) else { continue };
            if meta.is_file() && !unfinished {
                let stamp = FileStamp { bytes: meta.len(), changed: meta.modified().ok() };
                files.push(FoundFile { path: entry.path(), stamp });
            }
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(files)
    }

    /// Puts a file away whose games are stored.
    pub fn put_away(&self, file: &Path, now: SystemTime) -> io::Result<()> {
        if self.own { move_into(&self.path.join("done"), file, now) } else { Ok(()) }
    }

    /// Puts a file into quarantine, with the reason written beside it first: no file lies there without one.
    pub fn quarantine(&self, file: &Path, reason: &str) -> io::Result<()> {
        if !self.own {
            return Ok(());
        }
        let folder = self.path.join("quarantine");
        fs::create_dir_all(&folder)?;
        let target = free_name(&folder, file)?;
        let mut name = target.file_name().unwrap_or_default().to_owned();
        name.push(REASON);
        let mut note = File::create(folder.join(name))?;
        note.write_all(format!("{}: {reason}\n", file.display()).as_bytes())?;
        note.sync_all()?;
        fs::rename(file, target)?;
        File::open(&folder)?.sync_all()
    }

    /// Removes files that were put away longer than `keep` ago; returns how many.
    pub fn forget_done(&self, keep: Duration, now: SystemTime) -> io::Result<u64> {
        let entries = match fs::read_dir(self.path.join("done")) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(0),
            Err(error) => return Err(error),
        };
        let mut removed = 0;
        for entry in entries {
            let entry = entry?;
            let changed = entry.metadata().and_then(|meta| meta.modified());
            let old = changed.is_ok_and(|at| now.duration_since(at).is_ok_and(|age| age >= keep));
            if old {
                fs::remove_file(entry.path())?;
                removed += 1;
            }
        }
        Ok(removed)
    }
}

fn move_into(folder: &Path, file: &Path, now: SystemTime) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let target = free_name(folder, file)?;
    fs::rename(file, &target)?;
    // The age of a file in there counts from now, not from when it was written.
    let touched = File::options().append(true).open(&target).and_then(|file| file.set_modified(now));
    if let Err(error) = touched {
        tracing::debug!(path = %target.display(), %error, "the age of a file that was taken in counts from its writing");
    }
    Ok(())
}

/// Finds a name that nothing in the folder has: the file's own, or that with a number.
fn free_name(folder: &Path, file: &Path) -> io::Result<PathBuf> {
    let name = file.file_name().ok_or_else(|| io::Error::from(ErrorKind::InvalidInput))?;
    let own = folder.join(name);
    if !own.exists() {
        return Ok(own);
    }
    let name = name.to_string_lossy();
    let numbered = (1u32..).map(|number| folder.join(format!("{number}-{name}"))).find(|path| !path.exists());
    numbered.ok_or_else(|| io::Error::from(ErrorKind::AlreadyExists))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn unfinished_and_hidden_files_and_folders_are_left_alone() {
        let place = tempfile::tempdir().unwrap();
        let inbox = GameFolder::inbox(place.path().join("inbox"));
        assert_eq!(inbox.files().unwrap(), [], "it is made");
        for name in ["b.rrs", "a.rrg", ".hidden", "c.rrs.part", "d.tmp"] {
            fs::write(inbox.path().join(name), name).unwrap();
        }
        fs::create_dir(inbox.path().join("done")).unwrap();
        let files: Vec<PathBuf> = inbox.files().unwrap().into_iter().map(|file| file.path).collect();
        assert_eq!(files, ["a.rrg", "b.rrs"].map(|name| inbox.path().join(name)));
        let missing = GameFolder::source(place.path().join("none"));
        assert_eq!(missing.files().unwrap_err().kind(), ErrorKind::NotFound, "another's folder is not made");
    }

    #[test]
    fn files_leave_the_inbox_under_a_free_name_and_no_reason_is_lost() {
        let place = tempfile::tempdir().unwrap();
        let inbox = GameFolder::inbox(place.path().to_path_buf());
        let put = || {
            let path = place.path().join("a.rrs");
            fs::write(&path, "games").unwrap();
            path
        };
        (0..2).for_each(|_| inbox.put_away(&put(), SystemTime::now()).unwrap());
        assert_eq!(names(&place.path().join("done")), ["1-a.rrs", "a.rrs"]);
        (0..2).for_each(|_| inbox.quarantine(&put(), "it is cut short").unwrap());
        let quarantine = place.path().join("quarantine");
        let expected = ["1-a.rrs", "1-a.rrs.reason.txt", "a.rrs", "a.rrs.reason.txt"];
        assert_eq!(names(&quarantine), expected);
        let reason = fs::read_to_string(quarantine.join("a.rrs.reason.txt")).unwrap();
        assert!(reason.contains("it is cut short"), "{reason}");
        let source = GameFolder::source(place.path().to_path_buf());
        source.put_away(&put(), SystemTime::now()).unwrap();
        source.quarantine(&place.path().join("a.rrs"), "bad").unwrap();
        assert!(place.path().join("a.rrs").exists(), "another's folder is only read");
    }

    #[test]
    fn what_was_put_away_goes_after_its_time() {
        let place = tempfile::tempdir().unwrap();
        let inbox = GameFolder::inbox(place.path().to_path_buf());
        assert_eq!(inbox.forget_done(Duration::ZERO, SystemTime::now()).unwrap(), 0);
        fs::write(place.path().join("a.rrs"), "games").unwrap();
        let (day, now) = (Duration::from_secs(86_400), SystemTime::now());
        inbox.put_away(&place.path().join("a.rrs"), now).unwrap();
        assert_eq!(inbox.forget_done(day, now).unwrap(), 0);
        assert_eq!(inbox.forget_done(day, now + 2 * day).unwrap(), 1);
        assert_eq!(names(&place.path().join("done")), Vec::<String>::new());
    }
}
