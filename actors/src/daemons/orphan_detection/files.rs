//! Models beside the blob store: published copies and results of runs, by which a lost file or a lost row comes back. It blocks on the disk.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use rr_onnx::{ModelCard, ModelFile};
use rr_proto::{BlobId, ConfigKey, Generation, ModelId, TrainingSteps, UnixMillis};
use rr_storage::{BlobStore, DataLayout, ModelRow, StorageError};

/// Puts files back that are referred to and not there, where a copy has the same hash; returns those that came back.
pub(super) fn restore(
    blobs: &BlobStore,
    layout: &DataLayout,
    missing: &BTreeSet<BlobId>,
) -> Result<BTreeSet<BlobId>, StorageError> {
    let mut back = BTreeSet::new();
    for copy in beside(layout, "onnx") {
        if back.len() == missing.len() {
            break;
        }
        let Ok(bytes) = fs::read(&copy) else { continue };
        let id = BlobId::of(&bytes);
        if missing.contains(&id) && !back.contains(&id) {
            blobs.put(&bytes)?;
            tracing::warn!(blob = %id, copy = %copy.display(), "a lost file was put back from its copy");
            back.insert(id);
        }
    }
    Ok(back)
}

/// Makes the rows of models that lie in the blob store without one, where a card for them is found and fits.
pub(super) fn rows_of(
    blobs: &BlobStore,
    layout: &DataLayout,
    orphans: &BTreeMap<BlobId, u64>,
    now: UnixMillis,
) -> Vec<ModelRow> {
    let mut rows = BTreeMap::new();
    for path in beside(layout, "json") {
        let Some(card) = read_card(&path) else { continue };
        let Ok(id) = card.sha256.parse::<BlobId>() else { continue };
        if !orphans.contains_key(&id) || rows.contains_key(&id) {
            continue;
        }
        if let Some(row) = row_of(blobs, id, &path, now) {
            rows.insert(id, row);
        }
    }
    rows.into_values().collect()
}

fn row_of(blobs: &BlobStore, id: BlobId, card: &Path, now: UnixMillis) -> Option<ModelRow> {
    let card_json = fs::read_to_string(card).ok()?;
    // A model whose file or weights don't fit its card is none.
    let model = ModelFile::from_bytes(card_json.as_bytes(), blobs.get(id).ok()?).ok()?;
    let origin = &model.card().origin;
    let config: ConfigKey = origin.configs.first()?.parse().ok()?;
    Some(ModelRow {
        id: ModelId::from(id),
        config,
        parent: origin.parent.as_deref().and_then(|parent| parent.parse().ok()),
        generation: Generation::ZERO,
        steps: TrainingSteps(origin.training_steps),
        created_at: now,
        file_bytes: model.onnx().len() as u64,
        card_json,
    })
}

fn read_card(path: &Path) -> Option<ModelCard> {
    serde_json::from_reader(io::BufReader::new(File::open(path).ok()?)).ok()
}

/// Lists the files with an ending among the published models and in the folders of runs. What can't be read is passed over: it is looked
/// at again soon.
fn beside(layout: &DataLayout, ending: &str) -> Vec<PathBuf> {
    let runs = children(&layout.runs());
    let results = runs.iter().map(|run| run.join("out"));
    let folders = [layout.models()].into_iter().chain(results).chain(runs.iter().cloned());
    let files = folders.flat_map(|folder| children(&folder));
    files.filter(|path| path.extension().is_some_and(|found| found == ending)).collect()
}

fn children(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}
