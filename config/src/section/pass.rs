//! What the loop works on.

use crate::check::Checks;

section! {
    /// Says what the loop works on.
    pub struct LoopSection as "loop" {
        /// The board: square8, square19, hex8 or hexagonal.
        pub board: String = "hex8".to_owned(),
        /// The number of players: 2, 3 or 4.
        pub players: u8 = 2,
        /// Games of a single pass.
        pub selfplay_games: u64 = 1000,
    }
}

impl LoopSection {
    /// Returns the key of the board config: `<board>_<n>p`.
    #[must_use]
    pub fn config_key(&self) -> String {
        format!("{}_{}p", self.board, self.players)
    }

    pub(crate) fn check(&self, checks: &mut Checks) {
        const BOARDS: [&str; 4] = ["square8", "square19", "hex8", "hexagonal"];
        if !BOARDS.contains(&self.board.as_str()) {
            let hint = crate::nearest::nearest(&self.board, BOARDS).unwrap_or("hex8");
            checks.refuse("loop.board", &format!("names no board; did you mean `{hint}`?"));
        }
        checks.require("loop.players", (2..=4).contains(&self.players), "must be 2, 3 or 4");
        checks.at_least("loop.selfplay_games", self.selfplay_games, 1);
    }
}
