//! Lets a session answer the searches of the engine.

use rr_engine::player::BatchEvaluator;
use rr_engine::search::SearchError;

use crate::session::{InferenceSession, Predictions};

/// Answers batches of encoded positions with a session of its own, on the caller's thread.
#[derive(Debug)]
pub struct SessionEvaluator {
    session: InferenceSession,
    answers: Predictions,
}

impl SessionEvaluator {
    /// Takes a session over.
    #[must_use]
    pub fn new(session: InferenceSession) -> Self {
        Self { session, answers: Predictions::default() }
    }

    /// Returns the session.
    #[must_use]
    pub fn session(&self) -> &InferenceSession {
        &self.session
    }
}

impl BatchEvaluator for SessionEvaluator {
    fn evaluate(
        &mut self,
        _rows: usize,
        cells: &[f32],
        globals: &[f32],
        policy: &mut Vec<f32>,
        value: &mut Vec<f32>,
    ) -> Result<(), SearchError> {
        let run = self.session.run(cells, globals, &mut self.answers);
        run.map_err(|error| SearchError::Evaluator(error.to_string()))?;
        self.answers.swap_answers(policy, value);
        Ok(())
    }
}
