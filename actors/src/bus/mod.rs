//! The event bus: what happened, to whoever asked to hear of it.
//!
//! - [`EventPublisher`] publishes. A durable event is stored before anybody hears of it, alone or in the transaction of what
//!   caused it ([`StagedEvent`]); the same event among the newest is stored once. A transient one goes to who listens now.
//! - [`EventBus`] delivers. A *durable* subscriber has a name and a stored cursor: it gets every event that its [`EventFilter`]
//!   accepts, in order, one at a time, at least once, wherever it was when they happened; it answers each [`Delivery`]. What it
//!   can't handle goes to the dead letters and is tried again with backoff. A *live* subscriber gets what happens while it
//!   listens, and loses what it has no room for.

mod actor;
mod dedup;
mod delivery;
mod filter;
mod live;
mod publisher;
mod pump;
mod settings;

#[cfg(test)]
mod tests;

pub use actor::{BusArgs, BusMsg, BusReport, BusState, DurableSubscription, EventBus, LiveSubscription};
pub use delivery::{Delivery, EventSink};
pub use filter::EventFilter;
pub use publisher::{EventPublisher, Published, StagedEvent};
pub use pump::{StartFrom, SubscriberReport};
pub use settings::BusSettings;
