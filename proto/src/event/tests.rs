pub(crate) mod samples;

use std::collections::BTreeSet;

use proptest::prelude::*;

use self::samples::*;
use super::*;
use crate::{ConfigKey, EventEnvelope, Games, NewGamesAvailable, NodeId, Samples};

/// Every number of the wire enum except the unspecified one.
fn all_kinds() -> BTreeSet<i32> {
    (1..1000).filter(|number| EventKind::try_from(*number).is_ok()).collect()
}

#[test]
fn there_is_an_example_of_every_event() {
    let seen: BTreeSet<i32> = all().iter().map(|event| event.kind() as i32).collect();
    assert_eq!(seen, all_kinds());
}

#[test]
fn failure_2_every_event_round_trips() {
    for event in all() {
        let envelope = envelope(event);
        assert_eq!(EventEnvelope::from_bytes(&envelope.to_bytes().unwrap()), Ok(envelope));
    }
}

#[test]
fn the_examples_stand_in_the_order_of_the_rows() {
    assert_eq!(all().iter().map(Event::kind).collect::<Vec<_>>(), Event::KINDS);
}

#[test]
fn failure_2_every_wire_name_round_trips_and_is_that_of_its_variant() {
    for event in all() {
        assert_eq!(EventKind::from_str_name(event.name()), Some(event.kind()));
        let variant: String = format!("{event:?}").chars().take_while(|c| c.is_alphanumeric()).collect();
        assert_eq!(event.name().replace('_', "").to_lowercase(), variant.to_lowercase());
    }
}

/// Bytes that are on disks and wires must stay readable: a layout that changes gets a new version, and the old line stays.
#[test]
fn failure_3_golden_bytes_still_decode_and_are_still_written() {
    let lines: Vec<String> = all()
        .into_iter()
        .map(|event| {
            let (name, version) = (event.name(), event.payload_version());
            let hex: String =
                envelope(event).to_bytes().unwrap().iter().map(|byte| format!("{byte:02x}")).collect();
            format!("{name} {version} {hex}")
        })
        .collect();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/golden/events.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(path, lines.join("\n") + "\n").unwrap();
    }
    let golden = std::fs::read_to_string(path).unwrap();
    assert_eq!(golden.lines().collect::<Vec<_>>(), lines);
}

#[test]
fn failure_3_golden_json_still_reads_and_is_still_written() {
    let lines: Vec<String> = all()
        .into_iter()
        .map(|event| {
            let json = event.payload_json().unwrap().to_string();
            let (kind, version) = (event.kind(), event.payload_version());
            assert_eq!(Event::from_payload_json(kind, version, &json), Ok(event));
            format!("{} {version} {json}", kind.as_str_name())
        })
        .collect();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/golden/events.json.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(path, lines.join("\n") + "\n").unwrap();
    }
    let golden = std::fs::read_to_string(path).unwrap();
    assert_eq!(golden.lines().collect::<Vec<_>>(), lines);
}

#[test]
fn failure_3_a_field_that_a_payload_does_not_have_is_refused() {
    for event in all() {
        let mut json = event.payload_json().unwrap();
        json["config_name"] = "hex8_2p".into();
        let error = Event::from_payload_json(event.kind(), 1, &json.to_string()).unwrap_err().to_string();
        assert!(error.contains("config_name") && error.contains(event.name()), "{error}");
    }
}

#[test]
fn failure_3_an_unknown_format_kind_or_payload_version_is_refused_by_name() {
    let mut bytes = envelope(all().remove(0)).to_bytes().unwrap();
    bytes[4] = 9;
    assert_eq!(EventEnvelope::from_bytes(&bytes), Err(DecodeError::UnknownFormat { found: 9, known: 1 }));
    assert_eq!(EventEnvelope::from_bytes(b"SQLite format 3"), Err(DecodeError::Foreign));
    let error = Event::decode_payload(EventKind::ModelPromoted, 7, &[]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "MODEL_PROMOTED payload version 7 is unknown; this build reads version 1: upgrade the node that reads"
    );
    assert!(EventEnvelope::from_bytes(b"rrev\x01").is_err());
}

#[test]
fn bytes_behind_a_payload_are_refused() {
    let event = all().remove(0);
    let mut payload = event.encode_payload().unwrap();
    payload.push(0);
    let error = Event::decode_payload(event.kind(), 1, &payload).unwrap_err();
    assert_eq!(error, DecodeError::TrailingBytes { what: event.name(), extra: 1 });
}

#[test]
fn the_dedup_key_tells_events_apart_and_ignores_the_header() {
    let keys: BTreeSet<_> = all().iter().map(|event| event.dedup_key().unwrap()).collect();
    assert_eq!(keys.len(), all().len());
    assert_eq!(all()[3].dedup_key(), all()[3].clone().dedup_key());
}

#[test]
fn progress_is_neither_stored_nor_sent_to_other_nodes() {
    for event in all().into_iter().filter(|event| event.delivery() == EventDelivery::Transient) {
        assert_eq!(event.scope(), EventScope::Node, "{}", event.name());
    }
}

proptest! {
    #[test]
    fn failure_3_decoding_arbitrary_bytes_never_panics(bytes: Vec<u8>) {
        let _ = EventEnvelope::from_bytes(&bytes);
        let mut framed = b"rrev\x01\x00".to_vec();
        framed.extend(bytes);
        let _ = EventEnvelope::from_bytes(&framed);
    }

    #[test]
    fn failure_3_a_changed_or_cut_envelope_never_panics(pick in 0usize..Event::KINDS.len(), at: prop::sample::Index, byte: u8, cut: prop::sample::Index) {
        let mut bytes = envelope(all().swap_remove(pick)).to_bytes().unwrap();
        let position = at.index(bytes.len());
        bytes[position] = byte;
        let _ = EventEnvelope::from_bytes(&bytes);
        bytes.truncate(cut.index(bytes.len()));
        prop_assert!(EventEnvelope::from_bytes(&bytes).is_err());
    }

    #[test]
    fn counts_round_trip(games: u64, samples: u64, index in 0usize..12) {
        let event: Event = NewGamesAvailable {
            config: ConfigKey::ALL[index],
            new_games: Games(games),
            new_samples: Samples(samples),
            total_games: Games(games),
            total_samples: Samples(samples),
            model: None,
            node: NodeId::new("a").unwrap(),
        }
        .into();
        let payload = event.encode_payload().unwrap();
        prop_assert_eq!(Event::decode_payload(event.kind(), 1, &payload), Ok(event));
    }
}
