//! TRAINING_TRIGGER, as far as it is the gate: a config's order to train reaches the trainer only when its data may train.
//!
//! The loop of a config orders and repeats its order until the run is done, so that nothing has to be remembered here for a run to
//! start when what stood against it ends. What stands against it is stored, so that each cause is told of once.

mod actor;
mod facts;

pub use actor::{TrainingGateActor, TrainingGateArgs, TrainingGateMsg, TrainingGateState};
