//! Features of the whole position.

use super::features::{
    GLOBAL_FEATURES,
    global::{self as at, slot as of},
};
use super::slots::SlotOrder;
use crate::action::PlayState;
use crate::rules::{Player, Position};

pub(super) fn encode<const W: usize>(state: &PlayState<W>, slots: SlotOrder, out: &mut [f32]) {
    let out = &mut out[..GLOBAL_FEATURES];
    out.fill(0.0);
    let position = state.position();
    let phase = position.phase() as usize;
    if phase < at::PHASES {
        out[at::PHASE + phase] = 1.0;
    }
    let flag = |value: bool| f32::from(u8::from(value));
    let turn = position.turn();
    out[at::MICRO_CHOICE] = flag(state.slide().is_some());
    out[at::PLAYER_COUNT + position.players().clamp(2, 4) - 2] = 1.0;
    out[at::SEAT + position.mover().index()] = 1.0;
    out[at::LINE_ELIMINATION] = flag(turn.line_elimination);
    out[at::RECOVERED] = flag(turn.recovered);
    out[at::ACTED] = flag(turn.acted);
    out[at::SWAP_USED] = flag(position.swap_used());
    out[at::SWAP_OFFERED] = flag(position.swap_offered());
    out[at::SWAP_OPEN] = flag(position.swap_open);
    out[at::LPS_STARTED] = flag(position.lps().round > 0);
    out[at::LPS_STREAK] = position.lps().streak as f32 / f32::from(position.rules().lps_rounds);
    write_rules(position, &mut out[at::RULES..at::RULES + at::RULES_COUNT]);
    for player in Player::all(position.players()) {
        let start = at::SLOT + slots.slot(player) * of::TOTAL;
        write_player(state, player, &mut out[start..start + of::TOTAL]);
    }
}

fn write_rules<const W: usize>(position: &Position<W>, out: &mut [f32]) {
    let rules = position.rules();
    let cells = position.geometry().cells() as f32;
    out.copy_from_slice(&[
        f32::from(rules.rings_per_player) / 96.0,
        f32::from(rules.line_base) / 4.0,
        f32::from(rules.line_effective) / 4.0,
        f32::from(rules.victory_threshold) / (2.0 * f32::from(rules.rings_per_player)),
        f32::from(rules.territory_minimum) / cells,
        f32::from(rules.lps_rounds) / 4.0,
        f32::from(u8::from(rules.swap)),
        f32::from(u8::from(rules.stack_strike)),
    ]);
}

fn write_player<const W: usize>(state: &PlayState<W>, player: Player, out: &mut [f32]) {
    let position = state.position();
    let (rules, board, lps) = (position.rules(), position.board(), position.lps());
    let (rings, threshold) = (f32::from(rules.rings_per_player), f32::from(rules.victory_threshold));
    let minimum = f32::from(rules.territory_minimum);
    let cells = position.geometry().cells() as f32;
    let flag = |value: bool| f32::from(u8::from(value));
    let in_hand = f32::from(position.rings_in_hand(player));
    let eliminated = f32::from(position.eliminated(player));
    let collapsed = position.collapsed_count(player) as f32;
    let stacks = board.controlled(player);
    let on_board = f32::from(board.rings_on_board(player));
    let capped: u32 = stacks.iter().map(|c| u32::from(board.cap(c))).sum();
    out[of::PRESENT] = 1.0;
    out[of::IN_HAND] = in_hand / rings;
    out[of::HAND_EMPTY] = flag(in_hand == 0.0);
    out[of::ELIMINATED] = eliminated / threshold;
    out[of::RING_DISTANCE] = 1.0 / (1.0 + (threshold - eliminated).max(0.0));
    out[of::COLLAPSED] = collapsed / minimum;
    out[of::TERRITORY_DISTANCE] = 1.0 / (1.0 + (minimum - collapsed).max(0.0));
    out[of::TERRITORY_COUNTER] = f32::from(position.territory(player)) / cells;
    out[of::STACKS] = stacks.len() as f32 / 16.0;
    out[of::MARKERS] = board.markers(player).len() as f32 / 16.0;
    out[of::BURIED] = (on_board - capped as f32) / rings;
    out[of::ON_BOARD] = on_board / rings;
    out[of::CAN_RECOVER] = flag(position.is_recovery_eligible(player));
    out[of::LPS_FIRST] = flag(lps.first == Some(player));
    out[of::LPS_SEEN] = flag(lps.acted[player.index()].is_some());
    out[of::LPS_ACTED] = flag(lps.acted[player.index()] == Some(true));
    out[of::LPS_EXCLUSIVE] = flag(lps.exclusive == Some(player));
    out[of::LPS_CANDIDATE] = flag(lps.streak_player == Some(player));
}
