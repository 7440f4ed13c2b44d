//! The append-only log of rated matches of one config.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use rr_proto::{MatchId, ModelId};
use serde::{Deserialize, Serialize};

use crate::error::ClusterError;

/// Names who sat in a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum RatedPlayer {
    /// The uniformly random player, pinned at 400 Elo.
    Random,
    /// The one-ply heuristic player.
    Heuristic,
    /// A network with the search that is used in play.
    Model(ModelId),
}

impl fmt::Display for RatedPlayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Random => f.pad("random"),
            Self::Heuristic => f.pad("heuristic"),
            Self::Model(id) => f.pad(&id.to_string()),
        }
    }
}

impl FromStr for RatedPlayer {
    type Err = ClusterError;

    /// Reads `random`, `heuristic` or a model's hash.
    fn from_str(text: &str) -> Result<Self, ClusterError> {
        match text {
            "random" => Ok(Self::Random),
            "heuristic" => Ok(Self::Heuristic),
            hash => hash.parse().map(Self::Model).map_err(|_| ClusterError::UnknownPlayer(text.to_owned())),
        }
    }
}

/// Holds one rated match: who sat where and in which place each finished.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RawMatchRecord")]
pub struct MatchRecord {
    id: MatchId,
    seats: Vec<RatedPlayer>,
    places: Vec<u8>,
}

#[derive(Deserialize)]
struct RawMatchRecord {
    id: MatchId,
    seats: Vec<RatedPlayer>,
    places: Vec<u8>,
}

impl TryFrom<RawMatchRecord> for MatchRecord {
    type Error = ClusterError;
    fn try_from(raw: RawMatchRecord) -> Result<Self, ClusterError> {
        Self::new(raw.id, raw.seats, raw.places)
    }
}

impl MatchRecord {
    /// Holds a match; `places` gives for each seat its place, the least number first; equal numbers are tied.
    ///
    /// # Errors
    /// When there are not two to four seats with one place each.
    pub fn new(id: MatchId, seats: Vec<RatedPlayer>, places: Vec<u8>) -> Result<Self, ClusterError> {
        let fault = if !(2..=4).contains(&seats.len()) {
            "it needs two to four seats"
        } else if places.len() != seats.len() {
            "it needs one place for each seat"
        } else {
            return Ok(Self { id, seats, places });
        };
        Err(ClusterError::MatchShape { id: id.to_string(), fault })
    }

    /// Holds a stored match, whose seats are names.
    ///
    /// # Errors
    /// As [`MatchRecord::new`], and when a name is neither an anchor nor a model's hash.
    pub fn from_names(id: MatchId, seats: &[String], places: &[u8]) -> Result<Self, ClusterError> {
        let seats = seats.iter().map(|s| s.parse()).collect::<Result<_, _>>()?;
        Self::new(id, seats, places.to_vec())
    }

    /// Returns the match's identifier.
    pub fn id(&self) -> MatchId {
        self.id
    }

    /// Returns who sat where.
    pub fn seats(&self) -> &[RatedPlayer] {
        &self.seats
    }

    /// Returns the place of each seat.
    pub fn places(&self) -> &[u8] {
        &self.places
    }

    /// Returns the seats' players grouped by place, the first place first, players of a group in order.
    pub(super) fn groups(&self) -> Vec<Vec<RatedPlayer>> {
        let mut by_place: BTreeMap<u8, Vec<RatedPlayer>> = BTreeMap::new();
        for (player, place) in self.seats.iter().zip(&self.places) {
            by_place.entry(*place).or_default().push(*player);
        }
        by_place.into_values().map(|mut group| (group.sort(), group).1).collect()
    }
}

/// Holds the rated matches of one config, each once.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MatchLog {
    matches: BTreeMap<MatchId, MatchRecord>,
}

impl MatchLog {
    /// Adds a match and says whether it was new; the first record of an identifier stands.
    pub fn append(&mut self, record: MatchRecord) -> bool {
        match self.matches.entry(record.id) {
            std::collections::btree_map::Entry::Occupied(_) => false,
            std::collections::btree_map::Entry::Vacant(slot) => {
                slot.insert(record);
                true
            }
        }
    }

    /// Returns the number of matches.
    pub fn len(&self) -> usize {
        self.matches.len()
    }

    /// Says whether the log holds no match.
    pub fn is_empty(&self) -> bool {
        self.matches.is_empty()
    }

    /// Returns the matches in the order of their identifiers.
    pub fn iter(&self) -> impl Iterator<Item = &MatchRecord> {
        self.matches.values()
    }
}
