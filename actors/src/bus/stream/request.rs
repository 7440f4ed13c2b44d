//! What a reader asks for.

use rr_proto::UnixMillis;

use crate::bus::filter::EventFilter;

/// Says where a stream begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StreamStart {
    /// With the oldest event that is kept.
    Oldest,
    /// With the next event that happens.
    Now,
    /// At this place of the outbox.
    At(u64),
    /// With the oldest kept event that was raised at this time or later.
    Since(UnixMillis),
}

/// Says which events a reader wants.
#[derive(Debug, Clone, PartialEq)]
pub struct StreamRequest {
    /// Where it begins.
    pub start: StreamStart,
    /// Which events.
    pub filter: EventFilter,
    /// Whether it goes on with what happens after what is stored was given.
    pub follow: bool,
    /// Whether it gives transient events too, which have no place in the outbox; a reader without room loses them.
    pub transient: bool,
}

impl StreamRequest {
    /// Asks for everything durable from `start` on, and for what happens after it.
    pub fn from(start: StreamStart) -> Self {
        Self { start, filter: EventFilter::all(), follow: true, transient: false }
    }
}
