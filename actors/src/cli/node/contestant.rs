//! Who can be measured: a model file, or a player without a network.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use rr_engine::player::AgentKind;

/// Names a contestant of `rr-node evaluate`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Contestant {
    /// A player without a network: random, heuristic, reference-heuristic, alpha-beta, puct.
    Agent(AgentKind),
    /// A network in a file.
    Model(PathBuf),
}

impl FromStr for Contestant {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(kind) = text.parse::<AgentKind>() {
            return Ok(Self::Agent(kind));
        }
        let path = Path::new(text);
        if path.is_dir() {
            return Err(format!("`{text}` is a folder; name the model in it, such as {text}/model.onnx"));
        }
        if path.exists() && path.extension().is_some_and(|ending| ending == "json") {
            let model = path.with_extension("onnx");
            return Err(format!("`{text}` is the card of a model; name the model, {}", model.display()));
        }
        if path.exists() {
            return Ok(Self::Model(PathBuf::from(text)));
        }
        let names: Vec<&str> = AgentKind::ALL.into_iter().map(AgentKind::name).collect();
        Err(format!("there is no model file `{text}`, and it is none of {}", names.join(", ")))
    }
}

impl fmt::Display for Contestant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Agent(kind) => kind.fmt(f),
            Self::Model(path) => path.display().fmt(f),
        }
    }
}
