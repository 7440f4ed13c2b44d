//! What was gathered and heard, for scrapes: it outlives the actor that gathers.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::readings::Readings;
use super::tally::EventTally;

/// Holds the newest readings and the tally of events; cheap to clone, all clones are one.
#[derive(Debug, Clone, Default)]
pub struct MetricsBoard {
    tally: Arc<Mutex<EventTally>>,
    readings: Arc<Mutex<Arc<Readings>>>,
}

impl MetricsBoard {
    /// Returns the tally, locked for a moment.
    pub(super) fn tally(&self) -> MutexGuard<'_, EventTally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts new readings in place of the last.
    pub(super) fn show(&self, readings: Readings) {
        *self.readings.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(readings);
    }

    /// Returns the newest readings.
    pub fn readings(&self) -> Arc<Readings> {
        Arc::clone(&self.readings.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
