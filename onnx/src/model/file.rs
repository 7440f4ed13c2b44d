//! Reads and writes models; refuses what is not sound.

use std::io::Write;
use std::path::{Path, PathBuf};

use rr_engine::board::BoardKind;

use crate::error::OnnxError;
use crate::graph::read_initializers;
use crate::model::card::hash;
use crate::model::{CARD_FORMAT, ModelCard, ModelOrigin};
use crate::net::{GraphOptions, NetSpec, ParamTable, inference_graph};

/// Holds a model in memory: description, card, the ONNX bytes, and the weights as one flat vector.
///
/// On disk it is two files, `NAME.onnx` and `NAME.json`.
#[derive(Clone, Debug)]
pub struct ModelFile {
    spec: NetSpec,
    card: ModelCard,
    onnx: Vec<u8>,
    parameters: Vec<f32>,
}

impl ModelFile {
    /// Makes a model from weights.
    ///
    /// # Errors
    /// `Size` where the weights are not of this net, `Spec` where one of them is not finite.
    pub fn build(
        spec: &NetSpec,
        parameters: Vec<f32>,
        options: GraphOptions,
        origin: ModelOrigin,
    ) -> Result<Self, OnnxError> {
        if let Some(reason) = not_finite(spec, &parameters) {
            return Err(OnnxError::Spec(reason));
        }
        let onnx = inference_graph(spec, &parameters, options)?;
        let card = ModelCard::new(spec, &onnx, origin);
        Ok(Self { spec: spec.clone(), card, onnx, parameters })
    }

    /// Returns the description of the net.
    #[must_use]
    pub fn spec(&self) -> &NetSpec {
        &self.spec
    }

    /// Returns the card.
    #[must_use]
    pub fn card(&self) -> &ModelCard {
        &self.card
    }

    /// Returns the bytes of the inference graph.
    #[must_use]
    pub fn onnx(&self) -> &[u8] {
        &self.onnx
    }

    /// Returns the weights in the order of [`ParamTable`].
    #[must_use]
    pub fn parameters(&self) -> &[f32] {
        &self.parameters
    }

    /// Writes both files, each under a temporary name first; `path` names the ONNX file.
    ///
    /// # Errors
    /// `File` where the disk refuses.
    pub fn save(&self, path: &Path) -> Result<(), OnnxError> {
        let card = serde_json::to_vec_pretty(&self.card).map_err(|e| file_error(path, &e))?;
        // The card comes last: a model without a card is never taken for a whole one.
        write_whole(path, &self.onnx)?;
        write_whole(&path.with_extension("json"), &card)
    }

    /// Reads a model of one of the game's boards; `path` names the ONNX file, its card lies beside it.
    ///
    /// # Errors
    /// `File` where a file cannot be read, `Refused` where card and bytes do not agree, the net is not one of this
    /// program, or a weight is not finite.
    pub fn load(path: &Path) -> Result<Self, OnnxError> {
        let card_path = path.with_extension("json");
        let card = std::fs::read(&card_path).map_err(|e| match e.kind() {
            std::io::ErrorKind::NotFound => {
                let cause = format!("the card of {} is not there; copy it beside the model", path.display());
                file_error(&card_path, &cause)
            }
            _ => file_error(&card_path, &e),
        })?;
        let onnx = std::fs::read(path).map_err(|e| file_error(path, &e))?;
        let at_path = |error| match error {
            OnnxError::Refused { reason, .. } => OnnxError::Refused { path: path.to_owned(), reason },
            other => other,
        };
        Self::from_bytes(&card, onnx).map_err(at_path)
    }

    /// Checks the bytes of a card and of an ONNX file as [`ModelFile::load`] does, for models that come from a store.
    ///
    /// # Errors
    /// As [`ModelFile::load`], with the name `model` in place of a path.
    pub fn from_bytes(card: &[u8], onnx: Vec<u8>) -> Result<Self, OnnxError> {
        let card = parse_card(card)?;
        let board: BoardKind =
            card.board.parse().map_err(|e| refused(format!("its card names a board: {e}")))?;
        let spec = NetSpec::for_board(board, card.size.clone()).map_err(|e| refused(e.to_string()))?;
        Self::from_parts(&spec, card, onnx)
    }

    /// Checks a card and bytes against a description.
    pub(crate) fn from_parts(spec: &NetSpec, card: ModelCard, onnx: Vec<u8>) -> Result<Self, OnnxError> {
        let found = hash(&onnx);
        if found != card.sha256 {
            let text = format!("its SHA-256 is {found}, the card says {}; copy the file again", card.sha256);
            return Err(refused(text));
        }
        if let Some(reason) = card.mismatch(spec) {
            return Err(refused(reason));
        }
        let parameters = read_parameters(spec, &onnx).map_err(refused)?;
        if let Some(reason) = not_finite(spec, &parameters) {
            return Err(refused(reason));
        }
        Ok(Self { spec: spec.clone(), card, onnx, parameters })
    }

    /// Returns the card as the bytes of its file.
    ///
    /// # Errors
    /// `File` where the card cannot be written as JSON.
    pub fn card_bytes(&self) -> Result<Vec<u8>, OnnxError> {
        serde_json::to_vec_pretty(&self.card).map_err(|e| file_error(Path::new("model"), &e))
    }
}

/// Reads the format version first, so that a card of another version is named as such and not as malformed.
pub(super) fn parse_card(bytes: &[u8]) -> Result<ModelCard, OnnxError> {
    let value: serde_json::Value =
        serde_json::from_slice(bytes).map_err(|e| refused(format!("its card is not JSON: {e}")))?;
    let format = value.get("format").and_then(serde_json::Value::as_u64);
    if format != Some(u64::from(CARD_FORMAT)) {
        let found = format.map_or("none".to_owned(), |f| f.to_string());
        return Err(refused(format!(
            "its card has format version {found}, this program reads version {CARD_FORMAT}"
        )));
    }
    serde_json::from_value(value).map_err(|e| refused(format!("its card is malformed: {e}")))
}

/// Reads the flat weight vector back out of the ONNX file.
fn read_parameters(spec: &NetSpec, onnx: &[u8]) -> Result<Vec<f32>, String> {
    let mut stored = read_initializers(onnx)?;
    let table = ParamTable::new(spec);
    let mut parameters = Vec::with_capacity(table.total());
    for entry in table.entries() {
        let (sizes, values) =
            stored.remove(&entry.name).ok_or(format!("it holds no weights {}", entry.name))?;
        if sizes != entry.sizes {
            return Err(format!(
                "its weights {} have shape {sizes:?}, the net needs {:?}",
                entry.name, entry.sizes
            ));
        }
        parameters.extend(values);
    }
    Ok(parameters)
}

fn not_finite(spec: &NetSpec, parameters: &[f32]) -> Option<String> {
    let at = parameters.iter().position(|v| !v.is_finite())?;
    let table = ParamTable::new(spec);
    let name = table.entries().iter().rev().find(|e| e.offset <= at).map_or("", |e| &e.name);
    Some(format!("its weights {name} hold {}, which is not a finite number", parameters[at]))
}

fn refused(reason: String) -> OnnxError {
    OnnxError::Refused { path: PathBuf::from("model"), reason }
}

fn file_error(path: &Path, error: &dyn std::fmt::Display) -> OnnxError {
    OnnxError::File { path: path.to_owned(), cause: error.to_string() }
}

fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), OnnxError> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = path.with_file_name(name);
    let write = || -> std::io::Result<()> {
        let mut file = std::fs::File::create(&part)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&part, path)
    };
    write().map_err(|e| file_error(path, &e))
}
