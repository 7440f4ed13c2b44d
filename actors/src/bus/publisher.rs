//! What others hold of the bus to publish: they never wait for a subscriber.

use std::sync::Arc;

use rr_proto::{
    DecodeError, Event, EventDelivery, EventEnvelope, EventHeader, EventId, NodeId, Sha256Digest, UnixMillis,
};
use rr_storage::{EventAppend, StorageError, StoreWrite};

use super::actor::BusMsg;
use crate::clock::Clock;
use crate::error::BusFailure;
use crate::store::StoreAccess;
use crate::supervision::Address;
use crate::trace::current_trace;

/// Says what became of a published event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Published {
    /// It is stored at this place and will reach every durable subscriber that wants it.
    Stored {
        /// Its place.
        sequence: u64,
    },
    /// The same event is among the newest; nobody hears of it again.
    Duplicate {
        /// The place of the first one.
        sequence: u64,
    },
    /// It was handed to those who listen now.
    Announced,
}

impl From<EventAppend> for Published {
    fn from(append: EventAppend) -> Self {
        match append {
            EventAppend::Stored { sequence } => Self::Stored { sequence },
            EventAppend::Duplicate { sequence } => Self::Duplicate { sequence },
        }
    }
}

/// Holds an encoded event that is to be stored in the transaction of what causes it.
#[derive(Debug, Clone)]
pub struct StagedEvent {
    hash: Sha256Digest,
    envelope: Vec<u8>,
}

impl StagedEvent {
    /// Appends the event in this transaction; the bus hears of it when it is committed.
    ///
    /// # Errors
    /// The storage's, where the database fails.
    pub fn append(&self, write: &mut StoreWrite) -> Result<Published, StorageError> {
        write.append_event(self.hash, &self.envelope).map(Published::from)
    }
}

/// Publishes events of this node; cheap to clone.
///
/// What is published, filtered and read is typed: a payload cannot be put together otherwise than it is declared.
///
/// ```no_run
/// use rr_actors::bus::{EventFilter, EventPublisher};
/// use rr_proto::{ConfigKey, Event, EventKind, ModelPromoted, NewGamesAvailable, PromotionFailed};
///
/// async fn publish(publisher: EventPublisher, event: NewGamesAvailable, config: ConfigKey) {
///     let event = NewGamesAvailable { config, ..event };
///     let _ = publisher.publish(event.into(), None).await;
/// }
/// fn config(event: ModelPromoted) -> ConfigKey { event.config }
/// fn failed(event: PromotionFailed) -> Event { Event::PromotionFailed(event) }
/// fn filter() -> EventFilter { EventFilter::kinds(&[EventKind::ModelPromoted]) }
/// ```
///
/// A name is no event, and a text no config:
///
/// ```compile_fail,E0308
/// async fn publish(publisher: rr_actors::bus::EventPublisher) {
///     let _ = publisher.publish("MODEL_PROMOTED", None).await;
/// }
/// ```
/// ```compile_fail,E0308
/// use rr_proto::NewGamesAvailable;
/// fn publish(event: NewGamesAvailable) -> NewGamesAvailable { NewGamesAvailable { config: "hex8_2p", ..event } }
/// ```
///
/// A payload goes into its own event only, and has its own fields only:
///
/// ```compile_fail,E0308
/// use rr_proto::{Event, PromotionFailed};
/// fn promoted(event: PromotionFailed) -> Event { Event::ModelPromoted(event) }
/// ```
/// ```compile_fail,E0609
/// fn config(event: rr_proto::ModelPromoted) -> rr_proto::ConfigKey { event.config_key }
/// ```
///
/// Nobody can wait for a name that no event has:
///
/// ```compile_fail,E0599
/// use rr_actors::bus::EventFilter;
/// fn filter() -> EventFilter { EventFilter::kinds(&[rr_proto::EventKind::ModelPromotion]) }
/// ```
#[derive(Clone)]
pub struct EventPublisher {
    bus: Address<BusMsg>,
    store: StoreAccess,
    node: NodeId,
    clock: Arc<dyn Clock>,
}

impl EventPublisher {
    /// Publishes as `node`, through the bus at `bus` and its outbox in `store`.
    pub fn new(bus: Address<BusMsg>, store: StoreAccess, node: NodeId, clock: Arc<dyn Clock>) -> Self {
        Self { bus, store, node, clock }
    }

    /// Publishes an event, as a consequence of `cause` where there is one.
    ///
    /// # Errors
    /// [`BusFailure`] where it could not be stored, or, for a transient event, where the bus does not run.
    pub async fn publish(&self, event: Event, cause: Option<&EventHeader>) -> Result<Published, BusFailure> {
        match event.delivery() {
            EventDelivery::Durable => {
                let staged = self.stage(event, cause)?;
                Ok(self.store.commit("publish event", move |write| staged.append(write)).await?)
            }
            EventDelivery::Transient => {
                let envelope = Arc::new(self.envelope(event, cause)?);
                self.bus.cast(BusMsg::Announce { envelope, sequence: None })?;
                Ok(Published::Announced)
            }
        }
    }

    /// Publishes durable events in one transaction, in the given order: all of them are stored, or none.
    ///
    /// # Errors
    /// [`BusFailure`] where they could not be stored.
    pub async fn publish_together(&self, events: Vec<Event>) -> Result<(), BusFailure> {
        if events.is_empty() {
            return Ok(());
        }
        let stage = |event| self.stage(event, None);
        let staged = events.into_iter().map(stage).collect::<Result<Vec<_>, _>>()?;
        let append =
            move |write: &mut StoreWrite| staged.iter().try_for_each(|event| event.append(write).map(drop));
        Ok(self.store.commit("publish events", append).await?)
    }

    /// Encodes a durable event for [`StagedEvent::append`] in a transaction of the caller's.
    ///
    /// # Errors
    /// [`BusFailure::Encode`], which plain values don't cause.
    pub fn stage(&self, event: Event, cause: Option<&EventHeader>) -> Result<StagedEvent, BusFailure> {
        let envelope = self.envelope(event, cause)?;
        Ok(StagedEvent { hash: envelope.event.dedup_key()?, envelope: envelope.to_bytes()? })
    }

    fn envelope(&self, event: Event, cause: Option<&EventHeader>) -> Result<EventEnvelope, DecodeError> {
        let time = UnixMillis(self.clock.unix_ms());
        let hash = event.dedup_key()?;
        let id = EventId::derive(&[self.node.as_str().as_bytes(), &time.0.to_le_bytes(), hash.as_bytes()]);
        let header = EventHeader {
            id,
            time,
            sender: self.node.clone(),
            term: 0,
            correlation: cause.map_or(id, |cause| cause.correlation),
            trace: current_trace().or_else(|| cause.and_then(|cause| cause.trace)),
        };
        Ok(EventEnvelope { header, event })
    }
}

impl std::fmt::Debug for EventPublisher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EventPublisher").field("node", &self.node).finish_non_exhaustive()
    }
}
