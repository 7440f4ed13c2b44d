//! Dead letters: further rounds, retries and purges by people, what is told of them.

use ractor::ActorRef;
use rr_proto::DlqStaleEvents;

use super::*;
use crate::bus::{
    DeadLetterActor, DeadLetterArgs, DeadLetterMsg, DeadLetterPolicy, DeadLetterReport, EventStreams,
    LetterSelection, LetterView, StreamRequest, StreamStart,
};
use crate::supervision::Observer;

const NEVER: Duration = Duration::from_secs(86_400);

fn policy() -> DeadLetterPolicy {
    DeadLetterPolicy { cycle: NEVER, tries: 2, rounds: 0, stale_after: NEVER, keep: NEVER }
}

/// A house whose listener fails every time until told otherwise, with one letter given up.
async fn with_letter(policy: DeadLetterPolicy) -> (House, ActorRef<DeadLetterMsg>) {
    let house = house(BusSettings { max_attempts: policy.tries, ..quick() }).await;
    house.listener.fails.store(policy.tries, Ordering::SeqCst);
    let wanted = EventFilter::kinds(&[EventKind::TrainingFailed]);
    house.subscribe(wanted, StartFrom::Beginning).await;
    house.publish(failed(1)).await;
    house.listener.heard.until(2).await;
    let args = DeadLetterArgs {
        store: house.store.clone(),
        bus: house.bus(),
        publisher: house.publisher.clone(),
        clock: Arc::new(SystemClock::new()),
        policy,
        node: NodeId::new("test").unwrap(),
        myself: house.tree.address(&TreePath::new("desk/letters")),
        observer: Observer::detached(),
    };
    let spec = SupervisorSpec::new(Strategy::OneForOne)
        .child(ChildSpec::worker("letters", move |_| (DeadLetterActor, args.clone())));
    let (_, _) = Supervisor::start_root("desk", spec, &house.tree, 1).await.unwrap();
    let desk = house.tree.address(&TreePath::new("desk/letters")).current().unwrap();
    while letters(&desk).await.first().is_none_or(|letter| letter.retry_at.is_some()) {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    (house, desk)
}

async fn letters(desk: &ActorRef<DeadLetterMsg>) -> Vec<LetterView> {
    let list = |reply| DeadLetterMsg::List(LetterSelection::default(), reply);
    ractor::call_t!(desk, list, 20_000).unwrap().unwrap()
}

async fn report(desk: &ActorRef<DeadLetterMsg>) -> DeadLetterReport {
    desk.cast(DeadLetterMsg::Tick).unwrap();
    ractor::call_t!(desk, DeadLetterMsg::Report, 20_000).unwrap()
}

fn ear(sequence: Option<u64>) -> LetterSelection {
    LetterSelection { subscriber: Some("ear".into()), sequence }
}

/// The names of all stored events.
async fn told(house: &House) -> Vec<&'static str> {
    use tokio_stream::StreamExt as _;
    let streams = EventStreams::new(house.store.clone(), house.bus(), &quick());
    let request = StreamRequest { follow: false, ..StreamRequest::from(StreamStart::Oldest) };
    let stream = streams.open(request).await.unwrap();
    stream.map(|event| event.unwrap().envelope.event.name()).collect().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_has_a_letter_tried_again() {
    let (house, desk) = with_letter(policy()).await;
    let letter = letters(&desk).await.remove(0);
    assert_eq!((letter.subscriber.as_str(), letter.sequence, letter.attempts), ("ear", 0, 2));
    assert_eq!(number(&letter.envelope.unwrap().event), 1);

    let none = |reply| DeadLetterMsg::Retry(ear(Some(9)), reply);
    assert_eq!(ractor::call_t!(desk, none, 20_000).unwrap().unwrap(), 0);
    house.listener.fails.store(1, Ordering::SeqCst);
    let retry = |reply| DeadLetterMsg::Retry(ear(None), reply);
    assert_eq!(ractor::call_t!(desk, retry, 20_000).unwrap().unwrap(), 1);
    assert_eq!(house.listener.heard.until(3).await[2], (1, 3));
    while letters(&desk).await[0].attempts < 3 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    assert_eq!(report(&desk).await.replayed, 0, "it failed again");

    let retry = |reply| DeadLetterMsg::Retry(ear(Some(0)), reply);
    assert_eq!(ractor::call_t!(desk, retry, 20_000).unwrap().unwrap(), 1);
    assert_eq!(house.listener.heard.until(4).await[3], (1, 4));
    while !letters(&desk).await.is_empty() {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    assert_eq!(report(&desk).await.replayed, 1);
    assert_eq!(told(&house).await, ["TRAINING_FAILED", "DLQ_EVENTS_REPLAYED"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_person_drops_is_gone_and_told_of() {
    let (house, desk) = with_letter(policy()).await;
    let purge = |reply| DeadLetterMsg::Purge(ear(None), "asked to".into(), reply);
    assert_eq!(ractor::call_t!(desk, purge, 20_000).unwrap().unwrap(), 1);
    assert!(letters(&desk).await.is_empty());
    let report = report(&desk).await;
    assert_eq!((report.waiting, report.purged, report.replayed), (0, 1, 0));
    assert_eq!(told(&house).await, ["TRAINING_FAILED", "DLQ_EVENTS_PURGED"]);
    house.publish(failed(2)).await;
    assert_eq!(house.listener.heard.until(3).await[2], (2, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn further_rounds_come_by_themselves() {
    let rounds = DeadLetterPolicy { cycle: Duration::from_millis(20), rounds: 2, ..policy() };
    let (house, desk) = with_letter(rounds).await;
    assert_eq!(house.listener.heard.until(3).await[2], (1, 3));
    while !told(&house).await.contains(&"DLQ_EVENTS_REPLAYED") {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(letters(&desk).await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn letters_that_lie_too_long_are_told_of_once_and_dropped_in_the_end() {
    let (house, desk) = with_letter(DeadLetterPolicy { stale_after: Duration::ZERO, ..policy() }).await;
    assert_eq!(report(&desk).await.stale, 1);
    assert_eq!(report(&desk).await.stale, 1);
    assert_eq!(told(&house).await, ["TRAINING_FAILED", "DLQ_STALE_EVENTS"]);
    let stored = house.store.query("stale", |s| s.events(1, 1)).await.unwrap();
    let event = rr_proto::EventEnvelope::from_bytes(&stored[0].envelope).unwrap().event;
    let Event::DlqStaleEvents(DlqStaleEvents { count: 1, subscribers, .. }) = event else {
        panic!("{event:?}")
    };
    assert_eq!(subscribers, ["ear"]);

    let (house, desk) = with_letter(DeadLetterPolicy { keep: Duration::ZERO, ..policy() }).await;
    assert_eq!(report(&desk).await.purged, 1);
    assert_eq!(told(&house).await, ["TRAINING_FAILED", "DLQ_EVENTS_PURGED"]);
}
