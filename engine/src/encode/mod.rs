//! Encoding: what the network sees of a state.
//!
//! One frame from the mover's side: seats rotate so that slot 0 is the mover and the others follow in turn order. The rules are Markov given
//! the state of the turn, so there is no history; nothing that the rules depend on is missing.

mod cells;
mod features;
mod globals;
mod slots;

use crate::action::PlayState;

pub use features::{CELL_FEATURES, ENCODING_VERSION, GLOBAL_FEATURES, PRESENT_FEATURES, SLOTS};
pub use slots::SlotOrder;

/// Encodes a state for the network.
///
/// # Shapes
/// `cells`: `[geometry.cells(), CELL_FEATURES]`, row-major; `globals`: `[GLOBAL_FEATURES]`. Both are overwritten.
///
/// # Panics
/// If a slice is shorter than its shape.
pub fn encode<const W: usize>(state: &PlayState<W>, cells: &mut [f32], globals: &mut [f32]) {
    let slots = SlotOrder::of(state);
    cells::encode(state, slots, cells);
    globals::encode(state, slots, globals);
}
