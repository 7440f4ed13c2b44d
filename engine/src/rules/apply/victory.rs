//! Who has won.

use crate::rules::{EndReason, Outcome, Player, Position};

impl<const W: usize> Position<W> {
    /// Looks for a winner after a ply of `actor`.
    pub(super) fn evaluate_victory(&self, actor: Player) -> Option<Outcome> {
        let won = |p: Player, reason| Some(Outcome { winner: Some(p), reason });
        let mut seats = Player::all(self.players());
        // S14: the lowest seat wins a tie, not the mover.
        if let Some(p) = seats.clone().find(|p| self.eliminated[p.index()] >= self.rules.victory_threshold) {
            return won(p, EndReason::RingElimination);
        }
        let collapsed = self.board.all_collapsed().len();
        if collapsed >= u32::from(self.rules.territory_minimum) {
            let wins = |p: &Player| {
                let own = self.collapsed_count(*p);
                own >= u32::from(self.rules.territory_minimum) && own > collapsed - own
            };
            if let Some(p) = seats.clone().find(wins) {
                return won(p, EndReason::TerritoryControl);
            }
        }
        let mut holders = seats.clone().filter(|&p| !self.board.controlled(p).is_empty());
        match (holders.next(), holders.next()) {
            // S16: alone with stacks, and nobody else has a ring, buried or in hand.
            (Some(p), None) if seats.all(|o| o == p || self.rings_in_play(o) == 0) => {
                won(p, EndReason::LastPlayerStanding)
            }
            (Some(_), _) => None,
            (None, _) => self.evaluate_bare_board(actor),
        }
    }

    /// Decides a board without stacks (S17).
    #[cold]
    fn evaluate_bare_board(&self, actor: Player) -> Option<Outcome> {
        let seats = Player::all(self.players());
        if seats.clone().any(|p| self.has_placement(p)) {
            return None;
        }
        let leader = |score: &dyn Fn(Player) -> u32| {
            let best = seats.clone().map(score).max().filter(|&s| s > 0)?;
            let mut leaders = seats.clone().filter(|&p| score(p) == best);
            leaders.next().filter(|_| leaders.next().is_none())
        };
        let rungs: [(&dyn Fn(Player) -> u32, EndReason); 3] = [
            (&|p| self.collapsed_count(p), EndReason::TerritoryControl),
            (
                &|p| u32::from(self.eliminated[p.index()] + self.in_hand[p.index()]),
                EndReason::RingElimination,
            ),
            (&|p| self.board.markers(p).len(), EndReason::LastPlayerStanding),
        ];
        for (score, reason) in rungs {
            if let Some(p) = leader(score) {
                return Some(Outcome { winner: Some(p), reason });
            }
        }
        Some(Outcome { winner: Some(actor), reason: EndReason::LastPlayerStanding })
    }

    /// Looks for a winner by exclusive rounds at the start of the mover's turn (S15).
    pub(super) fn evaluate_rounds(&self) -> Option<Outcome> {
        let mover = self.mover;
        if self.lps.streak < u32::from(self.rules.lps_rounds)
            || self.lps.streak_player != Some(mover)
            || !self.has_real_action(mover)
        {
            return None;
        }
        let mut others = Player::all(self.players()).filter(|&p| p != mover && self.rings_in_play(p) > 0);
        if others.any(|p| self.has_real_action(p)) {
            return None;
        }
        Some(Outcome { winner: Some(mover), reason: EndReason::LpsRounds })
    }

    /// Returns the players of a finished game, best first: the winner, then by collapsed cells, eliminated
    /// rings, markers and seat; `None` while the game runs.
    pub fn ranking(&self) -> Option<Vec<Player>> {
        let outcome = self.outcome?;
        let mut order: Vec<Player> = Player::all(self.players()).collect();
        order.sort_by_key(|&p| {
            let score = (self.collapsed_count(p), self.eliminated[p.index()], self.board.markers(p).len());
            (outcome.winner != Some(p), std::cmp::Reverse(score))
        });
        Some(order)
    }
}
