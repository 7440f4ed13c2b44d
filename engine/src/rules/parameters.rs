//! Numbers the rules depend on.

use serde::{Deserialize, Serialize};

use crate::{EngineError, board::GameConfig};

/// Holds the parameters of a game.
///
/// # Source
/// RR-CANON-R020, R061, R062, R120; defaults are those of the golden games' headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Rings each player starts with, and the most a player may have on the board.
    pub rings_per_player: u16,
    /// Shortest run of markers that line detection reports (S2).
    pub line_base: u8,
    /// Length of a line that earns the reward (S2).
    pub line_effective: u8,
    /// Eliminated rings that win the game.
    pub victory_threshold: u16,
    /// Fewest collapsed cells that win by territory (S1).
    pub territory_minimum: u16,
    /// Consecutive exclusive rounds that win by last player standing (S15).
    pub lps_rounds: u16,
    /// Whether player 2 may swap sides on the first turn; two players only (S21).
    pub swap: bool,
    /// Whether recovery may strike an adjacent stack (S11).
    pub stack_strike: bool,
}

impl Rules {
    /// Names of the parameters in texts, in the order of [`Rules::values`].
    pub(crate) const NAMES: [&str; 8] = [
        "rings",
        "line-base",
        "line-effective",
        "victory",
        "territory-min",
        "lps-rounds",
        "swap",
        "stack-strike",
    ];

    /// Lists the parameters as numbers, in the order of [`Rules::NAMES`].
    pub(crate) fn values(&self) -> [u16; 8] {
        [
            self.rings_per_player,
            u16::from(self.line_base),
            u16::from(self.line_effective),
            self.victory_threshold,
            self.territory_minimum,
            self.lps_rounds,
            u16::from(self.swap),
            u16::from(self.stack_strike),
        ]
    }

    /// Returns the reference's parameters for a config, without the swap rule.
    pub fn for_config(config: GameConfig) -> Rules {
        let (board, n) = (config.board.descriptor(), u16::from(config.players));
        let cells = config.board.geometry().cells() as u16;
        Rules {
            rings_per_player: board.rings_per_player,
            line_base: board.line_base,
            line_effective: board.line_effective[usize::from(config.players.clamp(2, 4)) - 2],
            // round(rings * (2/3 + (n - 1)/3)) in integers.
            victory_threshold: (2 * board.rings_per_player * (n + 1) + 3) / 6,
            territory_minimum: cells / n + 1,
            lps_rounds: 3,
            swap: false,
            stack_strike: true,
        }
    }

    /// Checks that a game can be played with these numbers.
    ///
    /// # Errors
    /// A parameter of zero, or above what a position can hold.
    pub fn validate(&self) -> Result<(), EngineError> {
        let within = |name, value: u16, most: u16, need| {
            let fits = (1..=most).contains(&value);
            if fits { Ok(()) } else { Err(EngineError::Rules { name, value: value.into(), need }) }
        };
        within("rings_per_player", self.rings_per_player, 96, "use 1 to 96")?;
        within("line_base", self.line_base.into(), 25, "use 1 to 25")?;
        within("line_effective", self.line_effective.into(), 25, "use 1 to 25")?;
        within("victory_threshold", self.victory_threshold, u16::MAX, "use at least 1")?;
        within("territory_minimum", self.territory_minimum, u16::MAX, "use at least 1")?;
        within("lps_rounds", self.lps_rounds, u16::MAX, "use at least 1")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_equal_the_reference_table() {
        let want = [
            (18, 33),
            (24, 22),
            (30, 17),
            (72, 181),
            (96, 121),
            (120, 91),
            (18, 31),
            (24, 21),
            (30, 16),
            (96, 235),
            (128, 157),
            (160, 118),
        ];
        for (config, want) in GameConfig::ALL.into_iter().zip(want) {
            let rules = Rules::for_config(config);
            assert_eq!((rules.victory_threshold, rules.territory_minimum), want, "{config}");
            assert_eq!(rules.validate(), Ok(()));
        }
    }
}
