//! Events of a node: listed, followed, and those that could not be handled.

use std::time::Duration;

use rr_proto::admin::{
    DeadLetterSelection, EventRecord, EventSelection, ListDeadLettersRequest, ListEventsRequest,
    PurgeDeadLettersRequest, RetryDeadLettersRequest, TailEventsRequest, TailEventsResponse,
};
use rr_proto::{
    DlqEventsPurged, ErrorCode, Event, EventEnvelope, FailureNote, NodeId, TrainingLosses, TrainingProgress,
    TrainingSteps, UnixMillis,
};
use rr_storage::{DeadLetter, StoreSnapshot};
use tonic::{Code, Streaming};

use crate::asked::{Asked, LIMIT, refused};

const KIND: &str = "DLQ_EVENTS_PURGED";

/// Tells of something that no node of these tests does by itself.
fn event(count: u64, reason: String) -> Event {
    DlqEventsPurged { node: NodeId::new("test").unwrap(), count, reason, at: UnixMillis(count) }.into()
}

async fn publish(asked: &Asked, numbers: std::ops::Range<u64>) {
    for number in numbers {
        asked.node.context().publisher.publish(event(number, String::new()), None).await.unwrap();
    }
}

fn of_kind() -> EventSelection {
    EventSelection { kinds: vec![KIND.to_ascii_lowercase()], ..EventSelection::default() }
}

fn number(event: &EventRecord) -> u64 {
    assert_eq!((event.kind.as_str(), event.topic.as_str(), event.config.as_str()), (KIND, "system", ""));
    serde_json::from_str::<serde_json::Value>(&event.payload_json).unwrap()["count"].as_u64().unwrap()
}

async fn next(stream: &mut Streaming<TailEventsResponse>) -> TailEventsResponse {
    tokio::time::timeout(LIMIT, stream.message()).await.unwrap().unwrap().unwrap()
}

async fn tail(asked: &Asked, selection: EventSelection) -> Streaming<TailEventsResponse> {
    let request = TailEventsRequest { selection: Some(selection) };
    asked.client.events().tail_events(request).await.unwrap().into_inner()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_of_events_hold_each_once_from_either_end() {
    let asked = Asked::start().await;
    publish(&asked, 0..8).await;
    for newest_first in [false, true] {
        let (mut seen, mut page_token) = (Vec::new(), String::new());
        loop {
            let selection = Some(of_kind());
            let request = ListEventsRequest { selection, page_size: 3, page_token, newest_first };
            let page = asked.client.events().list_events(request).await.unwrap().into_inner();
            assert!(page.events.len() <= 3);
            seen.extend(page.events);
            page_token = page.next_page_token;
            if page_token.is_empty() {
                break;
            }
        }
        assert!(seen.is_sorted_by(|a, b| (a.sequence < b.sequence) != newest_first));
        let mut numbers: Vec<u64> = seen.iter().map(number).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (0..8).collect::<Vec<_>>());
    }
    let request =
        |selection| ListEventsRequest { selection: Some(selection), ..ListEventsRequest::default() };
    let wrong = EventSelection { topics: vec!["sistem".to_owned()], ..EventSelection::default() };
    let (code, reason, message) = refused(asked.client.events().list_events(request(wrong)).await);
    assert_eq!((code, reason), (Code::NotFound, ErrorCode::NotFound));
    assert!(message.contains("`system`"), "{message}");
    let wrong = EventSelection { kinds: vec!["MODEL_PROMOTE".to_owned()], ..EventSelection::default() };
    let (_, _, message) = refused(asked.client.events().list_events(request(wrong)).await);
    assert!(message.contains("`MODEL_PROMOTED`"), "{message}");
    asked.node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tail_begins_at_a_place_or_a_time_and_goes_on_live() {
    let asked = Asked::start().await;
    publish(&asked, 0..3).await;
    let mut all = tail(&asked, EventSelection { since_sequence: Some(0), ..of_kind() }).await;
    let first = next(&mut all).await.event.unwrap();
    assert_eq!(number(&first), 0);
    for expected in 1..3 {
        assert_eq!(number(&next(&mut all).await.event.unwrap()), expected);
    }
    let place = EventSelection { since_sequence: first.sequence.map(|place| place + 1), ..of_kind() };
    assert_eq!(number(&next(&mut tail(&asked, place).await).await.event.unwrap()), 1);
    let since = EventSelection { since_unix_ms: Some(first.time_unix_ms), ..of_kind() };
    assert_eq!(number(&next(&mut tail(&asked, since).await).await.event.unwrap()), 0);
    let mut live = tail(&asked, of_kind()).await;
    publish(&asked, 3..4).await;
    let told = next(&mut live).await;
    assert_eq!((number(told.event.as_ref().unwrap()), told.lost), (3, 0), "nothing of the past");
    assert_eq!(number(&next(&mut all).await.event.unwrap()), 3);

    let of_topic = EventSelection { topics: vec!["training".to_owned()], ..EventSelection::default() };
    let mut transient = tail(&asked, of_topic).await;
    let progress = TrainingProgress {
        config: "hex8_2p".parse().unwrap(),
        job: rr_proto::JobId::derive(&[b"job"]),
        step: TrainingSteps(7),
        total_steps: TrainingSteps(100),
        losses: TrainingLosses::default(),
        learning_rate: 0.1,
        samples_per_second: 1.0,
    };
    asked.node.context().publisher.publish(progress.into(), None).await.unwrap();
    let told = next(&mut transient).await.event.unwrap();
    assert_eq!(
        (told.kind.as_str(), told.sequence, told.config.as_str()),
        ("TRAINING_PROGRESS", None, "hex8_2p")
    );

    let ahead = TailEventsRequest {
        selection: Some(EventSelection { since_sequence: Some(1 << 40), ..EventSelection::default() }),
    };
    let (code, reason, message) = refused(asked.client.events().tail_events(ahead).await.map(drop));
    assert_eq!((code, reason), (Code::NotFound, ErrorCode::NotFound), "{message}");
    asked.node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_never_reads_is_cut_off_by_name_and_nobody_else_minds() {
    let asked =
        Asked::start_with(&[("events.stream_patience_seconds", "1"), ("events.queue", "8")], |_| {}).await;
    let mut silent = tail(&asked, EventSelection { since_sequence: Some(0), ..of_kind() }).await;
    let mut number = 0;
    let status = 'cut: loop {
        // More than all buffers on the way hold.
        for _ in 0..100 {
            number += 1;
            let event = event(number, "x".repeat(100_000));
            asked.node.context().publisher.publish(event, None).await.unwrap();
        }
        assert!(number < 5_000, "a reader that takes nothing is not cut off");
        tokio::time::sleep(Duration::from_secs(3)).await;
        while let Ok(read) = tokio::time::timeout(Duration::from_secs(1), silent.message()).await {
            match read {
                Ok(message) => assert!(message.is_some(), "a stream that is cut off says why"),
                Err(status) => break 'cut status,
            }
        }
    };
    let (code, reason, message) = refused(Err::<(), _>(status));
    assert_eq!((code, reason), (Code::DeadlineExceeded, ErrorCode::TimedOut));
    assert!(message.contains("took nothing"), "{message}");
    let mut another = tail(&asked, EventSelection { since_sequence: Some(0), ..of_kind() }).await;
    for expected in 1..=number {
        assert_eq!(self::number(&next(&mut another).await.event.unwrap()), expected);
    }
    assert!(asked.tree().await.iter().all(|actor| actor.restarts == 0 && actor.state == "running"));
    asked.node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dead_letters_are_listed_retried_and_purged() {
    let asked = Asked::start().await;
    publish(&asked, 0..2).await;
    let store = &asked.node.context().store;
    let stored =
        store.query("events", |snapshot: &StoreSnapshot| snapshot.events(0, usize::MAX)).await.unwrap();
    let ours = stored.into_iter().filter(|event| {
        EventEnvelope::from_bytes(&event.envelope).is_ok_and(|envelope| envelope.event.name() == KIND)
    });
    let letters: Vec<DeadLetter> = ours
        .map(|event| DeadLetter {
            subscriber: "nobody".to_owned(),
            sequence: event.sequence,
            attempts: 5,
            retry_at: None,
            failure: FailureNote { code: ErrorCode::Unavailable, message: "told to".to_owned() },
            envelope: event.envelope,
        })
        .collect();
    let places: Vec<u64> = letters.iter().map(|letter| letter.sequence).collect();
    let work = move |write: &mut rr_storage::StoreWrite| {
        letters.iter().try_for_each(|letter| write.put_dead_letter(letter))
    };
    store.commit("letters", work).await.unwrap();

    let list = async || {
        let request = ListDeadLettersRequest { subscriber: "nobody".to_owned(), ..Default::default() };
        asked.client.events().list_dead_letters(request).await.unwrap().into_inner().letters
    };
    let listed = list().await;
    assert_eq!(
        listed.iter().map(|l| l.event.as_ref().unwrap().sequence.unwrap()).collect::<Vec<_>>(),
        places
    );
    assert!(
        listed.iter().all(|l| l.attempts == 5 && l.retry_unix_ms.is_none() && l.failure.contains("told to"))
    );

    let meant = |subscriber: &str, sequence| {
        Some(DeadLetterSelection { subscriber: subscriber.to_owned(), sequence })
    };
    let retry = RetryDeadLettersRequest { selection: meant("nobody", Some(places[0])) };
    assert_eq!(asked.client.events().retry_dead_letters(retry).await.unwrap().into_inner().letters, 1);
    let listed = list().await;
    assert!(listed[0].retry_unix_ms.is_some() && listed[1].retry_unix_ms.is_none(), "{listed:?}");

    let purge = |selection| PurgeDeadLettersRequest { selection };
    let unknown = purge(meant("somebody", None));
    let (code, reason, message) = refused(asked.client.events().purge_dead_letters(unknown).await);
    assert_eq!((code, reason), (Code::NotFound, ErrorCode::NotFound));
    assert!(message.contains("somebody"), "{message}");
    let all = purge(meant("nobody", None));
    assert_eq!(asked.client.events().purge_dead_letters(all).await.unwrap().into_inner().letters, 2);
    assert!(list().await.is_empty());
    let none = purge(None);
    assert_eq!(asked.client.events().purge_dead_letters(none).await.unwrap().into_inner().letters, 0);
    asked.node.stop().await.unwrap();
}
