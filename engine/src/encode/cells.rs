//! Features of each cell.

use super::features::{CELL_FEATURES, EXPLICIT_DEPTH, FRACTION_RINGS, SLOTS, cell as at};
use super::slots::SlotOrder;
use crate::action::PlayState;
use crate::board::{Cell, CellSet};
use crate::rules::{Player, StackView};

pub(super) fn encode<const W: usize>(state: &PlayState<W>, slots: SlotOrder, out: &mut [f32]) {
    let position = state.position();
    let out = &mut out[..position.geometry().cells() * CELL_FEATURES];
    out.fill(0.0);
    out.chunks_exact_mut(CELL_FEATURES).for_each(|row| row[at::ON_BOARD] = 1.0);
    let board = position.board();
    for player in Player::all(position.players()) {
        let slot = slots.slot(player);
        mark(out, board.controlled(player), at::CONTROL + slot);
        mark(out, board.markers(player), at::MARKER + slot);
        mark(out, board.collapsed(player), at::COLLAPSED + slot);
        mark_cell(out, state.extraction_source(player), at::EXTRACTION_SOURCE + slot);
    }
    for cell in board.stacks().iter() {
        if let Some(stack) = board.stack(cell) {
            let start = cell.index() * CELL_FEATURES;
            write_stack(&stack, slots, &mut out[start..start + CELL_FEATURES]);
        }
    }
    mark_cell(out, position.must_move_cell(), at::MUST_MOVE);
    mark_cell(out, position.chain_cell(), at::CHAIN);
    mark_cell(out, position.capture_cell(), at::LANDING);
    mark(out, position.owed_region(), at::REGION);
    mark(out, state.choice_cells(), at::CHOICE);
    if let Some((from, to)) = state.slide() {
        mark_cell(out, Some(from), at::SLIDE_FROM);
        mark_cell(out, Some(to), at::SLIDE_TO);
    }
}

#[inline]
fn mark<const W: usize>(out: &mut [f32], cells: &CellSet<W>, column: usize) {
    cells.iter().for_each(|c| out[c.index() * CELL_FEATURES + column] = 1.0);
}

#[inline]
fn mark_cell(out: &mut [f32], cell: Option<Cell>, column: usize) {
    if let Some(cell) = cell {
        out[cell.index() * CELL_FEATURES + column] = 1.0;
    }
}

fn write_stack(stack: &StackView<'_>, slots: SlotOrder, row: &mut [f32]) {
    let (height, cap) = (usize::from(stack.height), usize::from(stack.cap()));
    let mut counts = [0u32; SLOTS];
    stack.rings().for_each(|owner| counts[slots.slot(owner)] += 1);
    for (slot, &n) in counts.iter().enumerate() {
        row[at::RINGS + slot] = n as f32 / (n as f32 + 3.0);
    }
    let below = stack.rings().rev().skip(cap);
    for (depth, owner) in below.take(EXPLICIT_DEPTH + FRACTION_RINGS).enumerate() {
        let slot = slots.slot(owner);
        if depth < EXPLICIT_DEPTH {
            row[at::BELOW + depth * SLOTS + slot] = 1.0;
        } else {
            // One bit each, so that the sum is exact.
            row[at::DEEP + slot] += 0.5f32.powi((depth - EXPLICIT_DEPTH) as i32 + 1);
        }
    }
    let (h, c) = (height as f32, cap as f32);
    row[at::HEIGHT_SATURATING] = h / (h + 4.0);
    row[at::HEIGHT_LINEAR] = h / 8.0;
    row[at::CAP_SATURATING] = c / (c + 4.0);
    row[at::CAP_LINEAR] = c / 8.0;
    (0..4).filter(|i| height >= i + 2).for_each(|i| row[at::HEIGHT_AT_LEAST + i] = 1.0);
    (0..3).filter(|i| cap >= i + 2).for_each(|i| row[at::CAP_AT_LEAST + i] = 1.0);
}
