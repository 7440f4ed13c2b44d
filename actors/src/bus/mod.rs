//! The event bus: what happened, to whoever asked to hear of it.
//!
//! - [`EventPublisher`] publishes. A durable event is stored before anybody hears of it, alone or in the transaction of what
//!   caused it ([`StagedEvent`]); the same event among the newest is stored once. A transient one goes to who listens now.
//! - [`EventBus`] delivers. A *durable* subscriber has a name and a stored cursor: it gets every event that its [`EventFilter`]
//!   accepts, in order, one at a time, at least once, wherever it was when they happened; it answers each [`Delivery`]. What it
//!   can't handle goes to the dead letters and is tried again with backoff. A *live* subscriber gets what happens while it
//!   listens, and loses what it has no room for.
//! - [`EventStreams`] serve what leaves the process: events from a cursor on, then live, as fast as the reader takes them.

mod actor;
mod dead_letters;
mod dedup;
mod delivery;
mod filter;
mod live;
mod publisher;
mod pump;
mod settings;
mod stream;

#[cfg(test)]
mod tests;

pub use actor::{BusArgs, BusMsg, BusReport, BusState, DurableSubscription, EventBus, LiveSubscription};
pub use dead_letters::{
    DeadLetterActor, DeadLetterArgs, DeadLetterMsg, DeadLetterPolicy, DeadLetterReport, DeadLetterState,
    LetterAge, LetterFate, LetterSelection, LetterView,
};
pub use delivery::{Delivery, EventSink};
pub use filter::EventFilter;
pub use publisher::{EventPublisher, Published, StagedEvent};
pub use pump::{StartFrom, SubscriberReport};
pub use settings::BusSettings;
pub use stream::{EventStream, EventStreams, StreamFailure, StreamRequest, StreamStart, StreamedEvent};
