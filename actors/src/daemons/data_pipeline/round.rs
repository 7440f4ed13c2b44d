//! One round: every folder is looked through, what has come to rest is read, stored, and put away.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rr_proto::{ConfigKey, ErrorCode, FailureNote, NodeId, UnixMillis};
use rr_storage::{NewGame, StoreWrite};

use super::folder::{FoundFile, GameFolder};
use super::reading::{ReadFailure, ReadFile, read_games};
use super::settling::{FileRest, Settling};
use crate::bus::EventPublisher;
use crate::clock::Clock;
use crate::error::StoreFailure;
use crate::store::StoreAccess;
use crate::workers::selfplay::GameGroup;

/// How long a file must not have changed before it is read.
pub(super) const SETTLED: Duration = Duration::from_secs(5);
/// Games of one transaction.
const GAMES_AT_ONCE: usize = 256;

/// What a round works with.
#[derive(Clone)]
pub(super) struct SyncRound {
    pub folders: Vec<GameFolder>,
    pub max_bytes: u64,
    /// Time after which a file that still is wrong stays wrong.
    pub still: Duration,
    /// How long files stay where they were put away; none keeps them.
    pub keep_done: Option<Duration>,
    pub store: StoreAccess,
    pub publisher: EventPublisher,
    pub node: NodeId,
    pub clock: Arc<dyn Clock>,
}

/// What a round came to.
#[derive(Debug, Default)]
pub(super) struct SyncOutcome {
    /// Files that were taken in, at least in part.
    pub files: u64,
    pub bytes: u64,
    /// Games that are new.
    pub games: u64,
    /// Games that were there before.
    pub known: u64,
    /// Files that are left for a later look.
    pub waiting: u64,
    /// Whether some of them may have come to rest before the next round.
    pub soon: bool,
    /// Files that went to quarantine, and what else went wrong.
    pub troubles: Vec<FailureNote>,
    pub quarantined: u64,
    pub settling: Settling,
}

impl SyncRound {
    /// Looks through all folders; what goes wrong with one stops none of the others.
    pub async fn run(self, settling: Settling) -> SyncOutcome {
        let mut outcome = SyncOutcome { settling, ..SyncOutcome::default() };
        for folder in &self.folders {
            let (here, found) = (folder.clone(), folder.path().to_path_buf());
            match blocking(move || here.files()).await {
                Ok(files) => {
                    outcome.settling.keep(|path| {
                        path.parent() != Some(&found) || files.iter().any(|file| file.path == path)
                    });
                    self.folder(folder, files, &mut outcome).await;
                }
                Err(error) => outcome.trouble(ErrorCode::Io, &found, &error),
            }
            if let Err(error) = self.forget_done(folder).await {
                outcome.trouble(ErrorCode::Io, folder.path(), &error);
            }
        }
        outcome
    }

    async fn folder(&self, folder: &GameFolder, files: Vec<FoundFile>, outcome: &mut SyncOutcome) {
        for FoundFile { path, stamp } in files {
            let now = self.clock.monotonic();
            let rest = outcome.settling.see(&path, stamp, now, (SETTLED, self.still));
            match rest {
                FileRest::Done => {}
                FileRest::Moving => {
                    outcome.waiting += 1;
                    outcome.soon = true;
                }
                FileRest::Doubtful => outcome.waiting += 1,
                FileRest::Settled | FileRest::Still => {
                    self.file(folder, path, rest == FileRest::Still, outcome).await;
                }
            }
        }
    }

    /// Takes one file in: stores what is good, and only then lets the file go.
    async fn file(&self, folder: &GameFolder, path: PathBuf, still: bool, outcome: &mut SyncOutcome) {
        let (file, max, now) = (path.clone(), self.max_bytes, self.now());
        let read = tokio::task::spawn_blocking(move || read_games(&file, max, now)).await;
        let read = read.unwrap_or_else(|error| Err(ReadFailure::Unreadable(error.to_string())));
        let (fault, bytes) = match read {
            Ok(read) => {
                let (fault, bytes) = (read.fault(), read.bytes);
                if let Err(failure) = self.keep(read, outcome).await {
                    // The file stays where it is: the next round reads it again.
                    return outcome.trouble(failure.code(), &path, &failure);
                }
                (fault, bytes)
            }
            Err(ReadFailure::Bad(cause)) => (Some(cause), 0),
            Err(ReadFailure::Unreadable(cause)) => return outcome.trouble(ErrorCode::Io, &path, &cause),
        };
        let (here, file, time) = (folder.clone(), path.clone(), system_time(self.now()));
        let gone = match fault {
            None => blocking(move || here.put_away(&file, time)).await,
            // Its writer may only be slow.
            Some(_) if !still => {
                outcome.waiting += 1;
                return outcome.settling.doubt(&path);
            }
            Some(reason) => {
                outcome.quarantined += 1;
                outcome.trouble(ErrorCode::BadGame, &path, &reason);
                blocking(move || here.quarantine(&file, &reason)).await
            }
        };
        outcome.files += u64::from(bytes > 0);
        outcome.bytes += bytes;
        match gone {
            Ok(()) => outcome.settling.done(&path),
            Err(error) => outcome.trouble(ErrorCode::Io, &path, &error),
        }
    }

    /// Stores games with the events that tell of them, config by config.
    async fn keep(&self, read: ReadFile, outcome: &mut SyncOutcome) -> Result<(), StoreFailure> {
        let mut configs: BTreeMap<ConfigKey, Vec<NewGame>> = BTreeMap::new();
        read.games.into_iter().for_each(|game| configs.entry(game.config).or_default().push(game));
        for (config, games) in configs {
            for games in games.chunks(GAMES_AT_ONCE) {
                let count = games.len() as u64;
                let model = games.iter().flat_map(|game| game.models.first()).next_back().copied();
                let group = GameGroup { games: games.to_vec(), model };
                let (publisher, node) = (self.publisher.clone(), self.node.clone());
                let work = move |write: &mut StoreWrite| group.store(write, (&publisher, &node), config);
                let new = self.store.commit("imported games", work).await?;
                outcome.games += new;
                outcome.known += count - new;
            }
        }
        Ok(())
    }

    async fn forget_done(&self, folder: &GameFolder) -> std::io::Result<()> {
        let Some(keep) = self.keep_done else { return Ok(()) };
        let (here, now) = (folder.clone(), system_time(self.now()));
        blocking(move || here.forget_done(keep, now)).await.map(drop)
    }

    fn now(&self) -> UnixMillis {
        UnixMillis(self.clock.unix_ms())
    }
}

impl SyncOutcome {
    fn trouble(&mut self, code: ErrorCode, at: &std::path::Path, cause: &dyn std::fmt::Display) {
        let message = format!("{}: {cause}", at.display());
        tracing::warn!(message, "games could not be taken in");
        self.troubles.push(FailureNote { code, message });
    }
}

/// Does something with files on a thread that may wait for the disk.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> std::io::Result<T> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(std::io::Error::other(error)))
}

fn system_time(at: UnixMillis) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(at.0)
}
