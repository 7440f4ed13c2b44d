//! The versioned form of an event on disk and between nodes.

use serde::{Deserialize, Serialize};

use crate::{
    DecodeError, Event, EventId, EventKind, NodeId, TraceContext, UnixMillis,
    event::{decode, encode},
};

/// The envelope format that this build writes and reads.
pub const ENVELOPE_FORMAT: u16 = 1;

/// The first bytes of every envelope, so that foreign bytes are told from damaged ones.
const MAGIC: [u8; 4] = *b"rrev";

/// Says who raised an event, when, and as part of what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventHeader {
    /// Names the event.
    pub id: EventId,
    /// When it was raised.
    pub time: UnixMillis,
    /// The node that raised it.
    pub sender: NodeId,
    /// The leader's term under which it was raised; 0 on a node without a cluster.
    pub term: u64,
    /// What it belongs to: the id of the first event or job of its chain.
    pub correlation: EventId,
    /// The trace it belongs to.
    pub trace: Option<TraceContext>,
}

/// Holds an event with its header.
#[derive(Debug, Clone, PartialEq)]
pub struct EventEnvelope {
    /// Who, when, as part of what.
    pub header: EventHeader,
    /// What.
    pub event: Event,
}

/// The part of an envelope behind magic and format number.
#[derive(Serialize, Deserialize)]
struct WireEnvelope {
    header: EventHeader,
    kind: i32,
    payload_version: u16,
    payload: Vec<u8>,
}

impl EventEnvelope {
    /// Encodes the envelope: magic, format number, then header, kind, payload version and payload.
    ///
    /// # Errors
    /// As [`Event::encode_payload`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, DecodeError> {
        let wire = WireEnvelope {
            header: self.header.clone(),
            kind: self.event.kind() as i32,
            payload_version: self.event.payload_version(),
            payload: self.event.encode_payload()?,
        };
        let mut bytes = MAGIC.to_vec();
        bytes.extend(ENVELOPE_FORMAT.to_le_bytes());
        bytes.extend(encode("event envelope", &wire)?);
        Ok(bytes)
    }

    /// Decodes an envelope.
    ///
    /// # Errors
    /// [`DecodeError`], naming the event and the version where they are unknown to this build.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let rest = bytes.strip_prefix(&MAGIC).ok_or(DecodeError::Foreign)?;
        let Some((format, rest)) = rest.split_first_chunk::<2>() else {
            return Err(DecodeError::Damaged {
                what: "event envelope",
                reason: "no format number".to_owned(),
            });
        };
        let found = u16::from_le_bytes(*format);
        if found != ENVELOPE_FORMAT {
            return Err(DecodeError::UnknownFormat { found, known: ENVELOPE_FORMAT });
        }
        let wire: WireEnvelope = decode("event envelope", rest)?;
        let kind =
            EventKind::try_from(wire.kind).map_err(|_| DecodeError::UnknownKind { number: wire.kind })?;
        let event = Event::decode_payload(kind, wire.payload_version, &wire.payload)?;
        Ok(Self { header: wire.header, event })
    }
}
