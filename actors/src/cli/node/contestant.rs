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
        if Path::new(text).exists() {
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
