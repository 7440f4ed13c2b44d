//! How big the network is.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{check::Checks, nearest::nearest};

/// Sizes a residual tower.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetShape {
    /// Residual blocks.
    pub blocks: u32,
    /// Channels of each.
    pub channels: u32,
}

section! {
    /// Says how big a new network is.
    pub struct NetSection as "net" {
        /// Which of the presets is used: demo, small or large, or one of your own.
        pub preset: String = "demo".to_owned(),
        /// The presets by name, each with blocks and channels.
        pub presets: BTreeMap<String, NetShape> = BTreeMap::from([
            ("demo".to_owned(), NetShape { blocks: 4, channels: 48 }),
            ("small".to_owned(), NetShape { blocks: 6, channels: 96 }),
            ("large".to_owned(), NetShape { blocks: 10, channels: 128 }),
        ]),
    }
}

impl NetSection {
    /// Returns the shape of the preset in use; none where the preset does not exist, which loading refuses.
    #[must_use]
    pub fn shape(&self) -> Option<NetShape> {
        self.presets.get(&self.preset).copied()
    }

    pub(crate) fn check(&self, checks: &mut Checks) {
        if self.shape().is_none() {
            let hint = nearest(&self.preset, self.presets.keys().map(String::as_str));
            checks.refuse(
                "net.preset",
                &format!("names no preset; did you mean `{}`?", hint.unwrap_or("demo")),
            );
        }
        for (name, shape) in &self.presets {
            let sound = (1..=64).contains(&shape.blocks) && (8..=1024).contains(&shape.channels);
            checks.require(
                &format!("net.presets.{name}"),
                sound,
                "must have 1 to 64 blocks of 8 to 1024 channels",
            );
        }
    }
}
