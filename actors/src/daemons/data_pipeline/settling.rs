//! Which files have come to rest: a pure memory of what was seen when.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// What tells one state of a file from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileStamp {
    pub bytes: u64,
    pub changed: Option<SystemTime>,
}

/// Says what is done with a file now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileRest {
    /// It may still be written: it is left for a later look.
    Moving,
    /// It has not changed for a moment: what is good in it is taken, but what is bad may still be repaired by its writer.
    Settled,
    /// It was read and is bad, but has not been still for a whole round: its writer may only be slow.
    Doubtful,
    /// It has not changed for a whole round: what is wrong with it stays wrong.
    Still,
    /// It was dealt with, in this state.
    Done,
}

/// Remembers files between rounds.
#[derive(Debug, Clone, Default)]
pub(super) struct Settling {
    seen: BTreeMap<PathBuf, Seen>,
}

#[derive(Debug, Clone, Copy)]
struct Seen {
    stamp: FileStamp,
    since: Duration,
    doubted: bool,
    done: bool,
}

impl Settling {
    /// Takes in that a file looks so at `now`, and says how long it has.
    pub fn see(
        &mut self,
        path: &Path,
        stamp: FileStamp,
        now: Duration,
        (settled, still): (Duration, Duration),
    ) -> FileRest {
        let new = Seen { stamp, since: now, doubted: false, done: false };
        let seen = self.seen.entry(path.to_path_buf()).or_insert(new);
        if seen.stamp != stamp {
            *seen = new;
        }
        let rests = now.saturating_sub(seen.since);
        if seen.done {
            FileRest::Done
        } else if rests >= still {
            FileRest::Still
        } else if seen.doubted {
            FileRest::Doubtful
        } else if rests >= settled {
            FileRest::Settled
        } else {
            FileRest::Moving
        }
    }

    /// Notes that a file was read and is bad: it is read again only when it has been still for a whole round.
    pub fn doubt(&mut self, path: &Path) {
        if let Some(seen) = self.seen.get_mut(path) {
            seen.doubted = true;
        }
    }

    /// Notes that a file was dealt with: as long as it stays as it is, it is left alone.
    pub fn done(&mut self, path: &Path) {
        if let Some(seen) = self.seen.get_mut(path) {
            seen.done = true;
        }
    }

    /// Forgets files that are not there any more.
    pub fn keep(&mut self, there: impl Fn(&Path) -> bool) {
        self.seen.retain(|path, _| there(path));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIMES: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(60));

    fn stamp(bytes: u64) -> FileStamp {
        FileStamp { bytes, changed: Some(SystemTime::UNIX_EPOCH) }
    }

    #[test]
    fn a_file_that_grows_is_left_until_it_rests() {
        let (mut settling, path) = (Settling::default(), Path::new("games.rrs"));
        let mut see = |bytes, at| settling.see(path, stamp(bytes), Duration::from_secs(at), TIMES);
        assert_eq!([see(10, 0), see(20, 5), see(20, 9)], [FileRest::Moving; 3]);
        assert_eq!([see(20, 10), see(20, 64)], [FileRest::Settled; 2]);
        assert_eq!(see(20, 65), FileRest::Still);
        assert_eq!(see(30, 66), FileRest::Moving, "its writer went on");
        assert_eq!(see(30, 71), FileRest::Settled);
        settling.doubt(path);
        let mut see = |bytes, at| settling.see(path, stamp(bytes), Duration::from_secs(at), TIMES);
        assert_eq!([see(30, 72), see(30, 125)], [FileRest::Doubtful; 2]);
        assert_eq!([see(30, 126), see(31, 127)], [FileRest::Still, FileRest::Moving]);
    }

    #[test]
    fn what_was_dealt_with_is_left_alone_until_it_changes() {
        let (mut settling, path) = (Settling::default(), Path::new("games.rrs"));
        let at = Duration::from_secs;
        settling.see(path, stamp(1), at(0), TIMES);
        settling.done(path);
        assert_eq!(settling.see(path, stamp(1), at(900), TIMES), FileRest::Done);
        assert_eq!(settling.see(path, stamp(2), at(901), TIMES), FileRest::Moving);
        settling.done(path);
        settling.keep(|_| false);
        assert_eq!(settling.see(path, stamp(2), at(902), TIMES), FileRest::Moving);
    }
}
