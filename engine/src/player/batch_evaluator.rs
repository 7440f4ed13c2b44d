//! The door through which a network enters the engine.

use crate::search::SearchError;

/// Evaluates encoded positions in one call; implemented by whoever owns a network session.
pub trait BatchEvaluator {
    /// Evaluates `rows` positions and fills `policy` and `value` with one row of outputs each.
    ///
    /// # Shapes
    /// `cells`: `[rows, cells, CELL_FEATURES]`; `globals`: `[rows, GLOBAL_FEATURES]`; `policy`: `[rows, layout.len()]` logits; `value`: `[rows, 4]`
    /// logits over slots.
    ///
    /// # Errors
    /// [`SearchError::Evaluator`] with the cause when the network cannot answer.
    fn evaluate(
        &mut self,
        rows: usize,
        cells: &[f32],
        globals: &[f32],
        policy: &mut Vec<f32>,
        value: &mut Vec<f32>,
    ) -> Result<(), SearchError>;
}
