//! Who a node is.

use serde::{Deserialize, Serialize};

use crate::check::Checks;

/// Says what a node is for; each role calls for its own actors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NodeRole {
    /// Everything on one machine.
    All,
    /// Decides and schedules; plays and trains nothing.
    Coordinator,
    /// Plays games.
    Gpu,
    /// Trains, and plays nothing.
    Trainer,
    /// Votes, and does no work.
    Voter,
}

impl NodeRole {
    /// Returns the name used in the configuration and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Coordinator => "coordinator",
            Self::Gpu => "gpu",
            Self::Trainer => "trainer",
            Self::Voter => "voter",
        }
    }
}

section! {
    /// Says who this node is.
    pub struct NodeSection as "node" {
        /// The node's name: letters, digits, '.', '_', '-'; the host name where it is not given.
        pub id: Option<String> = None,
        /// What the node is for: all, coordinator, gpu, trainer or voter.
        pub role: NodeRole = NodeRole::All,
        /// Whether the node only coordinates; the same as role = "coordinator".
        pub is_coordinator: bool = false,
        /// How long a stop may take before what still runs is killed, in seconds.
        pub shutdown_seconds: u64 = 30,
    }
}

impl NodeSection {
    /// Returns the node's name: the one given, else the host's with what a name may not hold replaced by '-'.
    #[must_use]
    pub fn resolved_id(&self, host: &str) -> String {
        if let Some(id) = &self.id {
            return id.clone();
        }
        let host = host.trim();
        let allowed = |char: char| char.is_ascii_alphanumeric() || matches!(char, '.' | '_' | '-');
        let name: String =
            host.chars().take(128).map(|char| if allowed(char) { char } else { '-' }).collect();
        if name.is_empty() { "node".to_owned() } else { name }
    }

    /// Returns the role, with `is_coordinator` taken into account.
    #[must_use]
    pub const fn effective_role(&self) -> NodeRole {
        if self.is_coordinator { NodeRole::Coordinator } else { self.role }
    }

    pub(crate) fn check(&self, checks: &mut Checks) {
        if let Some(id) = &self.id {
            let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
            checks.require(
                "node.id",
                (1..=128).contains(&id.len()) && id.bytes().all(allowed),
                "must be 1 to 128 letters, digits, '.', '_' or '-'",
            );
        }
        checks.require(
            "node.is_coordinator",
            !self.is_coordinator || matches!(self.role, NodeRole::All | NodeRole::Coordinator),
            "contradicts node.role; give one of the two",
        );
        checks.at_least("node.shutdown_seconds", self.shutdown_seconds, 1);
    }
}
