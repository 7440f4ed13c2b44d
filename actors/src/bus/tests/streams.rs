//! Streams: from a cursor on, then live, at the reader's pace.

use rr_proto::EventScope;
use tokio_stream::StreamExt as _;

use super::*;
use crate::bus::{EventStream, EventStreams, StreamFailure, StreamRequest, StreamStart, StreamedEvent};

fn streams(house: &House, settings: BusSettings) -> EventStreams {
    EventStreams::new(house.store.clone(), house.bus(), &settings)
}

async fn open_at(house: &House, start: StreamStart) -> EventStream {
    streams(house, quick()).open(StreamRequest::from(start)).await.unwrap()
}

async fn next(stream: &mut EventStream) -> StreamedEvent {
    tokio::time::timeout(SOON, stream.next()).await.unwrap().unwrap().unwrap()
}

async fn take(stream: &mut EventStream, count: usize) -> Vec<u32> {
    let mut numbers = Vec::new();
    for _ in 0..count {
        numbers.push(number(&next(stream).await.envelope.event));
    }
    numbers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_gives_what_is_stored_from_its_cursor_on_and_then_what_happens() {
    let house = house(quick()).await;
    for attempt in 0..200 {
        house.publish(failed(attempt)).await;
    }
    let mut stream = open_at(&house, StreamStart::At(3)).await;
    let first = next(&mut stream).await;
    assert_eq!((first.sequence, first.next), (Some(3), 4));
    assert_eq!(take(&mut stream, 196).await, (4..200).collect::<Vec<_>>());
    house.publish(failed(200)).await;
    assert_eq!(take(&mut stream, 1).await, [200]);
    assert_eq!(take(&mut open_at(&house, StreamStart::At(first.next)).await, 1).await, [4]);

    let mut now = open_at(&house, StreamStart::Now).await;
    house.publish(failed(201)).await;
    assert_eq!(take(&mut now, 1).await, [201]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_begins_at_a_time_and_ends_where_it_does_not_follow() {
    let house = house(quick()).await;
    for attempt in 0..3 {
        house.publish(failed(attempt)).await;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let time = {
        let mut stream = open_at(&house, StreamStart::At(1)).await;
        next(&mut stream).await.envelope.header.time
    };
    let request = StreamRequest { follow: false, ..StreamRequest::from(StreamStart::Since(time)) };
    let stream = streams(&house, quick()).open(request).await.unwrap();
    let events: Vec<_> = tokio::time::timeout(SOON, stream.collect()).await.unwrap();
    let numbers: Vec<u32> = events.into_iter().map(|e| number(&e.unwrap().envelope.event)).collect();
    assert_eq!(numbers, [1, 2]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_passes_over_what_is_not_wanted_and_gives_transient_events_where_asked() {
    let house = house(quick()).await;
    house.publish(failed(1)).await;
    let start = StreamRequest::from(StreamStart::Oldest);
    let all = StreamRequest { transient: true, ..start.clone() };
    let cluster = StreamRequest { filter: EventFilter::all().within(EventScope::Cluster), ..all.clone() };
    let other = StreamRequest { filter: EventFilter::kinds(&[EventKind::ModelPromoted]), ..all.clone() };
    let streams = streams(&house, quick());
    let mut heard = Vec::new();
    for request in [all, cluster, other, start] {
        heard.push(streams.open(request).await.unwrap());
    }
    assert_eq!(take(&mut heard[0], 1).await, [1]);
    house.publish(progress(7)).await;
    let transient = next(&mut heard[0]).await;
    assert_eq!((number(&transient.envelope.event), transient.sequence, transient.next), (7, None, 1));
    house.publish(failed(2)).await;
    assert_eq!(take(&mut heard[0], 1).await, [2]);
    assert_eq!(take(&mut heard[1], 2).await, [1, 2], "progress stays on its node");
    assert_eq!(take(&mut heard[3], 2).await, [1, 2], "nobody asked for progress");
    let none = tokio::time::timeout(Duration::from_millis(50), heard[2].next()).await;
    assert!(none.is_err(), "nothing was promoted: {none:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_that_takes_nothing_is_cut_off_and_goes_on_from_its_cursor() {
    let house = house(quick()).await;
    for attempt in 0..50 {
        house.publish(failed(attempt)).await;
    }
    let hasty = BusSettings { live_queue: 4, stream_patience: Duration::from_millis(50), ..quick() };
    let stream = streams(&house, hasty).open(StreamRequest::from(StreamStart::Oldest)).await.unwrap();
    tokio::time::sleep(Duration::from_millis(400)).await;
    let mut given: Vec<_> = tokio::time::timeout(SOON, stream.collect::<Vec<_>>()).await.unwrap();
    let end = given.pop().unwrap().unwrap_err();
    let StreamFailure::TooSlow { cursor, .. } = end else { panic!("{end}") };
    assert_eq!((given.len(), cursor), (4, 4));
    let rest = take(&mut open_at(&house, StreamStart::At(cursor)).await, 46).await;
    assert_eq!(rest, (4..50).collect::<Vec<_>>());
    house.subscribe(EventFilter::all(), StartFrom::Beginning).await;
    house.listener.heard.until(50).await; // nobody else was held up
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cursor_that_is_not_kept_or_not_of_this_node_is_refused_by_name() {
    let house = house(quick()).await;
    for attempt in 0..10 {
        house.publish(failed(attempt)).await;
    }
    let trimmed = house.store.commit("trim", |write| write.trim_events(4)).await.unwrap();
    assert_eq!(trimmed, 6);
    let streams = streams(&house, quick());
    let failure = async |start| streams.open(StreamRequest::from(start)).await.unwrap_err();
    let old = failure(StreamStart::At(2)).await;
    assert!(matches!(old, StreamFailure::TooOld { asked: 2, oldest: 6 }), "{old}");
    let ahead = failure(StreamStart::At(11)).await;
    assert!(matches!(ahead, StreamFailure::Ahead { asked: 11, next: 10 }), "{ahead}");
    assert_eq!(take(&mut open_at(&house, StreamStart::Oldest).await, 1).await, [6]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_outlives_bus_and_store() {
    let house = house(quick()).await;
    let request = StreamRequest { transient: true, ..StreamRequest::from(StreamStart::Oldest) };
    let mut stream = streams(&house, quick()).open(request).await.unwrap();
    for (round, name) in (0u32..).zip(["bus", "store"]) {
        house.publish(failed(round)).await;
        assert_eq!(take(&mut stream, 1).await, [round]);
        let restarts = house.tree.node(&TreePath::new("node").child(name)).unwrap().restarts;
        house.tree.cell(&TreePath::new("node").child(name)).unwrap().kill();
        house.until_restarted(name, restarts + 1).await;
        house.bus().wait_up(SOON).await.unwrap();
    }
    let heard = loop {
        house.publisher.publish(progress(40), None).await.unwrap();
        if let Ok(heard) = tokio::time::timeout(Duration::from_millis(100), stream.next()).await {
            break heard.unwrap().unwrap();
        }
        house.publish(failed(41)).await; // a different event lets the same progress through again
    };
    assert!([40, 41].contains(&number(&heard.envelope.event)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_bus_forgets_streams_that_are_gone() {
    let house = house(quick()).await;
    let request = StreamRequest { transient: true, ..StreamRequest::from(StreamStart::Now) };
    let stream = streams(&house, quick()).open(request).await.unwrap();
    assert_eq!(house.report().await.subscribers.len(), 1);
    drop(stream);
    let mut step = 0;
    while !house.report().await.subscribers.is_empty() {
        step += 1;
        house.publish(progress(step)).await;
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}
