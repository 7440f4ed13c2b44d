//! Dead letters: events that a subscriber could not handle, after the bus has tried them as often as it does by itself.
//!
//! [`DeadLetterActor`] looks at them every cycle: it gives each a few more rounds with growing waits, tells of those that lie too
//! long, drops those that lie far too long, and does what a person asks: list, retry, purge.

mod actor;
mod desk;
mod policy;

pub use actor::{DeadLetterActor, DeadLetterArgs, DeadLetterMsg, DeadLetterReport, DeadLetterState};
pub use desk::{LetterSelection, LetterView};
pub use policy::{DeadLetterPolicy, LetterAge, LetterFate};
