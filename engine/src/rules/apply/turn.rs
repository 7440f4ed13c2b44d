//! From phase to phase and from turn to turn.

use crate::rules::{MAX_PLAYERS, Phase, Player, Position, TurnState};

impl<const W: usize> Position<W> {
    pub(super) fn enter_lines(&mut self) {
        self.turn.chain = None;
        self.turn.must_move = None;
        self.phase = Phase::LineProcessing;
    }

    /// Goes on after the last line.
    pub(super) fn leave_lines(&mut self) {
        // S12: whoever did nothing this turn and has a stack gives up a cap, at once where no region is open.
        if !self.turn.acted && !self.board.controlled(self.mover).is_empty() && !self.has_region() {
            self.phase = Phase::ForcedElimination;
            return;
        }
        self.turn.must_move = None;
        self.phase = Phase::TerritoryProcessing;
    }

    /// Goes on after the last region.
    pub(super) fn leave_territory(&mut self) {
        if !self.turn.acted && !self.board.controlled(self.mover).is_empty() {
            self.phase = Phase::ForcedElimination;
        } else {
            self.end_turn();
        }
    }

    /// Passes the turn to the next player who has a ring anywhere (S18).
    pub(super) fn end_turn(&mut self) {
        self.fresh_turn();
        let n = self.players();
        let after = |i: usize| Player(((self.mover.index() + i) % n) as u8);
        self.mover = (1..=n).map(after).find(|&p| self.rings_in_play(p) > 0).unwrap_or(after(1));
        self.phase = Phase::RingPlacement;
    }

    /// Ends a ply: looks for a winner, then counts rounds where a turn begins.
    pub(super) fn settle(&mut self, actor: Player, before: Phase) {
        if self.mover != actor {
            // S13: "this turn" is the tail of the history by one player.
            self.turn.acted = false;
            self.turn.recovered = false;
        }
        // S14: victory is tested after every ply.
        let mut outcome = self.evaluate_victory(actor);
        if outcome.is_none() && self.phase == Phase::RingPlacement && before != Phase::RingPlacement {
            // S15: the first turn of the game never comes by here.
            self.count_round();
            outcome = self.evaluate_rounds();
        }
        if outcome.is_some() {
            self.outcome = outcome;
            self.phase = Phase::GameOver;
            self.mover = actor;
            self.fresh_turn();
        }
    }

    /// Records whether the mover has a real action at the start of this turn.
    fn count_round(&mut self) {
        let mut active = [false; MAX_PLAYERS];
        for p in Player::all(self.players()) {
            active[p.index()] = self.rings_in_play(p) > 0;
        }
        let is_active = |p: Option<Player>| p.is_some_and(|p| active[p.index()]);
        let mover = self.mover;
        if !is_active(Some(mover)) {
            return;
        }
        let acts = self.has_real_action(mover);
        let lps = &mut self.lps;
        if !is_active(lps.first) {
            lps.exclusive = None;
            if !is_active(lps.streak_player) {
                lps.streak = 0;
                lps.streak_player = None;
            }
            lps.round += 1;
            lps.first = Some(mover);
            lps.acted = [None; MAX_PLAYERS];
        } else if lps.first == Some(mover) && lps.acted.iter().any(Option::is_some) {
            let mut able =
                Player::all(MAX_PLAYERS).filter(|p| active[p.index()] && lps.acted[p.index()] == Some(true));
            lps.exclusive = able.next().filter(|_| able.next().is_none());
            lps.streak = match lps.exclusive {
                None => 0,
                same if same == lps.streak_player => lps.streak + 1,
                Some(_) => 1,
            };
            lps.streak_player = lps.exclusive;
            lps.round += 1;
            lps.acted = [None; MAX_PLAYERS];
        }
        lps.acted[mover.index()] = Some(acts);
    }

    /// Returns whether a player could place, move or capture; recovery does not count (S15).
    pub(super) fn has_real_action(&self, player: Player) -> bool {
        self.has_placement(player) || self.has_movement(player)
    }

    /// Forgets what only the turn that just ended had to know.
    #[inline]
    fn fresh_turn(&mut self) {
        let (recovered, acted) = (self.turn.recovered, self.turn.acted);
        self.turn = TurnState { recovered, acted, ..TurnState::FRESH };
    }
}
