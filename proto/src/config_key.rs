//! The key of a board config.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::error::IdError;

/// Board names and player counts behind the keys, in the order of [`ConfigKey::ALL`].
const CONFIGS: [(&str, &str, u8); 12] = [
    ("square8_2p", "square8", 2),
    ("square8_3p", "square8", 3),
    ("square8_4p", "square8", 4),
    ("square19_2p", "square19", 2),
    ("square19_3p", "square19", 3),
    ("square19_4p", "square19", 4),
    ("hex8_2p", "hex8", 2),
    ("hex8_3p", "hex8", 3),
    ("hex8_4p", "hex8", 4),
    ("hexagonal_2p", "hexagonal", 2),
    ("hexagonal_3p", "hexagonal", 3),
    ("hexagonal_4p", "hexagonal", 4),
];

/// Names a board with a number of players: `<board>_<n>p`, one of twelve.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConfigKey(u8);

impl ConfigKey {
    /// The twelve keys: square8, square19, hex8, hexagonal, each with 2, 3 and 4 players.
    pub const ALL: [Self; 12] = {
        let mut all = [Self(0); 12];
        let mut index = 0;
        while index < 12 {
            all[index] = Self(index as u8);
            index += 1;
        }
        all
    };

    /// Makes the key of a board name and a player count.
    ///
    /// # Errors
    /// [`IdError::UnknownConfig`] where there is no such board or it is not played by so many.
    pub fn new(board: &str, players: u8) -> Result<Self, IdError> {
        format!("{board}_{players}p").parse()
    }

    /// Returns the key's text.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        CONFIGS[usize::from(self.0)].0
    }

    /// Returns the board's name.
    #[must_use]
    pub fn board(self) -> &'static str {
        CONFIGS[usize::from(self.0)].1
    }

    /// Returns the number of players.
    #[must_use]
    pub fn players(self) -> u8 {
        CONFIGS[usize::from(self.0)].2
    }
}

impl FromStr for ConfigKey {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        if let Some(index) = CONFIGS.iter().position(|(key, ..)| *key == text) {
            return Ok(Self(index as u8));
        }
        let nearest = CONFIGS
            .iter()
            .map(|(key, ..)| *key)
            .min_by_key(|key| strsim::damerau_levenshtein(key, text))
            .unwrap_or(CONFIGS[0].0);
        Err(IdError::UnknownConfig { given: text.to_owned(), nearest })
    }
}

impl fmt::Display for ConfigKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for ConfigKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for ConfigKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for ConfigKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_key_is_its_board_and_players() {
        for key in ConfigKey::ALL {
            assert_eq!(key.as_str(), format!("{}_{}p", key.board(), key.players()));
            assert_eq!(ConfigKey::new(key.board(), key.players()), Ok(key));
            assert_eq!(postcard::from_bytes::<ConfigKey>(&postcard::to_stdvec(&key).unwrap()), Ok(key));
        }
    }

    #[test]
    fn an_unknown_board_and_five_players_are_refused_with_the_nearest_key() {
        let error = ConfigKey::new("hex9", 2).unwrap_err();
        assert_eq!(
            error.to_string(),
            "unknown board config `hex9_2p`; did you mean `hex8_2p`? (keys are <board>_<n>p with 2 to 4 players)"
        );
        assert!(ConfigKey::new("square8", 5).unwrap_err().to_string().contains("2 to 4 players"));
    }

    proptest! {
        #[test]
        fn parsing_never_panics(text in ".{0,40}") {
            let _ = text.parse::<ConfigKey>();
        }
    }
}
