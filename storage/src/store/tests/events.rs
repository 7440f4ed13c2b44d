use rr_proto::{ErrorCode, FailureNote, Sha256Digest, UnixMillis};

use super::*;

fn hash(number: u64) -> Sha256Digest {
    Sha256Digest::of(&number.to_le_bytes())
}

fn publish(store: &Store, number: u64) -> EventAppend {
    store.write(|write| write.append_event(hash(number), format!("event {number}").as_bytes())).unwrap()
}

#[test]
fn the_same_event_is_stored_once_within_the_window() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    assert_eq!(publish(&store, 0), EventAppend::Stored { sequence: 0 });
    assert_eq!(publish(&store, 0), EventAppend::Duplicate { sequence: 0 });
    for number in 1..=9 {
        assert_eq!(publish(&store, number), EventAppend::Stored { sequence: number });
    }
    assert_eq!(publish(&store, 0), EventAppend::Duplicate { sequence: 0 }, "the tenth newest is remembered");
    assert_eq!(publish(&store, 10), EventAppend::Stored { sequence: 10 });
    assert_eq!(publish(&store, 0), EventAppend::Stored { sequence: 11 }, "the eleventh is not");
}

#[test]
fn a_subscriber_goes_on_where_it_was_and_never_back() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    for number in 0..5 {
        let _ = publish(&store, number);
    }
    assert_eq!(store.write(|write| write.subscribe("trainer", 0)).unwrap(), 0);
    store.write(|write| write.advance_cursor("trainer", 3)).unwrap();
    store.write(|write| write.advance_cursor("trainer", 1)).unwrap();
    drop(store);
    let store = open(folder.path());
    let cursor = store.write(|write| write.subscribe("trainer", 0)).unwrap();
    assert_eq!(cursor, 3);
    let waiting = store.read().unwrap().events(cursor, 10).unwrap();
    assert_eq!(waiting.iter().map(|event| event.sequence).collect::<Vec<_>>(), [3, 4]);
    assert_eq!(waiting[0].envelope, b"event 3");
    assert_eq!(store.read().unwrap().next_event().unwrap(), 5);
}

#[test]
fn trimming_keeps_what_somebody_still_needs_and_never_reuses_a_number() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    for number in 0..8 {
        let _ = publish(&store, number);
    }
    store.write(|write| write.subscribe("slow", 2)).unwrap();
    store.write(|write| write.subscribe("fast", 8)).unwrap();
    assert_eq!(store.write(|write| write.trim_events(1)).unwrap(), 2);
    store.write(|write| write.unsubscribe("slow")).unwrap();
    assert_eq!(store.write(|write| write.trim_events(3)).unwrap(), 3);
    assert_eq!(store.write(|write| write.trim_events(0)).unwrap(), 3);
    assert!(store.read().unwrap().events(0, 10).unwrap().is_empty());
    assert_eq!(publish(&store, 100), EventAppend::Stored { sequence: 8 });
}

#[test]
fn dead_letters_are_kept_until_they_are_handled() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let letter = |attempts| DeadLetter {
        subscriber: "trainer".to_owned(),
        sequence: 4,
        attempts,
        retry_at: Some(UnixMillis(9)),
        failure: FailureNote { code: ErrorCode::TimedOut, message: "took 600 s".to_owned() },
        envelope: b"event 4".to_vec(),
    };
    store.write(|write| write.put_dead_letter(&letter(1))).unwrap();
    store.write(|write| write.put_dead_letter(&letter(2))).unwrap();
    assert_eq!(store.read().unwrap().dead_letters(10).unwrap(), [letter(2)]);
    assert!(store.write(|write| write.remove_dead_letter("trainer", 4)).unwrap());
    assert!(!store.write(|write| write.remove_dead_letter("trainer", 4)).unwrap());
    assert!(store.read().unwrap().dead_letters(10).unwrap().is_empty());
}

#[test]
fn games_and_their_event_are_stored_together() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store
        .write(|write| {
            let _ = write.append_games(&[game(0)])?;
            write.append_event(hash(0), b"NEW_GAMES_AVAILABLE").map(|_| ())
        })
        .unwrap();
    drop(store);
    let store = open(folder.path());
    assert_eq!(stored_games(&store).len(), 1);
    assert_eq!(store.read().unwrap().events(0, 10).unwrap().len(), 1);
}
