//! How large a network is.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::OnnxError;

/// Gives the depth and the widths of a network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetSize {
    /// Residual blocks, two convolutions each.
    pub blocks: usize,
    /// Channels of the trunk.
    pub channels: usize,
    /// Channels between trunk and policy planes.
    pub policy_channels: usize,
    /// Channels of each side of the from-cell by to-cell product.
    pub pair_channels: usize,
    /// Channels per cell of the value head.
    pub value_channels: usize,
    /// Width of the hidden layer of the value head.
    pub value_hidden: usize,
}

impl NetSize {
    /// Makes a size from depth and width, with heads in proportion.
    #[must_use]
    pub fn new(blocks: usize, channels: usize) -> Self {
        Self {
            blocks,
            channels,
            policy_channels: (channels / 3).clamp(4, 48),
            pair_channels: (channels / 3).clamp(4, 32),
            value_channels: (channels / 3).clamp(4, 48),
            value_hidden: channels.clamp(8, 96),
        }
    }

    /// Returns the size for a first run on a CPU: 4 blocks of 48 channels.
    #[must_use]
    pub fn demo() -> Self {
        Self::new(4, 48)
    }

    /// Returns the size that small boards start with: 6 blocks of 96 channels.
    #[must_use]
    pub fn small() -> Self {
        Self::new(6, 96)
    }

    /// Returns the size that small boards grow to: 10 blocks of 128 channels.
    #[must_use]
    pub fn large() -> Self {
        Self::new(10, 128)
    }
}

impl fmt::Display for NetSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.blocks, self.channels)
    }
}

impl FromStr for NetSize {
    type Err = OnnxError;

    /// Reads `demo`, `small`, `large`, or depth and width such as `6x96`.
    fn from_str(text: &str) -> Result<Self, OnnxError> {
        match text {
            "demo" => return Ok(Self::demo()),
            "small" => return Ok(Self::small()),
            "large" => return Ok(Self::large()),
            _ => {}
        }
        let numbers = text.split_once('x').and_then(|(b, c)| Some((b.parse().ok()?, c.parse().ok()?)));
        match numbers {
            Some((blocks @ 1..=100, channels @ 4..=1024)) => Ok(Self::new(blocks, channels)),
            _ => Err(OnnxError::Spec(format!(
                "`{text}` is no network size; write demo, small, large, or blocks and channels such as 6x96"
            ))),
        }
    }
}
