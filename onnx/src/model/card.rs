//! The card of a model.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::net::{NetSize, NetSpec, ParamTable};

/// The version of the card's own format.
pub const CARD_FORMAT: u32 = 1;

/// Tells where a model comes from: what its maker knows and the net does not.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelOrigin {
    /// The board configs that it was trained for, such as `hex8_2p`.
    pub configs: Vec<String>,
    /// The SHA-256 of the model that training started from, where there was one.
    pub parent: Option<String>,
    /// What was learned from: names of data sets or windows, in the maker's words.
    pub data: Vec<String>,
    /// Samples learned from, repeated ones counted each time.
    pub samples: u64,
    /// Training steps done since the random start.
    pub training_steps: u64,
    /// What evaluation found, empty before there was one.
    pub evaluation: serde_json::Map<String, serde_json::Value>,
}

/// Describes a model file, so that it can be refused before it is used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelCard {
    /// The version of this format.
    pub format: u32,
    /// The SHA-256 of the ONNX file, in hexadecimal.
    pub sha256: String,
    /// The board.
    pub board: String,
    /// The version of the encoding that the net reads.
    pub encoding: u32,
    /// Cells of the board.
    pub cells: usize,
    /// Features per cell.
    pub cell_features: usize,
    /// Features of the whole position.
    pub global_features: usize,
    /// Entries of the policy vector.
    pub policy_entries: usize,
    /// Depth and widths.
    pub size: NetSize,
    /// Number of parameters.
    pub parameters: usize,
    /// Where the model comes from.
    pub origin: ModelOrigin,
}

impl ModelCard {
    /// Writes the card of the bytes of an inference graph.
    #[must_use]
    pub fn new(spec: &NetSpec, model: &[u8], origin: ModelOrigin) -> Self {
        let features = spec.features();
        Self {
            format: CARD_FORMAT,
            sha256: hash(model),
            board: spec.board().to_owned(),
            encoding: features.version,
            cells: spec.cells(),
            cell_features: features.cell,
            global_features: features.global,
            policy_entries: spec.entries(),
            size: spec.size().clone(),
            parameters: ParamTable::new(spec).total(),
            origin,
        }
    }

    /// Says what in the card does not fit a net, or `None` where all does.
    #[must_use]
    pub fn mismatch(&self, spec: &NetSpec) -> Option<String> {
        let features = spec.features();
        if self.board != spec.board() {
            return Some(format!("it is for board {}, not {}", self.board, spec.board()));
        }
        if self.encoding != features.version {
            return Some(format!(
                "it reads encoding version {}, this program writes version {}; train a new model",
                self.encoding, features.version
            ));
        }
        let numbers = [
            ("cells", self.cells, spec.cells()),
            ("features per cell", self.cell_features, features.cell),
            ("global features", self.global_features, features.global),
            ("policy entries", self.policy_entries, spec.entries()),
            ("parameters", self.parameters, ParamTable::new(spec).total()),
        ];
        let wrong = numbers.into_iter().find(|(_, found, needed)| found != needed);
        wrong.map(|(what, found, needed)| format!("it has {found} {what}, the net has {needed}"))
    }
}

/// Returns the SHA-256 of bytes in hexadecimal.
pub(super) fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}
