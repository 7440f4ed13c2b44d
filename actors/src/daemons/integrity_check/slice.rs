//! Checking one slice of what is stored. Bounded: by bytes of files, by games.

use std::sync::Arc;

use rr_engine::record::GameRecord;
use rr_proto::{BlobId, ConfigKey, GameId};
use rr_storage::{BlobStore, GameParity, StorageError, StoreSnapshot};

use super::cursor::CheckPlace;
use crate::error::StoreFailure;
use crate::store::StoreAccess;

/// Says how much a slice takes at most.
#[derive(Debug, Clone, Copy)]
pub(super) struct SliceBounds {
    pub bytes: u64,
    pub games: u64,
}

/// Holds what a slice found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SliceOutcome {
    /// Pieces that were looked at.
    pub checked: u64,
    /// Those that are damaged.
    pub damaged: u64,
    /// What is new in the quarantine, each with its reason.
    pub quarantined: Vec<String>,
    /// Where the next slice begins.
    pub next: CheckPlace,
}

/// Why a slice was not checked; the next try begins at the same place.
#[derive(Debug, thiserror::Error)]
pub enum SliceFailure {
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] StoreFailure),
    /// The disk could not be read or written.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The thread that reads was lost.
    #[error("the thread that reads was lost")]
    Lost,
}

/// Checks the slice that begins at `place`.
pub(super) async fn check_slice(
    store: &StoreAccess,
    blobs: &Arc<BlobStore>,
    place: CheckPlace,
    bounds: SliceBounds,
) -> Result<SliceOutcome, SliceFailure> {
    match place {
        CheckPlace::Nowhere => Ok(SliceOutcome::default()),
        CheckPlace::Blobs(after) => {
            let blobs = Arc::clone(blobs);
            let check = move || check_blobs(&blobs, after, bounds.bytes);
            Ok(tokio::task::spawn_blocking(check).await.map_err(|_| SliceFailure::Lost)??)
        }
        CheckPlace::Games(config, from) => {
            let read = move |snapshot: &StoreSnapshot| check_games(snapshot, config, from, bounds.games);
            let (mut outcome, finds) = store.query("check games", read).await?;
            for find in finds {
                outcome.quarantined.extend(quarantine(store, blobs, find).await?);
            }
            Ok(outcome)
        }
    }
}

/// Reads files until they make up `bytes`. The store of blobs moves a damaged one to the quarantine by itself.
fn check_blobs(blobs: &BlobStore, after: Option<BlobId>, bytes: u64) -> Result<SliceOutcome, StorageError> {
    let mut outcome =
        SliceOutcome { next: CheckPlace::Games(ConfigKey::ALL[0], 0), ..SliceOutcome::default() };
    let mut read = 0;
    for blob in blobs.list()?.into_iter().filter(|blob| after.is_none_or(|after| blob.id > after)) {
        match blobs.verified_path(blob.id) {
            Ok(_) => {}
            Err(StorageError::MissingBlob { .. }) => continue, // it was collected meanwhile
            Err(StorageError::CorruptBlob { id, reason, .. }) => {
                outcome.damaged += 1;
                outcome.quarantined.push(format!("file {id}: {reason}"));
            }
            Err(error) => return Err(error),
        }
        outcome.checked += 1;
        read += blob.bytes;
        if read >= bytes {
            outcome.next = CheckPlace::Blobs(Some(blob.id));
            break;
        }
    }
    Ok(outcome)
}

/// A damaged game: which, why, and its bytes as they lie there; none where nothing is left of them.
struct DamagedGame {
    id: GameId,
    reason: String,
    bytes: Option<Vec<u8>>,
}

fn check_games(
    snapshot: &StoreSnapshot,
    config: ConfigKey,
    from: u64,
    games: u64,
) -> Result<(SliceOutcome, Vec<DamagedGame>), StorageError> {
    let end = from.saturating_add(games);
    let entries = snapshot.games(config, from..end)?;
    let (mut outcome, mut finds) = (SliceOutcome::default(), Vec::new());
    for entry in &entries {
        outcome.checked += 1;
        let Some(reason) = damage(snapshot, entry.id)? else { continue };
        outcome.damaged += 1;
        // One that failed before was dealt with before.
        if snapshot.game(entry.id)?.is_some_and(|row| row.parity != GameParity::Failed) {
            finds.push(DamagedGame { id: entry.id, reason, bytes: snapshot.raw_record(entry.id)? });
        }
    }
    let all = snapshot.game_totals(config)?.games.get();
    outcome.next = if end < all {
        CheckPlace::Games(config, end)
    } else {
        let mut rest = ConfigKey::ALL.into_iter().skip_while(|key| *key != config).skip(1);
        rest.next().map_or(CheckPlace::Nowhere, |next| CheckPlace::Games(next, 0))
    };
    Ok((outcome, finds))
}

/// Returns what is wrong with a game; none where it is sound, or where nothing describes it, which is for others to find.
fn damage(snapshot: &StoreSnapshot, id: GameId) -> Result<Option<String>, StorageError> {
    match snapshot.game_record(id) {
        Ok(None) => Ok(None),
        Ok(Some(record)) => Ok(GameRecord::from_bytes(&record).err().map(|error| error.to_string())),
        Err(StorageError::Corrupt { reason, .. }) => Ok(Some(reason)),
        Err(error) => Err(error),
    }
}

/// Sees to it that a damaged game never trains, and keeps what is left of it for people.
async fn quarantine(
    store: &StoreAccess,
    blobs: &Arc<BlobStore>,
    find: DamagedGame,
) -> Result<Option<String>, SliceFailure> {
    let DamagedGame { id, reason, bytes } = find;
    let told = format!("game {id}: {reason}");
    tracing::error!(game = %id, reason, "a stored game is damaged; it never trains");
    let (blobs, kept) = (Arc::clone(blobs), bytes.unwrap_or_default());
    let copy = move || blobs.quarantine_copy(&format!("game-{id}.zst"), &kept, &reason);
    tokio::task::spawn_blocking(copy).await.map_err(|_| SliceFailure::Lost)??;
    store.commit("damaged game", move |write| write.set_parity(id, GameParity::Failed)).await?;
    Ok(Some(told))
}
