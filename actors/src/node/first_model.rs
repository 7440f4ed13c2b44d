//! Generation 0: the randomly initialised network that the first self-play is played with.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rr_config::NetShape;
use rr_engine::board::GameConfig;
use rr_onnx::{GraphOptions, ModelFile, ModelOrigin, NetSize, NetSpec, OnnxError, ParamTable};
use rr_proto::{ConfigKey, Generation, ModelId, TrainingSteps, UnixMillis};
use rr_storage::{BlobStore, ChampionRow, ModelRow, Store, StoreWrite};

use crate::error::NodeFailure;

/// Makes the random network of a config; the same seed gives the same file.
///
/// # Errors
/// When the shape has no layers.
pub fn random_model(config: GameConfig, net: NetShape, seed: u64) -> Result<ModelFile, OnnxError> {
    let size = NetSize::new(net.blocks as usize, net.channels as usize);
    let spec = NetSpec::for_board(config.board, size)?;
    let parameters = ParamTable::new(&spec).init(&mut ChaCha8Rng::seed_from_u64(seed));
    let origin = ModelOrigin {
        configs: vec![config.key()],
        data: vec![format!("nothing: random weights of seed {seed}")],
        ..ModelOrigin::default()
    };
    ModelFile::build(&spec, parameters, GraphOptions::cpu(&spec), origin)
}

/// Returns the champion of a config with its file; a config without one gets a random network as generation 0.
///
/// # Errors
/// When the store, the disk or the model refuses.
pub(super) fn champion_or_first(
    store: &Store,
    blobs: &BlobStore,
    (config, key): (GameConfig, ConfigKey),
    (net, seed, now): (NetShape, u64, UnixMillis),
) -> Result<ModelFile, NodeFailure> {
    if let Some(model) = champion(store, blobs, key)? {
        return Ok(model);
    }
    let model = random_model(config, net, seed)?;
    let id = ModelId::from(blobs.put(model.onnx())?);
    let card_json = String::from_utf8_lossy(&model.card_bytes()?).into_owned();
    let row = ModelRow {
        id,
        config: key,
        parent: None,
        generation: Generation::ZERO,
        steps: TrainingSteps::ZERO,
        created_at: now,
        file_bytes: model.onnx().len() as u64,
        card_json,
    };
    let first =
        ChampionRow { model: id, previous: None, generation: Generation::ZERO, evaluation: None, since: now };
    store.write(|write: &mut StoreWrite| -> Result<(), NodeFailure> {
        let _ = write.append_model(&row)?;
        let _ = write.swap_champion(key, None, &first)?;
        Ok(())
    })?;
    tracing::info!(config = %key, model = %id.short(), net = %model.card().size, "generation 0 is a random network");
    Ok(model)
}

/// Returns the champion of a config with its file, or a random network that is not kept: only a leader makes champions.
///
/// # Errors
/// When the store, the disk or the model refuses.
pub(super) fn champion_or_random(
    store: &Store,
    blobs: &BlobStore,
    (config, key): (GameConfig, ConfigKey),
    (net, seed, _): (NetShape, u64, UnixMillis),
) -> Result<ModelFile, NodeFailure> {
    match champion(store, blobs, key)? {
        Some(model) => Ok(model),
        None => Ok(random_model(config, net, seed)?),
    }
}

fn champion(store: &Store, blobs: &BlobStore, key: ConfigKey) -> Result<Option<ModelFile>, NodeFailure> {
    let snapshot = store.read()?;
    let Some(champion) = snapshot.champion(key)? else { return Ok(None) };
    let Some(row) = snapshot.model(champion.model)? else { return Ok(None) };
    Ok(Some(ModelFile::from_bytes(row.card_json.as_bytes(), blobs.get(row.id.into())?)?))
}
