//! The first three failures that the old service had most often: an event in a shape that nobody receives, one event under two
//! names, fields that drift. What the compiler refuses stands as examples that fail to compile beside [`EventPublisher`].
//! Names and fields are asked for in `proto/tests/failures.rs` and beside `rr_proto::Event`, as `failure_2_…` and `failure_3_…`.

use std::collections::BTreeMap;

use proptest::prelude::{Strategy as _, prop_assert_eq};
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, TestRunner};
use rr_proto::EventDelivery;
use tokio::sync::mpsc;

use super::*;

#[path = "../../../../proto/tests/generated/mod.rs"]
mod generated;

/// Hears events, answers them, and counts each.
async fn hear(
    heard: &mut mpsc::Receiver<Delivery>,
    count: usize,
    into: &mut BTreeMap<&'static str, Vec<Event>>,
) {
    for _ in 0..count {
        let delivery = tokio::time::timeout(SOON, heard.recv()).await.unwrap().unwrap();
        into.entry(delivery.event().name()).or_default().push(delivery.event().clone());
        delivery.done();
    }
}

/// Publishes the events and returns what a durable and a live probe heard of it.
async fn publish_to_probes(events: &[Event]) -> [BTreeMap<&'static str, Vec<Event>>; 2] {
    let house = house(quick()).await;
    let path = |name: &str| TreePath::new("probe").child(name);
    let (sender, mut durable) = mpsc::channel(256);
    let subscription = DurableSubscription {
        name: "durable".into(),
        filter: EventFilter::all(),
        from: StartFrom::Beginning,
        sink: EventSink::channel(path("durable"), sender),
    };
    let request = |reply| BusMsg::SubscribeDurable(subscription, reply);
    house.bus().call(request, SOON).await.unwrap().unwrap();
    let (sender, mut live) = mpsc::channel(256);
    let sink = EventSink::channel(path("live"), sender);
    let subscription = LiveSubscription { name: "live".into(), filter: EventFilter::all(), sink };
    house.bus().call(|reply| BusMsg::SubscribeLive(subscription, reply), SOON).await.unwrap();

    for event in events {
        house.publish(event.clone()).await;
    }
    let stored = events.iter().filter(|event| event.delivery() == EventDelivery::Durable).count();
    let mut heard = [BTreeMap::new(), BTreeMap::new()];
    hear(&mut durable, stored, &mut heard[0]).await;
    hear(&mut live, events.len(), &mut heard[1]).await;
    house.publish(failed(999)).await; // whatever would come twice would come before it
    hear(&mut durable, 1, &mut heard[0]).await;
    hear(&mut live, 1, &mut heard[1]).await;
    for heard in &mut heard {
        assert_eq!(heard.get_mut("TRAINING_FAILED").unwrap().pop(), Some(failed(999)));
    }
    heard
}

#[test]
fn failure_1_every_event_reaches_a_probe_exactly_once_in_the_shape_it_was_sent() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let mut runner = TestRunner::new(Config { cases: 8, ..Config::default() });
    let shuffled = generated::every_event().prop_shuffle();
    let outcome = runner.run(&shuffled, |events| {
        let [durable, live] = runtime.block_on(publish_to_probes(&events));
        for event in events {
            let once = Some(vec![event.clone()]);
            prop_assert_eq!(live.get(event.name()).cloned(), once.clone());
            let stored = event.delivery() == EventDelivery::Durable;
            prop_assert_eq!(durable.get(event.name()).cloned(), once.filter(|_| stored));
        }
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn failure_2_every_event_has_one_name_everywhere() {
    let events = generated::every_event().new_tree(&mut TestRunner::deterministic()).unwrap().current();
    let names: Vec<&str> = events.iter().map(Event::name).collect();
    assert_eq!(names, Event::KINDS.iter().map(EventKind::as_str_name).collect::<Vec<_>>());
    for event in &events {
        assert_eq!(Event::kind_named(event.name()), Some(event.kind()));
        assert_eq!(Event::kind_named(&event.name().to_lowercase()), Some(event.kind()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_event_is_known_after_a_restart_of_the_process() {
    let house = house(quick()).await;
    for attempt in 0..20 {
        house.publish(failed(attempt)).await;
    }
    house.root.stop(None);
    house.done.await.unwrap().unwrap();
    let again = open(house._folder, quick()).await;
    for attempt in 0..20 {
        let known = Published::Duplicate { sequence: attempt.into() };
        assert_eq!(again.publish(failed(attempt)).await, known);
    }
    assert_eq!(again.publish(failed(20)).await, Published::Stored { sequence: 20 });
}
