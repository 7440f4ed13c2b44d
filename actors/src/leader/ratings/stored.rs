//! What the ratings keep in the store.

use std::collections::{BTreeMap, VecDeque};

use rr_cluster::ConfigCourse;
use rr_proto::{ConfigKey, Elo, ModelId};
use rr_storage::StoredValue;
use serde::{Deserialize, Serialize};

/// Models whose last rating is remembered.
const REMEMBERED: usize = 16;

/// The course of every config.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct StoredCourses {
    pub configs: BTreeMap<ConfigKey, StoredCourse>,
}

/// The course of one config, and what was told of it last.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct StoredCourse {
    pub course: ConfigCourse,
    /// The ratings that were told last, oldest first.
    told: VecDeque<(ModelId, Elo)>,
}

impl StoredCourse {
    /// Remembers a rating and returns the one that was told before.
    pub fn tell(&mut self, model: ModelId, elo: Elo) -> Option<Elo> {
        let place = self.told.iter().position(|(known, _)| *known == model);
        let before = place.and_then(|place| self.told.remove(place)).map(|(_, elo)| elo);
        self.told.push_back((model, elo));
        self.told.drain(..self.told.len().saturating_sub(REMEMBERED));
        before
    }
}

impl StoredCourses {
    pub const FACT: &str = "courses";
}

impl StoredValue for StoredCourses {
    const NAME: &'static str = "courses of ratings";
    const VERSION: u16 = 1;
}
