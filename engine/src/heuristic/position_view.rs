//! Lets the evaluation read positions of the rules.

use super::view::{HeuristicView, ViewedLps, ViewedResult, ViewedSeat, ViewedStack};
use crate::{
    board::{Cell, Geometry},
    rules::{MAX_PLAYERS, Player, Position},
};

/// Shows stacks, markers and collapsed cells in cell order.
///
/// The reference samples markers in an order that depends on what was evaluated and generated before; a position does not
/// remember it. Cell order takes its place: it depends on the position alone.
impl<const W: usize> HeuristicView for Position<W> {
    fn geometry(&self) -> &'static Geometry {
        Position::geometry(self)
    }

    fn seats(&self) -> usize {
        self.players()
    }

    fn result(&self) -> ViewedResult {
        match self.outcome() {
            None => ViewedResult::Active,
            Some(outcome) => {
                outcome.winner.map_or(ViewedResult::NoWinner, |winner| ViewedResult::Won(winner.index()))
            }
        }
    }

    fn seat(&self, seat: usize) -> ViewedSeat {
        let player = Player(seat as u8);
        ViewedSeat {
            in_hand: self.rings_in_hand(player).into(),
            eliminated: self.eliminated(player).into(),
            territory: self.territory(player).into(),
        }
    }

    fn ring_threshold(&self) -> u32 {
        self.rules().victory_threshold.into()
    }

    fn territory_minimum(&self) -> u32 {
        self.rules().territory_minimum.into()
    }

    fn lps(&self) -> ViewedLps {
        let lps = Position::lps(self);
        ViewedLps {
            seat: lps.streak_player.map(Player::index),
            rounds: lps.streak,
            required: self.rules().lps_rounds.into(),
        }
    }

    fn stack_strikes(&self) -> bool {
        self.rules().stack_strike
    }

    fn visit_stacks(&self, mut visit: impl FnMut(ViewedStack)) {
        for cell in self.board().stacks().iter() {
            let Some(stack) = self.stack(cell) else { continue };
            let mut rings = [0; MAX_PLAYERS];
            stack.rings().for_each(|ring| rings[ring.index()] += 1);
            visit(ViewedStack {
                cell,
                owner: stack.owner().index(),
                height: stack.height,
                cap: stack.cap(),
                rings,
            });
        }
    }

    fn visit_markers(&self, mut visit: impl FnMut(Cell, usize)) {
        for player in Player::all(self.players()) {
            self.board().markers(player).iter().for_each(|cell| visit(cell, player.index()));
        }
    }

    fn visit_collapsed(&self, mut visit: impl FnMut(Cell, usize)) {
        for player in Player::all(self.players()) {
            self.board().collapsed(player).iter().for_each(|cell| visit(cell, player.index()));
        }
    }
}
