//! What an actor shows of its state to whoever looks into the tree.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use serde_json::Value;

/// The newest picture of an actor's state; it outlives the actor.
#[derive(Debug, Default)]
pub(super) struct Observed {
    shown: Mutex<Option<Value>>,
}

impl Observed {
    /// Returns the newest picture.
    pub fn get(&self) -> Option<Value> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Shows the state of the actor that holds it; cheap to clone.
#[derive(Clone, Default)]
pub struct Observer {
    target: Arc<Observed>,
}

impl Observer {
    pub(super) fn of(target: Arc<Observed>) -> Self {
        Self { target }
    }

    /// Makes an observer that nobody looks at, for actors outside a tree.
    pub fn detached() -> Self {
        Self::default()
    }

    /// Shows this state in place of what was shown before; what can't be written as JSON shows the reason instead.
    pub fn show(&self, state: impl Serialize) {
        let shown = serde_json::to_value(state)
            .unwrap_or_else(|error| Value::String(format!("the state can't be shown: {error}")));
        *self.target.shown.lock().unwrap_or_else(PoisonError::into_inner) = Some(shown);
    }

    /// Returns what is shown now.
    pub fn shown(&self) -> Option<Value> {
        self.target.get()
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Observer").finish_non_exhaustive()
    }
}
