//! The second and third failure that the old service had most often: one event under two names, fields that drift.

#![allow(clippy::expect_used)] // helpers of tests, which fail by panicking
mod generated;

use proptest::prelude::*;
use rr_proto::{Event, EventEnvelope, EventHeader, EventId, EventKind, NodeId, UnixMillis};

fn envelope(event: Event) -> EventEnvelope {
    let id = EventId::derive(&[b"an event"]);
    let header = EventHeader {
        id,
        time: UnixMillis(1_700_000_000_000),
        sender: NodeId::new("node-1").expect("a name"),
        term: 0,
        correlation: id,
        trace: None,
    };
    EventEnvelope { header, event }
}

proptest! {
    #[test]
    fn failure_2_every_generated_event_comes_back_from_the_wire_under_its_own_name(events in generated::every_event()) {
        let kinds: Vec<EventKind> = events.iter().map(Event::kind).collect();
        prop_assert_eq!(kinds, Event::KINDS);
        for event in events {
            let sent = envelope(event);
            let bytes = sent.to_bytes()?;
            let read = EventEnvelope::from_bytes(&bytes)?;
            prop_assert_eq!(EventKind::from_str_name(read.event.name()), Some(sent.event.kind()));
            prop_assert_eq!(read, sent);
        }
    }

    #[test]
    fn failure_3_every_generated_payload_comes_back_from_json_and_no_other_field_is_taken(events in generated::every_event()) {
        for event in events {
            let (kind, version) = (event.kind(), event.payload_version());
            let mut json = event.payload_json()?;
            prop_assert_eq!(Event::from_payload_json(kind, version, &json.to_string()), Ok(event));
            json["config_key"] = "hex8_2p".into();
            prop_assert!(Event::from_payload_json(kind, version, &json.to_string()).is_err());
        }
    }

    #[test]
    fn failure_3_damaged_payloads_never_panic(events in generated::every_event(), at: prop::sample::Index, byte: u8, cut: prop::sample::Index) {
        for event in events {
            let mut bytes = event.encode_payload()?;
            if bytes.is_empty() {
                continue;
            }
            let position = at.index(bytes.len());
            bytes[position] = byte;
            let _ = Event::decode_payload(event.kind(), event.payload_version(), &bytes);
            bytes.truncate(cut.index(bytes.len()));
            let _ = Event::decode_payload(event.kind(), event.payload_version(), &bytes);
        }
    }
}
