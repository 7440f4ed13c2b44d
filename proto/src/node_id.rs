//! The name of a node.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::error::IdError;

const MAX_LEN: usize = 128;

/// Names a node: 1 to 128 letters, digits, dots, dashes or underscores, so that it can stand in a path, a metric label and an address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(String);

impl NodeId {
    /// Checks and wraps a name.
    ///
    /// # Errors
    /// [`IdError::BadNodeId`] where the name is empty, too long or holds other characters.
    pub fn new(name: impl Into<String>) -> Result<Self, IdError> {
        let name = name.into();
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        if name.is_empty() || name.len() > MAX_LEN || !name.bytes().all(allowed) {
            return Err(IdError::BadNodeId { given: name });
        }
        Ok(Self(name))
    }

    /// Returns the name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for NodeId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        Self::new(text)
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Serialize for NodeId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for NodeId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_break_paths_are_refused() {
        for bad in ["", "a/b", "a b", "ä", &"x".repeat(129)] {
            assert!(NodeId::new(bad).is_err(), "{bad}");
        }
        assert_eq!(NodeId::new("gpu-01.lab_2").map(|id| id.to_string()), Ok("gpu-01.lab_2".to_owned()));
    }
}
